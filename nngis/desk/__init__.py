"""The planning desk: a page on this machine that asks, draws and keeps; it computes nothing."""
