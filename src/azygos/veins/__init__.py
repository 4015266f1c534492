"""Basivertebral veins to the cavae: cement as cords and pieces in flowing blood."""

from azygos.veins.arrivals import Arrivals, Piece, Remnant
from azygos.veins.entries import Entry

__all__ = ["Arrivals", "Entry", "Piece", "Remnant"]
