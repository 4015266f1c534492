"""Compiled loops of the lungs: they know only numbers."""
