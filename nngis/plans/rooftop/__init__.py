"""Rooftop PV: roofs, shares by building class, yield, roll-out."""
