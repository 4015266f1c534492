"""Virtual trials: the same drawn patients under each strategy."""

from azygos.trial.engine import Sitting, run_trial
from azygos.trial.order import with_patients
from azygos.trial.shards import WHOLE, Shard, parse_shard
from azygos.trial.standing import Standing
from azygos.trial.trial_file import TrialFile, parse_trial, read_trial, trial_template

__all__ = [
    "WHOLE",
    "Shard",
    "Sitting",
    "Standing",
    "TrialFile",
    "parse_shard",
    "parse_trial",
    "read_trial",
    "run_trial",
    "trial_template",
    "with_patients",
]
