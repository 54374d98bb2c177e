"""Charging: who is covered, which places lack a station, where the next go."""
