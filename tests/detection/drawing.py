"""Pieces of cement for the insertion study: what, how thick, how dense, where; drawn first, with a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.render.insert_pieces import Described
from detection.sites import SCANS, Site

SEED = 4040
SIZES_MM = (0.7, 10.0)
SIZE_EDGES = (0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
LENGTH_EDGES = (0.0, 5.0, 10.0, 20.0, 50.0)
DENSE_HU, WEAK_HU = (4700.0, 5050.0), 1500.0  # 30 % of the powder barium sulphate, in marrow and alone; 10 %
SHARE_DENSE = 0.7
SHAPES = {"ball": 0.4, "thread": 0.4, "branch": 0.2}
WANTED = {
    "lung": 9,
    "hilum": 2,
    "heart": 2,
    "cava": 3,
    "azygos": 4,
    "paravertebral": 2,
    "canal": 2,
    "disc": 2,
    "body": 2,
}
WIDEST_MM = {"lung": 8.0, "paravertebral": 6.0, "canal": 8.0, "disc": 4.0, "body": 10.0}
LONGEST_MM = {"lung": 15.0, "hilum": 12.0, "heart": 30.0, "cava": 40.0, "azygos": 20.0, "paravertebral": 12.0,
              "canal": 20.0, "disc": 12.0, "body": 15.0}  # fmt: skip
APART_MM = 28.0
OVER_LUMEN = 1.3  # a piece widens the artery that it plugs by so much at most


@dataclass(frozen=True)
class Case:
    """One piece with what it is counted by."""

    site: Site
    piece: Described
    shape: str
    size_mm: float  # smallest thickness
    length_mm: float  # of the longest line; 0 for a ball
    dense: bool


def draw_pass(sites: list[Site], scan: str, number: int, *, seed: int = SEED) -> list[Case]:
    """Pieces for one passage of one scan, well apart."""
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(SCANS.index(scan), number)))
    chosen: list[Site] = []
    for kind, wanted in WANTED.items():
        here = [site for site in sites if site.scan == scan and site.kind == kind]
        taken = 0
        for place in rng.permutation(len(here)):
            site = here[int(place)]
            if taken < wanted and all(np.linalg.norm(site.at_mm - other.at_mm) >= APART_MM for other in chosen):
                chosen.append(site)
                taken += 1
    return [_draw_case(site, f"{scan} {number}.{k}", rng) for k, site in enumerate(chosen)]


def _draw_case(site: Site, name: str, rng: np.random.Generator) -> Case:
    widest = max(1.0, OVER_LUMEN * site.lumen_mm) if site.lumen_mm else WIDEST_MM[site.kind]
    widest = min(widest, WIDEST_MM.get(site.kind, SIZES_MM[1]), SIZES_MM[1])
    size = float(np.exp(rng.uniform(np.log(SIZES_MM[0]), np.log(widest))))
    dense = bool(rng.uniform() < SHARE_DENSE)
    hu = float(rng.uniform(*DENSE_HU)) if dense else WEAK_HU
    shape = str(rng.choice(list(SHAPES), p=list(SHAPES.values())))
    lines, widths = _draw_shape(site, shape, size, rng)
    length = float(np.linalg.norm(np.diff(lines[0], axis=0), axis=1).sum()) if len(lines[0]) > 1 else 0.0
    piece = Described(
        name=name, lines_mm=tuple(lines), diameters_mm=tuple(widths), place=site.place, cement_hu=hu,
        origin=site.place.level,
    )  # fmt: skip
    return Case(site=site, piece=piece, shape=shape, size_mm=size, length_mm=length, dense=dense)


def _draw_shape(
    site: Site, shape: str, size_mm: float, rng: np.random.Generator
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Centre lines and widths about a place; nowhere thinner than `size_mm`."""
    if shape == "ball":
        return [site.at_mm[None, :]], [np.array([size_mm])]
    along, aside = _axes(site, rng)
    longest = LONGEST_MM[site.kind]
    length = float(rng.uniform(min(longest, max(4.0, 2.5 * size_mm)), longest))
    t = np.linspace(-0.5, 0.5, 9)
    bend = 0.06 * length * np.sin(np.pi * (t + 0.5))
    main = site.at_mm + np.outer(t * length, along) + np.outer(bend - bend.mean(), aside)
    if shape == "thread":
        return [main], [size_mm * np.linspace(1.0, 1.3, 9)]
    angle = rng.uniform(0.7, 1.1)
    side = np.cos(angle) * along + np.sin(angle) * aside
    branch = main[4] + np.outer(np.linspace(0.0, 0.45 * length, 5), side)
    return [main, branch], [np.full(9, 1.3 * size_mm), np.full(5, size_mm)]


def _axes(site: Site, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Along and across the vessel; any way in bone, any way within a disc."""
    along = site.direction
    if site.kind == "body":
        along = rng.standard_normal(3)
    if site.kind == "disc":
        along = np.append(rng.standard_normal(2), 0.0)
    along = along / np.linalg.norm(along)
    across = np.cross(along, rng.standard_normal(3))
    if site.kind == "disc":
        across = np.cross(along, [0.0, 0.0, 1.0])
    return along, across / np.linalg.norm(across)
