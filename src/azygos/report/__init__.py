"""Pages that a clinician reads in a minute and a researcher can check."""

from azygos.report.compare_report import summarise_compare, write_compare_report
from azygos.report.evidence_report import summarise_evidence, write_evidence_report
from azygos.report.journey_report import write_journey_report
from azygos.report.journey_words import summarise_journey, summarise_rarity
from azygos.report.plan_report import plan_picture, write_plan_report
from azygos.report.risk_report import write_risk
from azygos.report.trace_report import write_trace_report
from azygos.report.trial_report import write_trial_report
from azygos.report.trial_words import summarise_trial

__all__ = [
    "plan_picture",
    "summarise_compare",
    "summarise_evidence",
    "summarise_journey",
    "summarise_rarity",
    "summarise_trial",
    "write_compare_report",
    "write_evidence_report",
    "write_journey_report",
    "write_plan_report",
    "write_risk",
    "write_trace_report",
    "write_trial_report",
]
