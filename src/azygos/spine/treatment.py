"""What will be done: needles, portions, cement, operator. Plans come from files at the edge, all in SI here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needle(Parcel):
    """A cannula through the pedicle, from skin side to tip."""

    entry: FloatArray  # shape (3,), LPS where it enters the bone [m]
    tip: FloatArray  # shape (3,), LPS of its end [m]
    gauge: int  # 8, 10, 11 or 13
    inner_radius: float  # [m]
    length: float  # of the bore [m]
    opening: str = "end"  # "end" or "side"
    side_direction: FloatArray | None = None  # unit LPS vector that a side opening faces; None: to the mid-line

    def __post_init__(self) -> None:
        self.seal("entry", "tip")
        require(self.opening in ("end", "side"), f"needle opening is {self.opening!r}; write 'end' or 'side'")
        require(
            float(np.linalg.norm(self.tip - self.entry)) > 1e-4,
            "needle entry and tip are the same point; give two points of the needle's path",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion(Parcel):
    """One push of the plunger, or a wait."""

    volume: float = 0.0  # [m^3]
    rate: float = 0.0  # plunger [m^3 s^-1]
    wait: float = 0.0  # [s]; then volume and rate are 0
    needle: int = 0  # which needle, from 0

    def __post_init__(self) -> None:
        require(self.volume >= 0.0 and self.rate >= 0.0 and self.wait >= 0.0, "a portion cannot be negative")
        require((self.volume > 0.0) == (self.rate > 0.0), "a portion needs both a volume and a rate, or a wait")
        require((self.volume > 0.0) != (self.wait > 0.0), "a portion is either a push or a wait")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cement(Parcel):
    """A bone cement as one draw knows it.

    Viscosity at reduced time x (seconds at 25 C since mixing) and shear rate g:
    consistency m(x) = consistency * exp((x - reference_age) / e_folding) while liquid and paste,
    index n(x) falling linearly from index_fresh at mixing to index_doughy at setting,
    viscosity = m g^(n-1), capped at low shear by the plateau m * plateau_rate^(n-1).
    At x >= setting_age it has set and does not flow.
    """

    name: str
    consistency: float  # m at reference_age [Pa s^n]
    reference_age: float  # reduced [s at 25 C]
    e_folding: float  # [s at 25 C]
    index_fresh: float  # n at mixing [-]
    index_doughy: float  # n at setting [-]
    plateau_rate: float  # shear rate below which viscosity no longer rises [s^-1]
    setting_age: float  # reduced time at which it stops flowing [s at 25 C]
    paste_age: float  # reduced time at which the late activation energy takes over [s at 25 C]
    activation_early: float  # [J mol^-1]
    activation_late: float  # [J mol^-1]
    batch: float  # factor on the speed of ageing, 1 is the mean batch [-]
    density_paste: float  # [kg m^-3]
    density_set: float  # [kg m^-3]
    heat_capacity: float  # [J kg^-1 K^-1]
    conductivity: float  # [W m^-1 K^-1]
    heat_of_setting: float  # released by full setting, per volume of paste [J m^-3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Syringe(Parcel):
    """What drives the cement: a plunger with some give and a strongest push."""

    volume: float  # cement and air in it at the start [m^3]
    air_fraction: float  # of that volume, at ambient pressure [-]
    pressure_ceiling: float  # the highest pressure the operator's hand reaches [Pa]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator(Parcel):
    """Who watches the screen: sees late, and misses."""

    stops_on_seen_leak: bool
    delay: float  # from a visible leak to a stopped plunger [s]
    visible_volume: float  # smallest leak that can be seen on the screen [m^3]
    sees_vascular: float  # 1.0 if this operator sees a leak into a vein in this draw, else 0.0
    sees_canal: float  # the same for a leak into the canal
    sees_other: float  # the same for disc, cortex and needle track


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Treatment(Parcel):
    """Everything about injecting one vertebra, in one draw."""

    level: str
    needles: tuple[Needle, ...]
    portions: tuple[Portion, ...]
    cement: Cement
    age_at_start: float  # reduced time of the cement when the first portion starts [s at 25 C]
    syringe_temperature: float  # of the cement in the syringe [K]
    room_temperature: float  # [K]
    syringe: Syringe
    operator: Operator
    procedure: str = "vertebroplasty"  # or "kyphoplasty"
    balloon: float = 0.0  # volume of the balloon [m^3]

    def __post_init__(self) -> None:
        require(bool(self.needles), f"{self.level}: the plan has no needle")
        for portion in self.portions:
            require(
                0 <= portion.needle < len(self.needles),
                f"{self.level}: a portion goes through needle {portion.needle + 1}, "
                f"but the plan has {len(self.needles)}",
            )
        used = {p.needle for p in self.portions if p.volume > 0.0}
        for index in range(len(self.needles)):
            require(
                index in used, f"{self.level}: no portion goes through needle {index + 1}; give it one or remove it"
            )
