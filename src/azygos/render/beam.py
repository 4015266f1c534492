"""A polychromatic beam through materials: how few maps carry them all, and how much water a reading stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values.attenuation import ENERGIES_KEV, Material, attenuation_per_mm, material_named, spectrum_of

CLOSE = 5e-4  # of a material's attenuation, root mean square over the hardened spectrum, that few maps may miss
HARDENED_BY_MM = 100.0  # of water, where the maps are fitted
DEEPEST_MM = 4000.0  # of water that a reading may stand for
BRIGHTEST_FROM_KEV = 20.0  # what is softer does not leave a patient


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beam(Parcel):
    """Photons of a tube by energy, and materials told by a few maps of how they weaken them.

    Attenuation is that over air's, since a scanner's blank reading is taken through air.
    """

    kvp: int
    materials: tuple[str, ...]
    energies_kev: FloatArray  # shape (n_energies,)
    photons: FloatArray  # shape (n_energies,), per mm^2 and mAs at 1 m
    maps: FloatArray  # shape (n_materials, n_maps), how much of each map a material holds
    attenuation_per_mm: FloatArray  # shape (n_maps, n_energies), of each map
    water_per_mm: FloatArray  # shape (n_energies,), of water

    def __post_init__(self) -> None:
        self.seal("energies_kev", "photons", "maps", "attenuation_per_mm", "water_per_mm")
        require(bool(np.all(self.photons > 0.0)), "a beam's energies all carry photons")


def make_beam(kvp: int, materials: Sequence[str | Material]) -> Beam:
    """A tube's beam and the few maps that stand for a set of materials.

    A ray's optical depth is a sum over materials, and most tissues weaken X-rays in nearly the same two ways.
    The singular vectors of their spectra say which few sums of volume shares are worth tracing: three for a body
    with barium cement, one more for iodine, for zirconia, for titanium.

    Parameters
    ----------
    kvp : int
        Tube voltage [kV].
    materials : sequence of str or Material
        Names as in :func:`azygos.values.attenuation.material_named`.

    Returns
    -------
    beam : Beam
        Maps miss at most 0.05 % of any material's attenuation.

    Raises
    ------
    InputError
        If a material or the voltage is not known.

    Examples
    --------
    >>> make_beam(120, ["fat", "muscle", "lung", "cortical_bone", "blood", "barium 30 %"]).maps.shape
    (6, 3)
    """
    photons = spectrum_of(kvp)
    used = (photons > 0.0) & (ENERGIES_KEV > BRIGHTEST_FROM_KEV)
    air, water = attenuation_per_mm("air"), attenuation_per_mm("water")
    known = [material_named(material) if isinstance(material, str) else material for material in materials]
    curves = np.array([attenuation_per_mm(material) - air for material in known])[:, used]
    seen = photons[used] * np.exp(-HARDENED_BY_MM * water[used])
    weights = np.sqrt(seen / seen.sum())
    sizes = np.maximum(np.linalg.norm(curves * weights, axis=1, keepdims=True), 1e-12)
    left, strength, right = np.linalg.svd(curves / sizes * weights, full_matrices=False)
    missed = np.sqrt(np.maximum(1.0 - np.cumsum((left * strength) ** 2, axis=1), 0.0)).max(axis=0)
    count = 1 + int(np.argmax(missed < CLOSE)) if np.any(missed < CLOSE) else len(strength)
    return Beam(
        kvp=kvp,
        materials=tuple(m if isinstance(m, str) else m.name for m in materials),
        energies_kev=ENERGIES_KEV[used],
        photons=photons[used],
        maps=left[:, :count] * strength[:count] * sizes,
        attenuation_per_mm=right[:count] / weights,
        water_per_mm=(water - air)[used],
    )


def signal_behind(beam: Beam, depth: FloatArray) -> FloatArray:
    """Energy that a detector sees per mm^2 and mAs at 1 m, behind optical depths (..., n_energies) [keV]."""
    return np.asarray(np.exp(-depth) @ (beam.photons * beam.energies_kev))


def water_scale(beam: Beam) -> tuple[FloatArray, FloatArray]:
    """What a reading means: minus the log of signal over blank signal, and the water behind it [mm], both rising."""
    water_mm = np.concatenate([np.linspace(0.0, 600.0, 601), np.geomspace(605.0, DEEPEST_MM, 120)])
    signal = signal_behind(beam, water_mm[:, None] * beam.water_per_mm)
    return -np.log(signal / signal[0]), water_mm
