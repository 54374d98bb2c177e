"""Outputs: what a run leaves behind, one folder, replaced whole or not at all."""
