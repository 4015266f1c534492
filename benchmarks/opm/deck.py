"""Write the comparison problem BOX as an Eclipse-format deck that OPM Flow runs.

BOX: a cube of N^3 cells, constant porosity, quadratic relative permeabilities without
residuals, no capillarity, no gravity, incompressible. The central (N/16)^3 cells are the
source, at constant rate; the whole face X+ is held at one pressure; 0.30 pore volumes go in.

How it is said in the deck's metric units, so that nothing but the problem's own numbers counts:

* Cement is the deck's water, marrow its (dead) oil. Cells are 1 m, 1 darcy, porosity 0.2.
* Each source cell has its own injector, so that the rate is the same in every source cell in a
  heterogeneous medium too. A well's index only moves its own bottom-hole pressure.
* The face X+ opens on one more layer of cells, a millimetre thin (so that the half cell before it
  is all the resistance) but together as roomy as the whole cube, filled with marrow so soft that what
  is injected raises their pressure by a few hundredths of a bar against some 10 bar in the cube.
  Producers at fixed bottom-hole pressure were tried first: at the start nothing flows, Flow judges
  them inoperable, shuts some for good, and reports a run that is wrong without failing.
* No gravity: every density is 1 g/m^3.
* Incompressible: fluids give 1e-6 per bar, rock nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

DARCY_METRIC = 0.008527017  # flow [m^3/day] = this * k [mD] * area [m^2] / viscosity [cP] * gradient [bar/m]
PERMEABILITY_MD = 1000.0
POROSITY = 0.2
FACE_PRESSURE_BAR = 200.0
OUTLET_THICKNESS = 1e-3  # of the outlet's layer [m]
OUTLET_COMPRESSIBILITY = 10.0  # of the marrow in it [1/bar]
PORE_VOLUMES = 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One setting of the comparison problem."""

    cells: int = 32  # along each edge, a multiple of 16
    ratio: float = 10.0  # injected over resident viscosity
    hetero: bool = False
    reports: int = 10  # the run is cut into this many equal parts; Flow chops them further as it likes
    days: float = 100.0  # length of the run; only Flow's own first time step (1 day) sees it
    first_step_days: float = 1.0  # Flow's default; its own TUNING keyword is ignored unless asked for
    linear_reduction: float = 1e-4  # Flow's default, 0.01, makes Newton fail with so little compressibility
    relperm_rows: int = 401  # Flow interpolates linearly between rows

    def __post_init__(self) -> None:
        if self.cells < 16 or self.cells % 16:
            raise ValueError(f"BOX needs a multiple of 16 cells along an edge, not {self.cells}")


def permeability(box: Box) -> npt.NDArray[np.float64]:
    """Relative permeability of the medium, shape (N, N, N) in index order z, y, x, median 1 [-].

    Log-normal, sigma 1, as `hetero` is defined: white noise of ``default_rng(7)`` smoothed by
    a Gaussian of two cells, wrapped, then shifted and scaled to mean 0 and deviation 1.
    """
    from scipy.ndimage import gaussian_filter

    n = box.cells
    if not box.hetero:
        return np.ones((n, n, n))
    noise = gaussian_filter(np.random.default_rng(7).standard_normal((n, n, n)), 2.0, mode="wrap")
    return np.exp((noise - noise.mean()) / noise.std())


def source_range(cells: int) -> range:
    """Indices from 0, along each axis, of the central cells that are the source."""
    width = cells // 16
    start = (cells - width) // 2
    return range(start, start + width)


def write_deck(box: Box, folder: Path) -> Path:
    """Write ``BOX.DATA`` into `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "BOX.DATA"
    sections = (_runspec(box), _grid(box), _props(box), _solution(box), _schedule(box))
    path.write_text("\n".join(sections), encoding="ascii")
    return path


def _runspec(box: Box) -> str:
    n = box.cells
    sources = len(source_range(n)) ** 3
    return f"""RUNSPEC
TITLE
 BOX {n}^3 {"hetero" if box.hetero else "homogeneous"} ratio {box.ratio:g}
DIMENS
 {n + 1} {n} {n} /
OIL
WATER
METRIC
TABDIMS
 1 2 {box.relperm_rows} 20 /
WELLDIMS
 {sources} 1 2 {sources} /
START
 1 'JAN' 2020 /
UNIFOUT
"""


def _grid(box: Box) -> str:
    n = box.cells
    cells = (n + 1) * n * n
    outlet = f"{n + 1} {n + 1} 1 {n} 1 {n}"
    if box.hetero:
        inner = PERMEABILITY_MD * permeability(box)
        values = _wrapped(np.concatenate([inner, inner[:, :, -1:]], axis=2).ravel())
    else:
        values = f" {cells}*{PERMEABILITY_MD:g}"
    return f"""GRID
DXV
 {n}*1 {OUTLET_THICKNESS:g} /
DYV
 {n}*1 /
DZV
 {n}*1 /
TOPS
 {(n + 1) * n}*1000 /
PORO
 {cells}*{POROSITY} /
PERMX
{values} /
COPY
 PERMX PERMY /
 PERMX PERMZ /
/
EQUALS
 MULTPV {n / OUTLET_THICKNESS:g} {outlet} /
/
"""


def _wrapped(values: npt.NDArray[np.float64], per_line: int = 8) -> str:
    rows = (values[i : i + per_line] for i in range(0, values.size, per_line))
    return "\n".join(" " + " ".join(f"{value:.9g}" for value in row) for row in rows)


def _props(box: Box) -> str:
    saturation = np.linspace(0.0, 1.0, box.relperm_rows)
    rows = "\n".join(f" {s:.8f} {s * s:.10f} {(1.0 - s) ** 2:.10f} 0" for s in saturation)
    return f"""PROPS
DENSITY
 0.001 0.001 0.001 /
 0.001 0.001 0.001 /
PVTW
 {FACE_PRESSURE_BAR:g} 1.0 1E-6 {box.ratio:g} 0 /
 {FACE_PRESSURE_BAR:g} 1.0 1E-6 {box.ratio:g} 0 /
PVCDO
 {FACE_PRESSURE_BAR:g} 1.0 1E-6 1.0 0 /
 {FACE_PRESSURE_BAR:g} 1.0 {OUTLET_COMPRESSIBILITY:g} 1.0 0 /
ROCK
 {FACE_PRESSURE_BAR:g} 0 /
 {FACE_PRESSURE_BAR:g} 0 /
SWOF
{rows} /
"""


def _solution(box: Box) -> str:
    n = box.cells
    cells = (n + 1) * n * n
    return f"""REGIONS
PVTNUM
 {cells}*1 /
EQUALS
 PVTNUM 2 {n + 1} {n + 1} 1 {n} 1 {n} /
/
SOLUTION
PRESSURE
 {cells}*{FACE_PRESSURE_BAR:g} /
SWAT
 {cells}*0 /
SUMMARY
"""


def _schedule(box: Box) -> str:
    n = box.cells
    source = source_range(n)
    rate = PORE_VOLUMES * POROSITY * n**3 / box.days / len(source) ** 3
    specs, connections, injectors = [], [], []
    for k in source:
        for j in source:
            for i in source:
                name = f"I{len(injectors) + 1}"
                specs.append(f" {name} G {i + 1} {j + 1} 1* WATER /")
                connections.append(f" {name} {i + 1} {j + 1} {k + 1} {k + 1} OPEN 1* 1* 0.2 /")
                injectors.append(f" {name} WATER OPEN RATE {rate:.10g} 1* 100000 /")
    blocks = [("WELSPECS", specs), ("COMPDAT", connections), ("WCONINJE", injectors)]
    text = ["SCHEDULE"]
    for keyword, lines in blocks:
        text.append("\n".join([keyword, *lines, "/"]))
    step = f"{box.days / box.reports:.12g}"
    if box.reports > 1:
        text.append(f"TSTEP\n {box.reports - 1}*{step} /")
    text.append(f"RPTRST\n BASIC=2 /\nTSTEP\n {step} /\nEND\n")
    return "\n".join(text)
