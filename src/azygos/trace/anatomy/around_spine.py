"""Regions in and around the spine, in spine coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from azygos.ground.parcels import BoolArray, FloatArray
from azygos.trace.anatomy.coarse import Coarse
from azygos.trace.anatomy.naming import place_in_names
from azygos.trace.anatomy.parcels import REGIONS, Spine

Float32Array = npt.NDArray[np.float32]
NEAR_MM = (85.0, 75.0, 100.0)  # to the side, to the front and to the back of the bodies' line
CANAL_HALF_MM = 9.5  # half width of a canal that is not measured
PREVERTEBRAL_MM = 7.0  # in front of the bodies' wall
CLOSED_HU = -300.0  # what smoothing the lung's outline took from the strip in front of the bodies is denser
STRIP_MM = 30.0
PARAVERTEBRAL_MM = 20.0  # beside the bodies
SQUARE = 2.6  # exponent of a body's outline: 2 is an ellipse


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Near:
    """The part of the coarse grid around a spine, and where each block lies in spine coordinates."""

    box: tuple[slice, slice, slice]
    left: Float32Array  # to the left of the bodies' centre [mm]
    back: Float32Array  # behind it [mm]
    rim: Float32Array  # 1 on the outline of the bodies, less inside [-]
    wall: Float32Array  # behind the bodies' back wall [mm]
    canal_left: Float32Array  # to the left of the canal's middle [mm]
    canal_back: Float32Array  # behind the canal's middle [mm]
    canal_room: Float32Array  # from the back wall to the canal's middle [mm]
    height: Float32Array  # along the bodies' line [mm]
    half_width: Float32Array
    half_depth: Float32Array
    level: Float32Array  # place in NAMES, parts of a level downwards; NaN where not known
    within: BoolArray  # between the ends of the line


def near_spine(coarse: Coarse, spine: Spine) -> Near:
    """Spine coordinates of all blocks near a spine."""
    low = spine.line_mm.min(axis=0) - np.array([NEAR_MM[0], NEAR_MM[1], 30.0])
    high = spine.line_mm.max(axis=0) + np.array([NEAR_MM[0], NEAR_MM[2], 30.0])
    corners = coarse.to_index(
        np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    )
    start = np.clip(np.floor(corners.min(axis=0)), 0, np.array(coarse.mean.shape) - 1).astype(int)
    stop = np.clip(np.ceil(corners.max(axis=0)) + 1, start + 1, coarse.mean.shape).astype(int)
    box = (slice(start[0], stop[0]), slice(start[1], stop[1]), slice(start[2], stop[2]))
    x, y, z = _points(coarse, box)
    line_z = spine.line_mm[:, 2]
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(spine.line_mm, axis=0), axis=1))])

    def at(values: FloatArray) -> Float32Array:
        return np.interp(z, line_z, values).astype(np.float32)

    left, back = x - at(spine.line_mm[:, 0]), y - at(spine.line_mm[:, 1])
    wide, deep = at(spine.half_width_mm), at(spine.half_depth_mm)
    canal_x, canal_y = at(spine.canal_mm[:, 0]), at(spine.canal_mm[:, 1])
    rim = (np.abs(left / wide) ** SQUARE + np.abs(back / deep) ** SQUARE) ** (1.0 / SQUARE)
    return Near(
        box=box,
        left=left,
        back=back,
        rim=rim.astype(np.float32),
        wall=back - deep,
        canal_left=x - canal_x,
        canal_back=y - canal_y,
        canal_room=canal_y - at(spine.line_mm[:, 1]) - deep,
        height=at(arc) + (z - np.clip(z, line_z[0], line_z[-1])),
        half_width=wide,
        half_depth=deep,
        level=place_in_names(spine, z.astype(np.float64)).astype(np.float32),
        within=(z >= line_z[0] - 3.0) & (z <= line_z[-1] + 3.0),
    )


def _points(coarse: Coarse, box: tuple[slice, slice, slice]) -> tuple[Float32Array, Float32Array, Float32Array]:
    axes = np.meshgrid(*(np.arange(s.start, s.stop, dtype=np.float32) for s in box), indexing="ij", sparse=True)
    matrix, offset = coarse.affine_mm[:3, :3].astype(np.float32), coarse.affine_mm[:3, 3].astype(np.float32)
    shape = np.broadcast_shapes(*(axis.shape for axis in axes))
    return tuple(  # type: ignore[return-value]
        np.ascontiguousarray(np.broadcast_to(sum(matrix[r, c] * axes[c] for c in range(3)) + offset[r], shape))
        for r in range(3)
    )


def paint_spine(regions: npt.NDArray[np.uint8], coarse: Coarse, spine: Spine, near: Near, inside: BoolArray) -> None:
    """Write the regions of the spine into the coarse grid, from the outer to the inner ones."""
    view, tissue = regions[near.box], inside[near.box] & near.within
    bone = coarse.solid[near.box]
    soft = view == REGIONS.index("soft_tissue")
    soft |= np.isin(view, [REGIONS.index(name) for name in ("fat", "mediastinum", "abdomen", "neck")])
    behind = (near.canal_back > 0.0) & (np.abs(near.canal_left) < 75.0) & tissue & soft
    beside = (np.abs(near.left) < near.half_width + PARAVERTEBRAL_MM) & (near.back > -near.half_depth) & tissue & soft
    beside &= near.canal_back < 12.0
    front = (near.rim >= 1.0) & (np.abs(near.left) < 1.1 * near.half_width) & (near.back < -0.4 * near.half_depth)
    closed = _closed_strip(view, coarse, near)
    front &= (near.back > -near.half_depth - PREVERTEBRAL_MM) & tissue & (soft | closed)
    view[behind] = REGIONS.index("back")
    view[beside] = REGIONS.index("paravertebral")
    view[front] = REGIONS.index("prevertebral")
    arch = (near.wall > -1.0) & (np.abs(near.canal_left) < 40.0) & (near.canal_back < 60.0) & bone & tissue
    view[arch & (near.rim >= 1.0)] = REGIONS.index("posterior_elements")
    at_disc = _in_discs(spine, near.height)
    view[_foramen(near, spine) & ~bone & tissue] = REGIONS.index("foramen")
    body = (near.rim < 1.0) & tissue
    view[body] = REGIONS.index("vertebral_body")
    view[body & at_disc] = REGIONS.index("disc")
    view[_in_canal(near) & tissue & ~body] = REGIONS.index("spinal_canal")


def _closed_strip(view: npt.NDArray[np.uint8], coarse: Coarse, near: Near) -> BoolArray:
    """Soft tissue that the lung's smooth outline took in: unlike a piece in the lung it runs on along the spine."""
    lung = np.isin(view, [REGIONS.index(name) for name in ("lung_right", "lung_left")])
    soft = (lung & (coarse.mean[near.box] > CLOSED_HU)).astype(np.float32)
    along = max(1, round(STRIP_MM / coarse.step_mm[2]))
    return np.asarray(lung & (ndimage.uniform_filter1d(soft, along, axis=2, mode="nearest") > 0.5))


def _in_canal(near: Near) -> BoolArray:
    """An ellipse between the back wall of the bodies and the arch."""
    room = np.clip(near.canal_room, 5.0, 11.0) + 0.5
    return np.asarray((near.canal_left / CANAL_HALF_MM) ** 2 + (near.canal_back / room) ** 2 < 1.0)


def _in_discs(spine: Spine, height: Float32Array) -> BoolArray:
    found = np.zeros(height.shape, dtype=bool)
    for below, above in pairwise(spine.levels):
        found |= (height > below.upper_mm) & (height < above.lower_mm)
    return found


def _foramen(near: Near, spine: Spine) -> BoolArray:
    """Beside the canal, from the lower half of a vertebra to the upper end plate of the next one below."""
    aside = (np.abs(near.canal_left) > 8.0) & (np.abs(near.canal_left) < 22.0)
    aside &= (near.wall > -5.0) & (near.canal_back < 6.0)
    high = np.zeros(near.height.shape, dtype=bool)
    for below, above in pairwise(spine.levels):
        middle = 0.5 * (above.upper_mm + above.lower_mm)
        high |= (near.height > below.upper_mm - 2.0) & (near.height < middle)
    return np.asarray(aside & high & (near.rim >= 1.0))
