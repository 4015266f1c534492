"""Virtual trials: the same drawn patients under each strategy.

What is named here is loaded when it is first used, so that a process which only follows patients starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azygos.trial.analysis import analyse, incidence_table, read_outcomes
    from azygos.trial.concluding import Report, conclude, conclude_again, read_screening, screen_to
    from azygos.trial.engine import Sitting, run_again, run_trial
    from azygos.trial.findings import Screening, TrialFindings
    from azygos.trial.gathering import merge
    from azygos.trial.order import with_patients
    from azygos.trial.querying import Answer, query
    from azygos.trial.record import outcomes_of
    from azygos.trial.replaying import Replay, replay
    from azygos.trial.shards import WHOLE, Shard, parse_shard
    from azygos.trial.standing import Standing
    from azygos.trial.trial_file import TrialFile, parse_trial, read_trial, trial_template

_WHERE = {
    "Answer": "querying", "Replay": "replaying", "Report": "concluding", "Screening": "findings", "Shard": "shards",
    "Sitting": "engine", "Standing": "standing", "TrialFile": "trial_file", "TrialFindings": "findings",
    "WHOLE": "shards", "analyse": "analysis", "conclude": "concluding", "conclude_again": "concluding",
    "incidence_table": "analysis", "merge": "gathering", "outcomes_of": "record", "parse_shard": "shards",
    "parse_trial": "trial_file", "query": "querying", "read_outcomes": "analysis", "read_screening": "concluding",
    "read_trial": "trial_file", "replay": "replaying", "run_again": "engine", "run_trial": "engine",
    "screen_to": "concluding", "trial_template": "trial_file", "with_patients": "order",
}  # fmt: skip

__all__ = [
    "WHOLE",
    "Answer",
    "Replay",
    "Report",
    "Screening",
    "Shard",
    "Sitting",
    "Standing",
    "TrialFile",
    "TrialFindings",
    "analyse",
    "conclude",
    "conclude_again",
    "incidence_table",
    "merge",
    "outcomes_of",
    "parse_shard",
    "parse_trial",
    "query",
    "read_outcomes",
    "read_screening",
    "read_trial",
    "replay",
    "run_again",
    "run_trial",
    "screen_to",
    "trial_template",
    "with_patients",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"azygos.trial has no {name!r}")
    return getattr(import_module(f"azygos.trial.{_WHERE[name]}"), name)
