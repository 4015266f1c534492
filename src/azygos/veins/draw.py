"""Draw one patient's veins: sizes and variants first, then blood flow conditioned on what was measured."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.body import Body
from azygos.ground.errors import InputError, require
from azygos.ground.parcels import BoolArray, FloatArray, IntArray
from azygos.ground.tubes import poiseuille_conductance
from azygos.values import veins_cement, veins_flow
from azygos.values.body import CARDIAC_INDEX
from azygos.values.hardening import COHESION_FACTOR
from azygos.values.marrow import BLOOD_DENSITY, BLOOD_VISCOSITY
from azygos.values.value import Value
from azygos.values.veins import ATRIUM, VEINS, VeinRow
from azygos.veins.names import parts_of
from azygos.veins.network import solve_network
from azygos.veins.places import place_of
from azygos.veins.veins import POSTURES, Veins, vein_names

CANDIDATES = 8  # sets of calibres among which one is chosen by how well it explains the azygos flow
CHANCES = 64  # uniform numbers at each place
_VERTEBRAL = (
    "body", "basivertebral", "ant_int_plexus", "post_int_plexus", "ant_ext_plexus", "post_ext_plexus",
    "intervertebral", "segmental",
)  # fmt: skip
_AZYGOS = ("azygos", "hemiazygos", "accessory_hemiazygos", "azygos_arch")


@dataclass(frozen=True, slots=True)
class Known:
    """What draws are conditioned on [m^3 s^-1]."""

    output: float
    superior: float
    infrarenal: float
    azygos: float
    renal_share: float  # of what the kidneys and the liver give [-]


def draw_veins(
    body: Body,
    rng: np.random.Generator,
    *,
    radius_factor: float = 1.0,
    posture: str = "prone",
    output: float | None = None,
    table: Sequence[VeinRow] = VEINS,
    known_veins: Sequence[tuple[str, float]] = (),
) -> Veins:
    """Draw one patient's veins.

    Parameters
    ----------
    body : Body
        Sizes grow with its scale, cardiac output with its surface.
    rng : numpy.random.Generator
        The same state gives the same veins.
    radius_factor : float
        On the veins of the vertebrae, as the spine has drawn it [-].
    posture : str
        "prone", "lying" or "standing": pressure in the right atrium, width of the azygos system.
    output : float, optional
        Of the heart at rest, lying on the back, where it is known [m^3 s^-1]; None: drawn by body surface.
    table : sequence of VeinRow
        Which veins there are; as :func:`azygos.values.veins.read_veins` gives them.
    known_veins : sequence of (str, float)
        Names of veins whose diameter [m] is known in this patient, 0 where one is blocked. "azygos vein" means
        all of its parts.

    Returns
    -------
    veins : Veins
        Blood flow solved and balanced.

    Notes
    -----
    Eight sets of calibres and lengths are drawn. For each, the inflow of all segments is scaled so that the arch
    carries the azygos flow that was drawn (320 mL/min, sd 100); one set is chosen with a probability in proportion
    to the density of that scale, so that calibres for which it would be far from 1 become rare
    (sampling-importance-resampling).

    Examples
    --------
    >>> body = Body(sex="female", age=72.0, height=1.60, mass=62.0)
    >>> veins = draw_veins(body, np.random.default_rng(1))
    >>> 0.0 <= veins.azygos_share("L2") <= veins.azygos_share("T8") <= 1.0
    True
    """
    require(radius_factor > 0.0, f"a factor of {radius_factor:g} on radii is not possible; write a positive number")
    require(posture in POSTURES, f"posture is {posture!r}; write one of {', '.join(POSTURES)}")
    net = _draw_net(rng, table)
    known = _draw_known(body, rng, posture, output)
    fixed, scaled = _inflows(net, known, _log_uniform(veins_flow.MARROW_FACTOR, rng))
    sizes = [_sizes(net.rows, body, rng, radius_factor, posture) for _ in range(CANDIDATES)]
    found = [_condition(net, _conductances(net, *size), fixed, scaled, known.azygos) for size in sizes]
    chosen = _choose(np.array([each.factor for each in found]), np.array([each.slope for each in found]), rng)
    atrial = _atrial_pressure(posture, rng)
    factor, (radius, length) = found[chosen].factor, sizes[chosen]
    names = vein_names([(row.begins, row.ends, row.side) for row in net.rows])
    for name, diameter in known_veins:
        radius[parts_named(name, names)] = 0.5 * max(diameter, veins_flow.BLOCKED.number)
    inflow = _closed(fixed + factor * scaled, net, known)
    if known_veins:
        _check_way(net, radius, inflow)
    conductance = _conductances(net, radius, length)
    pressure, flow, shut = net.solve(conductance, inflow)
    return Veins(
        body=body,
        posture=posture,
        nodes=net.nodes,
        places=np.array([place_of(name, body) for name in net.nodes]),
        tail=net.tail,
        head=net.head,
        names=names,
        count=np.array([row.count for row in net.rows]),
        radius=radius,
        length=length,
        conductance=conductance,
        one_way=net.one_way,
        inflow=inflow,
        flow=flow,
        pressure=pressure + atrial,
        shut=shut,
        atrial_pressure=atrial,
        valve_leak=net.leak,
        inflow_factor=factor,
        blood_viscosity=net.viscosity,
        blood_density=BLOOD_DENSITY.number,
        film=_log_uniform(veins_cement.FILM, rng),
        friction=_uniform(veins_cement.FRICTION, rng),
        cohesion_factor=_log_uniform(COHESION_FACTOR, rng),
        neck=_log_uniform(veins_cement.NECK, rng),
        chances=rng.random((len(net.nodes), CHANCES)),
    )


@dataclass(frozen=True, slots=True)
class Net:
    """One person's veins as a graph, before they have sizes."""

    rows: tuple[VeinRow, ...]
    nodes: tuple[str, ...]
    tail: IntArray
    head: IntArray
    one_way: BoolArray
    leak: float  # of a shut valve [-]
    viscosity: float  # of blood [Pa s]

    def number(self, name: str) -> int:
        """Of a place."""
        return self.nodes.index(name)

    @property
    def arch(self) -> int:
        """Number of the azygos arch among the veins."""
        return next(index for index, row in enumerate(self.rows) if row.begins == "azygos_arch")

    def solve(
        self, conductance: FloatArray, inflow: FloatArray, shut: BoolArray | None = None
    ) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Pressures, flows and shut valves."""
        return solve_network(
            self.tail,
            self.head,
            conductance,
            inflow,
            sink=self.number(ATRIUM),
            one_way=self.one_way,
            leak=self.leak,
            shut=shut,
        )


def parts_named(name: str, names: Sequence[str]) -> list[int]:
    """Numbers of the veins that a reader's name means.

    Examples
    --------
    >>> parts_named("azygos vein", ["azygos arch", "azygos vein at T8", "azygos vein at T7"])
    [1, 2]
    """
    found = [index for index, one in enumerate(names) if one == name or one.startswith(f"{name} at ")]
    if not found:
        near = difflib.get_close_matches(name, [*names, *(one.split(" at ")[0] for one in names)], n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise InputError(f"this patient has no vein called {name!r}.{hint}")
    return found


def _draw_net(rng: np.random.Generator, table: Sequence[VeinRow]) -> Net:
    """The rows that this person has; what lies beyond the atrium is another room's."""
    chance = rng.random(len(table))
    rows = tuple(
        row
        for row, drawn in zip(table, chance, strict=True)
        if drawn < row.probability and row.begins not in (ATRIUM, "right_ventricle")
    )
    nodes = tuple(dict.fromkeys(name for row in rows for name in (row.begins, row.ends)))
    number = {name: index for index, name in enumerate(nodes)}
    return Net(
        rows=rows,
        nodes=nodes,
        tail=np.array([number[row.begins] for row in rows], dtype=np.int64),
        head=np.array([number[row.ends] for row in rows], dtype=np.int64),
        one_way=np.array([row.one_way for row in rows]),
        leak=_log_uniform(veins_flow.VALVE_LEAK, rng),
        viscosity=_log_uniform(BLOOD_VISCOSITY, rng),
    )


def _uniform(value: Value, rng: np.random.Generator) -> float:
    low, high = _range(value)
    return float(rng.uniform(low, high))


def _log_uniform(value: Value, rng: np.random.Generator) -> float:
    low, high = _range(value)
    return float(math.exp(rng.uniform(math.log(low), math.log(high))))


def _range(value: Value) -> tuple[float, float]:
    assert value.low is not None
    assert value.high is not None
    return value.low, value.high


def _draw_known(body: Body, rng: np.random.Generator, posture: str, lying: float | None) -> Known:
    index = _uniform(CARDIAC_INDEX, rng)
    prone = _uniform(veins_flow.PRONE_OUTPUT, rng)
    output = (index * body.surface if lying is None else lying) * (prone if posture == "prone" else 1.0)
    superior = _uniform(veins_flow.SUPERIOR_SHARE, rng) * output
    typical = body.surface / veins_flow.TYPICAL_SURFACE.number
    infrarenal = rng.normal(veins_flow.INFRARENAL.number, veins_flow.INFRARENAL_SPREAD.number) * typical
    azygos = rng.normal(veins_flow.AZYGOS_FLOW.number, veins_flow.AZYGOS_FLOW_SPREAD.number) * typical
    return Known(
        output=output,
        superior=superior,
        infrarenal=float(np.clip(infrarenal, 0.10 * output, 0.40 * output)),
        azygos=float(np.clip(azygos, 0.025 * output, 0.12 * output)),
        renal_share=_uniform(veins_flow.RENAL_SHARE, rng),
    )


def _sizes(
    rows: tuple[VeinRow, ...], body: Body, rng: np.random.Generator, radius_factor: float, posture: str
) -> tuple[FloatArray, FloatArray]:
    """Radius and length of each vein; the parts of one long vein vary together."""
    own, lengths = rng.standard_normal(len(rows)), rng.standard_normal(len(rows))
    trunks = dict(zip((*_AZYGOS, "ivc"), rng.standard_normal(len(_AZYGOS) + 1), strict=True))
    trunks["azygos_arch"] = trunks["azygos"]
    common = rng.standard_normal()
    shared = veins_flow.SPREAD_SHARED.number
    radius, length = np.empty(len(rows)), np.empty(len(rows))
    for index, row in enumerate(rows):
        kind = parts_of(row.begins)[0]
        recalled = row.source == "assumed" and kind not in trunks
        spread = (veins_flow.SPREAD_RECALLED if recalled else veins_flow.SPREAD_MEASURED).number
        drawn = trunks.get(kind, own[index])
        if recalled:
            drawn = math.sqrt(shared) * common + math.sqrt(1.0 - shared) * own[index]
        factor = radius_factor if kind in _VERTEBRAL else 1.0
        if posture == "standing" and kind in _AZYGOS:
            factor *= veins_flow.STANDING_WIDTH.number
        radius[index] = 0.5 * row.diameter * body.scale * factor * math.exp(spread * drawn)
        length[index] = row.length * body.scale * math.exp(veins_flow.SPREAD_LENGTH.number * lengths[index])
    return radius, length


def _conductances(net: Net, radius: FloatArray, length: FloatArray) -> FloatArray:
    return np.array(
        [
            row.count * poiseuille_conductance(r, each, viscosity=net.viscosity)
            for row, r, each in zip(net.rows, radius, length, strict=True)
        ]
    )


def _inflows(net: Net, known: Known, marrow: float) -> tuple[FloatArray, FloatArray]:
    """What enters at each place: as stated, and the segments' part that conditioning scales [m^3 s^-1]."""
    number = {name: index for index, name in enumerate(net.nodes)}
    fixed, scaled = np.zeros(len(number)), np.zeros(len(number))
    for row in net.rows:
        if row.begins.startswith("body_"):
            fixed[number[row.begins]] += marrow * (row.flow or 0.0)
    for level in LEVELS:
        part = "lumbar" if level.startswith("L") else "thoracic"
        for side in "LR":
            scaled[number[f"segmental_{level}_{side}"]] = veins_flow.SEGMENTAL_INFLOW[part].number
    iliolumbar = veins_flow.ILIOLUMBAR_INFLOW.number
    upper = known.output - known.superior - known.infrarenal
    head = known.superior - known.azygos - 4.0 * veins_flow.SEGMENTAL_INFLOW["thoracic"].number
    for side, name in (("L", "left"), ("R", "right")):
        fixed[number[f"iliolumbar_{side}"]] = iliolumbar
        fixed[number[f"common_iliac_{side}"]] = max(0.5 * known.infrarenal - iliolumbar, 0.0)
        fixed[number[f"{name}_renal_vein"]] = 0.5 * known.renal_share * upper
        fixed[number[f"brachiocephalic_{side}"]] = 0.5 * max(head, 0.5 * known.superior)
    return fixed, scaled


def _closed(inflow: FloatArray, net: Net, known: Known) -> FloatArray:
    """The liver's veins, which enter last, make up the cardiac output."""
    closed = inflow.copy()
    closed[net.number("ivc_T9")] = max(known.output - float(inflow.sum()), 0.05 * known.output)
    return closed


def _check_way(net: Net, radius: FloatArray, inflow: FloatArray) -> None:
    """Refuse blocked veins between which and the atrium no blood enters."""
    free = [row for row, r in zip(net.rows, radius, strict=True) if r > 0.5 * veins_flow.BLOCKED.number]
    reached = {ATRIUM}
    while near := {end for row in free for end in (row.begins, row.ends) if {row.begins, row.ends} & reached} - reached:
        reached |= near
    require(
        any(inflow[net.number(name)] > 0.0 for name in reached - {ATRIUM}),
        "with these veins blocked, blood has no way to the right atrium. Leave one of them open.",
    )


@dataclass(frozen=True, slots=True)
class Conditioned:
    """How one set of calibres explains the azygos flow."""

    factor: float  # on the segments' inflow [-]
    slope: float  # of the arch's flow with that factor [m^3 s^-1]


def _condition(net: Net, conductance: FloatArray, fixed: FloatArray, scaled: FloatArray, wanted: float) -> Conditioned:
    """Scale of the segments' inflow at which the arch carries `wanted`: flow grows with it, so a few secants do."""
    shut = np.zeros(len(net.rows), dtype=bool)

    def at(factor: float) -> float:
        nonlocal shut
        _, flow, shut = net.solve(conductance, fixed + factor * scaled, shut)
        return float(flow[net.arch])

    low, high = 0.5, 1.5
    at_low, at_high = at(low), at(high)
    factor, slope = 1.0, 0.0
    for _ in range(4):
        slope = (at_high - at_low) / (high - low)
        factor = min(max(high + (wanted - at_high) / slope, 0.1), 5.0)
        if abs(factor - high) < 1e-4 * factor:
            break
        low, at_low, high, at_high = high, at_high, factor, at(factor)
        if abs(at_high - wanted) < 1e-4 * wanted:
            break
    return Conditioned(factor=factor, slope=slope)


def _choose(factor: FloatArray, slope: FloatArray, rng: np.random.Generator) -> int:
    """One candidate, by the density of its azygos flow: that of the factor over the slope."""
    sigma = veins_flow.INFLOW_SPREAD.number
    log_density = -0.5 * (np.log(factor) / sigma) ** 2 - np.log(factor) - np.log(slope)
    weight = np.exp(log_density - log_density.max())
    reached = np.cumsum(weight / weight.sum())
    return min(int(np.searchsorted(reached, rng.random())), len(factor) - 1)


def _atrial_pressure(posture: str, rng: np.random.Generator) -> float:
    value = veins_flow.ATRIAL_PRESSURE[posture]
    low, high = _range(value)
    return float(rng.triangular(low, value.number, high))
