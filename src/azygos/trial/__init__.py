"""Virtual trials: the same drawn patients under each strategy."""

from azygos.trial.analysis import analyse, incidence_table, read_outcomes
from azygos.trial.concluding import Report, conclude, conclude_again
from azygos.trial.engine import Sitting, run_trial
from azygos.trial.findings import TrialFindings
from azygos.trial.gathering import merge
from azygos.trial.order import with_patients
from azygos.trial.querying import Answer, query
from azygos.trial.record import outcomes_of
from azygos.trial.replaying import Replay, replay
from azygos.trial.shards import WHOLE, Shard, parse_shard
from azygos.trial.standing import Standing
from azygos.trial.trial_file import TrialFile, parse_trial, read_trial, trial_template

__all__ = [
    "WHOLE",
    "Answer",
    "Replay",
    "Report",
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
    "read_trial",
    "replay",
    "run_trial",
    "trial_template",
    "with_patients",
]
