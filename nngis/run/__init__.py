"""One run from scenario to output folder: the layer between commands and rooms."""
