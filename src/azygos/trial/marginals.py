"""From a normal deviate to a number of a patient, and from a wished number back to its chance."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.special import ndtr, ndtri

from azygos.values import body as b
from azygos.values import population as v
from azygos.values import vertebrae as bones
from azygos.values.heart import FORAMEN_OPEN
from azygos.values.value import Value

_UPPER = float(ndtr(2.0))  # chance at two sd, where distributions are cut
_LOWER = 1.0 - _UPPER


def _within_two_sd(z: float) -> float:
    """The deviate of the normal that is cut at two sd, at the same chance."""
    return float(ndtri(_LOWER + float(ndtr(z)) * (_UPPER - _LOWER)))


def _sd(value: Value) -> float:
    return ((value.high or 0.0) - (value.low or 0.0)) / 4.0


def _apart(difference: float, sex: str) -> float:
    """What women (-) or men (+) lie apart from everybody's mean by, if men less women is `difference`."""
    women = b.SHARE_OF_WOMEN.number
    return difference * (women if sex == "male" else women - 1.0)


# Age and size -----------------------------------------------------------------------------------------------------


def age(z: float, sex: str) -> float:
    """Normal, cut at the ends of the range for both sexes, so that each wished age is possible in each [years]."""
    low, high = _age_ends(sex)
    return _mean_age(sex) + _sd(b.AGE) * float(ndtri(low + float(ndtr(z)) * (high - low)))


def age_chance(years: float, sex: str) -> float:
    """The chance of an age below `years`."""
    low, high = _age_ends(sex)
    return min(max((_younger(years, sex) - low) / (high - low), 0.0), 1.0)


def _mean_age(sex: str) -> float:
    return b.AGE.number + _apart(-v.WOMEN_OLDER.number, sex)


def _age_ends(sex: str) -> tuple[float, float]:
    return _younger(b.AGE.low or 0.0, sex), _younger(b.AGE.high or 0.0, sex)


def _younger(years: float, sex: str) -> float:
    return float(ndtr((years - _mean_age(sex)) / _sd(b.AGE)))


def height(z: float, sex: str) -> float:
    """Body height [m]."""
    return b.HEIGHT[sex].number + _sd(b.HEIGHT[sex]) * _within_two_sd(z)


def open_share(years: float) -> float:
    """Share of people of an age whose foramen ovale is open."""
    return next(share.number for until, share in FORAMEN_OPEN.items() if years < until)


# What is drawn log-normally or log-evenly ---------------------------------------------------------------------------


def log_normal(value: Value, z: float) -> float:
    """About a value whose range is two sd to either side, cut there."""
    return value.number * math.exp(_log_sd(value) * _within_two_sd(z))


def log_normal_chance(value: Value, number: float) -> float:
    """The chance of a draw below `number`."""
    chance = (float(ndtr(math.log(number / value.number) / _log_sd(value))) - _LOWER) / (_UPPER - _LOWER)
    return min(max(chance, 0.0), 1.0)


def _log_sd(value: Value) -> float:
    return math.log((value.high or 1.0) / (value.low or 1.0)) / 4.0


def log_evenly(value: Value, chance: float) -> float:
    """Over the value's range."""
    low, high = value.low or value.number, value.high or value.number
    return low * math.exp(chance * math.log(high / low))


# Levels and their bone --------------------------------------------------------------------------------------------


@cache
def count_edges() -> tuple[float, ...]:
    """Chances at which one level more begins, from 0 to 1."""
    shares = np.array([share.number for share in v.LEVEL_COUNTS])
    return (0.0, *map(float, np.cumsum(shares / shares.sum())[:-1]), 1.0)


def count(z: float) -> int:
    """How many levels are treated."""
    return int(np.searchsorted(count_edges()[1:-1], float(ndtr(z)), side="right")) + 1


def height_lost(z: float) -> float:
    """Share of height lost, by Genant grade, evenly within it."""
    limits = [limit.number for limit in (*bones.GENANT_LIMITS, bones.WORST_LOSS)]
    edges = np.concatenate([[0.0], np.cumsum([share.number for share in bones.GRADE_SHARES])])
    return float(np.interp(float(ndtr(z)), edges, limits))


def bone_fraction(z: float, sex: str) -> float:
    """Mean bone over total volume of a body before it broke: evenly over its range in both sexes together."""
    women, step = b.SHARE_OF_WOMEN.number, v.MEN_DENSER.number
    chance = float(ndtr((z + _apart(step, sex)) / math.sqrt(1.0 + step**2 * women * (1.0 - women))))
    low, high = bones.MEAN_BONE_FRACTION.low or 0.0, bones.MEAN_BONE_FRACTION.high or 0.0
    return low + chance * (high - low)
