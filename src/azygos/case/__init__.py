"""One virtual patient from a case file to a run folder."""

from azygos.care import Advice
from azygos.case.case_file import CaseFile, case_template, parse_case, read_case
from azygos.case.example import demo, demo_case
from azygos.case.following import DrawnCase, draw_case, follow_case, follow_drawn
from azygos.case.record import is_case_record
from azygos.case.result import CaseResult, Rarity
from azygos.case.run import CaseEffort, journey, journey_again, warm_up
from azygos.case.sampling import rarity

__all__ = [
    "Advice",
    "CaseEffort",
    "CaseFile",
    "CaseResult",
    "DrawnCase",
    "Rarity",
    "case_template",
    "demo",
    "demo_case",
    "draw_case",
    "follow_case",
    "follow_drawn",
    "is_case_record",
    "journey",
    "journey_again",
    "parse_case",
    "rarity",
    "read_case",
    "warm_up",
]
