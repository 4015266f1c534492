"""Hounsfield units of what a body is painted from, at one tube voltage and in one phase of contrast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.render.choices import Choices
from azygos.render.phantom import Phantom
from azygos.values.attenuation import MATERIALS, hu_of
from azygos.values.phantom import IODINE_MG_ML

_BONE = re.compile(r"^bone (\d+(?:\.\d+)?)$")
_CALCIUM = re.compile(r"^calcium (\d+(?:\.\d+)?)$")
REFERENCE_KVP = 120  # of the tissues' table
IODINE_STEP = 50.0  # mg/ml at which its HU are read from the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette(Parcel):
    """What each material's name means in one scan.

    A name is a tissue of ``values.phantom``, ``bone <HU at 120 kVp>``, ``calcium <mg/ml>``, ``blood <where>``,
    ``<tissue> <where>`` with iodine in it, or a material of ``values.attenuation``.
    """

    kvp: int
    tissue_hu: Mapping[str, float]
    iodine_hu: Mapping[str, float]  # by place
    known: dict[str, float] = field(default_factory=dict)

    def hu(self, material: str) -> float:
        """HU of a material by its name."""
        if material not in self.known:
            self.known[material] = self._find(material)
        return self.known[material]

    def _find(self, material: str) -> float:
        bone, calcium = _BONE.match(material), _CALCIUM.match(material)
        if bone:
            return float(bone[1]) * self._harder()
        if calcium:
            return hu_of(f"calcium {calcium[1]} mg/ml", self.kvp)
        if material in self.tissue_hu:
            return self.tissue_hu[material] + self.iodine_hu.get(material, 0.0)
        tissue, _, place = material.partition(" ")
        if place and tissue in self.tissue_hu:
            return self.tissue_hu[tissue] + self.iodine_hu.get(place, 0.0)
        require(material in MATERIALS, f"nothing is made of {material!r}")
        return hu_of(material, self.kvp)

    def _harder(self) -> float:
        """Bone at this voltage over bone at 120 kVp."""
        return hu_of("calcium 400 mg/ml", self.kvp) / hu_of("calcium 400 mg/ml", REFERENCE_KVP)


def palette_of(phantom: Phantom, choices: Choices) -> Palette:
    """Tissues as they were drawn, and iodine by the phase."""
    kvp = choices.scanner.kvp
    per_mg = (hu_of(f"iodine {IODINE_STEP:g} mg/ml", kvp) - hu_of("blood", kvp)) / IODINE_STEP
    drawn = phantom.drawn
    tissue = {name: hu for name, hu in phantom.tissue_hu.items()}
    tissue |= {"blood": drawn["blood"], "lung": drawn["lung"], "liver": drawn["liver_hu"], "fissure": -780.0}
    places = IODINE_MG_ML[choices.phase]
    return Palette(
        kvp=kvp,
        tissue_hu=tissue,
        iodine_hu={name: drawn["contrast"] * mg.number * per_mg for name, mg in places.items()},
    )
