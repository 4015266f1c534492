"""One patient's veins, as drawn: sizes, places, blood flow, and the chances that cement will meet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.anatomy import check_level
from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray, IntArray, Parcel
from azygos.ground.vessels import Vessels
from azygos.values.veins_flow import BLOCKED
from azygos.veins.names import vein_name
from azygos.veins.network import imbalance, solve_network
from azygos.veins.places import landmark

POSTURES = ("prone", "lying", "standing")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Veins(Parcel):
    """The veins of one patient between the vertebrae and the right atrium."""

    body: Body
    posture: str  # "prone", "lying" or "standing"
    nodes: tuple[str, ...]  # (n_places,), as the table calls them
    places: FloatArray  # shape (n_places, 3), LPS [m]
    tail: IntArray  # shape (n_veins,), place at which each vein begins
    head: IntArray  # shape (n_veins,)
    names: tuple[str, ...]  # (n_veins,), as a radiologist writes them
    count: IntArray  # shape (n_veins,), veins side by side
    radius: FloatArray  # shape (n_veins,), of each of them [m]
    length: FloatArray  # shape (n_veins,) [m]
    conductance: FloatArray  # shape (n_veins,), of all side by side [m^3 s^-1 Pa^-1]
    one_way: BoolArray  # shape (n_veins,), with valves
    inflow: FloatArray  # shape (n_places,), from tissue [m^3 s^-1]
    flow: FloatArray  # shape (n_veins,), blood from tail to head [m^3 s^-1]
    pressure: FloatArray  # shape (n_places,) [Pa]
    shut: BoolArray  # shape (n_veins,), valves that are shut
    atrial_pressure: float  # [Pa]
    valve_leak: float  # conductance of a shut valve over an open one's [-]
    inflow_factor: float  # on the segmental inflow, so that the azygos carries what was drawn for it [-]
    blood_viscosity: float  # [Pa s]
    blood_density: float  # [kg m^-3]
    film: float  # of blood under a sunken cord [m]
    friction: float  # of cement on the wall [-]
    cohesion_factor: float  # on the cohesion of fresh cement [-]
    neck: float  # width at which a neck parts [m]
    chances: FloatArray  # shape (n_places, n_draws), uniform numbers that those at forks are made from [-]

    def __post_init__(self) -> None:
        self.seal("places", "radius", "length", "conductance", "inflow", "flow", "pressure", "chances")
        self.seal("tail", "head", "count", dtype=np.int64)
        self.seal("one_way", "shut", dtype=np.bool_)
        require(self.posture in POSTURES, f"posture is {self.posture!r}; write one of {', '.join(POSTURES)}")
        require(bool(np.all(self.radius > 0.0) and np.all(self.length > 0.0)), "a vein's size must be positive")
        balance = imbalance(self.tail, self.head, self.flow, self.inflow, sink=self.place("right_atrium"))
        blocked = float(self.radius.min(initial=1.0)) <= 0.5 * BLOCKED.number
        # behind a blocked vein pressures are a million times higher, and so is their rounding
        most = 1e-6 if blocked else 1e-10
        require(balance < most, f"blood in the veins does not balance: {balance:.1e} of all inflow is lost")

    def place(self, name: str) -> int:
        """Number of a place by its name in the table."""
        return self.nodes.index(name)

    @property
    def output(self) -> float:
        """Blood that reaches the right atrium [m^3 s^-1]."""
        return float(self.inflow.sum())

    @property
    def azygos_flow(self) -> float:
        """Through the azygos arch [m^3 s^-1]."""
        return float(self.flow[self.names.index("azygos arch")])

    @property
    def vessels(self) -> Vessels:
        """As tubes in the body, for pictures and files."""
        ends = np.stack([self.places[self.tail], self.places[self.head]], axis=1)
        for number, name in enumerate(self.names):
            if self.nodes[self.head[number]] == "right_atrium":
                upper = name == "superior vena cava"
                ends[number, 1] = self.body.scale * landmark(f"cavo-atrial junction, {'upper' if upper else 'lower'}")
        return Vessels(
            room="veins",
            names=self.names,
            ends=ends,
            diameter=2.0 * self.radius,
            flow=self.flow,
            order=np.zeros(len(self.names), dtype=np.int64),
        )

    def azygos_share(self, level: str) -> float:
        """Share of the blood that leaves a level's plexus and reaches the right atrium by the azygos arch [-].

        Blood mixes at every place and parts in proportion to flow.
        """
        shares = azygos_shares(self)
        return float(shares[self.place(f"body_{check_level(level)}")])

    def without_valves(self) -> Veins:
        """The same veins, every valve taken out, blood flow solved anew."""
        one_way = np.zeros(len(self.tail), dtype=bool)
        pressure, flow, shut = solve_network(
            self.tail,
            self.head,
            self.conductance,
            self.inflow,
            sink=self.place("right_atrium"),
            one_way=one_way,
            leak=self.valve_leak,
        )
        return replace(self, one_way=one_way, pressure=pressure + self.atrial_pressure, flow=flow, shut=shut)


def azygos_shares(veins: Veins) -> FloatArray:
    """Share of the blood at each place that will pass the azygos arch, shape (n_places,) [-]."""
    begins = np.where(veins.flow >= 0.0, veins.tail, veins.head)
    ends = np.where(veins.flow >= 0.0, veins.head, veins.tail)
    flow = np.abs(veins.flow)
    arch = veins.names.index("azygos arch")
    leaving: list[list[int]] = [[] for _ in veins.nodes]
    for vein, place in enumerate(begins):
        leaving[place].append(vein)
    shares = np.zeros(len(veins.nodes))
    for place in np.argsort(veins.pressure, kind="stable"):
        total = sum(flow[vein] for vein in leaving[place])
        if total > 0.0:
            by_arch = sum(flow[vein] * (1.0 if vein == arch else shares[ends[vein]]) for vein in leaving[place])
            shares[place] = by_arch / total
    return shares


def vein_names(rows: list[tuple[str, str, str]]) -> tuple[str, ...]:
    """Names of veins given by where they begin, where they end and their side."""
    return tuple(vein_name(*row) for row in rows)
