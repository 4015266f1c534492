"""The path as a graph of stops and stretches.

Shortest ways over the web (:mod:`azygos.trace.web`) lead from the treated vertebrae to each piece; see
``docs/how-it-works/trace-path.md``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.sparse.csgraph import dijkstra

from azygos.ground.findings import Path, Stop, Stretch
from azygos.ground.parcels import FloatArray, IntArray, Parcel
from azygos.ground.places import SITES
from azygos.trace.lines import resample
from azygos.trace.strands import IN_BONE
from azygos.trace.web import Source, Web
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
    costs, before = dijkstra(
        web.costs, indices=range(len(sources)), return_predecessors=True, limit=FARTHEST_COST.number
    )
    costs[:, : len(sources)] = np.where(np.eye(len(sources)) > 0, 0.0, np.inf)
    best = np.argmin(costs, axis=0)
    at = np.arange(n)
    return Ways(costs=costs, nearest=costs[best, at], before=before[best, at])


def draw_path(web: Web, ways: Ways, sources: Sequence[Source], unearned: Container[int] = ()) -> Path:
    """Stops and stretches of all cement outside bone and of the cheapest ways to it, none to `unearned` pieces."""
    edges = _edges(web, ways, sources, unearned)
    if not edges:
        return Path()
    degree = np.bincount(np.array(sorted(edges)).ravel(), minlength=len(web.points_mm))
    draft = _Draft(web=web, ways=ways, sources=sources, degree=degree)
    for chain in sorted(_chains(edges, web, sources), key=lambda chain: (ways.nearest[chain[0]], chain)):
        draft.add(list(_parts(chain, web)))
    return Path(stops=tuple(draft.stops.values()), stretches=tuple(draft.stretches))


def _edges(web: Web, ways: Ways, sources: Sequence[Source], unearned: Container[int]) -> set[Edge]:
    """All seen edges outside bone of pieces that are reached or long, and the ways to them."""
    found: set[Edge] = set()
    outside = (web.piece > 0) & ~np.isin(web.site, IN_BONE)
    for number in np.unique(web.piece[outside]).tolist():
        nodes = np.flatnonzero((web.piece == number) & outside)
        seen = [edge for edge in web.seen if web.piece[edge[0]] == number and outside[edge[0]] and outside[edge[1]]]
        first = int(nodes[np.argmin(ways.nearest[nodes])])
        reached = bool(np.isfinite(ways.nearest[first])) and number not in unearned
        if reached:
            found |= set(_back(first, ways, len(sources)))
        if reached or sum(_length(web, edge) for edge in seen) >= SHORTEST_LINE_MM.number:
            found |= {edge if ways.nearest[edge[0]] <= ways.nearest[edge[1]] else edge[::-1] for edge in seen}
    return _without_doubles(found, web)


def _without_doubles(edges: set[Edge], web: Web) -> set[Edge]:
    """A voxel that lies in two stages is one place."""
    first: dict[tuple[float, ...], int] = {}
    for node in sorted({node for edge in edges for node in edge if not web.piece[node]}):
        first.setdefault(tuple(web.points_mm[node].tolist()), node)

    def one(node: int) -> int:
        return node if web.piece[node] else first[tuple(web.points_mm[node].tolist())]

    return {(one(a), one(b)) for a, b in edges if one(a) != one(b)}


def _back(node: int, ways: Ways, sources: int) -> Iterator[Edge]:
    while node >= sources:
        yield int(ways.before[node]), node
        node = int(ways.before[node])


def _length(web: Web, edge: Edge) -> float:
    return float(np.linalg.norm(web.points_mm[edge[0]] - web.points_mm[edge[1]]))


def _is_seen(web: Web, edge: Edge, sources: Sequence[Source]) -> bool:
    """Along cement: within a vertebra's fill or on a piece's line."""
    return edge[0] < len(sources) or edge in web.seen or edge[::-1] in web.seen


def _chains(edges: set[Edge], web: Web, sources: Sequence[Source]) -> Iterator[list[int]]:
    """Runs of edges of one kind between forks, ends, vertebrae and the places where seen becomes inferred."""
    after: dict[int, list[int]] = {}
    before: dict[int, list[int]] = {}
    for start, end in sorted(edges):
        after.setdefault(start, []).append(end)
        before.setdefault(end, []).append(start)

    def plain(node: int) -> bool:
        into, out = before.get(node, []), after.get(node, [])
        if node < len(sources) or len(into) != 1 or len(out) != 1:
            return False
        return _is_seen(web, (into[0], node), sources) == _is_seen(web, (node, out[0]), sources)

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
    runs = [(sites[a], a, b) for a, b in pairwise(cuts)]
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


@dataclass(slots=True, kw_only=True)
class _Draft:
    """A path while it is drawn."""

    web: Web
    ways: Ways
    sources: Sequence[Source]
    degree: IntArray
    stops: dict[int, Stop] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    def add(self, parts: list[tuple[list[int], str]]) -> None:
        """Stretches of one chain; between two of them lies the way into the second's site."""
        for index, (part, site) in enumerate(parts):
            self._stop(part[0], site, part, entered=index > 0)
        self._stop(parts[-1][0][-1], parts[-1][1], parts[-1][0], entered=False)
        for index, (part, site) in enumerate(parts):
            before = parts[index - 1][1] if index else ""
            if site == "superior_vena_cava" and before == "azygos_vein":
                node = part[0]
                self.stops[node] = replace(self.stops[node], name=f"{self._of_piece(node)}azygos arch")
            self.stretches.append(self._stretch(part, site))

    def _stop(self, node: int, site: str, part: list[int], *, entered: bool) -> None:
        if node in self.stops:
            return
        x, y, z = (float(value) for value in self.web.points_mm[node])
        self.places[node] = len(self.stops)
        where = self._where(site, part)
        name = self._of_piece(node) + (where if entered else self._kind(node, where))
        if node < len(self.sources):
            name = self.sources[node].level
        self.stops[node] = Stop(name=name, point_mm=(x, y, z), piece=self._piece(node))

    def _piece(self, node: int) -> int:
        return self.sources[node].piece if node < len(self.sources) else int(self.web.piece[node])

    def _of_piece(self, node: int) -> str:
        return f"piece {int(self.web.piece[node])}, " if self.web.piece[node] else ""

    def _kind(self, node: int, where: str) -> str:
        if self.degree[node] > 2:
            return "fork" if self.web.piece[node] else f"fork, {where}"
        if not self.web.piece[node]:
            return where
        mine = np.flatnonzero((self.web.piece == self.web.piece[node]) & ~np.isin(self.web.site, IN_BONE))
        near = len(mine) and node == int(mine[np.argmin(self.ways.nearest[mine])])
        return "near end" if near else "far end" if self.degree[node] == 1 else where

    def _where(self, site: str, part: list[int]) -> str:
        """A site in a few words, on the side where most of a stretch lies."""
        side = "right" if float(self.web.points_mm[part, 0].mean()) < self.web.middle_mm else "left"
        return {
            "pulmonary_artery": f"{side} pulmonary artery", "lung": f"{side} lung",
            "prevertebral": "prevertebral veins", "paravertebral": "paravertebral veins",
            "vertebral_body": "edge of the cement in bone",
        }.get(site, SITES[site])  # fmt: skip

    def _stretch(self, part: list[int], site: str) -> Stretch:
        seen = _is_seen(self.web, (part[0], part[1]), self.sources)
        line = self.web.points_mm[part]
        if not seen and len(line) > 3:  # a way over voxels is a staircase
            smooth = gaussian_filter1d(resample(line), 2.0, axis=0, mode="nearest")
            line = np.concatenate([line[:1], smooth[1:-1], line[-1:]])
        return Stretch(
            start=self.places[part[0]], end=self.places[part[-1]], line_mm=line, seen=seen, site=site,
            piece=self._piece(part[0]) if seen else 0,
        )  # fmt: skip
