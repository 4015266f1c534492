"""The patients behind a base rate: how many had what, assumed and drawn over its range.

A base rate is a mean over the patients of its studies. A risk factor moves a patient away from that mean, so the
mean of all groups, each weighted by its share, must stay at the base rate.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from azygos.evidence.risk.factors import EmbolismRatio, Term
from azygos.evidence.risk.person import Disease, Look, Person, Procedure, Region
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values import Value
from azygos.values.risk import (
    FRESH_SHARE,
    LEVEL_SHARES,
    MYELOMA_SHARES,
    REGION_SHARES,
    TWO_LEVELS,
    VERTEBROPLASTY_SHARES,
)

Shares = dict[str, dict[str, FloatArray]]  # by factor and group, shape (draws,)
LEAST = 1e-9  # a chance of none or of all has no logit


def draw_shares(look: Look, draws: int, rng: np.random.Generator) -> Shares:
    """Shares of each factor's groups among the studied patients; they add up to one in each draw.

    Parameters
    ----------
    look : Look
        Which studies.
    draws : int
        How many draws over the assumed ranges.

    Returns
    -------
    shares : dict
        By factor and group, shape (draws,).
    """
    fresh = _draw(FRESH_SHARE, draws, rng)
    vertebroplasty = _draw(VERTEBROPLASTY_SHARES[look.value], draws, rng)
    myeloma = _draw(MYELOMA_SHARES[look.value], draws, rng)
    return {
        "levels": _parts(LEVEL_SHARES, draws, rng),
        "region": _parts(REGION_SHARES, draws, rng),
        "fracture age": {"up to two weeks": fresh, "over two weeks": 1.0 - fresh},
        "procedure": {"PVP": vertebroplasty, "PKP": 1.0 - vertebroplasty},
        "disease": {"other": 1.0 - myeloma, "myeloma": myeloma},
    }


def _draw(value: Value, draws: int, rng: np.random.Generator) -> FloatArray:
    low, high = float(value.low or 0.0), float(value.high or 0.0)
    return rng.triangular(low, value.number, high, draws)


def _parts(values: Mapping[str, Value], draws: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    drawn = {group: _draw(value, draws, rng) for group, value in values.items()}
    total = np.sum([*drawn.values()], axis=0)
    return {group: share / total for group, share in drawn.items()}


def draw_effects(
    terms: Sequence[tuple[Term, EmbolismRatio]], shrink: float, draws: int, rng: np.random.Generator
) -> Shares:
    """Log odds ratios of each factor's groups, drawn; a group against which others are measured has none.

    A log odds ratio b with standard error e becomes normal with mean ``shrink * b`` and sd ``sqrt(shrink) * e``: what
    a reader believes whose doubt of any effect at all is as strong as the study, at a half.
    """
    effects: Shares = {}
    for term, ratio in terms:
        groups = effects.setdefault(term.factor, {})
        groups.setdefault(term.against, np.zeros(draws))
        groups[term.group] = rng.normal(shrink * ratio.log_ratio, shrink**0.5 * ratio.error, draws)
    between = _draw(TWO_LEVELS, draws, rng)
    effects["levels"]["2"] = between * effects["levels"]["3+"]
    return effects


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mix(Parcel):
    """Every kind of studied patient: shares and log odds against the group that has no effect, draw by draw."""

    kinds: tuple[tuple[str, ...], ...]  # groups, one for each factor
    factors: tuple[str, ...]
    shares: FloatArray  # shape (draws, kinds), each row adds up to one
    scores: FloatArray  # shape (draws, kinds)

    def __post_init__(self) -> None:
        self.seal("shares", "scores")


def make_mix(shares: Shares, effects: Shares) -> Mix:
    """All combinations of groups; factors are taken as independent among the studied patients."""
    factors = tuple(shares)
    kinds = tuple(itertools.product(*(tuple(shares[factor]) for factor in factors)))
    weight = [np.prod([shares[f][g] for f, g in zip(factors, kind, strict=True)], axis=0) for kind in kinds]
    score = [np.sum([effects[f][g] for f, g in zip(factors, kind, strict=True)], axis=0) for kind in kinds]
    return Mix(kinds=kinds, factors=factors, shares=np.stack(weight, axis=1), scores=np.stack(score, axis=1))


def intercepts(mix: Mix, base: FloatArray) -> FloatArray:
    """The logit of a patient without effects, such that the mean over the mix is the base rate in each draw."""
    target = np.clip(base, LEAST, 1.0 - LEAST)
    low = logit(target) - mix.scores.max(axis=1)
    high = logit(target) - mix.scores.min(axis=1)
    for _ in range(40):
        middle = 0.5 * (low + high)
        above = np.sum(mix.shares * expit(middle[:, None] + mix.scores), axis=1) > target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    found: FloatArray = 0.5 * (low + high)
    return found


def chances(mix: Mix, starts: FloatArray, known: Mapping[str, str]) -> FloatArray:
    """The chance of a patient of whom some groups are known: the mean over all kinds that fit.

    Parameters
    ----------
    mix : Mix
        The studied patients.
    starts : array, shape (draws,)
        From :func:`intercepts`; with nothing known the base rates come back.
    known : mapping
        Group by factor; what is missing is averaged over.
    """
    place = {factor: column for column, factor in enumerate(mix.factors)}
    fits = np.array([all(kind[place[factor]] == group for factor, group in known.items()) for kind in mix.kinds])
    weight = mix.shares[:, fits]
    found: FloatArray = np.sum(weight * expit(starts[:, None] + mix.scores[:, fits]), axis=1) / weight.sum(axis=1)
    return found


def groups_of(person: Person) -> dict[str, str]:
    """The groups that are known of a person, by factor."""
    known: dict[str, str] = {}
    if person.levels is not None:
        known["levels"] = "3+" if person.levels >= 3 else str(person.levels)
    if person.region is not None and person.region is not Region.MIXED:
        known["region"] = person.region.value
    if person.fresh is not None:
        known["fracture age"] = "up to two weeks" if person.fresh else "over two weeks"
    if person.procedure is not None:
        known["procedure"] = Procedure(person.procedure).value
    if person.disease is not None:
        known["disease"] = "myeloma" if person.disease is Disease.MYELOMA else "other"
    return known
