"""How strongly tissues, cements, contrast and metals weaken X-rays, and the Hounsfield units that follow.

Three small tables made once (``benchmarks/attenuation/make_tables.py``), so that nobody needs the programs:

- ``attenuation_spectra.csv``: photons per mm^2 and mAs at 1 m of a tungsten tube (anode 8 degrees) behind 6 mm of
  aluminium, by bins of 2 keV (spekpy); the middle of a bin names it;
- ``attenuation_elements.csv``: mass attenuation of the elements [cm^2/g], coherent scatter included, each bin's mean
  (xraydb);
- ``attenuation_materials.csv``: what each material consists of, and its density with a range.

Hounsfield units are those of a small object in a beam that 25 cm of water have hardened, seen by a detector that
weighs a photon by its energy. Mixing is ideal: volumes add up, and there are no pores. No scanner is claimed: real
filters, detectors and calibrations differ by several percent. It is how a scan is made here, not how one is read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import numpy as np

from azygos.ground.errors import AzygosError, InputError, require
from azygos.ground.parcels import FloatArray
from azygos.values.cements import CEMENTS, cement_named
from azygos.values.opacifiers import OPACIFIERS, POWDER
from azygos.values.value import Value

_FOLDER = Path(__file__).parent
_CM_PER_MM = 0.1
_WATER_MM = Value(
    250.0, "mm", low=200.0, high=350.0, source="assumed", note="water that hardens the beam before a small object"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a material consists of; mixtures are materials too."""

    name: str
    density_g_cc: float
    elements: Mapping[str, float]  # mass shares, they add up to 1

    def __post_init__(self) -> None:
        total = sum(self.elements.values())
        require(abs(total - 1.0) < 2e-3, f"{self.name}: shares of mass add up to {total:.4f}, not 1", AzygosError)


def _table(name: str) -> dict[str, FloatArray]:
    with (_FOLDER / name).open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    table = {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}
    for column in table.values():
        column.flags.writeable = False
    return table


_SPECTRA = _table("attenuation_spectra.csv")
_ELEMENTS = _table("attenuation_elements.csv")
ENERGIES_KEV = _ELEMENTS["energy_kev"]
"""Middle of each bin [keV], shape (n_energies,)."""
TUBE_VOLTAGES = tuple(int(name.removeprefix("kvp_")) for name in _SPECTRA if name.startswith("kvp_"))
"""Tube voltages with a spectrum [kV]."""


def _materials() -> tuple[dict[str, Material], dict[str, Value]]:
    found, densities = {}, {}
    with (_FOLDER / "attenuation_materials.csv").open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            words = row["elements"].split()
            shares = {element: float(share) for element, share in zip(words[::2], words[1::2], strict=True)}
            name, density = row["name"], float(row["density_g_cc"])
            found[name] = Material(name=name, density_g_cc=density, elements=shares)
            densities[name] = Value(
                density, "g/cm^3", low=float(row["low"]), high=float(row["high"]), source=row["source"],
                where=row["where"], note=row["note"],
            )  # fmt: skip
    return found, densities


MATERIALS, DENSITIES = _materials()

# --- cements ---------------------------------------------------------------------------


def _cement_of(powder: float, **shares: float) -> Material:
    """A set cement without pores, from shares of the powder's mass."""
    by_mass = {name: share * powder for name, share in shares.items()}
    by_mass["pmma"] = 1.0 - sum(by_mass.values())
    volumes = {name: mass / MATERIALS[name].density_g_cc for name, mass in by_mass.items()}
    return mixed({name: volume / sum(volumes.values()) for name, volume in volumes.items()})


def cement_material(cement: str | float, *, paste: bool = False) -> Material:
    """A bone cement by its name, or by barium sulphate's share of the powder.

    Parameters
    ----------
    cement : str or float
        A name of ``azygos.values.cements`` ("kyphon_hv_r"), or the share, 0 to 0.6 (0.3 is 30 %).
    paste : bool
        Freshly mixed, hence 7 % less dense than set: what flows under fluoroscopy.

    Returns
    -------
    material : Material
        Solid cement without pores or marrow in it.

    Raises
    ------
    InputError
        If no cement has that name, or the share is none.

    Examples
    --------
    >>> round(cement_material(0.3).density_g_cc, 3)
    1.389
    """
    if isinstance(cement, str):
        found = OPACIFIERS[cement_named(cement).name]
        shares = {name: getattr(found, name) for name in ("barium_sulphate", "zirconia", "hydroxyapatite")}
        set_cement = _cement_of(
            found.powder.number, **{name: share.number for name, share in shares.items() if share is not None}
        )
        paste_density = CEMENTS[cement].density_paste.number / 1000.0
    else:
        require(
            0.0 <= cement <= 0.6,
            f"barium sulphate's share of the powder is {cement:g}. Write a share from 0 to 0.6, such as 0.3 for 30 %.",
        )
        set_cement = _cement_of(POWDER.number, barium_sulphate=cement)
        paste_density = 0.93 * set_cement.density_g_cc
    name = cement if isinstance(cement, str) else f"barium {100.0 * cement:g} %"
    density = paste_density if paste else set_cement.density_g_cc
    return Material(name=name, density_g_cc=density, elements=set_cement.elements)


# --- materials by name -----------------------------------------------------------------

_WITH_NUMBER = re.compile(r"^(iodine|calcium) ([\d.]+) mg/ml$|^(trabecular_bone|barium) ([\d.]+) %$")


def material_named(name: str) -> Material:
    """A material by its name.

    Parameters
    ----------
    name : str
        One of ``MATERIALS`` ("muscle"), a cement ("kyphon_hv_r"), or a name with a number:
        "iodine 15 mg/ml" (in blood), "calcium 400 mg/ml" (hydroxyapatite in water), "trabecular_bone 10 %"
        (bone by volume, the rest marrow), "barium 30 %" (cement, barium sulphate in its powder).

    Returns
    -------
    material : Material
        Its density and elements.

    Raises
    ------
    InputError
        If nothing has that name; the message lists what is known.

    Examples
    --------
    >>> round(material_named("trabecular_bone 10 %").density_g_cc, 3)
    1.092
    """
    if name in MATERIALS:
        return MATERIALS[name]
    if name in OPACIFIERS:
        return cement_material(name)
    match = _WITH_NUMBER.match(name)
    if match is None:
        known = [*MATERIALS, *OPACIFIERS, "iodine 15 mg/ml", "calcium 400 mg/ml", "trabecular_bone 10 %", "barium 30 %"]
        near = get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        raise InputError(f"material '{name}' is not known.{hint} Known: {', '.join(known)}.")
    kind, number = match[1] or match[3], float(match[2] or match[4])
    if kind == "barium":
        return cement_material(number / 100.0)
    if kind == "trabecular_bone":
        return mixed({"cortical_bone": number / 100.0, "marrow": 1.0 - number / 100.0}, name=name)
    solute, solvent = ("iodine", "blood") if kind == "iodine" else ("hydroxyapatite", "water")
    share = number / 1000.0 / MATERIALS[solute].density_g_cc
    return mixed({solute: share, solvent: 1.0 - share}, name=name)


def mixed(shares: Mapping[str, float], *, name: str = "mixture") -> Material:
    """Materials mixed by volume.

    Parameters
    ----------
    shares : Mapping of str to float
        Share of the volume by material name; they add up to 1.
    name : str
        Of the mixture.

    Returns
    -------
    mixture : Material
        Volumes add up; attenuation per length is the shares' sum.

    Raises
    ------
    InputError
        If a share is negative, or they do not add up to 1.

    Examples
    --------
    >>> round(mixed({"water": 0.5, "fat": 0.5}).density_g_cc, 6)
    0.975
    """
    total = sum(shares.values())
    require(
        abs(total - 1.0) < 1e-6 and min(shares.values()) >= 0.0,
        f"{name}: shares of volume are {', '.join(f'{key} {share:g}' for key, share in shares.items())}. "
        "Give shares from 0 to 1 that add up to 1.",
    )
    parts = [(share, material_named(key)) for key, share in shares.items()]
    density = sum(share * part.density_g_cc for share, part in parts)
    elements: dict[str, float] = {}
    for share, part in parts:
        for element, mass in part.elements.items():
            elements[element] = elements.get(element, 0.0) + share * part.density_g_cc * mass / density
    return Material(name=name, density_g_cc=density, elements=elements)


# --- attenuation and Hounsfield units --------------------------------------------------


def attenuation_per_mm(material: Material | str) -> FloatArray:
    """Linear attenuation in each bin of energy.

    Parameters
    ----------
    material : Material or str
        A material, or its name.

    Returns
    -------
    attenuation : FloatArray
        Shape (n_energies,) [1/mm], bins as ``ENERGIES_KEV``.

    Examples
    --------
    Water at 61 keV:

    >>> round(float(attenuation_per_mm("water")[24]), 4)
    0.0204
    """
    known = material_named(material) if isinstance(material, str) else material
    total = np.zeros(len(ENERGIES_KEV))
    for element, share in known.elements.items():
        total += share * _ELEMENTS[element]
    return total * known.density_g_cc * _CM_PER_MM


def spectrum_of(kvp: int) -> FloatArray:
    """Photons of the tube by energy, behind 6 mm of aluminium.

    Parameters
    ----------
    kvp : int
        Tube voltage [kV]: 80, 100, 120 or 140.

    Returns
    -------
    photons : FloatArray
        Shape (n_energies,), per mm^2 and mAs at 1 m from the focus.

    Raises
    ------
    InputError
        If there is no spectrum of that voltage.

    Examples
    --------
    >>> f"{spectrum_of(120).sum():.2e}"
    '2.20e+06'
    """
    require(
        kvp in TUBE_VOLTAGES,
        f"there is no spectrum for {kvp:g} kV. Choose one of {', '.join(str(known) for known in TUBE_VOLTAGES)}.",
    )
    return _SPECTRA[f"kvp_{kvp}"]


@lru_cache(maxsize=len(TUBE_VOLTAGES))
def _weights(kvp: int) -> FloatArray:
    """What each bin counts for a small object in a patient; they add up to 1."""
    signal = spectrum_of(kvp) * ENERGIES_KEV * np.exp(-attenuation_per_mm("water") * _WATER_MM.number)
    return np.asarray(signal / signal.sum())


def hu_of(material: Material | str, kvp: int = 120) -> float:
    """Hounsfield units of a small piece of a material in a patient, without noise or ceiling.

    Parameters
    ----------
    material : Material or str
        A material, or a name as in :func:`material_named`; mix with :func:`mixed`.
    kvp : int
        Tube voltage [kV]: 80, 100, 120 or 140.

    Returns
    -------
    hu : float
        Water is 0, air -1000; linear in shares of volume.

    Raises
    ------
    InputError
        If the material or the voltage is not known.

    Examples
    --------
    >>> hu_of("water"), round(hu_of("air"))
    (0.0, -1000)
    >>> round(hu_of("iodine 15 mg/ml", 80), -1), round(hu_of("iodine 15 mg/ml", 140), -1)
    (690.0, 380.0)
    """
    weights = _weights(kvp)
    water, air = (float(weights @ attenuation_per_mm(name)) for name in ("water", "air"))
    return 1000.0 * (float(weights @ attenuation_per_mm(material)) - water) / (water - air)


def cement_hu(cement: str | float, kvp: int = 120) -> float:
    """Hounsfield units of a small solid piece of set cement.

    Parameters
    ----------
    cement : str or float
        A cement's name, or barium sulphate's share of the powder (0.3 is 30 %).
    kvp : int
        Tube voltage [kV]: 80, 100, 120 or 140.

    Returns
    -------
    hu : float
        Without marrow, pores, noise or ceiling.

    Raises
    ------
    InputError
        If the cement or the voltage is not known.

    Examples
    --------
    >>> cement_hu(0.3) > 3.0 * cement_hu(0.1)
    True
    """
    return hu_of(cement_material(cement), kvp)
