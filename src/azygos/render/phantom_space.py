r"""From the straight body in which anatomy is drawn to the body as it lies: a bent spine, a breath, a pose.

Anatomy is drawn, and cement travels, in the frame of :mod:`azygos.ground.body`, where the spine is a straight
line. A point :math:`m` there comes to lie at

.. math:: w = R\,(m + s(m)) + t

with :math:`s` the bend of the spine (kyphosis above the body of T8, lordosis below it, some scoliosis, less
towards the sternum, and end plates that stay square to the curve) and the diaphragm's way in a breath, and
:math:`R, t` the pose. T8 stays where it is but for the pose. All lengths are in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from azygos.ground.parcels import FloatArray, Parcel
from azygos.render.choices import Pose

UPPER, LOWER = 135.0, 190.0  # from T8 to T1 and to L3 in a body of 1.70 m [mm]
STERNUM_SHARE = 0.35  # of the spine's bend that the sternum follows
NEAR_SPINE = 48.0  # how far from the bodies' middle the end plates' tilt reaches [mm]
ROUNDS = 12  # of the inverse; each leaves under two thirds of the error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Space(Parcel):
    """The bend, the breath and the pose of one body."""

    scale: float  # lengths of this body over those of one of 1.70 m [-]
    kyphosis_mm: float  # how far T1 lies in front of T8
    lordosis_mm: float  # how far L3 lies in front of T8
    scoliosis_mm: float  # how far the middle of the upper spine lies to the left
    pose: Pose

    @property
    def turn(self) -> FloatArray:
        """Rotation of the pose, shape (3, 3)."""
        return np.asarray(Rotation.from_euler("xyz", self.pose.turn_deg, degrees=True).as_matrix())

    def curve(self, z: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of the spine at heights of the straight body: to the left, to the back, and the slope of the latter."""
        up, down = np.maximum(z, 0.0) / (UPPER * self.scale), np.minimum(z, 0.0) / (LOWER * self.scale)
        back = -self.scale * (self.kyphosis_mm * up**2 + self.lordosis_mm * np.sin(0.5 * np.pi * down) ** 2)
        slope = -2.0 * self.kyphosis_mm * up / UPPER
        slope = slope - 0.5 * np.pi * self.lordosis_mm / LOWER * np.sin(np.pi * down)
        left = self.scale * self.scoliosis_mm * np.sin(np.pi * z / (110.0 * self.scale)) * np.exp(-((0.5 * up) ** 2))
        return left, back, slope

    def to_world(self, points_mm: FloatArray) -> FloatArray:
        """Points of the straight body, shape (..., 3), as they lie."""
        return np.asarray((points_mm + self._shift(points_mm)) @ self.turn.T + self.pose.shift_mm)

    def to_model(self, points_mm: FloatArray) -> FloatArray:
        """Points as they lie, shape (..., 3), in the straight body."""
        bent = (points_mm - self.pose.shift_mm) @ self.turn
        straight = bent.copy()
        for _ in range(ROUNDS):
            straight = bent - self._shift(straight)
        return np.asarray(straight)

    def vertebra(self, centre_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Where a body with this centre comes to lie, and its axes (left, back, head) as columns."""
        left, back, slope = (float(a) for a in self.curve(np.asarray(centre_mm[2])))
        tilt = np.arctan(slope)
        axes = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(tilt), np.sin(tilt)], [0.0, -np.sin(tilt), np.cos(tilt)]])
        moved = np.asarray(centre_mm) + np.array([left, back, 0.0])
        return np.asarray(self.turn @ moved + self.pose.shift_mm), np.asarray(self.turn @ axes)

    def _shift(self, at: FloatArray) -> FloatArray:
        x, y, z = at[..., 0], at[..., 1], at[..., 2]
        left, back, slope = self.curve(z)
        ahead = np.clip(-y / (130.0 * self.scale), 0.0, 1.0)
        share = 1.0 - (1.0 - STERNUM_SHARE) * ahead**2 * (3.0 - 2.0 * ahead)
        tilt = -slope * y * np.exp(-((y / (NEAR_SPINE * self.scale)) ** 4))
        return np.stack([left * share, back * share, tilt + self._breath(x, y, z)], axis=-1)

    def _breath(self, x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
        """How far what lies there sinks with the diaphragm: nothing at the apices, the wall and the spine."""
        if self.pose.breath_mm == 0.0:
            return np.zeros_like(z)
        s = self.scale
        depth = np.clip((110.0 * s - z) / (160.0 * s), 0.0, 1.0)
        inside = np.clip(1.0 - (np.abs(x) / (130.0 * s)) ** 4 - (np.abs(y + 42.0 * s) / (92.0 * s)) ** 4, 0.0, 1.0)
        before = np.clip((-y - 12.0 * s) / (45.0 * s), 0.0, 1.0)
        near = np.clip(np.abs(x) / (40.0 * s) - 0.5, 0.0, 1.0)
        free = np.maximum(before, near)
        return np.asarray(-self.pose.breath_mm * depth**2 * inside * free * free * (3.0 - 2.0 * free))
