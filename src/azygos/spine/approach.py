"""The needle's way through the pedicle: a suggested path, and whether a given tip lies in bone."""

from __future__ import annotations

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray
from azygos.spine.outlets import BACK, FRONT, LEFT, RIGHT, Surface
from azygos.spine.treatment import Needle
from azygos.spine.vertebra import Vertebra
from azygos.values import vertebrae as v
from azygos.values.needles import LENGTH, inner_radius


def suggest_needle(
    vertebra: Vertebra, side: str = "left", gauge: int = 11, tip_from_front: float | None = None
) -> Needle:
    """A transpedicular path: in behind through the pedicle, tip in the front third near the mid-line.

    Parameters
    ----------
    vertebra : Vertebra
        The body; the pedicle's place beside the canal comes from the level's table, since the mask
        holds only the body.
    side : "left" or "right"
        The vertebra's own side.
    gauge : int
        8, 10, 11 or 13.
    tip_from_front : float or None
        How far the tip lies behind the front wall, as a share of the body's depth [-]; None: the usual 0.3.

    Returns
    -------
    needle : Needle
        `entry` and `tip` in LPS [m].

    Examples
    --------
    >>> from azygos.spine.virtual import draw_vertebra
    >>> body = draw_vertebra("L1", np.random.default_rng(1))
    >>> needle = suggest_needle(body, "left")
    >>> bool(needle.entry[0] > needle.tip[0] > 0.0)
    True
    """
    require(side in ("left", "right"), f"side is {side!r}; write 'left' or 'right'")
    surface = Surface.of(vertebra)
    turn = 1.0 if side == "left" else -1.0
    usual = v.TIP_BEHIND_FRONT.number
    tip = _tip(vertebra, surface, turn, usual if tip_from_front is None else tip_from_front)
    pedicle = _pedicle(vertebra, surface, turn, tip)
    backward = (pedicle - tip) / np.linalg.norm(pedicle - tip)
    needle = Needle(
        entry=pedicle + v.PEDICLE_LENGTH.number * backward,
        tip=tip,
        gauge=gauge,
        inner_radius=inner_radius(gauge),
        length=LENGTH.number,
    )
    check_needle(needle, vertebra)
    return needle


def _tip(vertebra: Vertebra, surface: Surface, turn: float, from_front: float) -> FloatArray:
    """A point some share of the depth behind the front wall, a little beside the mid-line, at mid-height."""
    front, back = surface.wall(FRONT, 0.5), surface.wall(BACK, 0.5)
    half_width = 0.5 * float((surface.wall(LEFT, 0.5) - surface.wall(RIGHT, 0.5))[0])
    i = surface.centre[0] + turn * v.TIP_BESIDE_MIDDLE.number * half_width
    j = front[1] + from_front * (back[1] - front[1])
    column = (round(float(i)), round(float(j)))
    k = 0.5 * (surface.floor[column] + surface.top[column])
    return vertebra.to_lps(np.array([i, j, k]))


def _pedicle(vertebra: Vertebra, surface: Surface, turn: float, tip: FloatArray) -> FloatArray:
    """Where the needle crosses from pedicle to body: beside the canal, in the upper part of the back wall.

    Where a sunken end plate lies in the way, the path is lowered until it stays in bone.
    """
    beside = 0.5 * v.dimension(vertebra.level, "canal_width").number
    beside += 0.5 * v.dimension(vertebra.level, "pedicle_width").number
    half_width = 0.5 * float((surface.wall(LEFT, 0.5) - surface.wall(RIGHT, 0.5))[0])
    i = surface.centre[0] + turn * min(beside / vertebra.spacing, 0.8 * half_width)
    j = float(np.flatnonzero(surface.inside[round(float(i))].any(axis=1))[-1]) - 1.0
    floor, top = surface.heights(np.asarray(i), np.asarray(j))
    usual = 1.0 - 0.5 * v.dimension(vertebra.level, "pedicle_height").number / vertebra.spacing / float(top - floor)
    shares = np.clip([usual, 0.6, 0.5, 0.4, 0.3], 0.3, 0.8)
    points = [vertebra.to_lps(np.array([i, j, floor + share * (top - floor)])) for share in shares]
    # The last tenth before the wall may leave the mask of a body whose back wall bulges.
    return max(points, key=lambda point: round(_share_inside(vertebra, tip, tip + 0.9 * (point - tip)), 2))


def _share_inside(vertebra: Vertebra, start: FloatArray, end: FloatArray) -> float:
    points = start + np.linspace(0.0, 1.0, 60)[:, None] * (end - start)
    cells = np.clip(np.rint(vertebra.to_grid(points)).astype(int), 0, np.array(vertebra.inside.shape) - 1)
    return float(np.mean(vertebra.inside[tuple(cells.T)]))


def check_needle(needle: Needle, vertebra: Vertebra) -> None:
    """Refuse a needle whose tip does not lie in the vertebral body, and say how far out it is."""
    outside = distance_outside(needle.tip, vertebra)
    if outside > 0.0:
        x, y, z = needle.tip * 1e3
        raise InputError(
            f"needle tip ({x:.1f}, {y:.1f}, {z:.1f}) mm lies {outside * 1e3:.1f} mm outside the vertebral body. "
            "Move it inside the bone, or check that the scan and its label map have the same orientation."
        )


def distance_outside(point: FloatArray, vertebra: Vertebra) -> float:
    """How far an LPS point [m] lies outside the vertebral body [m]; 0 inside."""
    cells = np.argwhere(vertebra.inside)
    beyond = np.maximum(np.abs(cells - vertebra.to_grid(point)) - 0.5, 0.0)
    return float(np.sqrt(np.min(np.sum(beyond**2, axis=1)))) * vertebra.spacing
