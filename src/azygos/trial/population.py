r"""The population of a trial: each patient drawn from seed and number alone, with what hangs together.

Normal deviates :math:`z` with the correlations of ``values.population`` become numbers through their marginal
distributions (a Gaussian copula). A wish moves its own deviate :math:`z_k` to :math:`z'_k` within the wished range, and
the others follow as far as they hang together with it,

.. math:: z'_j = z_j + R_{jW} R_{WW}^{-1} (z'_W - z_W),

so that what does not hang together with a wish stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from azygos.case.sampling import push
from azygos.ground.anatomy import LEVELS
from azygos.ground.parcels import FloatArray, Parcel
from azygos.trial import marginals as m
from azygos.trial.trial_file import PopulationTable, TrialFile
from azygos.values import body as b
from azygos.values import population as v
from azygos.values import vertebrae as bones

NAMES = ("age", "height", "mass_index", "density", "levels", "severity", "fracture_age", "cleft", "volume")
"""What has a correlated deviate; a new name goes to the end."""
REGIONS = {"thoracic": LEVELS[:10], "thoracolumbar": LEVELS[10:14], "lumbar": LEVELS[14:17]}
_MOST_LEVELS = len(v.LEVEL_COUNTS)
_OWN_OF_A_LEVEL = ("density", "severity", "cleft")


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualLevel(Parcel):
    """One vertebra that is to be treated."""

    level: str
    fracture: str  # "wedge", "biconcave" or "crush"
    height_lost: float  # where most is lost [-]
    cleft: bool
    bone_fraction: float  # mean before it broke [-]


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPatient(Parcel):
    """One patient of a trial, before anything is done."""

    index: int
    seed: int  # of the draws that no other patient shares: shape of bones, veins, heart, lungs
    weight: float  # 1 unless drawn by importance
    chances: tuple[tuple[str, float], ...]  # by importance: the spine's draws that are set, by quantile
    sex: str
    age: float  # [years]
    height: float  # [m]
    mass: float  # [kg]
    resistance_factor: float  # of the lungs before the session [-]
    foramen: bool  # whether the foramen ovale is open
    levels: tuple[VirtualLevel, ...]  # in the order of treatment
    fracture_age_days: float  # of the first level
    volume_factor: float  # on a strategy's volumes [-]
    side: str  # from which a single needle comes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers(Parcel):
    """All random numbers of one patient, as many whatever is asked for."""

    seed: int
    deviates: FloatArray  # in the order of NAMES
    own: FloatArray  # deviates of further levels, shape (levels, of a level)
    again: FloatArray  # chances for deviates that a wish moves
    chances: dict[str, float]
    place: FloatArray  # chances of level and neighbour, shape (levels, 2)
    shape: FloatArray  # chances of fractures' shapes, shape (levels,)
    pushed: tuple[dict[str, float], float]  # by importance: chances and weight


def draw_virtual(trial: TrialFile, index: int) -> VirtualPatient:
    """Draw patient `index` of a trial: the same whatever the strategies, patients and workers.

    Parameters
    ----------
    trial : TrialFile
        Its seed, its population and whether patients are drawn by importance.
    index : int
        From 0.

    Returns
    -------
    patient : VirtualPatient

    Examples
    --------
    >>> from azygos.trial.trial_file import parse_trial, trial_template
    >>> patient = draw_virtual(parse_trial(trial_template()), 7)
    >>> 55.0 <= patient.age <= 92.0 and 1 <= len(patient.levels) <= 4
    True
    """
    sequence = np.random.SeedSequence(trial.trial.seed, spawn_key=(index,))
    numbers, wish = _numbers(sequence), trial.population
    sex = wish.sex or ("female" if numbers.chances["sex"] < b.SHARE_OF_WOMEN.number else "male")
    z = _with_wishes(numbers, wish, sex)
    age, height = m.age(z["age"], sex), m.height(z["height"], sex)
    pushed, weight = numbers.pushed if trial.trial.importance else ({}, 1.0)
    ill = numbers.chances["ill"] < v.LUNG_ILL.number
    return VirtualPatient(
        index=index,
        seed=numbers.seed,
        weight=weight,
        chances=tuple(pushed.items()),
        sex=sex,
        age=age,
        height=height,
        mass=m.log_normal(b.MASS_INDEX, z["mass_index"]) * height**2,
        resistance_factor=m.log_evenly(v.LUNG_RESISTANCE, numbers.chances["ill_how"]) if ill else 1.0,
        foramen=numbers.chances["foramen"] < m.open_share(age),
        levels=_levels(numbers, z, wish, sex),
        fracture_age_days=m.log_normal(v.FRACTURE_AGE, z["fracture_age"]),
        volume_factor=math.exp(v.VOLUME_SPREAD.number * max(-2.0, min(2.0, z["volume"]))),
        side="left" if numbers.chances["side"] < 0.5 else "right",
    )


def _numbers(sequence: np.random.SeedSequence) -> _Numbers:
    """Each kind from a stream of its own, so that none sees how many another drew."""
    rng, normal, again, own, place, shape, pushed = (np.random.default_rng(one) for one in sequence.spawn(7))
    names = ("sex", "foramen", "ill", "ill_how", "side")
    return _Numbers(
        seed=int(rng.integers(2**31)),
        chances={name: float(rng.random()) for name in names},
        deviates=_factor() @ normal.standard_normal(len(NAMES)),
        again=again.random(len(NAMES)),
        own=own.standard_normal((_MOST_LEVELS, len(_OWN_OF_A_LEVEL))),
        place=place.random((_MOST_LEVELS, 2)),
        shape=shape.random(_MOST_LEVELS),
        pushed=push(pushed),
    )


@cache
def correlation() -> FloatArray:
    """Correlations of the deviates, in the order of :data:`NAMES`."""
    table = np.eye(len(NAMES))
    for (one, other), value in v.CORRELATIONS.items():
        i, j = NAMES.index(one), NAMES.index(other)
        table[i, j] = table[j, i] = value.number
    return table


@cache
def _factor() -> FloatArray:
    return np.asarray(np.linalg.cholesky(correlation()))


# Wishes -----------------------------------------------------------------------------------------------------------


def _with_wishes(numbers: _Numbers, wish: PopulationTable, sex: str) -> dict[str, float]:
    """The deviates, moved as far as the wishes ask."""
    z, table = numbers.deviates, correlation()
    moved: list[int] = []
    for name, (low, high) in _wished_chances(wish, sex).items():
        k = NAMES.index(name)
        chance = float(ndtr(z[k]))
        if not low <= chance <= high:
            target = float(ndtri(low + numbers.again[k] * (high - low)))
            held = [*moved, k]
            steps = np.array([0.0] * len(moved) + [target - z[k]])
            z = z + table[:, held] @ np.linalg.solve(table[np.ix_(held, held)], steps)
        moved.append(k)
    return dict(zip(NAMES, map(float, z), strict=True))


def _wished_chances(wish: PopulationTable, sex: str) -> dict[str, tuple[float, float]]:
    """By name, the range of chances in which a wish is met."""
    found: dict[str, tuple[float, float]] = {}
    if wish.age_years is not None:
        low, high = wish.age_years
        found["age"] = m.age_chance(low, sex), m.age_chance(high, sex)
    most = len(REGIONS[wish.region]) if wish.region else _MOST_LEVELS
    if wish.levels is not None or most < _MOST_LEVELS:
        fewest, most = (1, most) if wish.levels is None else (wish.levels[0], min(wish.levels[1], most))
        edges = m.count_edges()
        found["levels"] = edges[fewest - 1], edges[most]
    if wish.fracture_age_days is not None:
        low, high = (m.log_normal_chance(v.FRACTURE_AGE, days) for days in wish.fracture_age_days)
        found["fracture_age"] = low, high
    if wish.cleft is not None:
        none = 1.0 - bones.CLEFT_SHARE.number
        found["cleft"] = (none, 1.0) if wish.cleft else (0.0, none)
    return found


# Levels -----------------------------------------------------------------------------------------------------------


def _levels(numbers: _Numbers, z: Mapping[str, float], wish: PopulationTable, sex: str) -> tuple[VirtualLevel, ...]:
    names = _treated(m.count(z["levels"]), numbers.place, wish)
    return tuple(_level(slot, name, numbers, z, wish, sex) for slot, name in enumerate(names))


def _level(
    slot: int, name: str, numbers: _Numbers, z: Mapping[str, float], wish: PopulationTable, sex: str
) -> VirtualLevel:
    own = dict(z)
    if slot:  # the first level is the patient's own deviates
        for column, of in enumerate(_OWN_OF_A_LEVEL):
            alike = v.ALIKE[of].number
            own[of] = alike * z[of] + math.sqrt(1.0 - alike**2) * float(numbers.own[slot, column])
    return VirtualLevel(
        level=name,
        fracture=_shape(region_of(name), float(numbers.shape[slot])),
        height_lost=m.height_lost(own["severity"]),
        cleft=wish.cleft is not False and bool(ndtr(own["cleft"]) > 1.0 - bones.CLEFT_SHARE.number),
        bone_fraction=m.bone_fraction(own["density"], sex),
    )


def _shape(region: str, chance: float) -> str:
    shapes = v.FRACTURE_SHAPES[region]
    edges = np.cumsum([share.number for share in shapes.values()])
    return list(shapes)[min(int(np.searchsorted(edges, chance, side="right")), len(shapes) - 1)]


def _treated(count: int, place: FloatArray, wish: PopulationTable) -> tuple[str, ...]:
    """Levels in the order of treatment: the first by its share, each further one beside them or elsewhere."""
    possible = [level for level in v.LEVEL_SHARES if wish.region in (None, region_of(level))]
    chosen: list[str] = []
    for where, beside in place[:count]:
        free = [level for level in possible if level not in chosen]
        near = [level for level in free if any(_neighbours(level, one) for one in chosen)]
        among = near if near and beside < v.NEIGHBOUR.number else free
        shares = np.cumsum([v.LEVEL_SHARES[level].number for level in among])
        chosen.append(among[min(int(np.searchsorted(shares, where * shares[-1], side="right")), len(among) - 1)])
    return tuple(chosen)


def _neighbours(one: str, other: str) -> bool:
    return abs(LEVELS.index(one) - LEVELS.index(other)) == 1


def region_of(level: str) -> str:
    """The region of a level.

    Examples
    --------
    >>> region_of("T12")
    'thoracolumbar'
    """
    return next(region for region, levels in REGIONS.items() if level in levels)
