"""A virtual patient: one draw of everything beyond the bone, each room from its own random numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from azygos.care import CareDraw, draw_care
from azygos.circulation import Circuit, check_baseline, draw_circuit
from azygos.ground.body import Body
from azygos.ground.parcels import Parcel
from azygos.heart import Heart, draw_heart
from azygos.lungs import ArterialTable, Lungs, draw_lungs, read_tree
from azygos.values import body as v
from azygos.values.marrow import FAT_FRACTION
from azygos.values.value import Value
from azygos.values.veins import VEINS, VeinRow, check_whole, read_veins
from azygos.veins import Veins, draw_veins

ROOMS = ("body", "veins", "heart", "lungs", "circulation", "care")
_FIRST_KEY = 1000  # keys below belong to vertebrae and to the spine's draws


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes(Parcel):
    """What is known of a patient before anything is drawn; None is drawn."""

    sex: str | None = None
    age: float | None = None  # [years]
    height: float | None = None  # [m]
    mass: float | None = None  # [kg]
    resistance_factor: float = 1.0  # of the lungs before the session, over a healthy one's [-]
    foramen_ovale: bool | None = None  # open or not
    veins: tuple[tuple[str, float], ...] = ()  # named veins and their diameter, 0 where blocked [m]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables(Parcel):
    """Vessels of the user's own; None: the vein graph that comes with azygos, and a grown tree of arteries."""

    veins: tuple[VeinRow, ...] | None = None
    arteries: ArterialTable | None = None

    @classmethod
    def read(cls, veins: Path | None = None, arteries: Path | None = None) -> Tables:
        """Read CSV files; a loop, a gap or a negative size is refused with its line."""
        table = None if veins is None else read_veins(veins)
        if table is not None:
            check_whole(table)
        return cls(
            veins=table,
            arteries=None if arteries is None else read_tree(arteries),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patient(Parcel):
    """What cement meets beyond the bone, in one patient."""

    body: Body
    veins: Veins
    heart: Heart
    lungs: Lungs
    circuit: Circuit
    care: CareDraw
    fat_fraction: float  # of marrow [-]


def room_rng(seed: int, room: str) -> np.random.Generator:
    """The random numbers of one room of one patient; no room sees how many another drew."""
    key = _FIRST_KEY + ROOMS.index(room)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))


def draw_body(rng: np.random.Generator, wishes: Wishes | None = None) -> Body:
    """Draw sex, age, height and mass; what is wished stays, and leaves the other draws as they were.

    Examples
    --------
    >>> draw_body(np.random.default_rng(1), Wishes(sex="male")).sex
    'male'
    """
    wishes = wishes or Wishes()
    chance, age, height, mass = rng.random(), *np.clip(rng.standard_normal(3), -2.0, 2.0)
    sex = wishes.sex or ("female" if chance < v.SHARE_OF_WOMEN.number else "male")
    tall = wishes.height or _normal(v.HEIGHT[sex], height)
    index = v.MASS_INDEX
    spread = math.log(index.high / index.low) / 4.0 if index.low and index.high else 0.0
    heavy = wishes.mass or index.number * math.exp(spread * mass) * tall**2
    return Body(sex=sex, age=wishes.age or _normal(v.AGE, age), height=tall, mass=float(heavy))


def _normal(value: Value, z: float) -> float:
    """A value whose range is two sd to either side, z sd from its middle."""
    low, high = value.low or value.number, value.high or value.number
    return float(value.number + z * (high - low) / 4.0)


def draw_patient(
    seed: int, wishes: Wishes | None = None, tables: Tables | None = None, *, vein_radius_factor: float = 1.0
) -> Patient:
    """Draw one virtual patient beyond the bone.

    Parameters
    ----------
    seed : int
        Of the patient; 0 is a seed.
    wishes : Wishes, optional
        What is known.
    tables : Tables, optional
        A vein graph or an arterial tree of the user's own.
    vein_radius_factor : float
        On vertebral veins, as the spine drew it [-].

    Raises
    ------
    InputError
        If the patient could not live: the sentence names the value.
    """
    wishes, tables = wishes or Wishes(), tables or Tables()
    rng = room_rng(seed, "body")
    body = draw_body(rng, wishes)
    circuit = draw_circuit(body, room_rng(seed, "circulation"), resistance_factor=wishes.resistance_factor)
    check_baseline(circuit)
    return Patient(
        body=body,
        veins=draw_veins(
            body,
            room_rng(seed, "veins"),
            radius_factor=vein_radius_factor,
            output=circuit.baseline["cardiac_output"],
            table=tables.veins or VEINS,
            known_veins=wishes.veins,
        ),
        heart=draw_heart(body, room_rng(seed, "heart"), foramen=wishes.foramen_ovale),
        lungs=draw_lungs(body, room_rng(seed, "lungs"), table=tables.arteries),
        circuit=circuit,
        care=draw_care(room_rng(seed, "care")),
        fat_fraction=_within(FAT_FRACTION, float(rng.random())),
    )


def _within(value: Value, chance: float) -> float:
    low, high = value.low or value.number, value.high or value.number
    return low + chance * (high - low)
