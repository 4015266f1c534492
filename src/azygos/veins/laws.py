"""Which mechanisms act on cement in the veins: each can be switched off alone."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel
from azygos.veins.width import WIDTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class VeinLaws(Parcel):
    """The model's answers to what nobody has measured in a vein.

    Examples
    --------
    >>> VeinLaws(gravity=False).friction
    True
    """

    hardening: bool = True  # cement ages, thickens and sets
    attachment: bool = True  # a cord hangs on its vertebra; off: it lets go at the mouth when its flow ends
    thins: bool = True  # drag stretches paste
    gravity: bool = True  # cement sinks to the wall and slides when the patient gets up
    friction: bool = True  # the wall holds what lies on it: a film of blood, and rubbing
    valves: bool = True
    width: str = "thread"  # what decides how wide a cord is: a name of azygos.veins.width.WIDTHS

    def __post_init__(self) -> None:
        require(self.width in WIDTHS, f"width is {self.width!r}; write one of {', '.join(WIDTHS)}")
