"""What published evidence says of a patient: a base rate, moved by halved odds ratios, never beyond its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from azygos.evidence.risk.answer import Base, Chance, Moved, Published
from azygos.evidence.risk.factors import EmbolismRatio, FactorRow, Term, ratios
from azygos.evidence.risk.mix import Mix, chances, draw_effects, draw_shares, groups_of, intercepts, make_mix
from azygos.evidence.risk.person import Person
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel

SEED = 20261126  # of the assumed shares and the ratios' errors; the answer is the same each time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn(Parcel):
    """A base rate with its draws."""

    base: Base
    draws: FloatArray  # shape (draws,), what the next centre may find

    def __post_init__(self) -> None:
        self.seal("draws")


def tell_published(
    person: Person, drawn: Drawn, symptomatic: Base, rows: Sequence[FactorRow], *, shrink: float
) -> Published:
    """The published answer for one patient.

    Parameters
    ----------
    person : Person
        Who is asked about, and how one would look.
    drawn : Drawn
        Base rate of that way to look.
    symptomatic : Base
        Of emboli with symptoms, however one looks.
    rows : sequence of FactorRow
        The published table; only its rows on embolism are read.
    shrink : float
        How far log odds ratios count, 0 (not at all) to 1 (as printed).

    Returns
    -------
    published : Published
        Its interval lies within the base rate's.
    """
    require(0.0 <= shrink <= 1.0, f"--shrink is {shrink:g}. Give a share from 0 (no factor counts) to 1 (as printed).")
    terms = ratios(rows)
    mix = _mix(person, terms, shrink, drawn.draws.size)
    starts = intercepts(mix, drawn.draws)
    known = groups_of(person)

    def told(groups: Mapping[str, str]) -> Chance:
        return _summary(chances(mix, starts, groups)) if groups else drawn.base.new_centre

    before = told(known)
    return Published(
        base=drawn.base,
        chance=before.within(drawn.base.new_centre),
        before_clip=before,
        shrink=shrink,
        moved=tuple(
            _moved(factor, group, told({factor: group}).within(drawn.base.new_centre), terms)
            for factor, group in known.items()
        ),
        not_told=tuple(factor for factor in mix.factors if factor not in known),
        symptomatic=symptomatic,
    )


def _mix(person: Person, terms: Sequence[tuple[Term, EmbolismRatio]], shrink: float, draws: int) -> Mix:
    rng = np.random.default_rng(SEED)
    shares = draw_shares(person.look, draws, rng)
    return make_mix(shares, draw_effects(terms, shrink, draws, rng))


def _summary(drawn: FloatArray) -> Chance:
    low, value, high = (float(x) for x in np.quantile(drawn, (0.025, 0.5, 0.975)))
    return Chance(low=low, value=value, high=high)


def _moved(factor: str, group: str, alone: Chance, terms: Sequence[tuple[Term, EmbolismRatio]]) -> Moved:
    own = [(term, ratio) for term, ratio in terms if term.factor == factor and _speaks_of(term, group)]
    rows = [ratio.row for _, ratio in own]
    return Moved(
        factor=factor,
        group=group,
        row=", ".join(row.row for row in rows),
        printed="; ".join(_printed(row) for row in rows),
        alone=alone,
        correction="; ".join(row.printed_error for row in rows if row.printed_error),
        sources=tuple(dict.fromkeys(row.cited for row in rows)),
    )


def _speaks_of(term: Term, group: str) -> bool:
    """Whether a term's contrast holds the group; two levels lie between one and three."""
    return group in (term.group, term.against) or (term.factor == "levels" and group == "2")


def _printed(row: FactorRow) -> str:
    contrast = row.contrast.replace(">=", "at least ").replace("<=", "at most ").replace(">", "over ")
    return f"{contrast}: odds ratio {row.effect:g} ({row.low:g} to {row.high:g})"
