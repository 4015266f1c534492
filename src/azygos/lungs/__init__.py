"""Pulmonary arteries, branching by branching: where cement stops and what it closes."""

from azygos.lungs.lodgings import Lodging, Lodgings, Obstruction

__all__ = ["Lodging", "Lodgings", "Obstruction"]
