"""Where leaked cement lies beside a vertebra, moment by moment, and how thick it looks from one side.

The spine says how much cement has left by each way out, not where it lies beyond. Here a vein holds it as a cord of
the vein's width: straight out for the outlet's length, then along the spine, both ways in the canal, towards the head
in front. Beyond a gap in the shell or an end plate it grows as a ball, as far as nothing holds it. What blood carries
off is still drawn.
"""

from __future__ import annotations

import math

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.spine import Leak, Outlet, Rest, Route, Vertebra

STEP_MM = 0.1  # between slices of a cord
IN_SLICE = 61  # points of a cord's slice
BEND = 2.0  # radius of a cord's bend over its own
BALL_STEP_MM = 0.2  # between points of a ball
FEWEST_ACROSS = 9  # points across a ball


def leaked_so_far(leak: Leak, time_s: float) -> float:
    """Cement that has left by one way until a time [mm^3 of paste]."""
    steps = 0.5 * (leak.flow[1:] + leak.flow[:-1]) * np.diff(leak.times)
    gathered = np.concatenate([[0.0], np.cumsum(steps)])
    if gathered[-1] <= 0.0:
        return 0.0
    share = float(np.interp(time_s, leak.times, gathered)) / float(gathered[-1])
    return share * leak.volume / MM**3


def outward(vertebra: Vertebra, outlet: Outlet) -> FloatArray:
    """Unit vector on the vertebra's own axes (left, back, head) in which cement leaves."""
    centre = np.argwhere(vertebra.inside).mean(axis=0)
    away = outlet.mouth - centre
    if outlet.route is Route.END_PLATE:
        away = np.array([0.0, 0.0, 1.0 if away[2] >= 0.0 else -1.0])
    elif outlet.rest is Rest.CANAL:
        away = np.array([0.0, 1.0, 0.0])
    else:
        away = np.array([away[0], away[1], 0.0])
    return np.asarray(away / max(float(np.linalg.norm(away)), 1e-9))


def leaked_points(vertebra: Vertebra, outlet: Outlet, volume_mm3: float) -> tuple[FloatArray, float]:
    """Points that stand for leaked cement, shape (n, 3) [mm] on the vertebra's axes, and the volume of each [mm^3].

    The origin is the centre of the grid's first cell.
    """
    mouth = outlet.mouth * vertebra.spacing / MM
    way = outward(vertebra, outlet)
    points = _cord(mouth, way, outlet, volume_mm3) if outlet.route.vascular else _ball(mouth, way, volume_mm3)
    return points, volume_mm3 / len(points)


def _cord(mouth: FloatArray, way: FloatArray, outlet: Outlet, volume_mm3: float) -> FloatArray:
    """Points of a cord that runs straight out and bends into the spine's direction, in the canal both up and down."""
    radius = outlet.radius / MM
    bend = BEND * radius
    straight = max(0.0, outlet.length / MM - bend)
    length = volume_mm3 / (np.pi * radius**2)
    slices = max(1, round(length / STEP_MM))
    along = (np.arange(slices) + 0.5) * length / slices
    beyond = np.maximum(along - straight, 0.0)
    turn = np.ones(slices)
    if outlet.rest is Rest.CANAL:
        beyond, turn = 0.5 * beyond, np.where(np.arange(slices) % 2 == 0, 1.0, -1.0)
    angle = np.minimum(beyond / bend, 0.5 * np.pi)
    up = np.array([0.0, 0.0, 1.0])
    out = np.minimum(along, straight) + bend * np.sin(angle)
    rise = turn * (bend * (1.0 - np.cos(angle)) + np.maximum(beyond - 0.5 * np.pi * bend, 0.0))
    axis = mouth + out[:, None] * way + rise[:, None] * up
    side = np.cross(up, way)
    other = np.cos(angle)[:, None] * up - (turn * np.sin(angle))[:, None] * way
    across = radius * _disc()
    points = axis[:, None] + across[None, :, :1] * side + across[None, :, 1:] * other[:, None]
    return np.asarray(points.reshape(-1, 3))


def _disc() -> FloatArray:
    """Points of equal shares of the unit disc, laid as in a sunflower, shape (n, 2)."""
    number = np.arange(IN_SLICE)
    radius, turn = np.sqrt((number + 0.5) / IN_SLICE), number * np.pi * (3.0 - math.sqrt(5.0))
    return np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)


def _ball(mouth: FloatArray, way: FloatArray, volume_mm3: float) -> FloatArray:
    """Points of a ball that touches its mouth."""
    radius = (0.75 * volume_mm3 / np.pi) ** (1.0 / 3.0)
    count = max(FEWEST_ACROSS, math.ceil(2.0 * radius / BALL_STEP_MM))
    line = (np.arange(count) - 0.5 * (count - 1)) * 2.0 / count
    cube = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
    inside = cube[np.sum(cube**2, axis=1) <= 1.0]
    return np.asarray(mouth + radius * (way + inside))
