"""Decide: rules with three answers, indicators against targets, trends through the years."""
