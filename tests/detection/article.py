"""The article's patient, placed by hand: cement from T10 to the arteries of both lungs, as cords with gaps."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from azygos.ground.places import Place
from azygos.ground.units import MM
from azygos.render import Choices, Phantom, Placed, Scanner, draw_phantom, render_body
from azygos.render.cement_pieces import tube_volume_ml
from azygos.render.cement_sites import place_of
from azygos.trace import find
from azygos.values.attenuation import cement_hu
from detection.patients import row_of
from detection.ways import known_of

BODIES = 6
FIRST = 7000  # seed; none is used elsewhere
SLICES_MM = (1.0, 2.5)
LEVEL = "T10"
BARIUM = 0.30  # share of the powder
STEP_MM = 2.0  # longest piece of a line
BESIDE_MM = 1.5  # from a body's wall to the middle of what runs along it
AZYGOS = tuple(f"azygos vein at {level}" for level in ("T10", "T9", "T8", "T7", "T6", "T5"))
HEART = ("superior vena cava", "right atrium, from the superior vena cava", "right atrium", "tricuspid valve",
         "right ventricle", "right ventricle", "right ventricular outflow tract")  # fmt: skip
LOBAR = {"right": ("right interlobar artery", "right lower lobe artery", "right basal trunk"),
         "left": ("left interlobar artery", "left lower lobe artery", "left basal trunk")}  # fmt: skip
TWIGS = {"right": "right lower lobe, posterior basal artery (R10)", "left": "left lower lobe, superior artery (L6)"}


@dataclass(frozen=True)
class Leg:
    """A stretch of the way in the straight body, with the vessel that each of its points lies in."""

    points: np.ndarray  # (n, 3) [mm]
    vessels: tuple[tuple[str, str], ...]  # room and name, of each point

    def part(self, first: float, last: float) -> Leg:
        """Between two shares of its points."""
        a, b = round(first * (len(self.points) - 1)), round(last * (len(self.points) - 1)) + 1
        return Leg(self.points[a:b], self.vessels[a:b])


def parts(n: int) -> list[tuple[int, float]]:
    """Seeds and slices; each body is scanned twice."""
    return [(FIRST + k, slice_mm) for k in range(min(n, BODIES)) for slice_mm in SLICES_MM]


def run(seed: int, slice_mm: float) -> dict[str, object]:
    """Render one body with its cement, trace it without and with labels."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(31,)))
    scanner = Scanner(slice_mm=slice_mm, step_mm=slice_mm, ceiling_hu=None, low_mm=-190.0)
    choices = Choices(scanner=scanner, motion_mm=float(rng.uniform(0.0, 5.0)))
    phantom = draw_phantom(seed)
    pieces, ways = draw_pieces(phantom, rng, cement_hu(BARIUM, scanner.kvp))
    began = time.perf_counter()
    volume, truth, labels = render_body(phantom, choices=choices, seed=seed, pieces=pieces)
    rendered = time.perf_counter()
    found = find(volume), find(volume, [labels])
    traced = time.perf_counter()
    known = known_of(pieces[1:], {piece.name: ways for piece in pieces[1:]}, phantom, labels, (LEVEL,))
    return {
        "number": seed, "level": LEVEL, "slice_mm": slice_mm, "unclipped": True, "phase": choices.phase,
        "render_s": round(rendered - began, 1), "trace_s": round((traced - rendered) / 2, 1),
        **row_of(truth, 1, known, *found),
    }  # fmt: skip


def draw_pieces(phantom: Phantom, rng: np.random.Generator, hu: float) -> tuple[tuple[Placed, ...], list[np.ndarray]]:
    """Cement in the body of T10 first, then each piece outside, and all lines by which it came (both in LPS)."""
    vein = _outside_bone(_along(phantom, *(("veins", name) for name in (*AZYGOS, "azygos arch"))), phantom)
    feeder = _feeder(phantom, vein)
    heart = (("veins" if name == HEART[0] else "heart", name) for name in HEART)
    core = _along(phantom, *heart, ("lungs", "pulmonary trunk"))
    mains = {
        side: _along(phantom, ("lungs", f"{side} main pulmonary artery"), ("lungs", LOBAR[side][0])) for side in LOBAR
    }
    lobes = {side: _along(phantom, *(("lungs", name) for name in LOBAR[side])) for side in LOBAR}
    twigs = {side: _along(phantom, ("lungs", name)) for side, name in TWIGS.items()}
    low, high = rng.uniform(0.28, 0.38), rng.uniform(0.55, 0.65)  # of the azygos: about 3 to 5 cm stay empty
    begun = rng.uniform(0.05, 0.12)
    drawn = [
        ("leak", [feeder, vein.part(0.0, low)]),
        ("thread", [vein.part(high, 1.0)]),
        ("cord", [core.part(begun, 1.0), *(mains[side].part(0.0, rng.uniform(0.65, 0.85)) for side in mains)]),
        *((f"{side} lobe", [lobes[side].part(rng.uniform(0.5, 0.6), 1.0), *([twigs[side]] if side == "right" else [])])
          for side in lobes),
    ]  # fmt: skip
    wide = {"leak": (2.0, 2.6), "thread": (2.4, 3.4), "cord": (3.0, 4.0)}
    outside = [_piece(name, legs, float(rng.uniform(*wide.get(name, (2.0, 3.0)))), phantom, hu) for name, legs in drawn]
    ways = [feeder, vein, core, *mains.values(), *lobes.values(), *twigs.values()]
    return (_fill(phantom, hu), *outside), [phantom.space.to_world(leg.points) for leg in ways]


def _along(phantom: Phantom, *vessels: tuple[str, str]) -> Leg:
    """Through vessels in their order; those of one name that follow each other are taken in theirs."""
    points, names, used = list[np.ndarray](), list[tuple[str, str]](), set[tuple[str, int]]()
    for room, name in vessels:
        tree = phantom.of_room(room)
        at = next(k for k, own in enumerate(tree.names) if own == name and (room, k) not in used)
        used.add((room, at))
        start, end = tree.ends[at] / MM
        count = max(2, math.ceil(float(np.linalg.norm(end - start)) / STEP_MM))
        points.append(start + np.linspace(0.0, 1.0, count + 1)[bool(points) :, None] * (end - start))
        names += [(room, name)] * len(points[-1])
    return Leg(np.concatenate(points), tuple(names))


def _feeder(phantom: Phantom, vein: Leg) -> Leg:
    """From the right side of the body's wall around it to the azygos, as a segmental vein runs."""
    wide, deep = _wall(phantom, LEVEL)
    goal = vein.points[0]
    first, last = math.pi - 0.15, math.atan2(goal[1] / deep, goal[0] / wide) % (2.0 * math.pi)
    angle = np.linspace(first, last, 16)
    around = np.stack([wide * np.cos(angle), deep * np.sin(angle), np.full(16, goal[2])], axis=-1)
    return Leg(np.concatenate([around, goal[None]]), (("veins", f"right segmental vein {LEVEL}"),) * 17)


def _wall(phantom: Phantom, level: str) -> tuple[float, float]:
    size = phantom.spine[level]
    return 0.5 * max(size.width) + BESIDE_MM, 0.5 * max(size.depth) + BESIDE_MM


def _outside_bone(leg: Leg, phantom: Phantom) -> Leg:
    """Where a straight stretch of a vein would cut through a body, around it."""
    points = leg.points.copy()
    for point in points:
        level = min(phantom.spine, key=lambda name: abs(float(phantom.centre_mm(name)[2] - point[2])))
        wide, deep = _wall(phantom, level)
        within = float(np.hypot(point[0] / wide, point[1] / deep))
        if within < 1.0:
            point[:2] /= within
    return Leg(points, leg.vessels)


def _piece(name: str, legs: list[Leg], width_mm: float, phantom: Phantom, hu: float) -> Placed:
    sites: dict[Place, float] = {}
    volume = 0.0
    lines = [phantom.space.to_world(leg.points) for leg in legs]
    for number, (leg, line) in enumerate(zip(legs, lines, strict=True)):
        own = tube_volume_ml(line, np.full(len(line), width_mm), (number == 0, len(legs) == 1 or number > 0))
        volume += own
        for (room, vessel), point in zip(leg.vessels, leg.points, strict=True):
            place = place_of(vessel, room, point, phantom)
            sites[place] = sites.get(place, 0.0) + own / len(leg.points)
    return Placed(
        name=f"{LEVEL} {name}", lines_mm=tuple(lines),
        diameters_mm=tuple(np.full(len(leg.points), width_mm) for leg in legs),
        place=max(sites, key=lambda place: sites[place]), origin=LEVEL, cement_hu=hu, volume_ml=volume,
        sites=tuple((place.words, ml) for place, ml in sites.items()),
    )  # fmt: skip


def _fill(phantom: Phantom, hu: float) -> Placed:
    """A bolster across the body that reaches its right wall."""
    centre, axes = phantom.space.vertebra(phantom.centre_mm(LEVEL))
    size = phantom.spine[LEVEL]
    half = 0.5 * max(size.width)
    line = np.array([[-half + 3.0, 0.0, 0.0], [-4.0, -1.0, 0.0], [0.4 * half, 0.0, 0.0]])
    widths = np.array([5.0, 0.55 * size.height, 0.5 * size.height])
    place = Place(site="vertebral_body", level=LEVEL, source="truth")
    volume = tube_volume_ml(line, widths)
    return Placed(
        name=f"{LEVEL} body", lines_mm=(centre + line @ axes.T,), diameters_mm=(widths,), place=place, origin=LEVEL,
        cement_hu=hu, volume_ml=volume, sites=((place.words, volume),),
    )  # fmt: skip
