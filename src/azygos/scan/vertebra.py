"""A vertebral body on a CT as the parcel that cement is injected into."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.ground.anatomy import check_level
from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.ground.units import MM
from azygos.ground.volume import Volume, to_voxel
from azygos.scan.body import BodyOutline
from azygos.scan.body_frame import grid_points, read_at
from azygos.scan.density import DensityLaw, choose_law
from azygos.scan.heights import Heights, classify_fracture, measure_heights
from azygos.spine import Vertebra
from azygos.values import density

METAL_HU = 1600.0  # trabecular bone and callus stay below; cement starts near here, metal is above
CLEFT_ML = 0.05  # a gas region smaller than this is a voxel or two of noise
PAD = 2  # cells of outside around the body


def vertebra_from_scan(
    volume: Volume,
    outline: BodyOutline,
    level: str,
    spacing: float = 1e-3,
    density_law: str | DensityLaw = "ash",
) -> Vertebra:
    """Read a vertebra's bone from a CT onto a grid along the body's own axes.

    The cement's path depends on where bone is dense and where it is hollow. Clinical CT shows the
    shell at least twice too thick, so the rim (2 mm) takes the bone fraction of the marrow next to
    it; the shell itself is a boundary of the flow, not bone to flow through.

    Parameters
    ----------
    volume : Volume
        CT [HU].
    outline : BodyOutline
        The body and its axes, from :func:`outline_body` or :func:`body_from_labels`.
    level : str
        "T1" to "L5".
    spacing : float
        Edge of a cell [m].
    density_law : str or callable
        A name in ``azygos.scan.density.DENSITY_LAWS`` or HU to bone fraction itself.

    Returns
    -------
    vertebra : Vertebra
        Its notes say what was repaired or assumed.

    Notes
    -----
    Bone fraction is held between 0.02 and 0.6. A connected region below -200 HU is a cleft with
    gas; a cleft filled with fluid looks like fatty marrow and is not found.
    """
    level = check_level(level)
    require(1e-4 <= spacing <= 5e-3, f"a cell edge of {spacing * 1e3:.2f} mm is not between 0.1 and 5 mm")
    name, law = (density_law, choose_law(density_law)) if isinstance(density_law, str) else ("own", density_law)
    corner_mm, counts = _lay_grid(outline, spacing / MM)
    points = _cell_centres(corner_mm, counts, outline.axes, spacing / MM)
    inside = ndimage.binary_fill_holes(outline.at(points))
    hu = _read_hu(volume, points)
    cleft = _find_gas(hu, inside, spacing)
    fraction, notes = _read_bone(hu, inside, cleft, law, spacing)
    heights = measure_heights(inside, spacing)
    return Vertebra(
        level=level,
        origin=corner_mm * MM,
        axes=outline.axes,
        spacing=spacing,
        inside=inside,
        bone_fraction=fraction,
        cleft=cleft,
        fracture=classify_fracture(heights, level),
        source="scan",
        notes=(_say_density(name), *notes, _say_heights(heights), *_say_outline(outline)),
    )


def _lay_grid(outline: BodyOutline, step_mm: float) -> tuple[FloatArray, tuple[int, int, int]]:
    """LPS of the first cell's centre [mm] and the cells along each axis."""
    index = np.argwhere(outline.mask).astype(np.float64)
    points = index @ outline.affine_mm[:3, :3].T + outline.affine_mm[:3, 3]
    local = np.asarray((points - outline.centre_mm) @ outline.axes)
    voxel = float(np.linalg.norm(outline.affine_mm[:3, :3], axis=0).max())
    low = local.min(axis=0) - voxel - PAD * step_mm
    cells = np.ceil((local.max(axis=0) + voxel + PAD * step_mm - low) / step_mm).astype(int) + 1
    return outline.centre_mm + outline.axes @ low, (int(cells[0]), int(cells[1]), int(cells[2]))


def _cell_centres(corner_mm: FloatArray, counts: tuple[int, int, int], axes: FloatArray, step_mm: float) -> FloatArray:
    """LPS of all cell centres [mm], shape (n_i, n_j, n_k, 3)."""
    return np.asarray(
        grid_points(*(np.arange(float(n)) * step_mm for n in counts)) @ axes.T + corner_mm, dtype=np.float64
    )


def _read_hu(volume: Volume, points_mm: FloatArray) -> FloatArray:
    """HU at LPS points [mm], linear between voxels."""
    index = to_voxel(volume.affine_mm, points_mm)
    flat = index.reshape(-1, 3)
    low = np.clip(np.floor(flat.min(axis=0)).astype(int), 0, np.asarray(volume.hu.shape) - 1)
    high = np.clip(np.ceil(flat.max(axis=0)).astype(int) + 2, low + 1, volume.hu.shape)
    near = volume.hu[low[0] : high[0], low[1] : high[1], low[2] : high[2]].astype(np.float64)
    return read_at(near, index - low)


def _find_gas(hu: FloatArray, inside: BoolArray, spacing: float) -> BoolArray:
    """Connected regions of gas within the body that are too large for noise."""
    deep = ndimage.binary_erosion(inside, iterations=max(round(1.5e-3 / spacing), 1))
    parts, count = ndimage.label((hu < density.GAS_HU.number) & deep)
    if not count:
        return np.zeros_like(inside)
    sizes = ndimage.sum_labels(np.ones_like(hu), parts, np.arange(1, count + 1)) * spacing**3 / 1e-6
    return np.asarray(np.isin(parts, 1 + np.nonzero(sizes >= CLEFT_ML)[0]))


def _read_bone(
    hu: FloatArray, inside: BoolArray, cleft: BoolArray, law: DensityLaw, spacing: float
) -> tuple[FloatArray, list[str]]:
    """Bone fraction of each cell, 0 outside, and what was done to get it."""
    depth = (ndimage.distance_transform_edt(inside) - 0.5) * spacing
    metal = ndimage.binary_dilation(inside & (hu > METAL_HU), iterations=2) & inside if (hu > METAL_HU).any() else None
    rim = inside & (depth <= _rim_depth(depth))
    unread = rim | cleft if metal is None else rim | cleft | metal
    readable = inside & ~unread
    require(
        bool(readable.any()),
        "no bone of the vertebral body can be read: all of it is rim, gas or metal. Use another scan.",
    )
    raw = law(hu)
    nearest = ndimage.distance_transform_edt(~readable, return_distances=False, return_indices=True)
    filled = np.where(unread, raw[tuple(nearest)], raw)
    low, high = density.LEAST_BONE_FRACTION.number, density.MOST_BONE_FRACTION.number
    clipped = float(np.mean((filled[inside] < low) | (filled[inside] > high)))
    notes = [
        f"The outer {_rim_depth(depth) * 1e3:.1f} mm take the bone fraction of the marrow next to them, because CT "
        "shows the shell at least twice too thick."
    ]
    if clipped > 0.005:
        notes.append(f"{clipped:.0%} of the bone fraction was held between {low} and {high}.")
    if cleft.any():
        notes.append(f"A cleft with {np.count_nonzero(cleft) * spacing**3 / 1e-6:.2f} mL of gas was found in the body.")
    if metal is not None and metal.any():
        notes.append(
            f"Metal or cement (over {METAL_HU:.0f} HU) lies in {np.count_nonzero(metal) * spacing**3 / 1e-6:.2f} mL of "
            "the body; bone next to it is not read there."
        )
    return np.where(inside, np.clip(filled, low, high), 0.0), notes


def _rim_depth(depth: FloatArray) -> float:
    """How deep the blurred shell reaches [m]: 2 mm, less in a body too small to spare it."""
    return min(density.RIM_DEPTH.number, 0.4 * float(depth.max()))


def _say_density(name: str) -> str:
    return (
        f"Bone fraction by the density law {name!r} without a calibration phantom; contrast agent would raise it, "
        "marrow fat lowers it."
    )


def _say_heights(heights: Heights) -> str:
    return (
        f"Heights: anterior {heights.anterior * 1e3:.1f}, middle {heights.middle * 1e3:.1f}, "
        f"posterior {heights.posterior * 1e3:.1f} mm."
    )


def _say_outline(outline: BodyOutline) -> tuple[str, ...]:
    if outline.source == "labels":
        return outline.reasons
    return (f"Built-in outline, confidence {outline.confidence:.2f}.", *outline.reasons)
