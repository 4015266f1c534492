"""Where each piece stops in the pulmonary arteries, and what that does to flow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import Account, FloatArray, Parcel
from azygos.ground.track import Track
from azygos.spine import Cement
from azygos.veins import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodging(Parcel):
    """One piece where it stopped."""

    piece: Piece  # as it passed the pulmonary valve
    time: float  # when it wedges; a cast goes on creeping after that, its `closed` shares are those in the end [s]
    vessel: int  # artery in the tree where its head lies
    artery: str  # its name: "right lower lobe, posterior basal artery (S10), 2 branchings beyond"
    side: str  # "right", "left" or "" for the trunk
    lobe: str  # "RUL", "RML", "RLL", "LUL", "LLL" or ""
    segment: str  # "R10"; "" above the segmental arteries
    order: int  # Strahler order
    artery_diameter: float  # [m]
    vessels: tuple[int, ...]  # all arteries that it lies in
    closed: tuple[float, ...]  # share of each one's area that it takes [-]
    moulded: bool  # paste, or gel as soft, that took the artery's shape or branched
    visible: bool  # to a CT that shows what is 1.5 mm thick or more; the figure's source stands in values
    width: float = math.nan  # where it is widest, as a reader sees it; nan: not told [m]
    behind: float = 0.0  # volume for which the arteries on its way had no room: it reaches back through the valve [m^3]

    def __post_init__(self) -> None:
        require(len(self.vessels) == len(self.closed) > 0, f"{self.piece.name}: a lodged piece lies in an artery")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Obstruction(Parcel):
    """What blocked arteries mean for flow and for the indices that readers use."""

    closed: FloatArray  # shape (n_vessels,), share of each artery's area that is closed [-]
    flow: FloatArray  # shape (n_vessels,), through each at the patient's output [m^3 s^-1]
    resistance_ratio: float  # of the pulmonary bed over that before, inf if all is closed [-]
    flow_lost: float  # share of the flow that these arteries no longer carry at the same pressure [-]
    area_fraction: float  # closed area of the arteries that hold cement or clot, over that of their order [-]
    qanadli: float  # [%]
    miller: int  # points, 0 to 34
    segments: tuple[float, ...]  # flow share of each of the 20 segments now [-]

    def __post_init__(self) -> None:
        self.seal("closed", "flow")
        require(bool(np.all((self.closed >= 0.0) & (self.closed <= 1.0))), "a share of area lies between 0 and 1")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lodgings(Parcel):
    """All that stopped in the lungs, in order of time."""

    cement: Cement
    lodged: tuple[Lodging, ...]
    obstructions: tuple[Obstruction, ...]  # one after each lodging, cement alone
    butscheidt: int  # grade 0 to 3
    tracks: tuple[Track, ...]
    account: Account  # kept: in the lungs [kg]

    def __post_init__(self) -> None:
        times = [lodging.time for lodging in self.lodged]
        require(times == sorted(times), "lodgings must be in order of time")
