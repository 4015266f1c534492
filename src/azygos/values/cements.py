"""Named bone cements: how thick, how fast they set, how dense, how hot.

What this set does not claim: no viscosity curve of any product was within reach. Packs,
opacifiers and some setting times are known; consistencies, e-folding times and indices are
placed between a few anchors and marked "assumed", each with its range:

- a Kyphon cement passes 500 Pa s no earlier than 3.25 min and sets at 13 min (claim of
  US 7,968,616), which joined to 75 000 Pa s at the end of cure (Nicholas 2007) is an e-folding
  time of 117 s; a core experiment asks for 39 s if all of its change were viscosity
  (Baroud & Wu 2003);
- low-viscosity joint cement stays under 150, better 100 Pa s up to 6-7 min at 20 C
  (US 4,341,691), about 290 s at 25 C;
- cement is injected between about 20 and 2000 Pa s;
- vertebroplasty cements set 10-11 min after entering 37 C, joint cements after 6.5 min;
  at 44 kJ/mol that is 1320 and 780 s at 25 C.

Names mislead: makers and clinics call one cement high and low. Compare "generic" ones first.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from azygos.ground.errors import InputError
from azygos.values.value import Value

CONVERSION = Value(
    0.80, "dimensionless", low=0.75, high=0.85, source="warner2004", where="abstract", note="of monomer, when set"
)
HEAT_OF_POLYMERISATION = Value(
    57e3, "J/mol", low=54e3, high=59e3, source="somatex", where="maker's page", note="per mol of MMA; range recalled"
)
MONOMER_MOLAR_MASS = Value(0.10012, "kg/mol", source="assumed", low=0.1001, high=0.1002, note="C5H8O2, by its formula")
SHRINKAGE = Value(
    0.051, "dimensionless", low=0.05, high=0.067, source="shrinkage2000", where="abstract", note="hand; vacuum 6.7 %"
)
END_OF_CURE_VISCOSITY = Value(
    75e3, "Pa s", source="nicholas2007", where="abstract", note="complex, oscillating; a solid's mark, not a flow's"
)
ACTIVATION_EARLY = Value(
    62.5e3,
    "J/mol",
    low=40e3,
    high=85e3,
    source="assumed",
    note="between 44 (times halve, 25 to 37 C) and 85 kJ/mol (liquid time in ice water); sources disagree",
)
ACTIVATION_LATE = Value(
    49e3,
    "J/mol",
    low=38e3,
    high=60e3,
    source="assumed",
    note="44.4 reproduces nicholas2007 (halved from 25 to 37 C); lower bounds of 38 and 46 from simplex683 and koh2015",
)
BATCH = Value(
    1.0,
    "dimensionless",
    low=0.775,
    high=1.29,
    source="simplex683",
    where="abstract",
    note="13 % scatter of setting time at a given room temperature, 95 %",
)
PACK_TIME_CONSTANT = Value(
    1200.0,
    "s",
    low=720.0,
    high=2400.0,
    source="assumed",
    note="packs need about 60 min (koh2015); from its setting times 15-18 min, after a slow first quarter",
)
MIXED_TIME_CONSTANT = Value(
    300.0,
    "s",
    low=150.0,
    high=720.0,
    source="assumed",
    note="in bowl and syringe; turns 5.1 into 9.7 min of liquid time from 4 C, seen 9.4 (hypothermic2012)",
)

_HEAT_CAPACITY = Value(1500.0, "J/(kg K)", low=1250.0, high=1700.0, source="assumed", note="recalled for PMMA")
_CONDUCTIVITY = Value(0.20, "W/(m K)", low=0.17, high=0.30, source="assumed", note="recalled for PMMA")
_INDEX_FRESH = Value(
    0.8,
    "dimensionless",
    low=0.65,
    high=0.95,
    source="assumed",
    note="recalled; moderately shear-thinning (ferracane1981)",
)
_INDEX_DOUGHY = Value(0.4, "dimensionless", low=0.25, high=0.6, source="assumed", note="recalled; falls with age")
_PLATEAU_RATE = Value(
    0.1,
    "1/s",
    low=0.01,
    high=1.0,
    source="assumed",
    note="below the two decades of shear over which thinning was seen (ferracane1981); no plateau was read",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCement:
    """What is known and assumed of one cement; the fields are those of ``azygos.spine.Cement``.

    Ages are seconds of reduced time at 25 C since mixing. The consistency's number is the
    viscosity at one inverse second. `density_set` and `heat_of_setting` are at 80 % conversion.
    """

    name: str
    known_as: str
    opacifier: str  # with its share of the powder's mass
    consistency: Value
    reference_age: Value
    e_folding: Value
    setting_age: Value
    paste_age: Value
    density_paste: Value
    density_set: Value
    heat_of_setting: Value
    index_fresh: Value = _INDEX_FRESH
    index_doughy: Value = _INDEX_DOUGHY
    plateau_rate: Value = _PLATEAU_RATE
    activation_early: Value = ACTIVATION_EARLY
    activation_late: Value = ACTIVATION_LATE
    batch: Value = BATCH
    heat_capacity: Value = _HEAT_CAPACITY
    conductivity: Value = _CONDUCTIVITY


def _reference_age(age: float) -> Value:
    return Value(age, "s", low=age, high=age, source="assumed", note="where the consistency is quoted; a choice")


def _range(numbers: tuple[float, float, float], unit: str, note: str) -> Value:
    number, low, high = numbers
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


def _heat(monomer_density: float, note: str) -> Value:
    """Heat of setting from the monomer in a volume of paste [kg m^-3]."""
    whole = monomer_density * HEAT_OF_POLYMERISATION.number / MONOMER_MOLAR_MASS.number
    return Value(
        CONVERSION.number * whole,
        "J/m^3",
        low=0.70 * whole,
        high=whole,
        source="assumed",
        note=f"{monomer_density:.0f} kg monomer per m^3 of paste ({note}) at 80 % conversion; high end: all of it",
    )


# Consistencies [Pa s at 1/s], e-folding and other times [s at 25 C] as (number, low, high)
_LOW = ((60.0, 20.0, 150.0), 300.0, (85.0, 45.0, 130.0))
_MEDIUM = ((200.0, 80.0, 400.0), 300.0, (100.0, 60.0, 140.0))
_HIGH = ((500.0, 250.0, 1000.0), 195.0, (117.0, 80.0, 170.0))
_GENERIC_SETTING = _range((1020.0, 780.0, 1320.0), "s", "8.5 min at 37 C at 44 kJ/mol; seen 6.5 to 11 min")
_LIQUID = _range((240.0, 200.0, 300.0), "s", "5.1 min liquid at 22 C (hypothermic2012), at 40-85 kJ/mol; brand unknown")
_LIQUID_SHORT = _range((150.0, 60.0, 240.0), "s", "high-viscosity cements are paste within minutes; guessed")
_GENERIC_PASTE = _range((1275.0, 1140.0, 1540.0), "kg/m^3", "30 % BaSO4, pore-free volume sum; range over products")
_GENERIC_SET = _range((1368.0, 1220.0, 1690.0), "kg/m^3", "80 % conversion; range over products")
_GENERIC_HEAT = _heat(393.0, "30 % BaSO4, 20 g and 9.5 mL")


def _generic(
    name: str,
    known_as: str,
    viscosity: tuple[tuple[float, float, float], float, tuple[float, float, float]],
    note: str,
    paste_age: Value,
) -> NamedCement:
    consistency, reference, e_folding = viscosity
    return NamedCement(
        name=name,
        known_as=known_as,
        opacifier="30 % BaSO4",
        consistency=_range(consistency, "Pa s", note),
        reference_age=_reference_age(reference),
        e_folding=_range(e_folding, "s", "117 s between two sources, 39 s in a bone core (baroud2003); guessed within"),
        setting_age=_GENERIC_SETTING,
        paste_age=paste_age,
        density_paste=_GENERIC_PASTE,
        density_set=_GENERIC_SET,
        heat_of_setting=_GENERIC_HEAT,
    )


def _densities(paste: float, full: float, shrinkage: float, where: str) -> tuple[Value, Value]:
    """Paste, and set at 80 % conversion, between 5 % shrinkage and full conversion without pores."""
    note = f"pore-free volume sum of the pack ({where}) with component densities from memory"
    return (
        Value(
            paste,
            "kg/m^3",
            low=float(round(0.95 * paste)),
            high=float(round(1.02 * paste)),
            source="assumed",
            note=note,
        ),
        Value(
            float(round(paste / (1.0 - shrinkage))),
            "kg/m^3",
            low=float(round(paste / 0.95)),
            high=full,
            source="assumed",
            note=f"{shrinkage:.1%} shrinkage at 80 % conversion; high end fully converted; {note}",
        ),
    )


def _product(
    name: str,
    known_as: str,
    opacifier: str,
    *,
    viscosity: tuple[tuple[float, float, float], float, tuple[float, float, float]],
    viscosity_note: str,
    setting: Value,
    paste_age: Value,
    densities: tuple[Value, Value],
    monomer: float,
) -> NamedCement:
    consistency, reference, e_folding = viscosity
    return NamedCement(
        name=name,
        known_as=known_as,
        opacifier=opacifier,
        consistency=_range(consistency, "Pa s", viscosity_note),
        reference_age=_reference_age(reference),
        e_folding=_range(e_folding, "s", viscosity_note),
        setting_age=setting,
        paste_age=paste_age,
        density_paste=densities[0],
        density_set=densities[1],
        heat_of_setting=_heat(monomer, "its pack"),
    )


_RECORDS = (
    _generic(
        "generic_low_viscosity",
        "low-viscosity vertebroplasty cement",
        _LOW,
        "under 100-150 Pa s up to 6-7 min at 20 C (us4341691); recalled 20-100 in use",
        _LIQUID,
    ),
    _generic(
        "generic_medium_viscosity",
        "medium-viscosity vertebroplasty cement",
        _MEDIUM,
        "between low and high; low-viscosity brands have about half of the normal (ferracane1981)",
        _LIQUID,
    ),
    _generic(
        "generic_high_viscosity",
        "high-viscosity vertebroplasty cement",
        _HIGH,
        "500 Pa s after 3.25 min (us7968616, a claim, shear rate and temperature not stated)",
        _LIQUID_SHORT,
    ),
    _product(
        "vertebroplastic",
        "Vertebroplastic (DePuy)",
        "unknown; 30 % BaSO4 stands in",
        viscosity=((50.0, 20.0, 150.0), 300.0, (85.0, 45.0, 130.0)),
        viscosity_note="called low-viscosity, still injected at 9.5 min (habib2010); else as the generic one",
        setting=_range((1020.0, 780.0, 1320.0), "s", "as the generic cements"),
        paste_age=_LIQUID,
        densities=(
            _range((1275.0, 1235.0, 1415.0), "kg/m^3", "opacifier unknown; 25 % BaSO4 to 45 % ZrO2 of 20 g and 9.2 g"),
            _range((1368.0, 1300.0, 1545.0), "kg/m^3", "80 % conversion; opacifier unknown"),
        ),
        monomer=393.0,
    ),
    _product(
        "confidence",
        "Confidence (Disc-O-Tech, DePuy)",
        "30.07 % BaSO4",
        viscosity=((700.0, 300.0, 1500.0), 195.0, (150.0, 100.0, 230.0)),
        viscosity_note="high from the start and for long (habib2010 injects it at 3.5 and 6.5 min); guessed",
        setting=_range((1020.0, 780.0, 1320.0), "s", "as the generic cements"),
        paste_age=_LIQUID_SHORT,
        densities=_densities(1271.0, 1391.0, 0.069, "k060300"),
        monomer=400.0,
    ),
    _product(
        "kyphon_hv_r",
        "KYPHON HV-R (Medtronic)",
        "30.0 % BaSO4",
        viscosity=_HIGH,
        viscosity_note="500 Pa s at 3.25 min, 75 000 at 13 min (us7968616, nicholas2007); no product is named",
        setting=_range((780.0, 600.0, 1320.0), "s", "13 min, a claim of us7968616, taken at 25 C"),
        paste_age=_LIQUID_SHORT,
        densities=_densities(1273.0, 1393.0, 0.068, "hvr2021"),
        monomer=395.0,
    ),
    _product(
        "simplex_p",
        "Simplex P (Stryker)",
        "10 % BaSO4",
        viscosity=((70.0, 30.0, 200.0), 240.0, (60.0, 39.0, 117.0)),
        viscosity_note="a joint cement of ordinary viscosity that sets early; guessed",
        setting=_range((540.0, 430.0, 780.0), "s", "13.1 min at 18.9 C (simplex683), 44-60 kJ/mol; with tobramycin"),
        paste_age=_range((200.0, 150.0, 300.0), "s", "guessed from the share of liquid time in hypothermic2012"),
        densities=_densities(1144.0, 1242.0, 0.063, "simplexpack"),
        monomer=366.0,
    ),
    _product(
        "vertecem_v_plus",
        "Vertecem V+ (DePuy Synthes)",
        "40.0 % ZrO2, 15.0 % hydroxyapatite",
        viscosity=((150.0, 60.0, 350.0), 300.0, (110.0, 60.0, 170.0)),
        viscosity_note="called medium-viscous with a long working time (boger2011, abstract); guessed",
        setting=_range(
            (1320.0, 1000.0, 1680.0), "s", "11 min after entering 37 C (boger2011), 44 kJ/mol; 60 gives 1680"
        ),
        paste_age=_LIQUID,
        densities=_densities(1540.0, 1690.0, 0.071, "vertecem"),
        monomer=409.0,
    ),
    _product(
        "osteopal_v",
        "Osteopal V (Heraeus)",
        "ZrO2, recalled 45 %",
        viscosity=((60.0, 20.0, 150.0), 300.0, (80.0, 45.0, 130.0)),
        viscosity_note="called low-viscosity and quick-setting by its maker (osteopal2019); else as the generic one",
        setting=_range((780.0, 600.0, 1200.0), "s", "called quick-setting (osteopal2019); a joint cement's time taken"),
        paste_age=_LIQUID,
        densities=(
            _range((1464.0, 1320.0, 1500.0), "kg/m^3", "26 g and 10 mL with 45 % ZrO2, both recalled; 30 % gives 1320"),
            _range((1570.0, 1415.0, 1610.0), "kg/m^3", "the same at 80 % conversion"),
        ),
        monomer=389.0,
    ),
    _product(
        "vertaplex_hv",
        "VertaPlex HV (Stryker)",
        "30 % BaSO4",
        viscosity=((450.0, 200.0, 1000.0), 195.0, (130.0, 80.0, 200.0)),
        viscosity_note="high-viscosity with 18 min of working time (thesisvp, product by composition); guessed",
        setting=_range((1200.0, 330.0, 1320.0), "s", "10 min at 37 C (thesisvp); its own bench saw 5-6 min at 25 C"),
        paste_age=_LIQUID_SHORT,
        densities=_densities(1275.0, 1393.0, 0.068, "k150582"),
        monomer=393.0,
    ),
)

CEMENTS: dict[str, NamedCement] = {record.name: record for record in _RECORDS}


def cement_named(name: str) -> NamedCement:
    """The record of a cement by its name.

    Parameters
    ----------
    name : str
        A key of ``CEMENTS``.

    Returns
    -------
    cement : NamedCement
        Its values with ranges and sources.

    Raises
    ------
    InputError
        If no cement has that name; the message lists those that are known.

    Examples
    --------
    >>> cement_named("kyphon_hv_r").consistency.number
    500.0
    """
    if name in CEMENTS:
        return CEMENTS[name]
    near = get_close_matches(name.lower().replace(" ", "_").replace("-", "_"), CEMENTS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"cement '{name}' is not known.{hint} Known: {', '.join(CEMENTS)}.")
