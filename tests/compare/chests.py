"""A made-up chest that can be looked at twice: shifted, turned, breathed, in noise, with cement put in by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial.transform import Rotation

from azygos.ground.findings import Asked, Findings, Limit, Origin, Path, Piece, Range
from azygos.ground.places import REPORTED, Place
from azygos.ground.volume import Volume, to_lps, to_voxel

STEP = 2.0
SIZE = (104, 88, 96)
BLUR = 1.0  # of what is put in, standard deviation [mm]
LIMITS = tuple(
    Limit(region=region, noise_hu=10.0, background_hu=background, dense_mm=1.0, weak_mm=2.0)
    for region, background in (("lung", -850.0), ("bone", 300.0), ("soft tissue", 40.0), ("heart and vessels", 40.0))
)


@dataclass(frozen=True)
class Ball:
    """Cement to put in: a ball, or a capsule along a line."""

    at: tuple[float, float, float]
    width: float
    site: str
    to: tuple[float, float, float] | None = None
    hu: float = 1800.0
    level: str = ""

    @property
    def line(self) -> np.ndarray:
        return np.array([self.at, self.to if self.to is not None else self.at], dtype=float)

    @property
    def ml(self) -> float:
        length = float(np.linalg.norm(self.line[1] - self.line[0]))
        return (np.pi * self.width**3 / 6.0 + np.pi * self.width**2 / 4.0 * length) / 1000.0


def chest(seed: int = 5) -> Volume:
    """Soft tissue with two lungs and their vessels, a column of vertebrae and discs, ribs; no cement."""
    rng = np.random.default_rng(seed)
    affine = np.diag([STEP, STEP, STEP, 1.0])
    affine[:3, 3] = -STEP * (np.array(SIZE) - 1) / 2.0
    x, y, z = np.moveaxis(to_lps(affine, np.stack(np.indices(SIZE), -1).astype(float)), -1, 0)

    def texture(scale: float) -> np.ndarray:
        noise = ndimage.gaussian_filter(rng.standard_normal(SIZE), scale / STEP)
        return noise / noise.std()

    hu = np.full(SIZE, -1000.0)
    hu[(x / 92) ** 2 + (y / 74) ** 2 < 1.0] = 40.0
    hu += np.where(hu > 0.0, 25.0 * texture(5.0), 0.0)
    dome = -40.0 + 15.0 * np.cos(x / 30.0)
    lungs = (((np.abs(x) - 46) / 34) ** 2 + ((y + 8) / 50) ** 2 < 1.0) & (z > dome) & (z < 85.0)
    vessels = np.clip(texture(4.0) - 1.4, 0.0, 1.0)
    hu[lungs] = (-860.0 + 800.0 * vessels)[lungs]
    spine = (x / 17) ** 2 + ((y - 42) / 15) ** 2 < 1.0
    bone = 260.0 + 120.0 * texture(3.0) + 300.0 * (((x / 17) ** 2 + ((y - 42) / 15) ** 2) > 0.75)
    disc = np.mod(z, 26.0 + 0.05 * z) < 6.0
    hu[spine] = np.where(disc, 90.0, bone)[spine]
    hu[((x / 7) ** 2 + ((y - 63) / 4) ** 2 < 1.0) & ~disc] = 500.0
    shell = np.abs((x / 92) ** 2 + (y / 74) ** 2 - 0.78) < 0.05
    hu[shell & (np.mod(z + 0.3 * y, 24.0) < 8.0)] = 550.0
    return Volume(hu=hu.astype(np.float32), affine_mm=affine)


@dataclass(frozen=True)
class Other:
    """How the second date differs: the patient lies elsewhere, turned, and has breathed."""

    shift: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    breath_mm: float = 0.0
    spacing: tuple[float, float, float] = (STEP, STEP, STEP)
    cut: tuple[int, int] = (0, 0)  # slices left out below and above

    @property
    def matrix(self) -> np.ndarray:
        return Rotation.from_euler("xyz", self.turn_deg, degrees=True).as_matrix()

    def back(self, points: np.ndarray) -> np.ndarray:
        """From the second scan's points to the first's."""
        still = (points - np.array(self.shift)) @ self.matrix
        return still + self._breath(still)

    def there(self, points: np.ndarray) -> np.ndarray:
        """From the first scan's points to the second's."""
        still = np.array(points, dtype=float)
        for _ in range(30):
            still = points - self._breath(still)
        return still @ self.matrix.T + np.array(self.shift)

    def _breath(self, points: np.ndarray) -> np.ndarray:
        """Up and down, most at the diaphragm in front, none at the spine."""
        ahead = np.clip((30.0 - points[..., 1]) / 60.0, 0.0, 1.0)
        moved = np.zeros_like(points)
        moved[..., 2] = self.breath_mm * ahead / (1.0 + np.exp((points[..., 2] - 10.0) / 20.0))
        return moved


def again(body: Volume, other: Other) -> Volume:
    """The same body on another date."""
    spacing = np.array(other.spacing)
    shape = np.round(np.array(SIZE) * STEP / spacing).astype(int)
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = np.array(other.shift) - spacing * (shape - 1) / 2.0 + [0, 0, other.cut[0] * spacing[2]]
    shape[2] -= sum(other.cut)
    points = other.back(to_lps(affine, np.stack(np.indices(shape), -1).astype(float)))
    cells = to_voxel(body.affine_mm, points)
    hu = ndimage.map_coordinates(body.hu, np.moveaxis(cells, -1, 0), order=1, cval=-1000.0)
    return Volume(hu=hu.astype(np.float32), affine_mm=affine)


def scan(body: Volume, balls: list[Ball], seed: int, other: Other | None = None, noise: float = 10.0):
    """A body with cement and noise, and findings by hand with a small error of each measure."""
    rng = np.random.default_rng(seed)
    hu = body.hu + noise * rng.standard_normal(body.hu.shape)
    pieces = []
    for ball in balls:
        line = ball.line if other is None else other.there(ball.line)
        share = _share(body, line, ball.width)
        if share.max() < 0.1:
            continue
        hu += share * (ball.hu - hu)
        pieces.append(_piece(len(pieces) + 1, ball, line, share, body, rng))
    volume = Volume(hu=hu.astype(np.float32), affine_mm=body.affine_mm)
    return volume, findings(volume, pieces)


def _share(body: Volume, line: np.ndarray, width: float) -> np.ndarray:
    """How much of each voxel cement fills, blurred."""
    ends = to_voxel(body.affine_mm, line)
    reach = (width / 2.0 + 6.0 * BLUR) / body.spacing_mm + 2.0
    low = np.clip(np.floor(ends.min(axis=0) - reach), 0, np.array(body.hu.shape) - 1).astype(int)
    high = np.clip(np.ceil(ends.max(axis=0) + reach), low + 1, body.hu.shape).astype(int)
    points = to_lps(body.affine_mm, np.stack(np.indices(high - low), -1) + low.astype(float))
    along = line[1] - line[0]
    t = np.clip(((points - line[0]) @ along) / max(float(along @ along), 1e-9), 0.0, 1.0)
    distance = np.linalg.norm(points - line[0] - t[..., None] * along, axis=-1)
    edge = 0.5 * float(np.mean(body.spacing_mm))
    sharp = np.clip(0.5 + (width / 2.0 - distance) / (2.0 * edge), 0.0, 1.0)
    share = np.zeros(body.hu.shape)
    share[tuple(map(slice, low, high))] = ndimage.gaussian_filter(sharp, BLUR / body.spacing_mm)
    return share


def _piece(number: int, ball: Ball, line: np.ndarray, share: np.ndarray, body: Volume, rng) -> Piece:
    voxels = np.argwhere(share >= 0.4 * share.max())
    weights = share[tuple(voxels.T)]
    background = float(np.median(body.hu[(share > 0.001) & (share < 0.05)]))
    volume, error = ball.ml * (1.0 + 0.05 * rng.standard_normal()), 0.05 * 1.645 * ball.ml
    peak = background + float(share.max()) * (ball.hu - background)
    return Piece(
        number=number,
        tier="reported" if ball.site in REPORTED else "candidate",
        place=Place(site=ball.site, level=ball.level),
        origin=Origin(level="", certainty=0.0, reason="made by hand"),
        certainty=0.9,
        reasons=("put in",),
        voxels=voxels.astype(np.int32),
        centre_mm=np.average(to_lps(body.affine_mm, voxels.astype(float)), axis=0, weights=weights),
        line_mm=line,
        volume_ml=Range(value=volume, low=volume - error, high=volume + error),
        length_mm=float(np.linalg.norm(line[1] - line[0])) + ball.width,
        diameter_mm=ball.width,
        thickness_mm=ball.width,
        peak_hu=peak,
        background_hu=background,
        contrast=(peak - background) / 10.0,
        clipped=0.0,
        branches=0,
        tracking_uid=f"1.2.{number}",
    )


def findings(volume: Volume, pieces: list[Piece], **other) -> Findings:
    """Findings of one scan."""
    known = dict(
        shape=volume.hu.shape, affine_mm=volume.affine_mm, pieces=tuple(pieces), not_cement=(), path=Path(), levels=(),
        blind=(), limits=LIMITS, landmarks=(), asked=Asked(), butscheidt=None, qanadli=None, ceiling_hu=None,
        clipped_voxels=0, sharpness_mm=2.0, field_of_view=("lungs",), not_seen=(), notes=(),
    )  # fmt: skip
    return Findings(**(known | other))
