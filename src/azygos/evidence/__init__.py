"""Published evidence: studies as data, pooled with what they looked with, and what it says of a patient."""

from azygos.evidence.checking import LeftOut, Variant, choice_sensitivity, leave_one_out, prior_sensitivity
from azygos.evidence.contrasts import odds_ratio
from azygos.evidence.pooling import ClassEstimate, Pooled, Prior, Shares, pool
from azygos.evidence.questions import QUESTIONS, Question, answer, question
from azygos.evidence.studies import Study, chosen, read_studies

__all__ = [
    "QUESTIONS",
    "ClassEstimate",
    "LeftOut",
    "Pooled",
    "Prior",
    "Question",
    "Shares",
    "Study",
    "Variant",
    "answer",
    "choice_sensitivity",
    "chosen",
    "leave_one_out",
    "odds_ratio",
    "pool",
    "prior_sensitivity",
    "question",
    "read_studies",
]
