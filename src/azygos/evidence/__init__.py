"""Published evidence: studies as data, pooled with what they looked with, and what it says of a patient."""

from azygos.evidence.adding import TEMPLATE, read_added
from azygos.evidence.checking import LeftOut, Variant, choice_sensitivity, leave_one_out, prior_sensitivity
from azygos.evidence.contrasts import odds_ratio
from azygos.evidence.pooling import ClassEstimate, Pooled, Prior, Shares, pool
from azygos.evidence.questions import QUESTIONS, Question, answer, question
from azygos.evidence.studies import IMAGING, OUTCOMES, PROCEDURES, Study, chosen, read_studies
from azygos.evidence.tables import evidence_schema
from azygos.evidence.weighing import Evidence, PrintedError, Weighed, weigh
from azygos.evidence.writing import evidence_again, is_evidence_record, prior_of, weigh_evidence

__all__ = [
    "IMAGING",
    "OUTCOMES",
    "PROCEDURES",
    "QUESTIONS",
    "TEMPLATE",
    "ClassEstimate",
    "Evidence",
    "LeftOut",
    "Pooled",
    "PrintedError",
    "Prior",
    "Question",
    "Shares",
    "Study",
    "Variant",
    "Weighed",
    "answer",
    "choice_sensitivity",
    "chosen",
    "evidence_again",
    "evidence_schema",
    "is_evidence_record",
    "leave_one_out",
    "odds_ratio",
    "pool",
    "prior_of",
    "prior_sensitivity",
    "question",
    "read_added",
    "read_studies",
    "weigh",
    "weigh_evidence",
]
