"""Inputs: from files to frames and grids in one work CRS."""
