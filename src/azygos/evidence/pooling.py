"""Pooling published counts: a random-effects binomial model with a term for how one looked.

``events ~ Binomial(n, p)``, ``logit p = m_class + tau z``, ``m_class = mu + beta_class``. With a single class there is
no beta. The posterior is taken on a grid, see :mod:`azygos.evidence.grid`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from azygos.evidence import grid
from azygos.evidence.studies import IMAGING, PROCEDURES, Study
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.values.evidence import BETA_SCALE, MU_MEAN, MU_SD, TAU_SCALE

LOW, MIDDLE, HIGH = 0.025, 0.5, 0.975
SAME_UNITS = (frozenset({"patient", "session"}), frozenset({"level"}), frozenset({"screw"}))
_LIMITS = {"mu_mean": (-8.0, 2.0), "mu_sd": (0.2, 4.0), "beta_scale": (0.1, 3.0), "tau_scale": (0.1, 3.0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior(Parcel):
    """What is believed before any study is read, on the logit scale.

    Examples
    --------
    >>> Prior().tau_scale
    1.0
    """

    mu_mean: float = MU_MEAN.number
    mu_sd: float = MU_SD.number
    beta_scale: float = BETA_SCALE.number  # standard deviation of a class's own term
    tau_scale: float = TAU_SCALE.number  # of the half-normal of the spread between centres

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            require(low <= value <= high, f"the prior's {name} is {value:g}. Give a number from {low:g} to {high:g}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares(Parcel):
    """A distribution of a share as its median, mean and 95 % interval."""

    middle: float
    low: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassEstimate(Parcel):
    """What the studies of one class say: of a typical centre, and of a centre not yet seen."""

    name: str
    studies: int
    events: int
    looked_at: int
    typical_mass: FloatArray  # on LOGITS
    new_mass: FloatArray  # on LOGITS

    def __post_init__(self) -> None:
        self.seal("typical_mass", "new_mass")

    @property
    def logits(self) -> FloatArray:
        """The grid that both masses stand on."""
        return grid.LOGITS

    @property
    def words(self) -> str:
        """The class in words."""
        return (IMAGING | PROCEDURES).get(self.name, self.name)

    @property
    def typical(self) -> Shares:
        """The middle centre: what is often called the pooled estimate."""
        return shares_of(self.typical_mass)

    @property
    def new_centre(self) -> Shares:
        """A centre not yet seen; its mean is the chance of the next patient of an unknown centre."""
        return shares_of(self.new_mass)

    def new_centre_logits(self, count: int, seed: int) -> FloatArray:
        """Logits of `count` centres not yet seen."""
        return grid.draw_logits(self.new_mass, np.random.default_rng(seed), count)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled(Parcel):
    """The posterior of one pool."""

    studies: tuple[Study, ...]
    prior: Prior
    by: str  # "imaging", "procedure", or "" for a pool of one class
    classes: tuple[ClassEstimate, ...]
    tau_mass: FloatArray  # on TAUS, weights included
    joint: tuple[FloatArray, ...] = field(repr=False)  # of each class: mass of spread (rows) and centre (columns)
    log_evidence: float = 0.0

    def __post_init__(self) -> None:
        self.seal("tau_mass")

    @property
    def tau(self) -> tuple[float, float, float]:
        """Spread between centres on the logit scale: median, low, high."""
        middle, low, high = (grid.tau_quantile(self.tau_mass, q) for q in (MIDDLE, LOW, HIGH))
        return middle, low, high

    def of(self, name: str) -> ClassEstimate:
        """One class."""
        found = [one for one in self.classes if one.name == name]
        known = ", ".join(one.name for one in self.classes)
        require(bool(found), f"no class {name!r} is in this pool. Known: {known}.")
        return found[0]


def shares_of(mass: FloatArray) -> Shares:
    """Median, mean and 95 % interval of a mass on LOGITS, as shares of one."""
    middle, low, high = (grid.chance(grid.quantile(mass, q)) for q in (MIDDLE, LOW, HIGH))
    return Shares(middle=middle, low=low, high=high, mean=grid.mean_chance(mass))


def class_of(study: Study, by: str) -> str:
    """Which class of a pool a study belongs to."""
    return {"imaging": study.imaging, "procedure": study.procedure}.get(by, "all")


def pool(
    studies: Sequence[Study], prior: Prior | None = None, *, by: str = "imaging", classes: Sequence[str] = ()
) -> Pooled:
    """Pool counts of one outcome and one kind of denominator.

    Parameters
    ----------
    studies : sequence of Study
        All of one outcome; patients and sessions may stand together, levels and screws each by themselves.
    prior : Prior, optional
        On the logit scale.
    by : str
        "imaging", "procedure", or "" for one class.
    classes : sequence of str
        The classes and their order; a class without a study is told by the others and the prior.
        By default those of the studies.

    Returns
    -------
    pooled : Pooled
        Of each class a typical centre and a new one.

    Raises
    ------
    InputError
        If outcomes or denominators are mixed, or patients would count twice.

    Examples
    --------
    >>> one = Study(row="a", study="A", events=5, n=50)
    >>> two = Study(row="b", study="B", events=9, n=60)
    >>> found = pool([one, two]).of("planned_ct").new_centre
    >>> found.low < 0.12 < found.high
    True
    """
    prior = prior or Prior()
    require_poolable(studies)
    names = tuple(classes) or tuple(dict.fromkeys(class_of(study, by) for study in studies))
    outside = [study.name for study in studies if class_of(study, by) not in names]
    require(not outside, f"no class of this pool is that of {', '.join(outside)}. Classes: {', '.join(names)}.")
    members = [[study for study in studies if class_of(study, by) == name] for name in names]
    joint, tau_mass, evidence = _posterior([likelihood_of(group) for group in members], prior)
    estimates = tuple(
        ClassEstimate(
            name=name,
            studies=len(group),
            events=sum(study.of[0] for study in group),
            looked_at=sum(study.of[1] for study in group),
            typical_mass=mass.sum(axis=0),
            new_mass=grid.spread(mass),
        )
        for name, group, mass in zip(names, members, joint, strict=True)
    )
    return Pooled(
        studies=tuple(studies),
        prior=prior,
        by=by,
        classes=estimates,
        tau_mass=tau_mass,
        joint=tuple(joint),
        log_evidence=evidence,
    )


def require_poolable(studies: Sequence[Study]) -> None:
    """One outcome, one kind of denominator, nobody twice."""
    require(len(studies) > 0, "no study is left to pool. Give at least one.")
    outcomes = sorted({study.outcome for study in studies})
    require(len(outcomes) == 1, f"outcomes are mixed: {', '.join(outcomes)}. Pool one at a time.")
    units = {study.unit for study in studies}
    require(
        any(units <= kind for kind in SAME_UNITS),
        f"denominators are mixed: {', '.join(sorted(units))}. Pool patients, levels and screws apart.",
    )
    twice = [group for group, count in Counter(s.group for s in studies if s.group).items() if count > 1]
    require(not twice, f"patients would count twice: {', '.join(twice)}. Keep one row of each group.")
    rows = {study.row for study in studies}
    inside = [study.name for study in studies if study.within in rows]
    require(not inside, f"a review and its parts would both count: {', '.join(inside)}. Keep one or the other.")


def likelihood_of(group: Sequence[Study]) -> FloatArray:
    """Logarithm over spread (rows) and the class's centre (columns)."""
    found = np.zeros((len(grid.TAUS), len(grid.LOGITS)))
    for study in group:
        found = found + grid.marginal(*study.of)
    return found


def _posterior(likelihoods: Sequence[FloatArray], prior: Prior) -> tuple[list[FloatArray], FloatArray, float]:
    """Of each class the mass over spread and centre, the mass over spread, and the logarithm of the evidence."""
    tau_prior = np.log(np.maximum(grid.half_normal(grid.TAUS, prior.tau_scale) * grid.TAU_WEIGHTS, grid.TINY))
    if len(likelihoods) == 1:
        logits = grid.normal(grid.LOGITS, prior.mu_mean, prior.mu_sd) * grid.STEP
        joint = likelihoods[0] + np.log(np.maximum(logits, grid.TINY)) + tau_prior[:, None]
        mass, evidence = normalised(joint)
        return [mass], mass.sum(axis=1), evidence
    link = link_of(prior)
    told = [told_of_mu(likelihood, link) for likelihood in likelihoods]  # logarithm over spread and mu
    mus = grid.normal(grid.MUS, prior.mu_mean, prior.mu_sd)
    whole = sum(told) + np.log(np.maximum(mus / mus.sum(), grid.TINY)) + tau_prior[:, None]
    around, evidence = normalised(whole)
    found = []
    for likelihood, own in zip(likelihoods, told, strict=True):
        others = whole - own
        scale = others.max()
        seen = np.exp(np.maximum(others - scale, -700.0)) @ link.T
        found.append(normalised(likelihood + np.log(np.maximum(seen, grid.TINY)))[0])
    return found, around.sum(axis=1), evidence


def link_of(prior: Prior) -> FloatArray:
    """Mass of a class's centre (rows) given mu (columns)."""
    found: FloatArray = grid.normal(grid.LOGITS[:, None], grid.MUS[None, :], prior.beta_scale) * grid.STEP
    return found


def told_of_mu(likelihood: FloatArray, link: FloatArray) -> FloatArray:
    """Logarithm over spread and mu of what a class says, its own centre summed out."""
    top = likelihood.max()
    found: FloatArray = np.log(np.maximum(np.exp(np.maximum(likelihood - top, -700.0)) @ link, grid.TINY)) + top
    return found


def normalised(logarithms: FloatArray) -> tuple[FloatArray, float]:
    """A mass that adds up to 1, and the logarithm of what it added up to before."""
    top = float(logarithms.max())
    mass: FloatArray = np.exp(np.maximum(logarithms - top, -700.0))
    total = float(mass.sum())
    return mass / total, top + float(np.log(total))


def without(studies: Sequence[Study], *rows: str) -> tuple[Study, ...]:
    """All but the named rows."""
    return tuple(study for study in studies if study.row not in rows)
