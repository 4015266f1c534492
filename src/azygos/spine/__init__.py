"""Needle in, cement through fractured bone, out into veins."""

from azygos.spine.draw import Draw
from azygos.spine.fat import Fat, fat_ahead
from azygos.spine.hardening import State, breaking_moment, hardness, modulus, state_of, strength
from azygos.spine.leak import Leak, Rest, Route
from azygos.spine.treatment import Cement, Needle, Operator, Portion, Syringe, Treatment
from azygos.spine.vertebra import Bone, Outlet, Vertebra

__all__ = [
    "Bone",
    "Cement",
    "Draw",
    "Fat",
    "Leak",
    "Needle",
    "Operator",
    "Outlet",
    "Portion",
    "Rest",
    "Route",
    "State",
    "Syringe",
    "Treatment",
    "Vertebra",
    "breaking_moment",
    "fat_ahead",
    "hardness",
    "modulus",
    "state_of",
    "strength",
]
