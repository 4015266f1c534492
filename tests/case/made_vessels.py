"""Made-up veins, heart and arteries of a body of 1.70 m, and a cord's way through them."""

from __future__ import annotations

import itertools

import numpy as np

from azygos.ground.units import MM
from azygos.ground.vessels import Vessels
from azygos.values.landmarks import LEVEL_HEIGHT, PLACES

SEGMENTS = [f"{side}{k}" for side in "RL" for k in range(1, 11)]
LOBES = {"R": ("RUL", "RML", "RLL"), "L": ("LUL", "LLL")}


def place(name: str) -> np.ndarray:
    return np.array([value.number for value in PLACES[name]])


def level_at(level: str) -> np.ndarray:
    return np.array([0.0, 0.0, LEVEL_HEIGHT[level].number])


def cava_at(height: float) -> np.ndarray:
    """On the inferior vena cava between its confluence and the atrium."""
    low, middle, top = (place(n) for n in ("caval confluence", "caval hiatus", "cavo-atrial junction, lower"))
    z = [low[2], middle[2], top[2]]
    return np.array([np.interp(height, z, [p[axis] for p in (low, middle, top)]) for axis in range(3)])


def lobe_of(segment: str) -> str:
    side, number = segment[0], int(segment[1:])
    if side == "R":
        return "RUL" if number <= 3 else "RML" if number <= 5 else "RLL"
    return "LUL" if number <= 5 else "LLL"


def segment_at(segment: str) -> np.ndarray:
    """Somewhere in the middle of a segment: upper lobes high, lower ones low and behind."""
    side, number = segment[0], int(segment[1:])
    high = {"RUL": 85.0, "RML": -20.0, "RLL": -45.0, "LUL": 60.0, "LLL": -45.0}[lobe_of(segment)]
    out = 75.0 + 9.0 * (number % 4)
    return (
        np.array(
            [
                -out if side == "R" else out,
                -90.0 + 22.0 * (number % 5) + (35.0 if number > 5 else 0.0),
                high - 12.0 * (number % 3),
            ]
        )
        * MM
    )


def network(room: str, rows: list[tuple[str, np.ndarray, np.ndarray, float, float, int]]) -> Vessels:
    return Vessels(
        room=room,
        names=tuple(row[0] for row in rows),
        ends=np.array([[row[1], row[2]] for row in rows]),
        diameter=np.array([row[3] for row in rows]) * MM,
        flow=np.array([row[4] for row in rows]) * 1e-6 / 60.0,
        order=np.array([row[5] for row in rows]),
    )


def veins() -> Vessels:
    rows = []
    for number in range(1, 5):
        level = f"L{number}"
        body = level_at(level)
        for side, x in (("right", -16.0), ("left", 16.0)):
            mouth = body + np.array([x, 16.0, 0.0]) * MM
            rows.append((f"{side} lumbar vein {level}", mouth, cava_at(body[2]), 3.7, 25.0, 0))
        rows.append(("inferior vena cava", cava_at(body[2] - 33e-3), cava_at(body[2]), 19.0, 1500.0, 0))
    heights = np.linspace(LEVEL_HEIGHT["L1"].number, place("caval hiatus")[2], 6)
    rows += [("inferior vena cava", cava_at(a), cava_at(b), 21.0, 2400.0, 0) for a, b in itertools.pairwise(heights)]
    rows.append(("inferior vena cava", place("caval hiatus"), place("cavo-atrial junction, lower"), 23.0, 3600.0, 0))
    tops = [level_at(f"T{k}") + np.array([-6.0, -20.0, 0.0]) * MM for k in range(12, 4, -1)]
    rows += [("azygos vein", a, b, 6.0, 150.0, 0) for a, b in itertools.pairwise(tops)]
    rows.append(("azygos arch", tops[-1], place("azygos arch"), 9.0, 320.0, 0))
    rows.append(("azygos arch", place("azygos arch"), place("superior vena cava, azygos mouth"), 9.6, 320.0, 0))
    down = ("superior vena cava, upper end", "superior vena cava, azygos mouth", "cavo-atrial junction, upper")
    rows += [("superior vena cava", place(a), place(b), 18.6, 1700.0, 0) for a, b in itertools.pairwise(down)]
    return network("veins", rows)


def heart() -> Vessels:
    way = ("right atrium", "tricuspid valve", "right ventricle", "pulmonary valve")
    rows = [
        ("right atrium", place("cavo-atrial junction, lower"), place("right atrium"), 34.0, 3600.0, 0),
        ("right atrium", place("cavo-atrial junction, upper"), place("right atrium"), 34.0, 1700.0, 0),
    ]
    rows += [
        (name, place(a), place(b), width, 5300.0, 0)
        for name, a, b, width in zip(
            ("right atrium", "right ventricle", "right ventricular outflow tract"),
            way,
            way[1:],
            (38.0, 42.0, 27.0),
            strict=False,
        )
    ]
    return network("heart", rows)


def arteries() -> Vessels:
    rows = [
        ("pulmonary trunk", place("pulmonary valve"), place("pulmonary bifurcation"), 26.0, 5300.0, 15),
        ("right pulmonary artery", place("pulmonary bifurcation"), place("right hilum"), 19.4, 2800.0, 14),
        ("left pulmonary artery", place("pulmonary bifurcation"), place("left hilum"), 19.4, 2500.0, 14),
    ]
    for side, hilum in (("R", place("right hilum")), ("L", place("left hilum"))):
        for lobe in LOBES[side]:
            own = [segment for segment in SEGMENTS if segment[0] == side and lobe_of(segment) == lobe]
            middle = np.mean([segment_at(segment) for segment in own], axis=0)
            root = hilum + 0.35 * (middle - hilum)
            rows.append((f"{lobe} artery", hilum, root, 10.0, 1000.0, 12))
            for segment in own:
                rows += _branches(f"segmental artery {segment}", root, segment_at(segment), 5.5, 11, segment)
    return network("lungs", rows)


def _branches(
    name: str, root: np.ndarray, tip: np.ndarray, width: float, order: int, segment: str
) -> list[tuple[str, np.ndarray, np.ndarray, float, float, int]]:
    """A segment's artery and three generations of pairs beyond it."""
    end = root + 0.6 * (tip - root) if order == 11 else tip
    rows = [(name, root, end, width, 12.0 * width**2, order)]
    if order == 8:
        return rows
    rng = np.random.default_rng([SEGMENTS.index(segment), order, round(1e4 * abs(float(tip[0])))])
    along = (tip - root) * (0.3 if order == 11 else 0.6)
    for _ in range(2):
        step = along + 0.6 * np.linalg.norm(along) * rng.uniform(-1.0, 1.0, 3)
        rows += _branches(f"artery beyond {segment}", end, end + step, 0.66 * width, order - 1, segment)
    return rows


def cord_way() -> list[tuple[str, np.ndarray]]:
    """From the right lumbar vein of L1 into the right lower lobe, as (room, points)."""
    body = level_at("L1")
    heights = np.linspace(body[2], place("cavo-atrial junction, lower")[2], 10)
    in_veins = np.array([body + np.array([-16.0, 16.0, 0.0]) * MM, *(cava_at(h) for h in heights)])
    names = ("cavo-atrial junction, lower", "right atrium", "tricuspid valve", "right ventricle", "pulmonary valve")
    in_heart = np.array([place(name) for name in names])
    in_lungs = np.array([place(name) for name in ("pulmonary valve", "pulmonary bifurcation", "right hilum")])
    return [("veins", in_veins), ("heart", in_heart), ("lungs", in_lungs)]


def along(points: np.ndarray, start: float, end: float, count: int) -> np.ndarray:
    """`count` points between two shares of a line's length."""
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = steps[-1] * np.linspace(start, end, count)
    return np.stack([np.interp(at, steps, points[:, axis]) for axis in range(3)], axis=-1)
