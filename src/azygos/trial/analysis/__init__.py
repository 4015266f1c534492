"""What an outcome table says: shares, paired differences, subgroups, curves, and who could not be finished."""

from azygos.trial.analysis.incidence import incidence_table
from azygos.trial.analysis.outcomes import Outcomes, read_outcomes
from azygos.trial.analysis.whole import analyse

__all__ = ["Outcomes", "analyse", "incidence_table", "read_outcomes"]
