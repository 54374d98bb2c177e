"""How the shipped layers are made: a module for each source, a function for each layer."""
