"""From a scan, or a number, to the vertebrae of a plan; and from a needle in the plan to one in the bone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.errors import require
from azygos.ground.files import sha256_of
from azygos.ground.volume import LabelMap, Volume
from azygos.plan.plan_file import PlanFile, VertebraPlan
from azygos.spine import Vertebra

Point = tuple[float, float, float]
LEAST_STEP_MM = 10.0  # from one body's point to the next's, even in a small, crushed and kyphotic spine


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the vertebrae come from: a scan (`input`) or a drawn patient (`virtual`)."""

    input: Path | None = None
    labels: Path | None = None
    label_names: str | None = None
    at_mm: tuple[Point, ...] = ()  # LPS, a point in each body, in the plan's order
    series: str | None = None
    repair: bool = False
    density_law: str = "ash"  # from HU to bone
    virtual: int | None = None

    def __post_init__(self) -> None:
        require(
            (self.input is None) != (self.virtual is None),
            "give either a CT with -i or a virtual patient with --virtual SEED.",
        )
        if self.virtual is not None:
            require(self.virtual >= 0, f"--virtual is {self.virtual}. Give a whole number from 0.")
            extra = {
                "--labels": self.labels,
                "--label-names": self.label_names,
                "--at": self.at_mm,
                "--series": self.series,
                "--repair": self.repair,
            }
            for name, value in extra.items():
                require(not value, f"{name} belongs to a CT (-i). Leave it out with --virtual.")
            return
        from azygos.scan.density import choose_law

        choose_law(self.density_law)  # refused here, before the scan is read
        require(
            self.labels is not None or bool(self.at_mm),
            "a CT needs --labels MAP, or --at x,y,z (LPS mm, a point in the vertebral body).",
        )
        require(
            self.labels is None or not self.at_mm,
            "--labels and --at both say where the body is. Give one of them.",
        )
        require(
            self.labels is not None or self.label_names is None,
            "--label-names names the numbers of a label map. Give the map with --labels, or leave it out.",
        )

    def hashes(self) -> dict[str, str]:
        """SHA-256 of what is read, by its part in the run."""
        paths = {"ct": self.input, "labels": self.labels}
        return {name: sha256_of(path) for name, path in paths.items() if path is not None}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patient:
    """The bones of a plan, with the CT they come from if there is one."""

    vertebrae: tuple[Vertebra, ...]
    volume: Volume | None = None
    notes: tuple[str, ...] = ()


def find_patient(plan: PlanFile, source: Source, *, spacing: float) -> Patient:
    """The plan's vertebrae, on grids with cells of `spacing` [m]."""
    if source.virtual is not None:
        bones = tuple(_drawn(task, source.virtual, spacing) for task in plan.vertebra)
        return Patient(vertebrae=bones, notes=(f"Virtual patient {source.virtual}: no scan was read.",))
    return _scanned(plan, source, spacing)


def _drawn(task: VertebraPlan, seed: int, spacing: float) -> Vertebra:
    from azygos.spine.virtual import draw_vertebra

    level = str(task.level)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(LEVELS.index(level),)))
    return draw_vertebra(
        level,
        rng,
        fracture=task.fracture,
        cleft=task.cleft,
        severity=task.height_lost_share,
        mean_bone=task.bone_fraction,
        spacing=spacing,
    )


def _scanned(plan: PlanFile, source: Source, spacing: float) -> Patient:
    from azygos.scan import label_notes, read_labels, read_volume

    for task in plan.vertebra:
        require(
            task.fracture is None and task.cleft is None,
            f"{task.level}: fracture and cleft are for virtual vertebrae. Remove them: the CT shows what there is.",
        )
        require(
            task.height_lost_share is None and task.bone_fraction is None,
            f"{task.level}: height_lost_share and bone_fraction are for virtual vertebrae. Remove them: "
            "the CT shows what there is.",
        )
    if source.at_mm:
        require(
            len(source.at_mm) == len(plan.vertebra),
            f"the plan has {len(plan.vertebra)} [[vertebra]], but --at is given {len(source.at_mm)} times. "
            "Give one for each, in order.",
        )
        _require_points_in_order([str(task.level) for task in plan.vertebra], source.at_mm)
    volume = read_volume(str(source.input), source.series, source.repair)
    labels = None if source.labels is None else read_labels(source.labels, volume, source.label_names)
    points: Sequence[Point | None] = source.at_mm or (None,) * len(plan.vertebra)
    bones = tuple(
        _outlined(volume, labels, str(task.level), point, spacing, source.density_law)
        for task, point in zip(plan.vertebra, points, strict=True)
    )
    notes = (*volume.notes, *(label_notes(labels, volume) if labels else ()))
    return Patient(vertebrae=bones, volume=volume, notes=notes)


def _require_points_in_order(levels: Sequence[str], points: Sequence[Point]) -> None:
    """Refuse points whose heights contradict their levels: they were given in another order, or twice in one body."""
    known = sorted(zip(levels, points, strict=True), key=lambda pair: LEVELS.index(pair[0]))
    for (upper, above), (lower, below) in pairwise(known):
        require(
            above[2] - below[2] >= LEAST_STEP_MM,
            f"--at puts {upper} at z = {above[2]:g} mm and {lower} at z = {below[2]:g} mm, but {upper} lies above "
            f"{lower}, by {LEAST_STEP_MM:g} mm or more. Give the points in the order of the plan.",
        )


def _outlined(
    volume: Volume, labels: LabelMap | None, level: str, point: Point | None, spacing: float, density_law: str
) -> Vertebra:
    """The bone within the label's outline, or within the one that is found around `point`."""
    from azygos.scan.body import outline_body
    from azygos.scan.body_labels import body_from_labels
    from azygos.scan.vertebra import vertebra_from_scan

    if labels is not None:
        outline = body_from_labels(labels, level, volume)
    else:
        outline = outline_body(volume, np.array(point, dtype=np.float64))
    return vertebra_from_scan(volume, outline, level, spacing, density_law)
