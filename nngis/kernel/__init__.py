"""Reach, allocate, decide, check: pure functions on arrays and frames."""
