r"""Cement put into a real CT, as that scanner would have shown it.

A piece's occupancy is known in cells finer than the scan; blurred by the scan's own point spread it is the share
:math:`f` that cement has in each voxel, and

.. math:: H' = H + f\,(H_c - \bar H),

where :math:`\bar H` is the scan blurred once more by its point spread: tissue gives way to cement, and the noise
:math:`H - \bar H` that is already there stays. Then the scale's ceiling clips. Left out: what dense cement adds to
the noise and to the streaks, and its own hardening of the beam (see the projections of the renderer for those).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.special import ndtr

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import CARDIAC
from azygos.ground.volume import Volume
from azygos.render.insert_pieces import Described
from azygos.render.insert_sharpness import FWHM_OF_SIGMA, Sharpness, estimate_sharpness, slice_axis
from azygos.render.shape import Cells, Indices, fine_blocks, mean_of_cells, reach
from azygos.render.truth import Placed, Truth
from azygos.values.insertion import BEAT_SEEN, HEART_TRAVEL
from azygos.values.value import Value

MARGIN_SIGMAS = 3.5
INSTANTS = 9  # of a beat's part that a slice sees
LEAST_SHARE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swing(Parcel):
    """How a piece in the heart moves while a slice is taken."""

    travel_mm: FloatArray  # shape (3,), from one end of the motion to the other
    phase: float  # of the beat when the slice begins [-]
    seen: float  # share of the beat that passes meanwhile [-]

    def __post_init__(self) -> None:
        self.seal("travel_mm")

    def offsets_mm(self) -> FloatArray:
        """Where the piece is at evenly spaced instants, shape (n, 3)."""
        beat = self.phase + self.seen * (np.arange(INSTANTS) + 0.5) / INSTANTS
        return np.asarray(0.5 * np.sin(2 * np.pi * beat)[:, None] * self.travel_mm)


def draw_swings(pieces: Sequence[Placed], seed: int) -> dict[str, Swing]:
    """A motion for each piece that lies in the heart, by its name; nothing for the others."""
    swings = {}
    for index, piece in enumerate(pieces):
        if piece.place.site in CARDIAC:
            rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(index,)))
            way = rng.standard_normal(3)
            travel = _drawn(HEART_TRAVEL, rng) * way / np.linalg.norm(way)
            seen = _drawn(BEAT_SEEN, rng)
            swings[piece.name] = Swing(travel_mm=travel, phase=float(rng.uniform()), seen=seen)
    return swings


def _drawn(value: Value, rng: np.random.Generator) -> float:
    assert value.low is not None
    assert value.high is not None
    return float(rng.uniform(value.low, value.high))


def insert(
    volume: Volume,
    pieces: Sequence[Described | Placed],
    *,
    kvp: int = 120,
    seed: int = 0,
    heart_motion: bool = False,
    ceiling_hu: float | Literal["own"] | None = "own",
    sharpness: Sharpness | None = None,
) -> tuple[Volume, Truth]:
    """Put pieces of cement into a real CT.

    Parameters
    ----------
    volume : Volume
        The scan.
    pieces : sequence of Described or Placed
        What to put in; a later piece lies over an earlier one.
    kvp : int
        Tube voltage [kV], for cement that is given by name.
    seed : int
        Of the heart's motion; nothing else is drawn.
    heart_motion : bool
        Whether pieces in the heart are smeared by 5 to 15 mm of motion (assumed).
    ceiling_hu : float, "own" or None
        Where the scale ends: the scan's own ceiling if it has one, another, or none.
    sharpness : Sharpness, optional
        Of the scan, where it is known already.

    Returns
    -------
    volume : Volume
        The scan with the cement in it.
    truth : Truth
        What was put in; it belongs beside the scan, not into it.

    Raises
    ------
    InputError
        If a piece lies wholly outside the scan.

    Examples
    --------
    >>> from azygos.ground.places import Place
    >>> noise = np.random.default_rng(0).normal(-850.0, 20.0, (30, 30, 20))
    >>> lung = Volume(hu=noise, affine_mm=np.diag([0.7, 0.7, 1.0, 1.0]))
    >>> ball = Described(name="ball", lines_mm=([[10.0, 10.0, 9.0]],), diameters_mm=([6.0],),
    ...                  place=Place(site="lung"), cement_hu=4700.0)
    >>> scan, truth = insert(lung, [ball])
    >>> bool(abs(scan.hu[14, 14, 9] - 4700.0) < 100.0), int(truth.labels.max())
    (True, 1)
    """
    placed = [piece.placed(kvp) if isinstance(piece, Described) else piece for piece in pieces]
    swings = draw_swings(placed, seed) if heart_motion else {}
    sharp = sharpness or estimate_sharpness(volume)
    sigmas = _sigmas_voxels(volume, sharp)
    hu = np.array(volume.hu)
    labels = np.zeros(hu.shape, dtype=np.uint16)
    for number, piece in enumerate(placed, start=1):
        corner, blurred, sharp_share = _shares(piece, volume, sigmas, swings.get(piece.name))
        box = tuple(slice(int(c), int(c + n)) for c, n in zip(corner, blurred.shape, strict=True))
        hu[box] = _mixed(hu, box, blurred, piece.cement_hu, sigmas)
        labels[box][sharp_share >= 0.5] = number
    ceiling = volume.ceiling_hu if ceiling_hu == "own" else ceiling_hu
    changed = hu != volume.hu
    hu[changed] = _stored(hu[changed], volume.hu, ceiling)
    return (
        Volume(
            hu=hu, affine_mm=volume.affine_mm, ceiling_hu=ceiling, facts=volume.facts,
            notes=(*volume.notes, *sharp.notes, _note(placed, sharp, swings)),
        ),
        Truth(pieces=tuple(placed), labels=labels, affine_mm=volume.affine_mm),
    )  # fmt: skip


def _sigmas_voxels(volume: Volume, sharpness: Sharpness) -> FloatArray:
    """Standard deviations of the blur along the array's axes [voxels], shape (3,)."""
    widths = np.full(3, sharpness.in_plane_mm)
    widths[slice_axis(volume)] = sharpness.slice_mm
    return np.asarray(widths / FWHM_OF_SIGMA / volume.spacing_mm)


def _shares(piece: Placed, volume: Volume, sigmas: FloatArray, swing: Swing | None) -> tuple[Indices, Cells, Cells]:
    """A box's first voxel, cement's blurred share in its voxels, and how much of each lies inside the piece."""
    away = swing.offsets_mm() if swing else np.zeros((1, 3))
    margin = MARGIN_SIGMAS * float((sigmas * volume.spacing_mm).max()) + float(np.linalg.norm(away, axis=1).max())
    shape = (volume.hu.shape[0], volume.hu.shape[1], volume.hu.shape[2])
    corner, size = reach(piece.lines_mm, piece.diameters_mm, shape, volume.affine_mm, margin_mm=margin)
    _, touched = reach(piece.lines_mm, piece.diameters_mm, shape, volume.affine_mm)
    require(
        bool(np.all(touched > 0)),
        f"{piece.name} lies outside the scan. Give its points in mm in the scan's LPS coordinates.",
    )
    blurred = np.zeros(tuple(int(n) for n in size), dtype=np.float32)
    share = np.zeros_like(blurred)
    for offset in away:
        lines = [line + offset for line in piece.lines_mm]
        _add_blurred(lines, piece.diameters_mm, corner, size, volume.affine_mm, sigmas, blurred, share)
    blurred /= np.float32(len(away))
    share /= np.float32(len(away))
    return corner, blurred, share


def _add_blurred(
    lines_mm: Sequence[FloatArray],
    diameters_mm: Sequence[FloatArray],
    corner: Indices,
    size: Indices,
    affine_mm: FloatArray,
    sigmas: FloatArray,
    blurred: Cells,
    share: Cells,
) -> None:
    """Add a shape's blurred share, and its plain one, to those of a box of voxels."""
    for first, fine, cuts in fine_blocks(lines_mm, diameters_mm, corner, size, affine_mm):
        deep = fine.shape[2] // int(cuts[2])
        near = slice(int(first[2] - corner[2]), int(first[2] - corner[2]) + deep)
        share[:, :, near] += mean_of_cells(fine, cuts)
        through = [
            _smear(int(size[axis]), int(first[axis] - corner[axis]), fine.shape[axis], int(cuts[axis]), sigmas[axis])
            for axis in range(3)
        ]
        part = np.tensordot(through[0], fine, axes=(1, 0))
        part = np.tensordot(part, through[1], axes=(1, 1))  # i, k, j
        blurred += np.tensordot(part, through[2], axes=(1, 1))


def _smear(n_voxels: int, first: int, n_cells: int, cuts: int, sigma: float) -> Cells:
    """What each cell gives to each voxel along one axis, shape (n_voxels, n_cells)."""
    walls = first - 0.5 + np.arange(n_cells + 1) / cuts
    reached = ndtr((walls[None, :] - np.arange(n_voxels)[:, None]) / sigma)
    return np.asarray(np.diff(reached, axis=1), dtype=np.float32)


def _mixed(
    hu: npt.NDArray[np.float32], box: tuple[slice, ...], share: Cells, cement_hu: float, sigmas: FloatArray
) -> npt.NDArray[np.float32]:
    """HU of a box once cement has its share; the noise that is there stays."""
    pad = 3
    wide = tuple(slice(max(0, s.start - pad), s.stop + pad) for s in box)
    tissue = ndimage.gaussian_filter(hu[wide], sigmas, mode="nearest")
    inner = tuple(slice(s.start - w.start, s.stop - w.start) for s, w in zip(box, wide, strict=True))
    share = np.where(share > LEAST_SHARE, share, 0.0)
    return np.asarray(hu[box] + share * (cement_hu - tissue[inner]), dtype=np.float32)


def _stored(
    values: npt.NDArray[np.float32], scan: npt.NDArray[np.float32], ceiling_hu: float | None
) -> npt.NDArray[np.float32]:
    """As the series stores it: whole numbers where it has only these, nothing above its ceiling."""
    sample = scan[:: max(1, scan.shape[0] // 16)]
    if np.array_equal(sample, np.rint(sample)):
        values = np.rint(values)
    return values if ceiling_hu is None else np.asarray(np.minimum(values, np.float32(ceiling_hu)))


def _note(placed: Sequence[Placed], sharpness: Sharpness, swings: Mapping[str, Swing]) -> str:
    moving = f", {len(swings)} of them moving with the heart" if swings else ""
    return (
        f"Cement was put into this scan by computation: {len(placed)} pieces{moving}, blurred by "
        f"{sharpness.in_plane_mm:.2f} mm in the plane and {sharpness.slice_mm:.2f} mm across the slices."
    )
