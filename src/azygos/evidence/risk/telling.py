"""Both answers for one patient."""

from __future__ import annotations

from azygos.evidence.risk.answer import Answer
from azygos.evidence.risk.base import counts_of, embolus_base, symptomatic_base
from azygos.evidence.risk.factors import read_factors
from azygos.evidence.risk.person import Person
from azygos.evidence.risk.published import tell_published
from azygos.evidence.risk.pufhs import venous_leak
from azygos.evidence.risk.simulated import NOT_SHIPPED, SimulatedTable, shipped_table, tell_simulated
from azygos.evidence.studies import read_studies
from azygos.values.risk import SHRINK


def tell_risk(person: Person, *, shrink: float | None = None, table: SimulatedTable | None = None) -> Answer:
    """What published evidence and the simulation say of somebody like this; ``azygos risk`` as a function.

    Parameters
    ----------
    person : Person
        What is known before the session, and how one would look for cement in the lungs.
    shrink : float, optional
        How far published log odds ratios count, 0 to 1; a half unless told.
    table : SimulatedTable, optional
        Of a trial of your own; left out, the table that comes with azygos.

    Returns
    -------
    answer : Answer
        The same each time.

    Examples
    --------
    >>> from azygos.evidence.risk import Look, Person
    >>> answer = tell_risk(Person(look=Look.FILM, levels=1))
    >>> base = answer.published.base.new_centre
    >>> base.low <= answer.published.chance.value < base.value
    True
    """
    studies = read_studies()
    published = tell_published(
        person,
        embolus_base(studies, person.look),
        symptomatic_base(studies),
        read_factors(),
        shrink=SHRINK.number if shrink is None else shrink,
    )
    known = table or shipped_table()
    simulated, reason = (None, NOT_SHIPPED) if known is None else tell_simulated(person, known)
    return Answer(
        person=person,
        published=published,
        simulated=simulated,
        no_simulation=reason,
        venous_leak=venous_leak(person),
        counts=counts_of(studies),
    )
