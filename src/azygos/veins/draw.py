"""Draw one patient's veins: sizes and variants first, then blood flow conditioned on what was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.anatomy import LEVELS
from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray, IntArray
from azygos.ground.tubes import poiseuille_conductance
from azygos.values import veins_cement, veins_flow
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


def draw_veins(body: Body, rng: np.random.Generator, *, radius_factor: float = 1.0, posture: str = "prone") -> Veins:
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
    rows = _present(rng)
    nodes = tuple(dict.fromkeys(name for row in rows for name in (row.begins, row.ends)))
    number = {name: index for index, name in enumerate(nodes)}
    tail = np.array([number[row.begins] for row in rows])
    head = np.array([number[row.ends] for row in rows])
    known = _draw_known(body, rng, posture)
    leak = _log_uniform(veins_flow.VALVE_LEAK, rng)
    viscosity = _log_uniform(BLOOD_VISCOSITY, rng)
    one_way = np.array([row.one_way for row in rows])
    fixed, scaled = _inflows(nodes, rows, known, _log_uniform(veins_flow.MARROW_FACTOR, rng))
    sizes = [_sizes(rows, body, rng, radius_factor, posture) for _ in range(CANDIDATES)]
    arch = next(index for index, row in enumerate(rows) if row.begins == "azygos_arch")
    solved = [
        _condition(tail, head, _conductances(rows, *size, viscosity), fixed, scaled, number[ATRIUM], one_way, leak,
                   arch, known.azygos)
        for size in sizes
    ]  # fmt: skip
    chosen = _choose(np.array([each.factor for each in solved]), np.array([each.slope for each in solved]), rng)
    atrial = _atrial_pressure(posture, rng)
    one = solved[chosen]
    inflow = _closed(fixed + one.factor * scaled, number, known)
    conductance = _conductances(rows, *sizes[chosen], viscosity)
    pressure, flow, shut = solve_network(
        tail, head, conductance, inflow, sink=number[ATRIUM], one_way=one_way, leak=leak
    )
    return Veins(
        body=body,
        posture=posture,
        nodes=nodes,
        places=np.array([place_of(name, body) for name in nodes]),
        tail=tail,
        head=head,
        names=vein_names([(row.begins, row.ends, row.side) for row in rows]),
        count=np.array([row.count for row in rows]),
        radius=sizes[chosen][0],
        length=sizes[chosen][1],
        conductance=conductance,
        one_way=one_way,
        inflow=inflow,
        flow=flow,
        pressure=pressure + atrial,
        shut=shut,
        atrial_pressure=atrial,
        valve_leak=leak,
        inflow_factor=one.factor,
        blood_viscosity=viscosity,
        blood_density=BLOOD_DENSITY.number,
        film=_log_uniform(veins_cement.FILM, rng),
        friction=_uniform(veins_cement.FRICTION, rng),
        cohesion_factor=_log_uniform(COHESION_FACTOR, rng),
        neck=_log_uniform(veins_cement.NECK, rng),
        chances=rng.random((len(nodes), CHANCES)),
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


def _present(rng: np.random.Generator) -> list[VeinRow]:
    """The rows that this person has; what lies beyond the atrium is another room's."""
    chance = rng.random(len(VEINS))
    return [
        row
        for row, drawn in zip(VEINS, chance, strict=True)
        if drawn < row.probability and row.begins not in (ATRIUM, "right_ventricle")
    ]


def _draw_known(body: Body, rng: np.random.Generator, posture: str) -> Known:
    index = _uniform(veins_flow.CARDIAC_INDEX, rng)
    prone = _uniform(veins_flow.PRONE_OUTPUT, rng)
    output = index * body.surface * (prone if posture == "prone" else 1.0)
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
    rows: list[VeinRow], body: Body, rng: np.random.Generator, radius_factor: float, posture: str
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


def _conductances(rows: list[VeinRow], radius: FloatArray, length: FloatArray, viscosity: float) -> FloatArray:
    return np.array(
        [
            row.count * poiseuille_conductance(r, each, viscosity=viscosity)
            for row, r, each in zip(rows, radius, length, strict=True)
        ]
    )


def _inflows(nodes: tuple[str, ...], rows: list[VeinRow], known: Known, marrow: float) -> tuple[FloatArray, FloatArray]:
    """What enters at each place: as stated, and the segments' part that conditioning scales [m^3 s^-1]."""
    number = {name: index for index, name in enumerate(nodes)}
    fixed, scaled = np.zeros(len(nodes)), np.zeros(len(nodes))
    for row in rows:
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


def _closed(inflow: FloatArray, number: dict[str, int], known: Known) -> FloatArray:
    """The liver's veins, which enter last, make up the cardiac output."""
    rest = known.output - float(inflow.sum())
    closed = inflow.copy()
    closed[number["ivc_T9"]] = max(rest, 0.05 * known.output)
    return closed


@dataclass(frozen=True, slots=True)
class Conditioned:
    """How one set of calibres explains the azygos flow."""

    factor: float  # on the segments' inflow [-]
    slope: float  # of the arch's flow with that factor [m^3 s^-1]


def _condition(
    tail: IntArray,
    head: IntArray,
    conductance: FloatArray,
    fixed: FloatArray,
    scaled: FloatArray,
    sink: int,
    one_way: BoolArray,
    leak: float,
    arch: int,
    wanted: float,
) -> Conditioned:
    """Scale of the segments' inflow at which the arch carries `wanted`: flow grows with it, so a few secants do."""

    shut = one_way & False

    def at(factor: float) -> float:
        nonlocal shut
        _, flow, shut = solve_network(
            tail, head, conductance, fixed + factor * scaled, sink=sink, one_way=one_way, leak=leak, shut=shut
        )
        return float(flow[arch])

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
