"""Cement gathers no clot: what the one direct test found for PMMA (Thromb Res 2004;114:179)."""

from __future__ import annotations

from azygos.care.draw import CareDraw


def growth(draw: CareDraw) -> float:
    """No growth [m/s].

    Fresh and aged surfaces neither aggregated platelets nor changed clotting times; sheep showed no thromboembolism.
    """
    return 0.0
