"""Make the two beam tables of azygos once: spectra with SpekPy, attenuation of the elements with XrayDB.

They lie in ``src/azygos/values`` as ``attenuation_spectra.csv`` and ``attenuation_elements.csv``; users need neither
program. To make them again, in an environment of their own::

    python -m venv beam && beam/bin/pip install spekpy==2.5.4 xraydb==4.5.8
    beam/bin/python benchmarks/attenuation/make_tables.py src/azygos/values
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import spekpy
import xraydb

KVP = (80, 100, 120, 140)
ANODE_ANGLE = 8.0  # [degree]
FILTER_MM = 6.0  # aluminium
BIN_KEV, FINE_KEV = 2.0, 0.1
EDGES = np.arange(12.0, 140.0 + BIN_KEV, BIN_KEV)  # below 12 keV nothing leaves 6 mm of aluminium
ELEMENTS = (
    "H", "C", "N", "O", "Na", "Mg", "Al", "Si", "P", "S", "Cl", "Ar", "K", "Ca", "Ti", "V", "Cr", "Mn", "Fe", "Co",
    "Ni", "Cu", "Zr", "Mo", "Ba", "I", "Pb",
)  # fmt: skip


def photons_per_bin(kvp: int) -> np.ndarray:
    """Photons per mm^2 and mAs at 1 m behind the filter, in each bin."""
    spectrum = spekpy.Spek(kvp=kvp, th=ANODE_ANGLE, dk=FINE_KEV * 2.5, mas=1.0, z=100.0, targ="W")
    spectrum.filter("Al", FILTER_MM)
    energies, fluence = spectrum.get_spectrum(edges=False)  # per cm^2 and keV, in steps of 0.25 keV
    counted, _ = np.histogram(energies, EDGES, weights=fluence * FINE_KEV * 2.5)
    assert abs(counted.sum() - spectrum.get_flu()) < 1e-3 * counted.sum(), "the bins miss photons"
    return counted / 100.0


def mass_attenuation(element: str) -> np.ndarray:
    """Total mass attenuation in each bin [cm^2/g], coherent scatter included; the mean over 0.1 keV steps."""
    fine = np.arange(EDGES[0] + FINE_KEV / 2.0, EDGES[-1], FINE_KEV)
    values = xraydb.mu_elam(element, fine * 1000.0, kind="total")
    return np.asarray(values).reshape(len(EDGES) - 1, -1).mean(axis=1)


def write(path: Path, columns: list[str], table: np.ndarray) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(columns)
        lines.writerows([f"{row[0]:g}", *(f"{value:.5g}" for value in row[1:])] for row in table)


def main(folder: Path) -> None:
    middles = 0.5 * (EDGES[1:] + EDGES[:-1])
    spectra = np.column_stack([middles, *(photons_per_bin(kvp) for kvp in KVP)])
    write(folder / "attenuation_spectra.csv", ["energy_kev", *(f"kvp_{kvp}" for kvp in KVP)], spectra)
    elements = np.column_stack([middles, *(mass_attenuation(element) for element in ELEMENTS)])
    write(folder / "attenuation_elements.csv", ["energy_kev", *ELEMENTS], elements)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
