"""A brief of a run, and the folder that holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from azygos.brief.facts import Facts
from azygos.brief.limits import check
from azygos.brief.parts import Brief
from azygos.brief.reading import facts_of
from azygos.brief.writing import write_brief
from azygos.brief.writing_compare import write_compare
from azygos.brief.writing_journey import write_journey
from azygos.brief.writing_plan import write_plan
from azygos.brief.writing_trace import write_trace
from azygos.ground.errors import InputError, require
from azygos.ground.files import check_free

WRITERS: Mapping[str, Callable[[Facts], Brief]] = {
    "plan": write_plan,
    "journey": write_journey,
    "trace": write_trace,
    "compare": write_compare,
}


def make_brief(facts: Facts) -> Brief:
    """The six parts of a run, within all limits.

    Parameters
    ----------
    facts : Facts
        Of the run, as ``facts_of`` gives them.

    Returns
    -------
    brief : Brief
        Each sentence with the facts that it rests on.

    Raises
    ------
    InputError
        If the run names a place or a kind that no plain words are known for.
    """
    try:
        made = WRITERS[facts.run](facts)
    except KeyError as error:
        raise InputError(f"the run holds the word {error}, which this azygos has no plain words for.") from error
    check(made)
    return made


def brief(run: Path, output: Path, *, force: bool = False) -> Brief:
    """Tell a finished run in plain words; ``azygos brief`` as a function.

    Parameters
    ----------
    run : Path
        The folder of a finished run of plan, journey, trace or compare.
    output : Path
        The folder to write; it appears only whole.
    force : bool
        Replace a folder of azygos that is there.

    Returns
    -------
    brief : Brief
        What was written.

    Raises
    ------
    InputError
        For what is no finished run of these kinds, or an `output` that is taken.
    """
    require_apart(run, output)
    check_free(output, force=force)
    made = make_brief(facts_of(run))
    write_brief(made, run, output, force=force)
    return made


def require_apart(run: Path, output: Path) -> None:
    """Refuse to write over the run that is told, or over a folder that holds it."""
    inside = run.resolve().is_relative_to(output.resolve())
    require(not inside, f"{output} holds the run itself, which would be replaced. Choose another -o.")
