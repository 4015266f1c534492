"""Things on other scans and other bodies than those of the tests, of which it is known whether they are cement."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np

from azygos.ground.places import Place
from azygos.ground.units import MM
from azygos.ground.volume import Volume, to_lps, to_voxel
from azygos.render import Described, Phantom, Placed, draw_phantom, insert, render_body
from azygos.render.insert_sharpness import estimate_sharpness
from azygos.trace import certainty, find, sorting
from azygos.trace.oriented import orient
from azygos.trace.thing import Thing
from detection.bodies import CALIBRATED, draw_choices
from detection.drawing import DENSE_HU, WEAK_HU
from detection.scoring import NEAR_MM, OWN_SHARE, outside_mm
from detection.sites import read_scan, read_scan_labels

BODIES = 30
PASSES = {"ts-lumbar": 4, "ts-upperabdomen": 4, "tptbox": 3}  # of each real scan that the tests do not put cement into
PIECES = {"ts-lumbar": 14, "ts-upperabdomen": 8, "tptbox": 4}
IN_BODY = 24
SIZES_MM = (1.0, 8.0)
APART_MM = 18.0
BESIDE_MM = 15.0
FOLDS = 5


def parts(n: int) -> list[tuple[str, int]]:
    """Scans and bodies, each with a number."""
    return [(scan, k) for scan, most in PASSES.items() for k in range(most)] + [("body", k) for k in range(n)]


def run(scan: str, number: int) -> dict[str, object]:
    """Features of all that the tracer weighs on one scan with cement in it, and which of it is cement."""
    rng = np.random.default_rng(np.random.SeedSequence(CALIBRATED, spawn_key=(sum(scan.encode()), number)))
    volume, pieces = _body(number, rng) if scan == "body" else _real(scan, rng)
    weighed: list[tuple[np.ndarray, Thing, float]] = []

    def note(thing: Thing, claimed: float = 0.0) -> np.ndarray:
        values = certainty.features(thing, claimed)
        weighed.append((values, thing, claimed))
        return values

    with mock.patch.object(sorting, "features", note):
        findings = find(volume)
    turned = orient(volume)
    rows = [
        {
            "features": [round(float(x), 5) for x in values],
            "cement": is_cement(turned.to_mm(thing.measured.voxels), pieces),
        }
        for values, thing, claimed in weighed
        if claimed < getattr(sorting, "DECIDED", 2.0)
    ]
    return {"scan": scan, "number": number, "pieces": len(pieces), "found": len(findings.pieces), "rows": rows}


def is_cement(points_mm: np.ndarray, pieces: tuple[Placed, ...]) -> bool:
    """Whether half of a thing's voxels lie within 3 mm of a piece."""
    return any(float(np.mean(outside_mm(piece, points_mm) <= NEAR_MM)) >= OWN_SHARE for piece in pieces)


def _real(scan: str, rng: np.random.Generator) -> tuple[Volume, tuple[Placed, ...]]:
    """A real scan with pieces within vertebrae and up to 15 mm beside them."""
    volume, (labels,) = read_scan(scan), read_scan_labels(scan)
    bone = [number for number, name in labels.names.items() if name.startswith("vertebrae")]
    within = to_lps(labels.affine_mm, np.argwhere(np.isin(labels.labels, bone)).astype(float))
    places = within[rng.integers(len(within), size=4000)] + rng.uniform(-BESIDE_MM, BESIDE_MM, (4000, 3))
    index = np.rint(to_voxel(volume.affine_mm, places)).astype(int)
    held = np.all((index >= 3) & (index < np.array(volume.hu.shape) - 3), axis=1)
    pieces = [_draw_piece(f"{scan} {k}", at, rng) for k, at in enumerate(_apart(places[held], PIECES[scan]))]
    after, truth = insert(volume, pieces, sharpness=estimate_sharpness(volume))
    return after, truth.pieces


def _body(number: int, rng: np.random.Generator) -> tuple[Volume, tuple[Placed, ...]]:
    """A rendered body with pieces in its arteries, heart and veins; every second has none."""
    seed = CALIBRATED + number
    choices, phantom = draw_choices(seed), draw_phantom(seed)
    pieces: tuple[Placed, ...] = ()
    if number % 2:
        places = _in_vessels(phantom.lying(choices.pose), choices.scanner.low_mm, rng)
        drawn = [_draw_piece(f"body {number}.{k}", at, rng) for k, at in enumerate(_apart(places, IN_BODY))]
        pieces = tuple(piece.placed(choices.scanner.kvp) for piece in drawn)
    volume, truth, _ = render_body(phantom, choices=choices, seed=seed, pieces=pieces)
    return volume, truth.pieces


def _in_vessels(phantom: Phantom, low_mm: float, rng: np.random.Generator) -> np.ndarray:
    """Points within vessels, as many of each room, in the field."""
    found = []
    for vessels in phantom.vessels:
        wide = np.flatnonzero(vessels.diameter > 1.5 * 1e-3)
        chosen = rng.choice(wide, size=min(len(wide), 300), replace=False)
        along = rng.uniform(0.1, 0.9, (len(chosen), 1))
        ends = vessels.ends[chosen] / MM
        found.append(phantom.space.to_world(ends[:, 0] * (1 - along) + ends[:, 1] * along))
    points = np.concatenate([rng.permutation(one)[:200] for one in found])
    return rng.permutation(points[points[:, 2] > low_mm + 5.0])


def _apart(points: np.ndarray, wanted: int) -> list[np.ndarray]:
    chosen: list[np.ndarray] = []
    for point in points:
        if len(chosen) < wanted and all(np.linalg.norm(point - other) >= APART_MM for other in chosen):
            chosen.append(point)
    return chosen


def _draw_piece(name: str, at: np.ndarray, rng: np.random.Generator) -> Described:
    """A ball or a thread, dense or weak."""
    size = float(np.exp(rng.uniform(*np.log(SIZES_MM))))
    hu = float(rng.uniform(*DENSE_HU)) if rng.uniform() < 0.6 else float(rng.uniform(WEAK_HU, 2500.0))
    if rng.uniform() < 0.5:
        lines, widths = (at[None, :],), (np.array([size]),)
    else:
        way = rng.standard_normal(3)
        way *= rng.uniform(4.0, 14.0) / np.linalg.norm(way)
        lines, widths = (np.stack([at - way / 2, at + way / 2]),), (np.array([size, 1.2 * size]),)
    return Described(name=name, lines_mm=lines, diameters_mm=widths, place=Place(site="elsewhere"), cement_hu=hu)


def held_out(results: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
    """Chance and truth of each thing, by models that were fitted to other scans."""
    chances, truths = [], []
    for fold in range(FOLDS):
        rest = [row for k, part in enumerate(results) if k % FOLDS != fold for row in part["rows"]]
        model = certainty.fit([np.array(r["features"]) for r in rest], [r["cement"] for r in rest], "fold")
        mine = [row for k, part in enumerate(results) if k % FOLDS == fold for row in part["rows"]]
        chances += [certainty.chance(np.array(row["features"]), model) for row in mine]
        truths += [row["cement"] for row in mine]
    return np.array(chances), np.array(truths, dtype=bool)
