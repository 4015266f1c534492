"""The way that cement took, as it is known, and how well a traced path agrees with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from azygos.ground.findings import Findings, Path
from azygos.ground.units import MM
from azygos.ground.volume import LabelMap, to_voxel
from azygos.render import Phantom, Placed
from detection.scoring import GROUPS

NEAR_MM = 5.0  # how near two lines must run: that of docs/how-it-works/trace-path.md
SEEN_MM = 1.0  # median width of a piece from which a path must reach it
STEP_MM = 2.0  # edge of the cubes that count once
IN_BONE = GROUPS[0] + GROUPS[1]
ARTERIES = next(group for group in GROUPS if "lung" in group)
BESIDE_MM = 12.0  # from the middle of the bifurcation to what counts as one side


@dataclass(frozen=True)
class Points:
    """Where cement lies, and where it came through and left none; each (n, 3) [mm]."""

    cement_mm: np.ndarray
    passed_mm: np.ndarray
    reach_mm: np.ndarray  # (n,) how near a line must run to be the same way as each point of `passed_mm`

    @property
    def all_mm(self) -> np.ndarray:
        return np.concatenate([self.cement_mm, self.passed_mm])


@dataclass(frozen=True)
class Known:
    """The true path: of all cement, against which nothing found may stand alone, and of what must be found."""

    whole: Points
    asked: Points  # of pieces of 1 mm and more
    sides_mm: Mapping[str, np.ndarray]  # cement in the arteries of the "left" and the "right" lung
    levels: tuple[str, ...]  # that cement came from
    labels: LabelMap  # of the body, whose bone is left out


def known_of(
    pieces: Sequence[Placed],
    ways_mm: Mapping[str, Sequence[np.ndarray]],
    phantom: Phantom,
    labels: LabelMap,
    levels: Sequence[str],
) -> Known:
    """From all pieces outside treated bodies, and the lines by which each came, by its name.

    Cement in a disc is not asked for, as that in bone is not: it runs along no vein. What is drawn there is not false.
    """
    thick = {piece.name for piece in pieces if width_of(piece) >= SEEN_MM}

    def points(chosen: Sequence[Placed]) -> Points:
        names = {piece.name for piece in chosen}
        cement = thinned([line for piece in chosen for line in piece.lines_mm])
        passed = thinned([line for name in sorted(names & set(ways_mm)) for line in ways_mm[name]])
        taken = {tuple(cube) for cube in np.floor(cement / STEP_MM).astype(int)}
        fresh = [tuple(cube) not in taken for cube in np.floor(passed / STEP_MM).astype(int)]
        passed = passed[np.array(fresh, dtype=bool)]
        passed = passed[~in_bone(passed, labels)]
        reach = np.maximum(NEAR_MM, lumen_of(phantom.space.to_model(passed), phantom))
        return Points(cement[~in_bone(cement, labels)], passed, reach)

    whole = points(pieces)
    side = arterial_side(phantom.space.to_model(whole.cement_mm), phantom)
    sides = {name: whole.cement_mm[side == name] for name in ("left", "right")}
    asked = points([piece for piece in pieces if piece.name in thick and piece.place.site != "disc"])
    return Known(whole=whole, asked=asked, sides_mm=sides, levels=tuple(levels), labels=labels)


def width_of(piece: Placed) -> float:
    """Median along all lines [mm]."""
    return float(np.median(np.concatenate(piece.diameters_mm)))


def in_bone(points_mm: np.ndarray, labels: LabelMap) -> np.ndarray:
    """Whether each point lies in a vertebra."""
    bone = [number for number, name in labels.names.items() if name.startswith("vertebrae_")]
    at = np.rint(to_voxel(labels.affine_mm, points_mm)).astype(int)
    inside = np.all((at >= 0) & (at < labels.labels.shape), axis=1)
    found = np.zeros(len(points_mm), dtype=bool)
    found[inside] = np.isin(labels.labels[tuple(at[inside].T)], bone)
    return found


def arterial_side(points: np.ndarray, phantom: Phantom) -> np.ndarray:
    """ "left" or "right" for points of the straight body that lie in the arteries of a lung, else ""; by the vessel
    of whose radii each lies the fewest away."""
    tree = phantom.of_room("lungs")
    middle = float(tree.ends[tree.names.index("pulmonary trunk"), 1, 0]) / MM
    arteries, others = (
        np.min([_in_radii(points, phantom, room) for room in rooms], axis=0)
        for rooms in (("lungs",), ("veins", "heart"))
    )
    aside = points[:, 0] - middle
    side = np.where(aside > BESIDE_MM, "left", np.where(aside < -BESIDE_MM, "right", ""))
    return np.asarray(np.where(arteries < others, side, ""))


def lumen_of(points: np.ndarray, phantom: Phantom) -> np.ndarray:
    """Radius [mm] of the vessel in which each point of the straight body lies deepest, 0 outside all."""
    deepest, radius = np.ones(len(points)), np.zeros(len(points))
    for vessels in phantom.vessels:
        start, way = vessels.ends[:, 0] / MM, (vessels.ends[:, 1] - vessels.ends[:, 0]) / MM
        square, radii = np.maximum((way**2).sum(axis=1), 1e-9), 0.5 * vessels.diameter / MM
        for number, point in enumerate(points):
            t = np.clip(((point - start) * way).sum(axis=1) / square, 0.0, 1.0)
            depth = np.linalg.norm(point - start - t[:, None] * way, axis=1) / radii
            at = int(np.argmin(depth))
            if depth[at] < deepest[number]:
                deepest[number], radius[number] = depth[at], radii[at]
    return radius


def _in_radii(points: np.ndarray, phantom: Phantom, room: str) -> np.ndarray:
    """Distance from the nearest vessel of a room, in its radii."""
    vessels = phantom.of_room(room)
    start, way = vessels.ends[:, 0] / MM, (vessels.ends[:, 1] - vessels.ends[:, 0]) / MM
    square = np.maximum((way**2).sum(axis=1), 1e-9)
    least = np.full(len(points), np.inf)
    for number, point in enumerate(points):
        t = np.clip(((point - start) * way).sum(axis=1) / square, 0.0, 1.0)
        least[number] = (np.linalg.norm(point - start - t[:, None] * way, axis=1) / (0.5 * vessels.diameter / MM)).min()
    return least


def dense(line: np.ndarray) -> np.ndarray:
    """Points about 1 mm apart along a line."""
    far = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0.0, far[-1], int(np.ceil(far[-1])) + 1)
    return np.column_stack([np.interp(at, far, line[:, axis]) for axis in range(3)])


def thinned(lines: Sequence[np.ndarray]) -> np.ndarray:
    """One point for each cube of 2 mm, so that a way that many pieces took counts once."""
    if not lines:
        return np.zeros((0, 3))
    points = np.concatenate([dense(np.asarray(line)) for line in lines])
    _, first = np.unique(np.floor(points / STEP_MM).astype(int), axis=0, return_index=True)
    return points[np.sort(first)]


def path_score(known: Known, path: Path) -> dict[str, float] | None:
    """Precision, recall and F1 of a found path; None where no piece of 1 mm or more left its bone."""
    if len(known.asked.all_mm) == 0:
        return None
    seen, guessed = (
        thinned([s.line_mm for s in path.stretches if s.seen is kind and s.site not in IN_BONE and len(s.line_mm) > 1])
        for kind in (True, False)
    )
    seen, guessed = (points[~in_bone(points, known.labels)] for points in (seen, guessed))
    found = np.concatenate([seen, guessed])
    right = _near(seen, known.whole.cement_mm) + _on_way(guessed, known.whole)
    reached = _near(known.asked.cement_mm, seen) + _passed(known.asked, found)
    precision, recall = right / max(1, len(found)), reached / len(known.asked.all_mm)
    f1 = 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def _on_way(points: np.ndarray, known: Points) -> int:
    """How many points run along cement or, within its vessel, along a way by which cement came."""
    if len(points) == 0 or len(known.passed_mm) == 0:
        return _near(points, known.cement_mm)
    there = np.any(cdist(points, known.passed_mm) <= known.reach_mm, axis=1)
    return int(np.count_nonzero(there)) + _near(points[~there], known.cement_mm)


def _passed(known: Points, found: np.ndarray) -> int:
    """How many points of the ways that left no cement have a found line in the same vessel."""
    if len(found) == 0 or len(known.passed_mm) == 0:
        return 0
    return int(np.count_nonzero(cKDTree(found).query(known.passed_mm)[0] <= known.reach_mm))


def _near(points: np.ndarray, others: np.ndarray) -> int:
    if len(points) == 0 or len(others) == 0:
        return 0
    return int((cKDTree(others).query(points)[0] <= NEAR_MM).sum())


def one_path(known: Known, findings: Findings) -> bool:
    """Whether one connected path leads from a treated vertebra along cement in the arteries of both lungs.

    A side counts where a stretch that is seen, and said to lie in pulmonary arteries, runs along true cement there:
    one cord into both arteries counts as much as two pieces.
    """
    path = findings.path
    if not path.stops:
        return False
    joined = np.zeros((len(path.stops),) * 2, dtype=bool)
    for stretch in path.stretches:
        joined[stretch.start, stretch.end] = True
    group = connected_components(joined, directed=False)[1]
    held: dict[int, set[str]] = {}
    for index, stop in enumerate(path.stops):
        if stop.name in known.levels:
            held.setdefault(int(group[index]), set()).add("vertebra")
    for stretch in path.stretches:
        if stretch.seen and stretch.site in ARTERIES:
            for side, cement in known.sides_mm.items():
                if _near(dense(np.asarray(stretch.line_mm)), cement):
                    held.setdefault(int(group[stretch.start]), set()).add(side)
    return any({"vertebra", "left", "right"} <= own for own in held.values())
