"""Sewers: kilometres built against the target, gaps, layout, profile."""
