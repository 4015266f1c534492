"""Pulmonary arteries, branching by branching: where cement stops and what it closes."""

from azygos.lungs.blockage import BLOCKAGES
from azygos.lungs.draw import draw_lungs
from azygos.lungs.laws import LungLaws
from azygos.lungs.lodging import lodge
from azygos.lungs.lodgings import Lodging, Lodgings, Obstruction
from azygos.lungs.names import SEGMENTS
from azygos.lungs.obstruction import obstruct
from azygos.lungs.table import ArterialTable, read_tree
from azygos.lungs.tree import Lungs, Summary, by_order

__all__ = [
    "BLOCKAGES",
    "SEGMENTS",
    "ArterialTable",
    "Lodging",
    "Lodgings",
    "LungLaws",
    "Lungs",
    "Obstruction",
    "Summary",
    "by_order",
    "draw_lungs",
    "lodge",
    "obstruct",
    "read_tree",
]
