"""Fetch layers from the network: the one room of nngis that opens a connection."""
