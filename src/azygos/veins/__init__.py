"""Basivertebral veins to the cavae: cement as cords and pieces in flowing blood."""

from azygos.veins.arrivals import Arrivals, Piece, Remnant
from azygos.veins.draw import draw_veins
from azygos.veins.entries import Entry
from azygos.veins.follow import follow_veins
from azygos.veins.laws import VeinLaws
from azygos.veins.share import azygos_prior
from azygos.veins.veins import Veins

__all__ = ["Arrivals", "Entry", "Piece", "Remnant", "VeinLaws", "Veins", "azygos_prior", "draw_veins", "follow_veins"]
