"""Arteries of the lungs, veins of the lungs, veins of the trunk: those of the patient, as tubes."""

from __future__ import annotations

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.ground.vessels import Vessels
from azygos.render.phantom import Phantom
from azygos.render.phantom_heart import tubes_of
from azygos.render.solids import Thing

CENTRAL = ("pulmonary trunk", "right main pulmonary artery", "left main pulmonary artery")
THINNEST_VEIN_MM = 1.3  # of the lungs' veins that are drawn, diameter
VEIN_SHIFT = np.array([6.0, -7.0, -6.0])  # of a vein from the artery it is drawn after; away from the middle [mm]
CANAL = ("internal plexus", "intervertebral")
REFLUX_LEVELS = ("arch", "T5", "T6", "T7", "T8")


def lung_vessels(phantom: Phantom) -> list[Thing | None]:
    """Arteries beyond the main ones, and veins between them."""
    tree = phantom.of_room("lungs")
    ends, radii = tree.ends / MM, 0.5 * tree.diameter / MM
    peripheral = np.array([name not in CENTRAL for name in tree.names])
    wide = peripheral & (radii > 1.2)
    thin = peripheral & ~wide
    return [
        *_lung_veins(phantom, ends, radii, tree),
        tubes_of(phantom, ends[thin], radii[thin], "", "blood pulmonary artery", cuts=1),
        tubes_of(phantom, ends[wide], radii[wide], "", "blood pulmonary artery", cuts=2),
    ]


def _lung_veins(phantom: Phantom, ends: FloatArray, radii: FloatArray, tree: Vessels) -> list[Thing | None]:
    """Veins run between the arteries: drawn as the arterial tree of the same lung, moved aside by a smooth shift."""
    peripheral = (2.0 * radii > THINNEST_VEIN_MM) & (radii < 3.2)
    shifted = ends[peripheral].copy()
    side = np.sign(shifted[..., :1])
    wave = np.sin(shifted[..., [1, 2, 0]] / 17.0 + 1.3)
    shifted += phantom.scale * (
        VEIN_SHIFT * np.concatenate([side, np.ones_like(side), np.ones_like(side)], -1) + 4.0 * wave
    )
    return [tubes_of(phantom, shifted, 0.9 * radii[peripheral], "", "blood pulmonary vein", cuts=1)]


def central_arteries(phantom: Phantom) -> list[Thing | None]:
    """Pulmonary trunk and main arteries, over what they pass."""
    tree = phantom.of_room("lungs")
    ends, radii = tree.ends / MM, 0.5 * tree.diameter / MM
    central = np.array([name in CENTRAL for name in tree.names])
    lobar = np.array(["artery" in name and "," not in name and name not in CENTRAL for name in tree.names])
    label, blood = "pulmonary_artery", "blood pulmonary artery"
    return [
        tubes_of(phantom, ends[central], radii[central] + 1.0, label, "muscle"),
        tubes_of(phantom, ends[central], radii[central], label, blood),
        tubes_of(phantom, ends[lobar], radii[lobar], label, blood),
    ]


def trunk_veins(phantom: Phantom, *, in_canal: bool) -> list[Thing | None]:
    """Veins of the canal and its holes, or all others: cavae, azygos system, segmental and external veins.

    Those within bone are left out.
    """
    veins = phantom.of_room("veins")
    found: list[Thing | None] = []
    groups: dict[tuple[str, str], list[int]] = {}
    for number, name in enumerate(veins.names):
        kind = _kind(name, phantom.drawn["reflux"])
        if kind is not None and any(word in name for word in CANAL) == in_canal:
            groups.setdefault(kind, []).append(number)
    for (label, material), members in groups.items():
        ends, radii = veins.ends[members] / MM, 0.5 * veins.diameter[members] / MM
        found.append(tubes_of(phantom, ends, radii, label, material, cuts=4))
    return found


def _kind(name: str, reflux: float) -> tuple[str, str] | None:
    """Label and material of a vein by its name; None for one that is not drawn."""
    if "basivertebral" in name or "anterior external" in name:
        return None
    if "superior vena cava" in name:
        return "superior_vena_cava", "blood bolus"
    if "brachiocephalic" in name:
        side = "left" if "left" in name else "right"
        return f"brachiocephalic_vein_{side}", "blood bolus"
    if "inferior vena cava" in name:
        return "inferior_vena_cava", "blood vein"
    reached = REFLUX_LEVELS[: round(reflux * len(REFLUX_LEVELS))]
    if name.startswith("azygos") and any(level in name for level in reached):
        return "", "blood reflux"
    return "", "blood vein"
