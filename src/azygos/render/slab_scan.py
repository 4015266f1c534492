"""A few slices of a rendered body through the beam: the same body as the whole scan's, on a finer grid.

The body is painted in steps: without contrast and metal, with contrast, with metal, with cement. Where a step changed
a cell, the cell holds what the step added, and the beam is told so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from azygos.ground.errors import require
from azygos.ground.volume import Volume
from azygos.journey import Journey
from azygos.render.body_things import things_of
from azygos.render.cement_pieces import Fill, fills_of, pieces_at
from azygos.render.choices import Choices, Scanner
from azygos.render.materials import palette_of
from azygos.render.paint import Canvas, blank_canvas, paint
from azygos.render.paint_cement import paint_fills, paint_pieces
from azygos.render.phantom import Phantom, phantom_of
from azygos.render.projection import acquisition_of, project_slab
from azygos.render.slab import slab_of_materials
from azygos.render.truth import Placed
from azygos.render.whole_scan import canvas_for
from azygos.values.attenuation import cement_hu, hu_of
from azygos.values.scanners import FLOOR_HU

CELLS = 2  # along the edge of a pixel
WIDEST_MM = 500.0  # across what the rays must pass, whatever part of it is shown
ADDED_HU = 5.0  # from which a cell holds something else than before
METAL_HU = 2000.0  # what was added as hardware and is less dense is not metal
CONTRAST = "iodine 60 mg/ml"
THICKEST_MM = 1.3  # plane of cells
MOST_SLICES = 60
PROJECTIONS = (
    "These slices were rendered by projections: the beam hardens and rays starve, but there is no scatter, "
    "no helix and no motion."
)

Mask = npt.NDArray[np.bool_]


def project_journey(
    journey: Journey, *, day: float, low_mm: float, high_mm: float, choices: Choices | None = None, seed: int
) -> Volume:
    """Slices of a virtual patient's journey at a day, by projections.

    Parameters
    ----------
    journey : Journey
        The patient, with cement on its way.
    day : float
        After the session.
    low_mm, high_mm : float
        From where to where, in a body of 1.70 m over the middle of T8 [mm], as the scanner's own.
    choices : Choices, optional
        As for :func:`azygos.render.render`; the heart does not beat here, and slices touch each other.
    seed : int
        As given to :func:`azygos.render.render`, for the same body.

    Returns
    -------
    slices : Volume
        In HU, on the pixels of the whole scan, with a note that says what is left out.

    Raises
    ------
    InputError
        If the slices would be none, or more than 60.
    """
    choices = choices or Choices()
    phantom = phantom_of(journey, seed, pose=choices.pose)
    hu = cement_hu(journey.cement.name, choices.scanner.kvp)
    cement = (fills_of(journey, phantom, hu), pieces_at(journey, phantom, day, hu))
    return project_body(
        phantom, low_mm=low_mm, high_mm=high_mm, choices=choices, seed=seed, fills=cement[0], pieces=cement[1],
        cement=journey.cement.name,
    )  # fmt: skip


def project_body(
    phantom: Phantom,
    *,
    low_mm: float,
    high_mm: float,
    choices: Choices | None = None,
    seed: int,
    fills: Sequence[Fill] = (),
    pieces: Sequence[Placed] = (),
    cement: str = "generic_medium_viscosity",
) -> Volume:
    """Slices of a body by projections; as :func:`project_journey`, with cement of one kind placed by hand or none.

    Parameters
    ----------
    phantom : Phantom
        The body as it lies.
    low_mm, high_mm : float
        As :func:`project_journey`.
    choices : Choices, optional
        Scanner, contrast, metal.
    seed : int
        Of the noise.
    fills, pieces : sequences
        Cement in bone and beside it.
    cement : str
        Its name; a piece of other HU counts as that cement, denser or thinner.

    Returns
    -------
    slices : Volume
        As :func:`project_journey`.
    """
    choices = choices or Choices()
    scanner = choices.scanner
    count = (high_mm - low_mm) * phantom.scale / scanner.slice_mm
    require(
        0.5 <= count <= MOST_SLICES,
        f"from {low_mm:g} to {high_mm:g} mm there are {count:.0f} slices of {scanner.slice_mm:g} mm. "
        f"Ask for 1 to {MOST_SLICES}; each takes seconds.",
    )
    margin = max(0, math.ceil(0.5 * (WIDEST_MM - scanner.fov_mm) / scanner.pixel_mm))
    planes = 2 * math.ceil(0.5 * (scanner.slice_mm / THICKEST_MM - 1.0)) + 1
    canvas = _canvas(phantom, scanner, low_mm, round(count), margin, planes)
    made_of = _paint_all(canvas, phantom, choices, fills, pieces, cement)
    slices = project_slab(
        slab_of_materials(canvas.hu, scanner.kvp, made_of), canvas.affine_mm, acquisition_of(scanner),
        cells_per_pixel=CELLS, planes_per_slice=planes, seed=seed,
    )  # fmt: skip
    return _written(slices, choices, margin)


def _canvas(phantom: Phantom, scanner: Scanner, low_mm: float, slices: int, margin: int, planes: int) -> Canvas:
    """Blank cells, `CELLS` to a pixel of the whole scan and `planes` to a slice, with a margin of pixels."""
    cells = CELLS * (scanner.rows + 2 * margin)
    size = np.array([scanner.pixel_mm / CELLS, scanner.pixel_mm / CELLS, scanner.slice_mm / planes])
    whole = canvas_for(phantom, replace(scanner, low_mm=low_mm, high_mm=low_mm + scanner.step_mm))
    middle = 0.5 * (whole.corner_mm + whole.far_corner_mm)[:2]
    corner = np.array([*(middle - 0.5 * (cells - 1) * size[:2]), low_mm * phantom.scale - (planes // 2) * size[2]])
    return blank_canvas((cells, cells, slices * planes), corner, size, phantom.seed)


def _paint_all(
    canvas: Canvas, phantom: Phantom, choices: Choices, fills: Sequence[Fill], pieces: Sequence[Placed], cement: str
) -> dict[str, Mask]:
    """Paint the body in steps, and say of which cells each step made something else."""
    blank, kvp = canvas.hu.copy(), choices.scanner.kvp
    bare = replace(choices, hardware=())
    things = list(things_of(phantom, bare, canvas.corner_mm, canvas.far_corner_mm))
    paint(canvas, things, palette_of(phantom, replace(bare, phase="none")))
    plain = canvas.hu.copy()
    if choices.phase != "none":
        canvas.hu[:] = blank
        paint(canvas, things, palette_of(phantom, bare))
    contrast = canvas.hu.copy()
    if choices.hardware:
        canvas.hu[:] = blank
        all_things = things_of(phantom, choices, canvas.corner_mm, canvas.far_corner_mm)
        paint(canvas, all_things, palette_of(phantom, choices))
    metal = canvas.hu.copy()
    labels = np.zeros(canvas.hu.shape, dtype=np.uint16)
    paint_fills(canvas, fills, phantom, labels)
    paint_pieces(canvas, pieces, labels, len(fills) + 1)
    by_cement = canvas.hu > metal + ADDED_HU
    by_metal = (np.abs(metal - contrast) > ADDED_HU) & (metal > METAL_HU) & ~by_cement
    heavy = metal > 1.01 * hu_of("titanium", kvp)
    return {
        cement: by_cement,
        "titanium": by_metal & ~heavy,
        "steel": by_metal & heavy,
        CONTRAST: (contrast > plain + ADDED_HU) & ~by_cement & ~by_metal,
    }


def _written(slices: Volume, choices: Choices, margin: int) -> Volume:
    """The shown part, rounded and held to the scale as a scanner writes it."""
    scanner = choices.scanner
    shown = slices.hu[margin : margin + scanner.rows, margin : margin + scanner.rows]
    top = np.inf if scanner.ceiling_hu is None else scanner.ceiling_hu
    affine = slices.affine_mm.copy()
    affine[:3, 3] += margin * (affine[:3, 0] + affine[:3, 1])
    return Volume(
        hu=np.clip(np.rint(shown), FLOOR_HU.number, top),
        affine_mm=affine,
        ceiling_hu=scanner.ceiling_hu,
        notes=(PROJECTIONS,),
        facts={
            "kvp": f"{scanner.kvp}",
            "kernel": scanner.kernel,
            "slice_thickness_mm": f"{scanner.slice_mm:g}",
            "contrast": choices.phase,
            "rendered": "projections",
        },
    )
