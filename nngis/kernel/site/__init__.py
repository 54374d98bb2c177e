"""Siting: which sites to open, with a proved bound on what any other choice could reach."""
