"""From the folder of a finished run to its facts."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from azygos.brief.collecting import Collector
from azygos.brief.facts import Facts
from azygos.brief.published import published_facts
from azygos.brief.reading_compare import compare_facts
from azygos.brief.reading_journey import journey_facts
from azygos.brief.reading_plan import plan_facts
from azygos.brief.reading_trace import trace_facts
from azygos.ground.errors import AzygosError, InputError, require

READERS: Mapping[str, Callable[[Collector], None]] = {
    "plan": plan_facts,
    "journey": journey_facts,
    "trace": trace_facts,
    "compare": compare_facts,
}


def facts_of(run: Path) -> Facts:
    """All that a text may say of a finished run.

    Parameters
    ----------
    run : Path
        The folder that ``azygos plan``, ``journey``, ``trace`` or ``compare`` wrote.

    Returns
    -------
    facts : Facts
        Numbers, places, treatments and verdicts of the run with their pointers into ``result.json``, and the
        published facts that a brief may add. The same run gives the same facts.

    Raises
    ------
    InputError
        What is no finished run, or not of these kinds, is refused in one sentence.
    """
    return facts_from(read_result(run), str(run))


def facts_from(result: Mapping[str, Any], name: str = "result.json") -> Facts:
    """The same from a ``result.json`` that is read already; `name` is for the sentence of a refusal."""
    kind = result.get("kind")
    require(
        isinstance(kind, str) and kind in READERS,
        f"{name} is a run of kind {kind!r}. A brief is written of a plan, a journey, a trace or a compare.",
    )
    version = result.get("schema_version")
    require(version == 1, f"{name} holds a result of version {version!r}; this azygos reads version 1. Run it again.")
    collector = Collector(result)
    try:
        collector.word("run", "what was run", "word", str(kind), ["/kind"], words=("computer model", "simulated"))
        collector.read("note", "what the run is for", "word", "/note", words=("research only", "not medical advice"))
        READERS[str(kind)](collector)
    except (AzygosError, ArithmeticError, KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"the result.json of {name} is not as this azygos writes it ({error}). Run it again."
        ) from error
    return Facts(run=str(kind), version=str(result.get("azygos", "")), facts=(*collector.found, *published_facts()))


def read_result(run: Path) -> Mapping[str, Any]:
    """``result.json`` of a finished run."""
    require(run.is_dir(), f"{run} is not a folder. Give the folder that azygos wrote with -o.")
    record, result = run / "run.toml", run / "result.json"
    require(
        record.is_file(), f"{run} is not a run folder of azygos: it has no run.toml. Give the folder given with -o."
    )
    told = _record(record)
    kind = told.get("kind", "plan")
    require(
        isinstance(kind, str) and kind in READERS,
        f"{run} holds a run of kind {kind!r}. A brief is written of a plan, a journey, a trace or a compare.",
    )
    finished = told.get("state", "whole") == "whole" and result.is_file()
    require(finished, f"the run in {run} is not finished. Run it again first.")
    try:
        read = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{result} cannot be read ({error}). Run it again.") from None
    require(isinstance(read, dict), f"{result} is not as azygos wrote it. Run it again.")
    return dict(read)


def _record(record: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{record} cannot be read ({error}). Run it again.") from None
