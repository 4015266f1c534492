"""What may be switched off in the lungs, each alone."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.parcels import Parcel
from azygos.lungs.blockage import blockage_named


@dataclass(frozen=True, slots=True, kw_only=True)
class LungLaws(Parcel):
    """Which laws act on cement in the pulmonary arteries."""

    moulding: bool = True  # paste takes an artery's shape and creeps on; soft gel is squeezed and folded
    gravity: bool = True  # heavy pieces sink towards the lower branch
    inertia: bool = True  # heavy pieces go straight on at a fork
    bending: bool = True  # a cord that is gel or set must make the turn
    interaction: bool = True  # a piece meets the cement that came before it, and flow that has moved
    blockage: str = "crescent"  # key of ``blockage.BLOCKAGES``

    def __post_init__(self) -> None:
        blockage_named(self.blockage)
