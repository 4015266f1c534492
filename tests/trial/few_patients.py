"""A small trial on a coarse grid whose patients are real: thin cement, cement that sets on the way, set cement."""

from __future__ import annotations

from azygos.trial.trial_file import TrialFile, parse_trial

_STRATEGY = """
[[strategy]]
name = "{name}"
cement = "{cement}"
age_at_start_min = {age}
rate_ml_min = 3.0
volume_ml_thoracic = 4.0
volume_ml_lumbar = 6.0
"""
_HEAD = """
[trial]
name = "few"
patients = 100
seed = 4
spacing_mm = 3.0
importance = {importance}
"""
THIN, LATE, SET = "thin", "late", "set"
WITH_EMBOLI, WITH_A_FEW, THREE_LEVELS = 24, 12, 1  # patients that were looked for


def few(*, importance: bool = False) -> TrialFile:
    """The trial."""
    strategies = (
        (THIN, "generic_low_viscosity", 3.0), (LATE, "generic_high_viscosity", 14.0),
        (SET, "generic_high_viscosity", 29.0),
    )  # fmt: skip
    tables = "".join(_STRATEGY.format(name=name, cement=cement, age=age) for name, cement, age in strategies)
    return parse_trial(_HEAD.format(importance=str(importance).lower()) + tables)
