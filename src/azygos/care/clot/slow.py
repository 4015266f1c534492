"""Clot grows slowly where cement stops the flow: assumed, a hundredth of a millimetre a day."""

from __future__ import annotations

from azygos.care.draw import CareDraw


def growth(draw: CareDraw) -> float:
    """Drawn, 0.001 to 0.1 mm a day [m/s]; the cement itself may be inert, blood that stands still clots."""
    return draw.growth_slow
