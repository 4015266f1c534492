"""Needle in, cement through fractured bone, out into veins."""

from azygos.spine.draw import Draw
from azygos.spine.leak import Leak, Rest, Route
from azygos.spine.treatment import Cement, Needle, Operator, Portion, Syringe, Treatment
from azygos.spine.vertebra import Bone, Outlet, Vertebra

__all__ = [
    "Bone",
    "Cement",
    "Draw",
    "Leak",
    "Needle",
    "Operator",
    "Outlet",
    "Portion",
    "Rest",
    "Route",
    "Syringe",
    "Treatment",
    "Vertebra",
]
