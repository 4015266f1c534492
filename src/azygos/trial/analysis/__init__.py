"""What an outcome table says: shares, paired differences, subgroups, curves, and who could not be finished."""

from azygos.trial.analysis.analyse import analyse
from azygos.trial.analysis.outcomes import Outcomes, read_outcomes

__all__ = ["Outcomes", "analyse", "read_outcomes"]
