"""One virtual patient from a case file to a run folder."""

from azygos.case.result import Advice, CaseResult, Rarity

__all__ = ["Advice", "CaseResult", "Rarity"]
