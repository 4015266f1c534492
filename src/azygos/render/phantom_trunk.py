"""The trunk: skin, fat, muscle, the cavity of chest and abdomen, the lungs with their lobes, the table below.

Shapes are drawn by eye in a body of 1.70 m, in mm; the lungs are those that their arteries were grown in
(:mod:`azygos.lungs.shape`), with rounded edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage
from scipy.interpolate import PchipInterpolator

from azygos.ground.parcels import FloatArray
from azygos.ground.units import MM
from azygos.lungs import shape
from azygos.render.phantom import Phantom
from azygos.render.solids import Field, Solid, both, cropped, ellipsoid, section

GRID_MM = 3.0
COARSE = 4  # nodes of the grid for each one at which the bend is worked out
HALF_WIDTH = {-330: 168, -230: 152, -130: 150, -60: 156, 0: 161, 60: 166, 95: 170, 125: 160, 145: 112, 165: 70, 200: 58}
HALF_DEPTH = {-330: 118, -230: 108, -130: 108, -60: 114, 0: 116, 60: 110, 95: 98, 125: 80, 145: 66, 165: 58, 200: 56}
MIDDLE_Y = {-330: -40, -230: -42, -130: -44, 0: -44, 60: -36, 95: -22, 125: -12, 165: -10, 200: -14}
"""Height over T8 to half width, half depth and middle of the trunk without fat [mm]."""

LOBE_NAMES = {"RUL": "lung_upper_lobe_right", "RML": "lung_middle_lobe_right", "RLL": "lung_lower_lobe_right",
              "LUL": "lung_upper_lobe_left", "LLL": "lung_lower_lobe_left"}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A coarse grid over the field, and where its nodes lie in a straight body of 1.70 m [mm]."""

    origin: FloatArray  # (3,) in the world
    step: float
    x: Field
    y: Field
    z: Field
    scale: float

    def solid(self, distance: Field, name: str, material: str, **kind: Any) -> Solid | None:
        """A solid whose distance is one in a body of 1.70 m."""
        grown = distance * np.float32(self.scale)
        return cropped(grown, self.origin, self.step, name=name, material=material, **kind)


def frame_of(phantom: Phantom, low: FloatArray, high: FloatArray, step: float = GRID_MM) -> Frame:
    """A grid from one corner of the world to the other."""
    coarse = step * COARSE
    count = np.ceil((high - low) / coarse).astype(int) + 2
    origin = low - 0.5 * coarse
    axes = [o + coarse * np.arange(n) for o, n in zip(origin, count, strict=True)]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    straight = (phantom.space.to_model(nodes) / phantom.scale).astype(np.float32)
    fine = [(n - 1) * COARSE + 1 for n in count]
    at = [
        ndimage.zoom(straight[..., a], [f / c for f, c in zip(fine, count, strict=True)], order=1, grid_mode=False)
        for a in range(3)
    ]
    return Frame(origin, step, at[0], at[1], at[2], phantom.scale)


def _at(knots: dict[int, int], z: Field) -> Field:
    heights = sorted(knots)
    curve = PchipInterpolator(heights, [knots[h] for h in heights])
    table = np.linspace(heights[0], heights[-1], 400)
    return np.asarray(np.interp(z, table, curve(table)), dtype=np.float32)


def trunk_shape(phantom: Phantom, f: Frame, fat: float) -> Field:
    """Distance from the skin, were the fat under it so thick; flanks and belly carry more of it than the back."""
    drawn = phantom.drawn
    wide = _at(HALF_WIDTH, f.z) * np.float32(drawn["breadth"]) + np.float32(drawn["wall"] - 21.0)
    deep = _at(HALF_DEPTH, f.z) * np.float32(drawn["depth"]) + np.float32(drawn["wall"] - 21.0)
    lower = np.clip((40.0 - f.z) / 160.0, 0.0, 1.0)
    front, side, back = fat * (0.7 + 0.6 * lower), fat * (0.9 + 0.5 * lower), fat * 0.75
    middle = _at(MIDDLE_Y, f.z) + 0.5 * (back - front)
    furrow = 5.0 * np.exp(-((f.x / 16.0) ** 2)) * np.clip(f.y / 40.0, 0.0, 1.0)
    return np.asarray(
        section(f.x, f.y - middle, wide + side, deep + 0.5 * (front + back), drawn["squareness"]) + furrow
    )


def cage_shape(f: Frame, grow: float = 0.0) -> Field:
    """Distance from the inner side of the ribs; downwards the cage has no end."""
    middle, half = shape.CAGE_MIDDLE / MM, shape.CAGE_HALF / MM
    up = np.clip((f.z - middle[2]) / half[2], 0.0, 0.995)
    narrow = np.sqrt(1.0 - up**2.2).astype(np.float32)
    u, v = f.x - middle[0], f.y - middle[1]
    d = section(u, v, half[0] * narrow + grow, half[1] * narrow + grow, shape.CAGE_SQUARENESS)
    return both(d, (f.z - (middle[2] + half[2] + grow)).astype(np.float32), 6.0)


def dome_height(phantom: Phantom, f: Frame) -> Field:
    """About how far a point lies over the diaphragm of its side."""
    tops, reach = {s: shape.DOME_TOP[s] / MM for s in ("right", "left")}, shape.DOME_REACH / MM
    found = []
    for side in ("right", "left"):
        r = ((f.x - tops[side][0]) / reach[0]) ** 2 + ((f.y - tops[side][1]) / reach[1]) ** 2
        found.append(f.z - (tops[side][2] + phantom.diaphragm_mm[side] - shape.DOME_FALL / MM * r))
    share = np.clip(0.5 - f.x / 50.0, 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    height = share * found[0] + (1.0 - share) * found[1]
    return np.asarray(height / np.sqrt(1.0 + (2.0 * 0.6 * shape.DOME_FALL / shape.DOME_REACH[0]) ** 2), np.float32)


def lungs_shape(phantom: Phantom, f: Frame) -> Field:
    """Distance from the pleura of both lungs."""
    spine, forward = shape.SPINE[0] / MM, shape.SPINE[1] / MM
    great, above = shape.GREAT_VESSELS[0] / MM, shape.GREAT_VESSELS[1] / MM
    upper = np.clip((f.z - above + 12.0) / 24.0, 0.0, 1.0)
    round_off = np.sqrt(np.clip(1.0 - np.abs((f.y + 50.0) / 66.0) ** 3, 0.02, 1.0))
    middle = shape.STERNUM / MM + (great * round_off - shape.STERNUM / MM) * upper
    front = np.clip((-f.y - 84.0) / 28.0, 0.0, 1.0)
    middle = middle + (7.0 - middle) * front
    behind = np.clip((f.y - forward + 10.0) / 20.0, 0.0, 1.0)
    beside = spine - 3.0 + 0.22 * np.clip(f.y, -10.0, 40.0)
    half = middle + (beside - middle) * behind * behind * (3.0 - 2.0 * behind)
    lungs = both(cage_shape(f), half - np.abs(f.x), 9.0)
    size = phantom.drawn["heart_size"]
    heart = ellipsoid(f.x, f.y, f.z, shape.HEART_MIDDLE / MM, shape.HEART_HALF / MM * size)
    lungs = both(lungs, -heart, 6.0)
    return both(lungs, -dome_height(phantom, f), 5.0)


def trunk(phantom: Phantom, f: Frame) -> list[Solid | None]:
    """Skin, fat, muscle and the cavity; what lies in the cavity is painted over it."""
    skin = trunk_shape(phantom, f, phantom.fat_mm)
    flesh = both(trunk_shape(phantom, f, 0.0), skin + 3.0, 4.0)
    wave = 2.0 * np.sin(0.09 * f.x + 0.05 * f.z) * np.sin(0.07 * f.z - 0.06 * f.y)
    cavity = both(both(cage_shape(f), f.z - 122.0, 6.0), -spine_column(f), 5.0)
    parts = [
        f.solid(skin, "", "fat", rim="skin", rim_mm=2.2, grain_hu=7.0, grain_mm=3.0),
        f.solid(np.asarray(flesh + wave, np.float32), "", "muscle", grain_hu=9.0, grain_mm=2.0),
        *_fat_planes(f, flesh),
        f.solid(cavity, "", "mediastinum", grain_hu=14.0, grain_mm=2.5),
    ]
    if phantom.body.sex == "female":
        parts[2:2] = _breasts(phantom, f)
    return parts


def spine_column(f: Frame, grow: float = 0.0) -> Field:
    """Distance from the column of spine and deep muscles behind the cavity, as far as it counts as its wall."""
    lower = np.clip((-90.0 - f.z) / 60.0, 0.0, 1.0)
    wide = 27.0 + 14.0 * lower + grow
    deep = 26.0 + 4.0 * lower + grow
    return section(f.x, np.minimum(f.y - 14.0, 0.0), wide, deep, 2.4)


def _fat_planes(f: Frame, flesh: Field) -> list[Solid | None]:
    """Sheets of fat between the layers of muscle outside the ribs."""
    depth = np.where(f.y < -60.0, 11.0, 9.0) + 2.5 * np.sin(0.06 * f.z + 0.04 * f.x)
    outside = -(cage_shape(f, 9.0))
    sheet = both(np.abs(flesh + depth) - 1.3, outside, 1.0)
    gaps = 3.0 * np.sin(0.045 * f.x + 0.7) * np.sin(0.05 * f.z + 0.03 * f.y)
    return [f.solid(np.asarray(sheet + np.maximum(gaps - 1.0, 0.0), np.float32), "", "fat")]


def _breasts(phantom: Phantom, f: Frame) -> list[Solid | None]:
    size = np.array([64.0, 20.0 + 0.6 * phantom.fat_mm, 58.0])
    aside = np.abs(f.x)
    whole = ellipsoid(aside, f.y, f.z, (84.0, -142.0, 2.0), size.tolist())
    gland = ellipsoid(aside, f.y, f.z, (84.0, -150.0, 2.0), (size * [0.5, 0.45, 0.5]).tolist())
    return [
        f.solid(whole, "", "fat", rim="skin", rim_mm=1.8),
        f.solid(gland, "", "gland", grain_hu=24.0, grain_mm=4.0),
    ]


def lungs(phantom: Phantom, f: Frame) -> list[Solid | None]:
    """Parenchyma, and the lobes as labels."""
    whole = lungs_shape(phantom, f)
    middle = np.where(f.x < 0.0, phantom.fissures_mm["right"], phantom.fissures_mm["left"])
    oblique = (f.z - shape.OBLIQUE_SLOPE * f.y - middle) / np.hypot(1.0, shape.OBLIQUE_SLOPE)
    bend = 3.0 * np.sin(0.035 * f.x) * np.cos(0.03 * f.y)
    oblique = (oblique + bend).astype(np.float32)
    flat = (f.z - phantom.fissures_mm["horizontal"] + bend).astype(np.float32)
    right, left = f.x, -f.x
    grain = {"grain_hu": phantom.drawn["lung_grain"], "grain_mm": 1.6}
    rise = phantom.drawn["dependent"] / 150.0
    parenchyma = f.solid(whole, "", "lung", rise_hu_mm=rise, **grain)
    lobes = {
        "RLL": both(right, oblique), "RML": both(both(right, -oblique), flat),
        "RUL": both(both(right, -oblique), -flat), "LLL": both(left, oblique), "LUL": both(left, -oblique),
    }  # fmt: skip
    named = [f.solid(both(whole, lobe), LOBE_NAMES[name], "") for name, lobe in lobes.items()]
    sheets = [
        f.solid(both(whole + 0.5, np.abs(oblique) - 0.35), "", "fissure"),
        f.solid(both(both(both(whole + 0.5, right), -oblique), np.abs(flat) - 0.35), "", "fissure"),
    ]
    return [parenchyma, *sheets, *named]


def table(phantom: Phantom, low: FloatArray, high: FloatArray) -> list[Solid]:
    """The couch under the patient: two thin shells with a light core between them."""
    bottom = 96.0 * phantom.scale + 0.75 * phantom.fat_mm + phantom.space.pose.shift_mm[1]
    x = np.arange(-240.0, 240.0, 2.0)[:, None]
    y = np.arange(bottom - 50.0, bottom + 40.0, 2.0)[None, :]
    under = np.broadcast_to(y - bottom + 26.0 * (x / 230.0) ** 2, (x.size, y.size))
    within = both(-under, under - 22.0)
    count = int(np.ceil((high[2] - low[2]) / 2.0)) + 4
    distance = np.repeat(within[:, :, None], count, axis=2)
    origin = np.array([-240.0, bottom - 50.0, low[2] - 2.0])
    shell = Solid(
        name="", material="foam", distance_mm=distance, origin_mm=origin, grid_mm=2.0, rim="couch", rim_mm=2.4
    )
    return [shell]
