"""What an outcome table says: shares, paired differences, subgroups, curves, and who could not be finished."""

from azygos.trial.analysis.outcomes import Outcomes, read_outcomes
from azygos.trial.analysis.whole import analyse

__all__ = ["Outcomes", "analyse", "read_outcomes"]
