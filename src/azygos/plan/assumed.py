"""What went into one run, in plain words and the units of its readers.

``run.toml`` keeps every value by its place in the code and in SI. A report's reader wants fewer and other
words: only what this run used, related numbers on one line, millimetres and kilopascals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from azygos.ground.anatomy import LEVELS
from azygos.ground.parcels import Parcel
from azygos.ground.units import CELSIUS_ZERO, KPA, ML, MM, MPA
from azygos.plan.outcome import Assumption
from azygos.plan.plan_file import PlanFile
from azygos.spine import Draw, Vertebra
from azygos.values import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Parcel):
    """What decides which values a run uses."""

    levels: frozenset[str]
    fractures: frozenset[str]
    gauges: frozenset[int]
    virtual: bool
    cleft: bool
    balloon: bool
    suggested_needle: bool
    several: bool  # vertebrae
    density_law: str

    @classmethod
    def of(cls, plans: Iterable[PlanFile], vertebrae: Sequence[Vertebra], density_law: str) -> Setting:
        """The setting of a plan with its alternatives, in the vertebrae that were found."""
        tasks = [task for plan in plans for task in plan.vertebra]
        needles = [needle for task in tasks for needle in task.needles]
        return cls(
            levels=frozenset(vertebra.level for vertebra in vertebrae),
            fractures=frozenset(vertebra.fracture for vertebra in vertebrae),
            gauges=frozenset(needle.gauge for needle in needles),
            virtual=any(vertebra.source == "virtual" for vertebra in vertebrae),
            cleft=any(bool(vertebra.cleft.any()) for vertebra in vertebrae),
            balloon=any(task.balloon_ml is not None for task in tasks),
            suggested_needle=any(needle.tip_mm is None for needle in needles),
            several=len(vertebrae) > 1,
            density_law=density_law,
        )


def assumptions(
    values: Mapping[str, Value], setting: Setting | None = None, draws: Sequence[Draw] = ()
) -> tuple[Assumption, ...]:
    """The values as the report lists them: drawn ones first, then assumed ones, then those with a source.

    Parameters
    ----------
    values : mapping of str to Value
        By place, as :func:`azygos.plan.record.values_used` gives them.
    setting : Setting, optional
        Leaves out what the run did not use; without one all are kept.
    draws : sequence of Draw
        Of this run: a drawn value is shown with the range that they really took.
    """
    from azygos.values.sources import references

    known = references()
    groups: dict[str, dict[str, Value]] = {}
    for place, value in values.items():
        if setting is None or is_used(place, setting):
            groups.setdefault(_group(place), {})[place] = value
    rows = [_row(group, members, known, draws) for group, members in groups.items()]
    return tuple(sorted(rows, key=lambda row: (not row.drawn, not row.source.startswith("assumed"))))


# What a run uses --------------------------------------------------------------------------------------------------

BACKGROUND = (
    *(f"cements.{name}" for name in ("CONVERSION", "HEAT_OF_POLYMERISATION", "MONOMER_MOLAR_MASS", "SHRINKAGE")),
    *(f"cements.{name}" for name in ("END_OF_CURE_VISCOSITY", "ACTIVATION_EARLY", "ACTIVATION_LATE", "BATCH")),
    "operators.FILM_SEES",
    "operators.EARLY_INJECTION_AGE",
    "outlets.FORAMEN_SHARE_OF_HEIGHT",
    "density.MODERATE_LOSS",
    "density.SEVERE_LOSS",
    "permeability.",
    "syringes.",
    "marrow.",  # but for those below
)
"""Places of values that no injection reads: what the drawn ranges rest on, and what later rooms need."""
_OF_MARROW = (
    "marrow.BODY_TEMPERATURE",
    "marrow.BONE_CONDUCTIVITY",
    "marrow.BONE_TISSUE_DENSITY",
    "marrow.BONE_TISSUE_HEAT_CAPACITY",
    "marrow.DENSITY_YELLOW",
    "marrow.MARROW_HEAT_CAPACITY",
    "marrow.BLOOD_VISCOSITY",
)
_DRAWN_OF_CEMENT = ("activation_early", "activation_late", "batch")  # listed once, as drawn
_LAWS = {
    "ash": ("HU_TO_BMD", "BMD_AT_ZERO_HU", "ASH_OFFSET", "ASH_SLOPE", "ASH_SHARE", "TISSUE_DENSITY"),
    "two-tissues": ("HU_TO_BMD", "MARROW_HU", "ASH_SHARE", "TISSUE_DENSITY"),
    "young-reference": ("HU_YOUNG_L1", "BONE_FRACTION_YOUNG", "MARROW_HU"),
}
_EVERY_LAW = ("LEAST_BONE_FRACTION", "MOST_BONE_FRACTION", "RIM_DEPTH", "GAS_HU", "MILD_LOSS")
_NEEDLE_ROUTE = ("TIP_BEHIND_FRONT", "TIP_BESIDE_MIDDLE", "PEDICLE_LENGTH")
_NEEDLE_SIZES = ("canal_width", "pedicle_width", "pedicle_height")
_FRACTURE = ("GENANT", "WORST_LOSS", "DEPTH_GAIN", "WIDTH_GAIN", "CANAL_LOSS", "GRADE", "SIDE_TILT", "COMPACTED_BAND")


def is_used(place: str, setting: Setting) -> bool:
    """Whether a run of this setting reads the value at `place`."""
    module, name, *rest = place.split(".")
    last = rest[-1] if rest else ""
    if place in _OF_MARROW:
        return True
    if place.startswith(BACKGROUND):
        return False
    if module == "density":
        return not setting.virtual and _of_density(name, last, setting)
    if module == "vertebrae":
        return _of_body(name, rest, setting)
    if name in ("INNER_DIAMETERS", "OUTER_DIAMETERS"):
        return int(last) in setting.gauges
    wanted = {
        "session.CHANGE_OVER": setting.several,
        "outlets.COMPACTED_RIM": setting.balloon,
        "outlets.DENSEST_RIM": setting.balloon,
        "outlets.CLEFT_GAPS": setting.cleft,
        "outlets.GAP_HEIGHT_BROKEN": setting.fractures != {"none"},
        "outlets.GAP_HEIGHT_WHOLE": "none" in setting.fractures,
        "outlets.WHOLE_BODY_GAPS": "none" in setting.fractures,
    }
    return wanted.get(place, not (module == "cements" and last in _DRAWN_OF_CEMENT))


def _of_density(name: str, last: str, setting: Setting) -> bool:
    if name == "WEDGING_DEG":
        return last in setting.levels
    return name == "WEDGING_ELSEWHERE_DEG" or name in (*_EVERY_LAW, *_LAWS.get(setting.density_law, ()))


def _of_body(name: str, rest: Sequence[str], setting: Setting) -> bool:
    if name in _NEEDLE_ROUTE:
        return setting.suggested_needle
    if name == "BODIES":
        needle = setting.suggested_needle and rest[1] in _NEEDLE_SIZES
        return rest[0] in setting.levels and (setting.virtual or needle)
    if name.startswith("CLEFT_") and name != "CLEFT_SHARE":
        return setting.virtual and setting.cleft
    if name in ("LOSS_PROFILES", "SPREADING", "UPPER_SHARE"):
        return setting.virtual and rest[0] in setting.fractures
    if name.startswith(_FRACTURE):
        return setting.virtual and setting.fractures != {"none"}
    return setting.virtual


# Rows -------------------------------------------------------------------------------------------------------------

GROUPS: dict[str, tuple[str, ...]] = {
    "share of leaks that fluoroscopy shows": ("operators.FLUOROSCOPY_SEES",),
    "size of the level's body, before it broke": ("vertebrae.BODIES",),
    "size by sex": tuple(f"vertebrae.{n}" for n in ("FEMALE_", "MALE_", "SHARE_OF_WOMEN", "SHARED_SPREAD")),
    "shape of a body": tuple(f"vertebrae.{n}" for n in ("WAIST_", "END_PLATE_HOLLOW", "BACK_HOLLOW", "OUTLINE_")),
    "bone within a virtual body": tuple(
        f"vertebrae.{n}" for n in ("MEAN_BONE", "END_PLATE_DENSITY", "COMPACTED_BAND", "BONE_FRACTION_CEILING")
    ),
    "how severe a fracture is": tuple(f"vertebrae.{n}" for n in ("GENANT", "WORST_LOSS", "GRADE_SHARES")),
    "how common each fracture is": ("vertebrae.FRACTURE_SHARES", "vertebrae.CLEFT_SHARE"),
    "how a broken body loses height": tuple(
        f"vertebrae.{n}" for n in ("LOSS_PROFILES", "UPPER_SHARE", "SIDE_TILT", "SPREADING")
    ),
    "how a broken body spreads": tuple(f"vertebrae.{n}" for n in ("DEPTH_GAIN", "WIDTH_GAIN", "CANAL_LOSS")),
    "the cleft": tuple(f"vertebrae.CLEFT_{n}" for n in ("THICKNESS", "ROOF", "BREADTH", "FRONT_WALL")),
    "the suggested needle route": tuple(f"vertebrae.{n}" for n in _NEEDLE_ROUTE),
    "basivertebral foramen, size and shape": tuple(
        f"outlets.FORAMEN_{n}" for n in ("WIDTH", "HEIGHT", "SHARE_OF_WIDTH", "DEEPEST", "TAPER")
    ),
    "basivertebral foramen, height by level": ("outlets.FORAMEN_FROM_TOP",),
    "basivertebral foramina, shares of bodies with one to four": ("outlets.FORAMEN_COUNT_SHARES",),
    "anterior veins": ("outlets.ANTERIOR_",),
    "segmental veins": ("outlets.SEGMENTAL_",),
    "basivertebral vein": ("outlets.BASIVERTEBRAL_",),
    "thickness of the shell": tuple(f"outlets.{n}" for n in ("CORTEX_FRONT", "CORTEX_BACK", "END_PLATE!")),
    "where the shell has gaps": tuple(
        f"outlets.{n}" for n in ("CORTICAL_", "END_PLATE_", "GAP_HEIGHT", "WHOLE_BODY", "CLEFT_GAPS")
    ),
    "the needle's track": tuple(f"outlets.{n}" for n in ("NEEDLE_GAP", "NEEDLE_TRACK")),
    "open space in bone": ("outlets.OPEN_CHANNEL",),
    "bone round a balloon": ("outlets.COMPACTED_RIM", "outlets.DENSEST_RIM"),
    "normal wedging of the level": ("density.WEDGING",),
    "from HU to bone": tuple(f"density.{n}" for n in sorted({n for law in _LAWS.values() for n in law})),
    "limits of reading bone on CT": tuple(f"density.{n}" for n in _EVERY_LAW),
    "when heat of setting is released": ("injection.SETTING_",),
    "cement warming in the cannula": ("injection.CANNULA_",),
}
"""Lines of several numbers, by what their places begin with; "!" ends a place."""

PLAIN = {
    "marrow.BODY_TEMPERATURE": "body temperature",
    "marrow.BONE_CONDUCTIVITY": "heat conductivity of bone with marrow",
    "marrow.BONE_TISSUE_DENSITY": "density of solid bone",
    "marrow.BONE_TISSUE_HEAT_CAPACITY": "heat capacity of solid bone",
    "marrow.DENSITY_YELLOW": "density of marrow, for its heat",
    "marrow.MARROW_HEAT_CAPACITY": "heat capacity of marrow",
    "marrow.BLOOD_VISCOSITY": "viscosity of blood ahead of a plug",
    "injection.STIFFEST": "viscosity that stands for set cement",
    "injection.RUN_ON": "how long the needle stays connected after the last push",
    "injection.BREATH": "length of a breath",
    "needles.LENGTH": "length of the cannula",
    "needles.INNER_DIAMETERS": "inner diameter of the cannula",
    "session.OUTER_DIAMETERS": "outer diameter of the cannula",
    "session.SYRINGE_VOLUME": "cement and air in the syringe",
    "session.VISIBLE_LEAK": "smallest leak counted",
    "session.CHANGE_OVER": "pause between two vertebrae",
    "cements.PACK_TIME_CONSTANT": "how fast a pack takes the room's temperature",
    "cements.MIXED_TIME_CONSTANT": "how fast mixed cement does",
    "consistency": "viscosity at 1/s, at its reference age",
    "reference_age": "age at which that is quoted",
    "e_folding": "time to thicken 2.7-fold",
    "setting_age": "age at which it has set",
    "paste_age": "age at which it is a paste",
    "density_paste": "density as a paste",
    "density_set": "density when set",
    "index_fresh": "shear-thinning index, fresh",
    "index_doughy": "shear-thinning index, doughy",
    "plateau_rate": "shear rate below which it does not thin",
    "conductivity": "heat conductivity",
    "permeability_median": "permeability of the body, median",
    "permeability_sigma": "unevenness of permeability (sd of its logarithm)",
    "permeability_length": "size of its patches",
    "permeability_density_slope": "how far bone density tells permeability",
    "anisotropy": "permeability head-foot over transverse",
    "marrow_yield": "pressure difference that marrow needs to yield",
    "cement_consistency_factor": "cement's viscosity, times",
    "cement_e_folding_factor": "cement's thickening time, times",
    "cement_index_shift": "cement's shear-thinning index, plus",
    "cement_batch": "speed of this batch, times",
    "activation_early": "activation energy of ageing, early",
    "activation_late": "activation energy of ageing, late",
    "outlet_pressure": "venous pressure",
    "breathing_pressure": "breathing wave of that pressure",
    "vein_radius_factor": "radius of all veins, times",
    "anterior_vein_count": "anterior veins",
    "segmental_vein_count": "segmental veins",
    "cortical_gap_count": "cortical gaps",
    "end_plate_gap_count": "end-plate gaps",
    "shell_seepage": "leakiness of the shell to marrow (permeability over thickness)",
    "air_fraction": "share of air in the syringe",
    "pressure_ceiling": "strongest push by hand",
    "operator_delay": "time from a seen leak to a stopped plunger",
    "operator_visible_volume": "smallest leak that the operator sees",
    "operator_chance": "rank of the operator's eye (0 sees most)",
}
"""Names that cannot be told from the code's own."""

_MODULES = {"uncertainty": "drawn", "injection": "injection", "cements": "cement", "needles": "needle"}


def plain_name(place: str) -> str:
    """What a reader calls the value at `place`.

    Examples
    --------
    >>> plain_name("marrow.BODY_TEMPERATURE"), plain_name("session.OUTER_DIAMETERS.11")
    ('body temperature', 'outer diameter of the cannula, 11 gauge')
    >>> plain_name("outlets.FORAMEN_DEEPEST")
    'foramen deepest (outlets)'
    """
    module, name, *rest = place.split(".")
    if name == "UNCERTAIN":
        return PLAIN.get(rest[0], spelt_out(rest[0]))
    known = PLAIN.get(f"{module}.{name}")
    if known is not None:
        return f"{known}, {rest[0]} gauge" if rest else known
    return f"{spelt_out(' '.join([name, *rest]))} ({_MODULES.get(module, module)})"


def spelt_out(name: str) -> str:
    words = name.replace("_", " ").lower().replace("endplate", "end-plate").replace("end plate", "end-plate").split()
    spelt = [_SPELT.get(word, word.upper() if word.upper() in LEVELS else word) for word in words]
    return " ".join(word for word in spelt if word)


_SPELT = {"hu": "HU", "bmd": "BMD", "deg": "", "azimuth": "angle from the front"}


_HEAT_OF_CEMENT = ("density_paste", "density_set", "heat_of_setting", "heat_capacity", "conductivity")


def _group(place: str) -> str:
    module, name, *rest = place.split(".")
    if module == "cements" and rest:
        return f"{name}: {'density and heat' if rest[-1] in _HEAT_OF_CEMENT else 'how it flows and sets'}"
    for group, starts in GROUPS.items():
        if any(place == start[:-1] if start.endswith("!") else place.startswith(start) for start in starts):
            return group
    return place


def _row(group: str, members: Mapping[str, Value], known: Mapping[str, str], draws: Sequence[Draw]) -> Assumption:
    place = next(iter(members))
    value = members[place]
    drawn = place.startswith("uncertainty.")
    one_of_many = group != place
    level = f" ({place.split('.')[2]})" if place.startswith("vertebrae.BODIES") else ""
    many = "; ".join(f"{_part(at)} {with_range(one)}" for at, one in members.items()) if one_of_many else ""
    sources = sorted({one.source for one in members.values()}, key=lambda source: (source != "assumed", source))
    return Assumption(
        name=group,
        plain=group + level if one_of_many else plain_name(place),
        value=many if one_of_many else with_range(value),
        here=_here(place, value, draws) if drawn else "",
        drawn=drawn,
        source="; ".join(known.get(source, source) for source in sources),
        note="" if one_of_many else "; ".join(part for part in (value.where, value.note) if part),
    )


_SAID_BY_GROUP = ("FORAMEN_", "ANTERIOR_", "SEGMENTAL_", "BASIVERTEBRAL_", "CANNULA_", "SETTING_", "NEEDLE_", "CLEFT_")
_NUMBERED = {"FORAMEN_COUNT_SHARES": "", "GENANT_LIMITS": "height lost from grade", "GRADE_SHARES": "share of grade"}
_KEYED = ("FLUOROSCOPY_SEES", "FORAMEN_FROM_TOP", "LOSS_PROFILES", "FRACTURE_SHARES", "BODIES")


def _part(place: str) -> str:
    """The part of a name that tells one number of a group from the next."""
    module, name, *rest = place.split(".")
    if module == "cements":
        return PLAIN.get(rest[-1], spelt_out(rest[-1]))
    if name in _NUMBERED:
        return f"{_NUMBERED[name]} {int(rest[0]) + 1}:".strip()
    if name in _KEYED:
        return spelt_out(" ".join(rest[1:] if name == "BODIES" else rest))
    for prefix in _SAID_BY_GROUP:
        name = name if name == "CLEFT_SHARE" else name.removeprefix(prefix)
    return spelt_out(" ".join([name, *rest]))


def _here(place: str, value: Value, draws: Sequence[Draw]) -> str:
    field = place.split(".")[2]
    taken = [float(getattr(draw, field)) for draw in draws]
    return span(min(taken), max(taken), value.unit) if taken else ""


def with_range(value: Value) -> str:
    factor, offset, unit = reading(value.unit, value.number if value.number else value.high or 0.0)
    known = value.low is not None and value.high is not None and value.low != value.high
    ends = f" ({_figures(value.low, factor, offset)} to {_figures(value.high, factor, offset)})" if known else ""
    return f"{_figures(value.number, factor, offset)}{ends}{unit}"


def span(low: float, high: float, unit: str) -> str:
    """``3.1 to 4.6 mm`` of two SI numbers."""
    factor, offset, shown = reading(unit, high)
    return f"{_figures(low, factor, offset)} to {_figures(high, factor, offset)}{shown}"


def _figures(number: float | None, factor: float, offset: float) -> str:
    """Three figures, with a power of ten only where there are many noughts."""
    shown = (number or 0.0) / factor - offset
    if shown == 0.0 or 1e-3 <= abs(shown) < 1e5:
        return f"{float(f'{shown:.3g}'):.10g}".replace("-", "\u2212")
    mantissa, power = f"{shown:.2g}".split("e") if "e" in f"{shown:.2g}" else f"{shown:.1e}".split("e")
    return f"{mantissa}\u00d710" + str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def reading(unit: str, size: float) -> tuple[float, float, str]:
    """The factor and the zero of the unit in which a reader expects a number of this SI size, and how it is written.

    Examples
    --------
    >>> reading("m", 0.0024), reading("Pa", 250.0)
    ((0.001, 0.0, ' mm'), (1.0, 0.0, ' Pa'))
    """
    size = abs(size)
    if unit == "m":
        return (1.0, 0.0, " m") if size < 1e-6 else (MM, 0.0, " mm")
    if unit == "Pa":
        return (MPA, 0.0, " MPa") if size >= 3e5 else ((KPA, 0.0, " kPa") if size >= 1e3 else (1.0, 0.0, " Pa"))
    if unit == "s":
        return (60.0, 0.0, " min") if size >= 120.0 else (1.0, 0.0, " s")
    return _UNITS.get(unit, (1.0, 0.0, f" {unit}"))


_UNITS = {
    "dimensionless": (1.0, 0.0, ""),
    "1": (1.0, 0.0, ""),
    "": (1.0, 0.0, ""),
    "m^2": (1.0, 0.0, " m²"),
    "m^3": (ML, 0.0, " mL"),
    "K": (1.0, CELSIUS_ZERO, " °C"),
    "rad": (math.pi / 180.0, 0.0, "°"),
    "deg": (1.0, 0.0, "°"),
    "degree": (1.0, 0.0, "°"),
    "J/mol": (1e3, 0.0, " kJ/mol"),
    "J/m^3": (1e6, 0.0, " MJ/m³"),
    "J m^-3 K^-1": (1e6, 0.0, " MJ/(m³ K)"),
    "kg/m^3": (1e3, 0.0, " g/mL"),
    "kg m^-3": (1e3, 0.0, " g/mL"),
    "kg m^-3 HU^-1": (1.0, 0.0, " mg/mL per HU"),
    "Pa s": (1.0, 0.0, " Pa s"),
    "1/s": (1.0, 0.0, " per s"),
}
