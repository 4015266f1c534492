"""Rendered patients: cement that a journey brought where it lies, traced with and without label maps."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from azygos.case import demo_case, follow_case
from azygos.case.case_file import CaseFile
from azygos.case.run import with_seed
from azygos.ground.findings import Findings, Piece
from azygos.ground.places import SITES
from azygos.ground.units import MM
from azygos.ground.volume import to_lps, voxel_size_mm
from azygos.journey import Journey
from azygos.render import Choices, Phantom, Placed, Pose, Scanner, Truth, phantom_of, render
from azygos.trace import find
from detection.scoring import NEAR_MM, OWN_SHARE, axis_of, group_of, held_once
from detection.ways import Known, known_of, one_path, path_score

PATIENTS = 60
TESTED = 5000  # first seed; the article's patient goes before as number -1
LEVELS = ("T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2")
DAY = 1.0
TOUCH_MM = 1.0  # pieces that lie so near each other look like one
SHARE_OF_SITE = 0.01  # of a piece's volume, for a site to count as one where it lies


@dataclass(frozen=True)
class Cluster:
    """Pieces that touch, or the cement within one treated body: what a reader sees as one."""

    members: tuple[Placed, ...]
    points_mm: np.ndarray
    radii_mm: np.ndarray
    member: np.ndarray  # which of the members each point belongs to
    fill: bool  # it is the cement within a treated body
    once: float = 1.0  # share of its members' volumes where what overlaps counts once

    @property
    def volume_ml(self) -> float:
        return self.once * sum(piece.volume_ml for piece in self.members)

    @property
    def thickness_mm(self) -> float:
        """Median width along its lines; of a fill, more than any thread."""
        return 99.0 if self.fill else float(np.median(2 * self.radii_mm))


def draw_case(number: int) -> tuple[CaseFile, Choices]:
    """A patient with a leaking cement, and how the scan is taken; number -1 is the article's patient."""
    if number < 0:
        return demo_case(), Choices(scanner=Scanner(ceiling_hu=None, low_mm=-190.0))
    rng = np.random.default_rng(np.random.SeedSequence(TESTED, spawn_key=(number,)))
    case = with_seed(demo_case(), TESTED + number)
    vertebra = case.vertebra[0].model_copy(update={"level": str(rng.choice(LEVELS))})
    thick, step = ((1.0, 1.0), (1.25, 1.25), (2.5, 2.5))[int(rng.integers(3))]
    scanner = Scanner(
        slice_mm=thick, step_mm=step, kernel=str(rng.choice(["soft", "standard", "sharp"])), low_mm=-290.0,
        fov_mm=float(rng.uniform(340.0, 400.0)), dose=float(np.exp(rng.uniform(-1.0, 0.5))),
        ceiling_hu=None if rng.uniform() < 0.6 else 3071.0,
    )  # fmt: skip
    pose = Pose(shift_mm=rng.normal(0.0, 6.0, 3), turn_deg=rng.normal(0.0, 1.5, 3))
    phase = str(rng.choice(["none", "none", "venous", "pulmonary"]))
    choices = Choices(scanner=scanner, phase=phase, motion_mm=float(rng.uniform(0.0, 8.0)), pose=pose)
    return case.model_copy(update={"vertebra": (vertebra,)}), choices


def parts(n: int) -> list[tuple[int]]:
    """The article's patient and n others."""
    return [(number,) for number in range(-1, n)]


def run(number: int) -> dict[str, object]:
    """One patient: render, trace without and with labels, compare."""
    case, choices = draw_case(number)
    began = time.perf_counter()
    journey = follow_case(case, spacing_mm=1.0 if number < 0 else 2.0)
    seed = case.patient.seed
    volume, truth, labels = render(journey, day=DAY, choices=choices, seed=seed)
    rendered = time.perf_counter()
    plain, labelled = find(volume), find(volume, [labels])
    traced = time.perf_counter()
    phantom, fills = phantom_of(journey, seed, pose=choices.pose), len(fills_of(journey))
    levels = tuple(piece.origin for piece in truth.pieces[:fills])
    known = known_of(truth.pieces[fills:], ways_of(journey, phantom), phantom, labels, levels)
    return {
        "number": number, "level": case.vertebra[0].level, "slice_mm": choices.scanner.slice_mm,
        "unclipped": choices.scanner.ceiling_hu is None, "phase": choices.phase,
        "render_s": round(rendered - began, 1), "trace_s": round((traced - rendered) / 2, 1),
        **row_of(truth, fills, known, plain, labelled),
    }  # fmt: skip


def fills_of(journey: Journey) -> list[str]:
    """Levels that hold cement; their fills stand first in the truth."""
    return [one.vertebra.level for one in journey.treated if float(one.injection.fill.sum()) > 0.0]


def row_of(truth: Truth, fills: int, known: Known, plain: Findings, labelled: Findings) -> dict[str, object]:
    """What was found of one patient without and with labels; the first `fills` pieces lie in treated bodies."""
    clusters = cluster(truth, fills)
    return {
        "rows": rows(clusters, plain, labelled),
        "places": {"landmarks": places(clusters, plain), "labels": places(clusters, labelled)},
        "alarms": len(plain.pieces) - len({p for c in clusters for p in standing_for(c, plain)}),
        "path": path_score(known, plain.path), "path_labels": path_score(known, labelled.path),
        "one_path": one_path(known, plain), "one_path_labels": one_path(known, labelled),
    }  # fmt: skip


def cluster(truth: Truth, fills: int) -> list[Cluster]:
    """Pieces that touch, put together; the first `fills` are cement within treated bodies, each by itself."""
    clouds = [_cloud(truth, index, index < fills) for index in range(len(truth.pieces))]
    if not clouds:
        return []
    touching = np.array([[_gap(one, other) <= TOUCH_MM for other in clouds] for one in clouds], dtype=bool)
    touching[:fills] = touching[:, :fills] = False
    _, group = connected_components(touching, directed=False)
    found = []
    for key in np.unique(group):
        own = [int(k) for k in np.flatnonzero(group == key)]
        found.append(Cluster(
            members=tuple(truth.pieces[k] for k in own), points_mm=np.concatenate([clouds[k][0] for k in own]),
            radii_mm=np.concatenate([clouds[k][1] for k in own]),
            member=np.concatenate([np.full(len(clouds[k][0]), place) for place, k in enumerate(own)]),
            fill=any(k < fills for k in own),
            once=1.0 if own[0] < fills else held_once([truth.pieces[k] for k in own]),
        ))  # fmt: skip
    return found


def _cloud(truth: Truth, index: int, fill: bool) -> tuple[np.ndarray, np.ndarray]:
    """Points of a piece and how far it reaches around each."""
    voxels = np.argwhere(truth.labels == index + 1) if fill else np.zeros((0, 3))
    if len(voxels):
        edge = float(abs(np.linalg.det(truth.affine_mm[:3, :3]))) ** (1 / 3)
        return to_lps(truth.affine_mm, voxels.astype(float)), np.full(len(voxels), edge / 2)
    return axis_of(truth.pieces[index])


def _gap(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    far = np.linalg.norm(np.maximum(0.0, np.maximum(one[0].min(0) - other[0].max(0), other[0].min(0) - one[0].max(0))))
    if far > 30.0:
        return float(far)
    distance, nearest = cKDTree(other[0]).query(one[0])
    return float((distance - one[1] - other[1][nearest]).min())


def standing_for(one: Cluster, findings: Findings) -> tuple[int, ...]:
    """Numbers of the findings of which half or more lies within 3 mm of a cluster."""
    tree, found = cKDTree(one.points_mm), []
    for piece in findings.pieces:
        points = to_lps(findings.affine_mm, piece.voxels.astype(float))
        distance, nearest = tree.query(points[:: max(1, len(points) // 4000)])
        if np.mean(distance - one.radii_mm[nearest] <= NEAR_MM) >= OWN_SHARE:
            found.append(piece.number)
    return tuple(found)


def rows(clusters: Sequence[Cluster], plain: Findings, labelled: Findings) -> list[dict[str, object]]:
    """Whether each cluster was found, and its volume."""
    table = []
    for one in clusters:
        row: dict[str, object] = {
            "site": one.members[0].place.site, "fill": one.fill, "volume_ml": round(one.volume_ml, 5),
            "thickness_mm": round(one.thickness_mm, 2), "members": len(one.members),
        }  # fmt: skip
        for how, findings in (("landmarks", plain), ("labels", labelled)):
            row[how] = _fill(one, findings) if one.fill else _found(one, clusters, findings)
        table.append(row)
    return table


def _found(one: Cluster, clusters: Sequence[Cluster], findings: Findings) -> dict[str, object] | None:
    pieces = [findings.pieces[number - 1] for number in standing_for(one, findings)]
    if not pieces:
        return _within(one, findings)
    shown = sum(along(other, pieces, findings) * other.volume_ml for other in clusters if not other.fill)
    return {
        "pieces": len(pieces), "reported": any(piece.tier == "reported" for piece in pieces),
        "share": round(along(one, pieces, findings), 4), "true_ml": round(shown, 5),
        "volume_ml": [round(sum(getattr(p.volume_ml, key) for p in pieces), 5) for key in ("value", "low", "high")],
        "clipped": round(max(piece.clipped for piece in pieces), 3),
    }  # fmt: skip


def along(one: Cluster, pieces: Sequence[Piece], findings: Findings) -> float:
    """Share of a cluster's volume along which findings lie: a finding measures what it shows.

    That is where the line lies within its own radius or half a voxel's diagonal of a finding's voxel.
    """
    tree = cKDTree(to_lps(findings.affine_mm, np.concatenate([piece.voxels for piece in pieces]).astype(float)))
    reach = np.maximum(one.radii_mm, np.linalg.norm(voxel_size_mm(findings.affine_mm)) / 2.0)
    near = tree.query(one.points_mm)[0] <= reach
    return float((one.radii_mm[near] ** 2).sum() / (one.radii_mm**2).sum())


def _within(one: Cluster, findings: Findings) -> dict[str, object] | None:
    """A larger finding, such as a treated body with its leak, along which half or more of a cluster lies."""
    for piece in sorted(findings.pieces, key=lambda piece: piece.tier != "reported"):
        tree = cKDTree(to_lps(findings.affine_mm, piece.voxels.astype(float)))
        if np.mean(tree.query(one.points_mm)[0] - one.radii_mm <= NEAR_MM) >= OWN_SHARE:
            return {"pieces": 1, "reported": piece.tier == "reported", "volume_ml": None, "share": 1.0, "true_ml": None,
                    "clipped": piece.clipped}  # fmt: skip
    return None


def _fill(one: Cluster, findings: Findings) -> dict[str, object] | None:
    """What the tracer says of a treated body, if it names it."""
    level = next((level for level in findings.levels if level.level == one.members[0].origin), None)
    if level is None:
        return None
    fill = level.fill_ml
    return {"pieces": 1, "reported": True, "volume_ml": [fill.value, fill.low, fill.high], "clipped": 0.0,
            "share": 1.0, "true_ml": round(one.volume_ml, 5)}  # fmt: skip


def places(clusters: Sequence[Cluster], findings: Findings) -> list[dict[str, object]]:
    """Of each finding that stands for cement: where it is said to lie and to come from, and whether that is so.

    A finding is asked once, of the cluster that it lies nearest: a thread on the bone lies within 3 mm of the cement
    in the bone too, and would be asked to lie in both.
    """
    own = [standing_for(one, findings) for one in clusters]
    table = []
    for piece in findings.pieces:
        near = [one for one, numbers in zip(clusters, own, strict=True) if piece.number in numbers]
        if near:
            table.append(_place_row(piece, nearest_member(near, piece, findings)))
    return table


def _place_row(piece: Piece, member: Placed) -> dict[str, object]:
    true = {site_of(words) for words, ml in member.sites if ml >= SHARE_OF_SITE * member.volume_ml}
    true = true or {member.place.site}
    said = {"right_atrium", "right_ventricle", "heart"} if piece.place.site == "heart" else {piece.place.site}
    return {
        "true": sorted(true), "said": piece.place.site, "site_right": bool(said & true),
        "group_right": group_of(piece.place.site) in {group_of(site) for site in true},
        "origin": member.origin, "origin_said": piece.origin.level, "tier": piece.tier,
        "certainty": round(piece.certainty, 3), "thickness_mm": round(piece.thickness_mm, 2),
    }  # fmt: skip


def nearest_member(clusters: Sequence[Cluster], piece: Piece, findings: Findings) -> Placed:
    """The piece of clusters to whose surface most of a finding lies nearest."""
    points = to_lps(findings.affine_mm, piece.voxels[:: max(1, len(piece.voxels) // 500)].astype(float))
    members = [(one, place) for one in clusters for place in range(len(one.members))]
    gaps = np.array([_outside(one, place, points) for one, place in members])
    one, place = members[int(np.bincount(gaps.argmin(axis=0)).argmax())]
    return one.members[place]


def _outside(one: Cluster, place: int, points_mm: np.ndarray) -> np.ndarray:
    """How far points lie outside a member of a cluster [mm]; negative within."""
    own = one.member == place
    distance, nearest = cKDTree(one.points_mm[own]).query(points_mm)
    return np.asarray(distance - one.radii_mm[own][nearest])


def site_of(words: str) -> str:
    """The site that a place's words speak of."""
    if "main pulmonary artery" in words:
        return "pulmonary_artery"
    return max((site for site, name in SITES.items() if words.startswith(name)), key=lambda site: len(SITES[site]))


def ways_of(journey: Journey, phantom: Phantom) -> dict[str, list[np.ndarray]]:
    """Lines (n, 3) [mm] by which each piece came, by its name, as far as tracks follow it."""
    found: dict[str, list[np.ndarray]] = {}
    for track in journey.tracks:
        every = max(1, len(track.times) // 200)
        found.setdefault(track.piece, []).extend(phantom.space.to_world(line / MM) for line in track.points[::every])
    return found
