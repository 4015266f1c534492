"""What a pool rests on: each study left out, each study as the pool sees it, other priors, other choices of studies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, gammaln

from azygos.evidence import grid
from azygos.evidence.pooling import Pooled, Prior, Shares, class_of, pool, shares_of, without
from azygos.evidence.studies import IMAGING, Study
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values import Value
from azygos.values.evidence import BETA_SCALE, MU_MEAN, MU_SD, TAU_SCALE


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Parcel):
    """One study left out: what the others say of its class, and how the study looks from there."""

    study: Study
    class_name: str
    typical: Shares  # of its class, without it
    new_centre: Shares
    tau: tuple[float, float, float]
    own: Shares  # the study by itself, with a flat prior on the share
    shrunk: Shares  # its centre's share, given all studies
    tail: float  # chance that a new centre counts as far out as this one, from the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Parcel):
    """The same question with another prior or another choice of studies."""

    what: str
    words: str
    pooled: Pooled


def leave_one_out(pooled: Pooled) -> tuple[LeftOut, ...]:
    """Each study of a pool left out in turn.

    The interval of its own centre is exact: the others' prediction of a new centre times the study's own likelihood.

    Examples
    --------
    >>> from azygos.evidence import Study, pool
    >>> found = leave_one_out(pool([Study(row=str(k), study=str(k), events=k, n=40) for k in (2, 3, 9)]))
    >>> found[2].own.middle > found[2].shrunk.middle > found[2].new_centre.middle
    True
    """
    return tuple(_left_out(pooled, study) for study in pooled.studies)


def _left_out(pooled: Pooled, study: Study) -> LeftOut:
    rest = without(pooled.studies, study.row)
    name = class_of(study, pooled.by)
    others = pool(rest, pooled.prior, by=pooled.by, classes=tuple(one.name for one in pooled.classes)) if rest else None
    mass = others.of(name).new_mass if others else _prior_alone(pooled.prior)
    seen = shares_of(mass)
    return LeftOut(
        study=study,
        class_name=name,
        typical=others.of(name).typical if others else seen,
        new_centre=seen,
        tau=others.tau if others else (np.nan, np.nan, np.nan),
        own=own_interval(study),
        shrunk=shares_of(_updated(mass, study)),
        tail=_tail(mass, study),
    )


def _prior_alone(prior: Prior) -> FloatArray:
    """A new centre before any study is read."""
    tau = grid.half_normal(grid.TAUS, prior.tau_scale) * grid.TAU_WEIGHTS
    return grid.spread(tau[:, None] * grid.normal(grid.LOGITS, prior.mu_mean, prior.mu_sd)[None, :])


def _updated(mass: FloatArray, study: Study) -> FloatArray:
    """A mass on LOGITS after the study's own count."""
    likelihood = grid.binomial(*study.of, grid.LOGITS)
    weighed = mass * np.exp(np.maximum(likelihood - likelihood.max(), -700.0))
    found: FloatArray = weighed / weighed.sum()
    return found


def own_interval(study: Study) -> Shares:
    """The study by itself: a flat prior on its share."""
    flat = expit(grid.LOGITS) * expit(-grid.LOGITS)
    return shares_of(_updated(flat, study))


def _tail(mass: FloatArray, study: Study) -> float:
    """Two-sided chance of a count at least this far out, half of the equal ones; at most 1."""
    events, n = study.of
    counts = np.arange(n + 1.0)
    ways = gammaln(n + 1.0) - gammaln(counts + 1.0) - gammaln(n - counts + 1.0)
    kept = mass > 1e-9
    logs = ways[:, None] + counts[:, None] * grid.LOGITS[kept] - n * np.logaddexp(0.0, grid.LOGITS[kept])
    chances = np.exp(np.maximum(logs, -700.0)) @ mass[kept]
    below = float(chances[:events].sum() + chances[events] / 2.0)
    return min(1.0, 2.0 * min(below, 1.0 - below))


def _ends(value: Value) -> tuple[float, ...]:
    """The ends of an assumed range."""
    return tuple(end for end in (value.low, value.high) if end is not None)


CHANGES = (
    ("tau_scale", "scale of the spread between centres", _ends(TAU_SCALE)),
    ("beta_scale", "sd of a class's term", _ends(BETA_SCALE)),
    ("mu_mean", "mean of a typical centre's logit", _ends(MU_MEAN)),
    ("mu_sd", "sd of a typical centre's logit", _ends(MU_SD)),
)


def prior_sensitivity(pooled: Pooled) -> tuple[Variant, ...]:
    """The same studies under other priors, one number changed at a time.

    Examples
    --------
    >>> from azygos.evidence import Study, pool
    >>> [v.what for v in prior_sensitivity(pool([Study(row="a", study="A", events=1, n=9)]))][:3]
    ['as stated', 'tau_scale 0.5', 'tau_scale 2']
    """
    variants = [Variant(what="as stated", words="priors as stated", pooled=pooled)]
    for name, words, values in CHANGES:
        if name == "beta_scale" and len(pooled.classes) == 1:
            continue
        for value in values:
            prior = replace(pooled.prior, **{name: value})
            variants.append(
                Variant(what=f"{name} {value:g}", words=f"{words}: {value:g}", pooled=_again(pooled, prior))
            )
    return tuple(variants)


def _again(pooled: Pooled, prior: Prior | None = None, *left_out: str) -> Pooled:
    names = tuple(one.name for one in pooled.classes)
    return pool(without(pooled.studies, *left_out), prior or pooled.prior, by=pooled.by, classes=names)


CHOICES = (
    ("without JVIR", "without the cohort treated under CT fluoroscopy (0 of 51)", ("I09",)),
    ("without Zou", "without Zou (34 of 1,782)", ("I16",)),
    ("without both", "without both of these cohorts", ("I09", "I16")),
    ("without Wang L", "without Wang L (ablation before cement)", ("I18",)),
)
"""Choices of studies for the question of emboli that a reader may make otherwise."""

MOVES = (("with Zou as planned CT", "Zou (34 of 1,782) counted as a planned CT", "I16", "planned_ct"),)
"""Its CT was made after the session, but how it was read is not visible: its class is our judgement."""


def choice_sensitivity(pooled: Pooled) -> tuple[Variant, ...]:
    """The question of emboli without the cohorts that differ most, one in another class, each class by itself.

    A class by itself shares no spread with the others and has no term of its own.
    """
    present = {study.row for study in pooled.studies}
    without_some = [
        Variant(what=what, words=words, pooled=_again(pooled, None, *rows))
        for what, words, rows in CHOICES
        if set(rows) <= present
    ]
    moved = [
        Variant(what=what, words=words, pooled=_moved(pooled, row, imaging))
        for what, words, row, imaging in MOVES
        if row in present
    ]
    return (*without_some, *moved, *(_alone(pooled, one.name) for one in pooled.classes if one.studies))


def _moved(pooled: Pooled, row: str, imaging: str) -> Pooled:
    """The same studies with one of them in another class of imaging."""
    studies = [replace(study, imaging=imaging) if study.row == row else study for study in pooled.studies]
    return pool(studies, pooled.prior, by=pooled.by, classes=tuple(one.name for one in pooled.classes))


def _alone(pooled: Pooled, name: str) -> Variant:
    own = [study for study in pooled.studies if class_of(study, pooled.by) == name]
    words = f"only those with {IMAGING.get(name, name)}"
    return Variant(what=f"{name} alone", words=words, pooled=pool(own, pooled.prior, by=pooled.by, classes=[name]))
