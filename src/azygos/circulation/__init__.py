"""How pressures, output and blood gases answer the blocked arteries."""

from azygos.circulation.baseline import check_baseline
from azygos.circulation.choices import CirculationLaws
from azygos.circulation.circuit import Circuit
from azygos.circulation.drawing import draw_circuit
from azygos.circulation.pulse import fat_in_lungs
from azygos.circulation.respond import Beat, beat, respond
from azygos.circulation.response import FIELDS, Load, Response

__all__ = [
    "FIELDS",
    "Beat",
    "Circuit",
    "CirculationLaws",
    "Load",
    "Response",
    "beat",
    "check_baseline",
    "draw_circuit",
    "fat_in_lungs",
    "respond",
]
