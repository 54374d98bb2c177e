"""What an analysis leaves behind: tables, indicators, provenance; save, load, explain."""
