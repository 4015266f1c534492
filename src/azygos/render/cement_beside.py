"""Cement that left a bone by no vein: in a disc, in the canal, beside the bone or in the needle's track.

A journey says how much left by which gap and where it came to rest, not the gap's place; so the place is drawn by
the gap's number, and the shape is a short tube of that volume.
"""

from __future__ import annotations

import math
import re

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.places import Place
from azygos.ground.units import ML
from azygos.journey import Journey
from azygos.render.phantom import LEVELS, Phantom
from azygos.render.phantom_spine import canal_middle
from azygos.render.phantom_spine_sizes import VertebraSize
from azygos.render.truth import Placed
from azygos.spine import Leak, Rest, Route

LEAST_ML = 1e-3  # less is not drawn
LENGTH_OVER_WIDTH = 3.0
POINTS = 7
TRACK_MM = 3.0  # width of a needle's track
RING_MM = 1.0  # of a disc's fibrous ring that cement does not part
TURN_POINTS = 24  # of one turn of a coil
ROUNDS = 20  # of the width of what is more than a full coil


def beside_the_bone(journey: Journey, phantom: Phantom, cement_hu: float) -> tuple[Placed, ...]:
    """Every leak by another way than a vein, as it lies."""
    return tuple(
        _placed(leak, phantom, cement_hu)
        for treated in journey.treated
        for leak in treated.injection.leaks
        if not leak.route.vascular and leak.volume / ML > LEAST_ML
    )


def _placed(leak: Leak, phantom: Phantom, cement_hu: float) -> Placed:
    size, volume = phantom.spine[leak.level], leak.volume / ML
    number = int(next(iter(re.findall(r"\d+", leak.outlet)), "1"))
    start, way, widest, place = _where(leak, size, number)
    width = min(widest, (4e3 * volume / (math.pi * LENGTH_OVER_WIDTH)) ** (1.0 / 3.0))
    body = 1e3 * volume - math.pi / 6.0 * width**3
    length = max(body, 0.0) / (0.25 * math.pi * width**2)
    local = start + np.linspace(0.0, length, POINTS)[:, None] * way
    if leak.rest is Rest.DISC and not _within_disc(local[-1], size, width):
        local, width = _coil(size, float(start[2]), volume, length, width)
    if body <= 0.0:
        local, width = start[None, :], (6e3 * volume / math.pi) ** (1.0 / 3.0)
    centre, axes = phantom.space.vertebra(phantom.centre_mm(leak.level))
    return Placed(
        name=f"{leak.level} {leak.outlet}",
        lines_mm=(centre + local @ axes.T,),
        diameters_mm=(np.full(len(local), width),),
        place=place,
        origin=leak.level,
        cement_hu=cement_hu,
        volume_ml=volume,
        sites=((place.words, volume),),
    )


def _disc_room(size: VertebraSize, width: float) -> FloatArray:
    """Half axes within which the middle of a tube stays in the disc [mm]."""
    return np.maximum(0.5 * np.array([size.width[0], size.depth[0]]) - RING_MM - 0.5 * width, 0.5 * width)


def _within_disc(point: FloatArray, size: VertebraSize, width: float) -> bool:
    return bool(np.linalg.norm(point[:2] / _disc_room(size, width)) < 1.0)


def _coil(size: VertebraSize, height: float, volume: float, length: float, width: float) -> tuple[FloatArray, float]:
    """A flat coil from the disc's middle outwards, for what is too much to lie straight; its ring holds it within.

    What is more than a full coil [mL] makes it thicker, as the disc is pushed open.
    """
    room = _disc_room(size, width)
    turns = float(room.min()) / width
    t = np.linspace(0.0, 1.0, max(2, math.ceil(turns * TURN_POINTS)))
    flat = t[:, None] * room * np.stack([np.cos(2 * math.pi * turns * t), np.sin(2 * math.pi * turns * t)], axis=-1)
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(flat, axis=0), axis=1))])
    last = min(length, float(far[-1]))
    at = np.append(far[far < last], last)
    points = np.stack([np.interp(at, far, flat[:, axis]) for axis in range(2)] + [np.full(len(at), height)], axis=-1)
    for _ in range(ROUNDS if last < length else 0):
        width = math.sqrt((1e3 * volume - math.pi / 6.0 * width**3) / (0.25 * math.pi * last))
    return points, width


def _where(leak: Leak, size: VertebraSize, number: int) -> tuple[FloatArray, FloatArray, float, Place]:
    """Where it begins and where it runs in the vertebra's frame, how wide it can be, and what that place is called."""
    sign = 1.0 if number % 2 else -1.0
    side = "left" if sign > 0.0 else "right"
    if leak.rest is Rest.DISC:
        at = LEVELS.index(leak.level)
        upper = number % 2 == 0 and at > 0
        z = 0.5 * (size.height + size.disc) * (1.0 if upper else -1.0)
        start = np.array([-0.2 * size.width[0], 0.1 * number, z])
        return (
            start,
            np.array([0.95, 0.31, 0.0]),
            max(1.5, 0.8 * size.disc),
            Place(site="disc", level=leak.level, source="truth"),
        )
    back = canal_middle(size)
    if leak.rest is Rest.CANAL:
        start = np.array([sign * 0.25 * size.canal_width, back - 0.35 * size.canal_depth, -0.2 * size.height])
        return (
            start,
            np.array([0.0, 0.0, 1.0]),
            0.3 * size.canal_depth,
            Place(site="spinal_canal", level=leak.level, source="truth"),
        )
    if leak.route is Route.NEEDLE_TRACK:
        start = np.array([-0.5 * size.canal_width - 0.5 * size.pedicle_width, back, 0.1 * size.height])
        way = np.array([-0.3, 0.93, 0.2]) / np.linalg.norm([-0.3, 0.93, 0.2])
        return start, way, TRACK_MM, Place(site="needle_track", side="right", level=leak.level, source="truth")
    start = np.array([sign * (0.5 * size.width[0] + 3.0), -0.1 * size.depth[0], -0.3 * size.height])
    return (
        start,
        np.array([0.0, -0.2, 0.98]),
        0.35 * size.height,
        Place(site="paravertebral", side=side, level=leak.level, source="truth"),
    )
