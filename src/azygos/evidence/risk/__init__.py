"""What is said of one patient: published evidence, virtual patients, and where the two disagree."""

from azygos.evidence.risk.answer import Answer, Base, Chance, Count, Moved, Published, Seen, Simulated
from azygos.evidence.risk.person import (
    Collapse,
    Disease,
    Growth,
    Look,
    Person,
    Procedure,
    Region,
    Viscosity,
    read_days,
    read_person,
)
from azygos.evidence.risk.pufhs import VenousLeak, pufhs
from azygos.evidence.risk.result import result_table, risk_schema
from azygos.evidence.risk.simulated import SimulatedTable, parse_table, read_table, shipped_table
from azygos.evidence.risk.statement import Statement, in_thousand, short_lines, span, state
from azygos.evidence.risk.telling import tell_risk

__all__ = [
    "Answer",
    "Base",
    "Chance",
    "Collapse",
    "Count",
    "Disease",
    "Growth",
    "Look",
    "Moved",
    "Person",
    "Procedure",
    "Published",
    "Region",
    "Seen",
    "Simulated",
    "SimulatedTable",
    "Statement",
    "VenousLeak",
    "Viscosity",
    "in_thousand",
    "parse_table",
    "pufhs",
    "read_days",
    "read_person",
    "read_table",
    "result_table",
    "risk_schema",
    "shipped_table",
    "short_lines",
    "span",
    "state",
    "tell_risk",
]
