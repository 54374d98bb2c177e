"""Solvers: siting, trees, allocation, profiles; arrays in, an answer with its bound out."""
