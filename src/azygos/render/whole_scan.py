"""A whole body as a CT, with its truth and its label map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.volume import LabelMap, Volume
from azygos.journey import Journey
from azygos.render.body_things import things_of
from azygos.render.cement_pieces import Fill, fills_of, pieces_at
from azygos.render.choices import Choices, Scanner
from azygos.render.image_domain import smear_heart, take_image
from azygos.render.materials import palette_of
from azygos.render.noise import add_noise
from azygos.render.paint import Canvas, blank_canvas, paint
from azygos.render.paint_cement import paint_fills, paint_pieces
from azygos.render.phantom import Phantom, phantom_of
from azygos.render.truth import Placed, Truth
from azygos.values.attenuation import cement_hu

MIDDLE_Y_MM = -42.0  # of the trunk, in front of the middle of T8, in a body of 1.70 m
COARSEST_PAINT_MM = 1.3  # step along the body in which solids are painted at most
CARDIAC = ("heart", "heart_atrium_left", "heart_atrium_right", "heart_ventricle_left", "heart_ventricle_right")
IMAGE_DOMAIN = (
    "This scan was rendered in the image domain: it has no streaks, no cupping and no scatter, whatever lies in it."
)


def render(
    journey: Journey, *, day: float, choices: Choices | None = None, seed: int, noise_seed: int | None = None
) -> tuple[Volume, Truth, LabelMap]:
    """A virtual patient's journey at a day, as a CT.

    Parameters
    ----------
    journey : Journey
        The patient, with cement on its way.
    day : float
        After the session; what was taken out by then is gone.
    choices : Choices, optional
        Scanner, contrast, metal, pose.
    seed : int
        Of the body beyond what the journey says of it, and of the noise.
    noise_seed : int, optional
        Of the noise alone: another one is another scan of the same body.

    Returns
    -------
    volume : Volume
        In HU, LPS, with a note that says what an image-domain rendering lacks.
    truth : Truth
        Every piece of cement: first what lies in treated bodies, then each piece outside.
    labels : LabelMap
        Structures by TotalSegmentator's names.
    """
    choices = choices or Choices()
    phantom = phantom_of(journey, seed, pose=choices.pose)
    hu = cement_hu(journey.cement.name, choices.scanner.kvp)
    fills = fills_of(journey, phantom, hu)
    pieces = pieces_at(journey, phantom, day, hu)
    return _render(phantom, choices, seed if noise_seed is None else noise_seed, fills, pieces)


def render_body(
    phantom: Phantom,
    *,
    choices: Choices | None = None,
    seed: int,
    pieces: Sequence[Placed] = (),
    noise_seed: int | None = None,
) -> tuple[Volume, Truth, LabelMap]:
    """A body without a journey as a CT, with pieces placed by hand or none.

    Parameters
    ----------
    phantom : Phantom
        The body; `choices.pose` says how it lies.
    choices : Choices, optional
        Scanner, contrast, metal, pose.
    seed : int
        Of the noise.
    pieces : sequence of Placed
        In LPS of the scan [mm].
    noise_seed : int, optional
        Of the noise, instead of `seed`.

    Returns
    -------
    volume, truth, labels
        As :func:`render`.

    Examples
    --------
    >>> from azygos.render import Choices, Scanner, draw_phantom, render_body
    >>> small = Choices(scanner=Scanner(rows=48, slice_mm=5.0, step_mm=10.0, low_mm=-40.0, high_mm=40.0))
    >>> volume, truth, labels = render_body(draw_phantom(1), choices=small, seed=1)
    >>> volume.hu.shape, len(truth.pieces), labels.label_of("vertebrae_T8") is not None
    ((48, 48, 8), 0, True)
    """
    choices = choices or Choices()
    noise = seed if noise_seed is None else noise_seed
    return _render(phantom.lying(choices.pose), choices, noise, (), tuple(pieces))


def _render(
    phantom: Phantom, choices: Choices, seed: int, fills: Sequence[Fill], pieces: Sequence[Placed]
) -> tuple[Volume, Truth, LabelMap]:
    scanner = choices.scanner
    canvas = canvas_for(phantom, scanner)
    palette = palette_of(phantom, choices)
    paint(canvas, things_of(phantom, choices, canvas.corner_mm, canvas.far_corner_mm), palette)
    cement = np.zeros(canvas.hu.shape, dtype=np.uint16)
    paint_fills(canvas, fills, phantom, cement)
    paint_pieces(canvas, pieces, cement, len(fills) + 1)
    if choices.motion_mm > 0.0:
        smear_heart(canvas.hu, _beating(canvas), canvas.size_mm, choices.motion_mm)
    every = round(scanner.step_mm / canvas.size_mm[2])
    affine = _affine(canvas, every)
    volume = _image(canvas, choices, seed, affine)
    canvas.hu = canvas.hu[:0]  # used up
    labels = LabelMap(
        labels=canvas.labels[:, :, every // 2 :: every].astype(np.int32),
        affine_mm=affine,
        names={n: s for s, n in canvas.names.items()},
    )
    truth = Truth(
        pieces=(*(fill.placed for fill in fills), *pieces), labels=cement[:, :, every // 2 :: every], affine_mm=affine
    )
    return volume, truth, labels


def _beating(canvas: Canvas) -> npt.NDArray[np.bool_]:
    """Voxels of the heart and its rooms; one label after another, which takes less memory than a look-up."""
    inside = np.zeros(canvas.labels.shape, dtype=bool)
    for name in CARDIAC:
        if name in canvas.names:
            inside |= canvas.labels == canvas.names[name]
    return inside


def _image(canvas: Canvas, choices: Choices, seed: int, affine: FloatArray) -> Volume:
    scanner = choices.scanner
    size = np.array([*canvas.size_mm[:2], scanner.step_mm])
    image = take_image(canvas.hu, scanner, float(canvas.size_mm[2]), np.empty_like(canvas.hu))
    add_noise(image, scanner, size, np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2001,))))
    return Volume(
        hu=image,
        affine_mm=affine,
        ceiling_hu=scanner.ceiling_hu,
        notes=(IMAGE_DOMAIN,),
        facts={
            "kvp": f"{scanner.kvp}",
            "kernel": scanner.kernel,
            "slice_thickness_mm": f"{scanner.slice_mm:g}",
            "contrast": choices.phase,
            "rendered": "image domain",
        },
    )


def canvas_for(phantom: Phantom, scanner: Scanner) -> Canvas:
    """Blank voxels of a scan's field, as finely cut along the body as they are painted."""
    s, pixel = phantom.scale, scanner.pixel_mm
    every = max(1, int(np.ceil(scanner.step_mm / min(COARSEST_PAINT_MM, scanner.slice_mm) - 1e-9)))
    every += 1 - every % 2  # odd, so that a painted plane lies in the middle of each slice
    step = scanner.step_mm / every
    slices = max(2, round((scanner.high_mm - scanner.low_mm) * s / scanner.step_mm))
    half = 0.5 * (scanner.rows - 1) * pixel
    corner = np.array([-half, MIDDLE_Y_MM * s - half + 12.0, scanner.low_mm * s - (every // 2) * step])
    shape = (scanner.rows, scanner.rows, slices * every)
    return blank_canvas(shape, corner, np.array([pixel, pixel, step]), phantom.seed)


def _affine(canvas: Canvas, every: int) -> FloatArray:
    """Of the slices: each lies in the middle of its painted planes."""
    affine = canvas.affine_mm
    affine[2, 3] += (every // 2) * canvas.size_mm[2]
    affine[2, 2] *= every
    return affine
