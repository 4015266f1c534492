"""The path as a graph of stops and stretches, and how well it agrees with a known one.

Shortest ways over the web (:mod:`azygos.trace.web`) lead from the treated vertebrae to each piece; see
``docs/how-it-works/trace-path.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from azygos.ground.findings import Path, Stop, Stretch
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.ground.places import SITES
from azygos.trace.lines import resample
from azygos.trace.web import IN_BONE, Source, Web
from azygos.values.joining import FARTHEST_COST, SHORTEST_LINE_MM

FLICKER_MM = 8.0  # a site passed for less than this along a stretch is the coarse grid's edge
Edge = tuple[int, int]  # two nodes, the one nearer to a vertebra first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways(Parcel):
    """Shortest ways from the vertebrae over a web."""

    costs: FloatArray  # shape (n_sources, n_nodes), infinite where no way leads
    nearest: FloatArray  # shape (n_nodes,), least of them
    before: IntArray  # shape (n_nodes,), node before on the cheapest way; negative where there is none

    def __post_init__(self) -> None:
        self.seal("costs", "nearest")
        self.seal("before", dtype=np.int64)


def find_ways(web: Web, sources: Sequence[Source]) -> Ways:
    """Cheapest ways from each vertebra to every node."""
    n = len(web.points_mm)
    if not sources or not n:
        return Ways(costs=np.zeros((0, n)), nearest=np.full(n, np.inf), before=np.full(n, -1))
    costs, before = dijkstra(web.costs, indices=range(len(sources)), return_predecessors=True, limit=FARTHEST_COST.number)
    costs[:, : len(sources)] = np.where(np.eye(len(sources)) > 0, 0.0, np.inf)
    best = np.argmin(costs, axis=0)
    at = np.arange(n)
    return Ways(costs=costs, nearest=costs[best, at], before=before[best, at])


def draw_path(web: Web, ways: Ways, sources: Sequence[Source]) -> Path:
    """Stops and stretches of all cement outside bone and of the cheapest ways to it."""
    edges = _edges(web, ways, sources)
    if not edges:
        return Path()
    chains = list(_chains(edges, web, len(sources)))
    stops: dict[int, Stop] = {}
    places: dict[int, int] = {}
    stretches: list[Stretch] = []
    degree = np.bincount(np.array(sorted(edges)).ravel(), minlength=len(web.points_mm))
    for chain in chains:
        for part, site in _parts(chain, web):
            for node in (part[0], part[-1]):
                if node not in places:
                    places[node] = len(stops)
                    stops[node] = _stop(node, site, degree, web, ways, sources)
            stretches.append(_stretch(part, site, places, web))
    return Path(stops=tuple(stops.values()), stretches=tuple(stretches))


def _edges(web: Web, ways: Ways, sources: Sequence[Source]) -> set[Edge]:
    """All seen edges outside bone of pieces that are reached or long, and the ways to them."""
    found: set[Edge] = set()
    outside = (web.piece > 0) & ~np.isin(web.site, IN_BONE)
    for number in np.unique(web.piece[outside]).tolist():
        nodes = np.flatnonzero((web.piece == number) & outside)
        seen = [edge for edge in web.seen if web.piece[edge[0]] == number and outside[edge[0]] and outside[edge[1]]]
        first = int(nodes[np.argmin(ways.nearest[nodes])])
        reached = bool(np.isfinite(ways.nearest[first]))
        if reached:
            found |= set(_back(first, ways, len(sources)))
        if reached or sum(_length(web, edge) for edge in seen) >= SHORTEST_LINE_MM.number:
            found |= {edge if ways.nearest[edge[0]] <= ways.nearest[edge[1]] else edge[::-1] for edge in seen}
    return found


def _back(node: int, ways: Ways, sources: int) -> Iterator[Edge]:
    while node >= sources:
        yield int(ways.before[node]), node
        node = int(ways.before[node])


def _length(web: Web, edge: Edge) -> float:
    return float(np.linalg.norm(web.points_mm[edge[0]] - web.points_mm[edge[1]]))


def _is_seen(web: Web, edge: Edge) -> bool:
    return edge in web.seen or edge[::-1] in web.seen


def _chains(edges: set[Edge], web: Web, sources: int) -> Iterator[list[int]]:
    """Runs of edges of one kind between forks, ends, vertebrae and the places where seen becomes inferred."""
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for start, end in sorted(edges):
        after.setdefault(start, []).append(end)
        before.setdefault(end, []).append(start)

    def plain(node: int) -> bool:
        into, out = before.get(node, []), after.get(node, [])
        if node < sources or len(into) != 1 or len(out) != 1:
            return False
        return _is_seen(web, (into[0], node)) == _is_seen(web, (node, out[0]))

    for start in sorted(after):
        if plain(start):
            continue
        for end in after[start]:
            chain = [start, end]
            while plain(chain[-1]):
                chain.append(after[chain[-1]][0])
            yield chain


def _parts(chain: list[int], web: Web) -> Iterator[tuple[list[int], str]]:
    """A chain cut where it comes from one site into another; sites passed for a few millimetres do not count."""
    sites = [str(web.site[node]) for node in chain[1:]]
    cuts = [0, *(i for i in range(1, len(sites)) if sites[i] != sites[i - 1]), len(sites)]
    runs = [(sites[a], a, b) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    long = [run for run in runs if _run_length(chain, run, web) >= FLICKER_MM]
    kept: list[tuple[str, int]] = []
    for site, start, _ in long or [max(runs, key=lambda run: _run_length(chain, run, web))]:
        if not kept or kept[-1][0] != site:
            kept.append((site, start if kept else 0))
    for (site, start), (_, end) in zip(kept, [*kept[1:], ("", len(chain) - 1)], strict=True):
        yield chain[start : end + 1], site


def _run_length(chain: list[int], run: tuple[str, int, int], web: Web) -> float:
    line = web.points_mm[chain[run[1] : run[2] + 1]]
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def _stretch(part: list[int], site: str, places: dict[int, int], web: Web) -> Stretch:
    seen = _is_seen(web, (part[0], part[1]))
    line = web.points_mm[part]
    if not seen and len(line) > 3:  # a way over voxels is a staircase
        smooth = gaussian_filter1d(resample(line), 2.0, axis=0, mode="nearest")
        line = np.concatenate([line[:1], smooth[1:-1], line[-1:]])
    piece = int(web.piece[part[0]]) if seen else 0
    return Stretch(start=places[part[0]], end=places[part[-1]], line_mm=line, seen=seen, site=site, piece=piece)


def _stop(node: int, site: str, degree: IntArray, web: Web, ways: Ways, sources: Sequence[Source]) -> Stop:
    x, y, z = (float(value) for value in web.points_mm[node])
    piece = int(web.piece[node])
    return Stop(name=_name(node, degree, web, ways, sources), point_mm=(x, y, z), piece=piece)


def _name(node: int, degree: IntArray, web: Web, ways: Ways, sources: Sequence[Source]) -> str:
    if node < len(sources):
        return sources[node].level
    piece, site = int(web.piece[node]), str(web.site[node])
    if piece:
        nodes = np.flatnonzero((web.piece == piece) & ~np.isin(web.site, IN_BONE))
        near = node == int(nodes[np.argmin(ways.nearest[nodes])])
        end = "near end" if near else "far end" if degree[node] == 1 else "fork" if degree[node] > 2 else SITES[site]
        return f"piece {piece}, {end}"
    if degree[node] > 2:
        return f"fork, {SITES[site]}"
    before = str(web.site[int(ways.before[node])])
    if site == "superior_vena_cava" and before == "azygos_vein":
        return "azygos arch"
    return SITES[site]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Parcel):
    """How well a path agrees with a known one, by length and by the sites that it passes; all from 0 to 1."""

    precision: float  # share of the path's length that lies near a known line
    recall: float  # share of the known lines' length that lies near the path
    site_precision: float
    site_recall: float

    @property
    def f1(self) -> float:
        """By length."""
        return _f1(self.precision, self.recall)

    @property
    def site_f1(self) -> float:
        """By sites."""
        return _f1(self.site_precision, self.site_recall)


def path_f1(
    found: Path, cement_mm: Sequence[FloatArray], sites: Sequence[str], ways_mm: Sequence[FloatArray] = (), *, within_mm: float = 5.0
) -> Agreement:
    """Compare a path with known lines of cement, the sites that it passed, and the ways between if they are known.

    Seen stretches are held against `cement_mm`; inferred ones only where `ways_mm` says where cement passed and
    left none. Sites are compared as sets.
    """
    ways = [*cement_mm, *ways_mm]
    seen = [stretch.line_mm for stretch in found.stretches if stretch.seen]
    guessed = [stretch.line_mm for stretch in found.stretches if not stretch.seen] if ways_mm else []
    right = _near(seen, cement_mm, within_mm) + _near(guessed, ways, within_mm)
    known = _near(cement_mm, seen, within_mm) + _near(ways_mm, [*seen, *guessed], within_mm)
    mine, theirs = {stretch.site for stretch in found.stretches}, set(sites)
    return Agreement(
        precision=_share(right, _total([*seen, *guessed])), recall=_share(known, _total(ways)),
        site_precision=_share(len(mine & theirs), len(mine)), site_recall=_share(len(mine & theirs), len(theirs)),
    )  # fmt: skip


def _f1(precision: float, recall: float) -> float:
    return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _total(lines: Sequence[FloatArray]) -> float:
    return float(sum(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() for line in lines))


def _near(lines: Sequence[FloatArray], others: Sequence[FloatArray], within_mm: float) -> float:
    """Length of lines [mm] that lies near other ones."""
    if not others:
        return 0.0
    tree, length = cKDTree(np.concatenate([resample(line, 1.0) for line in others])), 0.0
    for line in lines:
        fine = resample(line, 1.0)
        if len(fine) > 1:
            middle, pieces = 0.5 * (fine[1:] + fine[:-1]), np.linalg.norm(np.diff(fine, axis=0), axis=1)
            length += float(pieces[tree.query(middle)[0] <= within_mm].sum())
    return length
