"""One patient's right heart: sizes, beat, walls and the road through it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.vessels import Vessels
from azygos.values import heart as v
from azygos.values.landmarks import PLACES

_ROAD = ("right atrium", "tricuspid valve", "right ventricle", "pulmonary valve", "pulmonary bifurcation")
CHANCES = 64  # pre-drawn pairs of chances; piece k takes pair k, and after the last the first again


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heart(Parcel):
    """What the cement meets between the cavae and the pulmonary valve, in one draw."""

    heart_rate: float  # [s^-1]
    atrium_volume: float  # filled [m^3]
    atrium_width: float  # minor axis [m]
    ring_long: float  # tricuspid ring, filled ventricle [m]
    ring_short: float  # [m]
    ring_shrinks: float  # share of its area in a beat [-]
    ventricle_volume: float  # filled [m^3]
    ventricle_width: float  # at its base, filled [m]
    ventricle_length: float  # base to apex, filled [m]
    ejection: float  # fraction [-]
    shortening: float  # share of its length in a beat [-]
    outflow_width: float  # below the pulmonary valve, filled [m]
    valve_width: float  # pulmonary valve [m]
    trunk_width: float  # above it [m]
    turn_in: float  # from cava to ring [rad]
    turn_out: float  # from inflow to outflow tract [rad]
    peak_pressure: float  # right ventricle in systole [Pa]
    wall_contact: float  # share of the squeeze that a cord bears [-]
    wall_strength: float  # pressure of a catheter of 7 French that goes through at once [Pa]
    wall_fatigue: float  # share of it lost with each tenfold of beats [-]
    end_on: float  # chance that a piece that stays meets the wall with its end [-]
    tip_sharpness: float  # width of a cord's end over the cord's [-]
    cement_strength: float  # factor on the strength of set cement [-]
    cement_fatigue: float  # share of it lost with each tenfold of beats [-]
    hole_leaks: float  # share of a hole that the cord in it leaves open [-]
    effusion_most: float  # volume at which bleeding stops by itself [m^3]
    foramen_open: bool  # foramen ovale
    foramen_width: float  # were it open [m]
    foramen_share: float  # of the atrium's stream that an open foramen takes [-]
    puncture_exponent: float  # power of a tip's width with which the force that pierces grows [-]
    cohesion_factor: float  # on the cohesion of paste [-]
    chances: FloatArray  # shape (2, CHANCES), uniform 0..1: to cross, to meet the wall end-on
    superior: FloatArray  # shape (6, 3), road from the upper cavo-atrial junction to the bifurcation, LPS [m]
    inferior: FloatArray  # shape (6, 3), from the lower one
    vessels: Vessels

    def __post_init__(self) -> None:
        self.seal("chances", "superior", "inferior")
        sizes = (self.atrium_width, self.ring_short, self.ventricle_width, self.outflow_width, self.valve_width)
        require(min(sizes) > 0.0, "a heart's passages must have a width")
        require(self.heart_rate > 0.0, "a heart must beat")

    @property
    def ejecting_length(self) -> float:
        """Base to apex in the middle of ejection [m]."""
        return self.ventricle_length * (1.0 - 0.5 * self.shortening)

    @property
    def ejecting_width(self) -> float:
        """Of the ventricle in the middle of ejection, by its volume and length then [m]."""
        return self.ventricle_width * self._narrowing

    @property
    def ejecting_outflow(self) -> float:
        """Of the outflow tract in the middle of ejection; it narrows as the ventricle does [m]."""
        return self.outflow_width * self._narrowing

    @property
    def _narrowing(self) -> float:
        return math.sqrt((1.0 - 0.5 * self.ejection) / (1.0 - 0.5 * self.shortening))

    @property
    def filling_ring(self) -> float:
        """Short axis of the tricuspid ring in the middle of its beat [m]."""
        return self.ring_short * math.sqrt(1.0 - 0.5 * self.ring_shrinks)

    @property
    def atrium_length(self) -> float:
        """Long axis of an ellipsoid of the atrium's volume and width [m]."""
        return 6.0 * self.atrium_volume / (math.pi * self.atrium_width**2)

    def transit(self, output: float) -> float:
        """Time that the stream takes from the cavae to the pulmonary valve [s]."""
        return (self.atrium_volume + self.ventricle_volume) / output

    def filling_speed(self, output: float) -> float:
        """Of blood through the open ring, mean over filling [m/s]."""
        ring = math.pi / 4.0 * self.ring_long * self.ring_short * (1.0 - 0.5 * self.ring_shrinks)
        return output / (ring * v.FILLING_SHARE.number)

    def ejecting_speed(self, output: float) -> float:
        """Of blood in the outflow tract, mean over ejection [m/s]."""
        return output / (math.pi / 4.0 * self.ejecting_outflow**2 * v.EJECTION_SHARE.number)


def draw_heart(body: Body, rng: np.random.Generator, *, foramen: bool | None = None) -> Heart:
    """Draw one patient's right heart.

    Parameters
    ----------
    body : Body
        Surface scales the volumes, height the places, age the chance of an open foramen ovale.
    rng : numpy.random.Generator
        Read once for each name of ``values/heart.py`` in its order, and for the chances.
    foramen : bool or None
        Whether the foramen ovale is open; None: drawn. The rest of the draw does not depend on it.

    Returns
    -------
    heart : Heart

    Examples
    --------
    >>> heart = draw_heart(Body(sex="female", age=70.0, height=1.6, mass=64.0), np.random.default_rng(1))
    >>> 0.029 <= heart.atrium_width <= 0.045
    True
    """
    drawn = {name: uncertain.at(float(rng.random())) for name, uncertain in v.DRAWN.items()}
    by_echo, size, opens = (float(rng.random()) for _ in range(3))
    chances = rng.random((2, CHANCES))
    index = v.VENTRICLE_INDEX["echo" if by_echo < 0.5 else body.sex].at(size)
    superior, inferior = (_road(f"cavo-atrial junction, {end}", body.scale) for end in ("upper", "lower"))
    open_share = next(share.number for age, share in v.FORAMEN_OPEN.items() if body.age <= age)
    sizes = {name: drawn[name] for name in ("atrium_width", "ring_long", "ventricle_width", "outflow_width")}
    return Heart(
        **{name: drawn[name] for name in _AS_DRAWN},
        atrium_volume=drawn["atrium_volume_index"] * body.surface,
        ring_short=v.RING_SHORT.number * drawn["ring_long"],
        ventricle_volume=index * body.surface,
        turn_in=math.radians(drawn["turn_in"]),
        turn_out=math.radians(drawn["turn_out"]),
        foramen_open=opens < open_share if foramen is None else foramen,
        chances=chances,
        superior=superior,
        inferior=inferior,
        vessels=_vessels(superior, inferior, sizes, drawn["valve_width"], drawn["trunk_width"], body),
    )


_AS_DRAWN = tuple(name for name in v.DRAWN if name not in ("atrium_volume_index", "turn_in", "turn_out"))


def _road(junction: str, scale: float) -> FloatArray:
    places = (junction, *_ROAD)
    return scale * np.array([[value.number for value in PLACES[place]] for place in places])


def _vessels(
    superior: FloatArray, inferior: FloatArray, sizes: dict[str, float], valve: float, trunk: float, body: Body
) -> Vessels:
    """Tubes for pictures: two ways into the atrium, then one road."""
    atrium, ring, ventricle, pulmonary, bifurcation = superior[1:]
    outflow = ventricle + 0.5 * (pulmonary - ventricle)
    beyond = pulmonary + 0.25 * (bifurcation - pulmonary)
    behind = ring + 0.2 * (ventricle - ring)
    rest = v.RESTING_INDEX.number * body.surface
    share = v.SUPERIOR_SHARE.number
    tubes = (
        ("right atrium, from the superior vena cava", superior[0], atrium, sizes["atrium_width"], share),
        ("right atrium, from the inferior vena cava", inferior[0], atrium, sizes["atrium_width"], 1.0 - share),
        ("right atrium", atrium, ring, sizes["atrium_width"], 1.0),
        ("tricuspid valve", ring, behind, math.sqrt(v.RING_SHORT.number) * sizes["ring_long"], 1.0),
        ("right ventricle", behind, ventricle, sizes["ventricle_width"], 1.0),
        ("right ventricle", ventricle, outflow, sizes["ventricle_width"], 1.0),
        ("right ventricular outflow tract", outflow, pulmonary, sizes["outflow_width"], 1.0),
        ("pulmonary valve", pulmonary, pulmonary + 0.1 * (bifurcation - pulmonary), valve, 1.0),
        ("pulmonary trunk, first part", pulmonary + 0.1 * (bifurcation - pulmonary), beyond, trunk, 1.0),
    )
    return Vessels(
        room="heart",
        names=tuple(tube[0] for tube in tubes),
        ends=np.array([[tube[1], tube[2]] for tube in tubes]),
        diameter=np.array([tube[3] for tube in tubes]),
        flow=rest * np.array([tube[4] for tube in tubes]),
        order=np.zeros(len(tubes), dtype=np.int64),
    )
