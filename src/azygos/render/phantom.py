"""One body to be rendered: what was drawn of it, its vessels, and how it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.body import Body
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.ground.vessels import Vessels
from azygos.journey import Journey, Treated, Wishes, draw_patient
from azygos.lungs import shape as lung_shape
from azygos.render.choices import Pose
from azygos.render.phantom_space import Space
from azygos.render.phantom_spine_sizes import VertebraSize, draw_spine_sizes
from azygos.values.landmarks import LEVEL_HEIGHT
from azygos.values.phantom import CHANCES, DRAWN, TISSUE_HU
from azygos.values.value import Value

LEVELS = tuple(LEVEL_HEIGHT)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Phantom(Parcel):
    """All that a body is painted from."""

    seed: int  # of what is drawn later, such as where calcium lies
    body: Body
    space: Space
    drawn: Mapping[str, float]  # by the names of values.phantom.DRAWN
    tissue_hu: Mapping[str, float]  # at 120 kVp, by the names of values.phantom.TISSUE_HU
    has: frozenset[str]  # of the names of values.phantom.CHANCES
    spine: Mapping[str, VertebraSize]
    vessels: tuple[Vessels, ...]
    diaphragm_mm: Mapping[str, float]  # how much higher each dome stands than it is drawn, by side
    fissures_mm: Mapping[str, float]  # where the oblique ones of "right" and "left" and the "horizontal" one lie
    treated: tuple[Treated, ...] = ()

    @property
    def scale(self) -> float:
        """Lengths of this body over those of one of 1.70 m [-]."""
        return self.body.scale

    @property
    def fat_mm(self) -> float:
        """Mean thickness of the fat under the skin, by body mass index [mm]."""
        index = self.body.mass / self.body.height**2
        return float(np.clip(5.0 + 1.6 * (index - 19.0), 4.0, 42.0))

    def rng(self, name: str) -> np.random.Generator:
        """The random numbers of one part of the body; none sees how many another drew."""
        return np.random.default_rng([self.seed, *name.encode()])

    def centre_mm(self, level: str) -> FloatArray:
        """Middle of a vertebral body in the straight body."""
        return np.array([0.0, 0.0, LEVEL_HEIGHT[level].number / MM * self.scale])

    def of_room(self, room: str) -> Vessels:
        """The vessels of "veins", "heart" or "lungs"."""
        return next(one for one in self.vessels if one.room == room)

    def lying(self, pose: Pose) -> Phantom:
        """The same body in another pose."""
        return replace(self, space=replace(self.space, pose=pose))


def draw_phantom(seed: int, wishes: Wishes | None = None, *, pose: Pose | None = None) -> Phantom:
    """Draw a body without cement, unlike any other.

    Parameters
    ----------
    seed : int
        Of the body: sizes, vessels, tissues, calcium.
    wishes : Wishes, optional
        What is known of the patient.
    pose : Pose, optional
        How it lies.

    Returns
    -------
    phantom : Phantom

    Examples
    --------
    >>> one, same = draw_phantom(3), draw_phantom(3)
    >>> one.drawn == same.drawn, one.has == draw_phantom(4).has
    (True, False)
    """
    patient = draw_patient(seed, wishes)
    vessels = (patient.veins.vessels, patient.heart.vessels, patient.lungs.vessels)
    return _phantom(seed, patient.body, vessels, (), pose)


def phantom_of(journey: Journey, seed: int, *, pose: Pose | None = None) -> Phantom:
    """The body of a journey's patient: its own vessels and injected vertebrae, the rest drawn from a seed."""
    return _phantom(seed, journey.body, journey.vessels, journey.treated, pose)


def _phantom(
    seed: int, body: Body, vessels: tuple[Vessels, ...], treated: tuple[Treated, ...], pose: Pose | None
) -> Phantom:
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2000,)))
    drawn = {name: _between(value, rng) for name, value in DRAWN.items()}
    space = Space(
        scale=body.scale,
        kyphosis_mm=drawn["kyphosis"],
        lordosis_mm=drawn["lordosis"],
        scoliosis_mm=drawn["scoliosis"],
        pose=pose or Pose(),
    )
    arteries = next(one for one in vessels if one.room == "lungs")
    return Phantom(
        seed=seed,
        body=body,
        space=space,
        drawn=drawn,
        tissue_hu={name: _between(value, rng) for name, value in TISSUE_HU.items()},
        has=frozenset(name for name, chance in CHANCES.items() if rng.random() < chance.number),
        spine=draw_spine_sizes(body, rng),
        vessels=vessels,
        diaphragm_mm=_domes(arteries, body.scale),
        fissures_mm=_fissures(arteries, body.scale),
        treated=treated,
    )


def _between(value: Value, rng: np.random.Generator) -> float:
    low, high = value.low or 0.0, value.high or 0.0
    return float(rng.uniform(low, high))


def _domes(arteries: Vessels, scale: float) -> dict[str, float]:
    """The lungs reach as far down as their arteries do: the lowest of a hundred stands 5 mm over the diaphragm."""
    tips = arteries.ends[:, 1] / scale
    height = lung_shape.above_diaphragm(tips) / MM
    sides = {"right": tips[:, 0] < 0.0, "left": tips[:, 0] >= 0.0}
    return {side: float(np.percentile(height[own], 1.0)) - 5.0 for side, own in sides.items()}


def _fissures(arteries: Vessels, scale: float) -> dict[str, float]:
    """Planes that part the arteries of neighbouring lobes, in a body of 1.70 m."""
    tips = arteries.ends[:, 1] / scale / MM
    oblique = tips[:, 2] - lung_shape.OBLIQUE_SLOPE * tips[:, 1]
    lobe = np.array([name.split(",")[0] for name in arteries.names])
    upper_right = (lobe == "right upper lobe") | (lobe == "middle lobe")
    return {
        "right": _between_clouds(oblique[lobe == "right lower lobe"], oblique[upper_right]),
        "left": _between_clouds(oblique[lobe == "left lower lobe"], oblique[lobe == "left upper lobe"]),
        "horizontal": _between_clouds(tips[lobe == "middle lobe", 2], tips[lobe == "right upper lobe", 2]),
    }


def _between_clouds(below: FloatArray, above: FloatArray) -> float:
    return float(0.5 * (np.percentile(below, 98.0) + np.percentile(above, 2.0)))
