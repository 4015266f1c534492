"""Lungs and their arteries: sizes of a tree that is grown for each patient, and what cement does in it.

``lungs_orders.csv`` holds Huang's table of 15 diameter-defined Strahler orders, as printed in a second source.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from azygos.ground.units import MM, MMHG
from azygos.values.value import Value


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# --- the tree by order ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """One Strahler order of the pulmonary arteries, both lungs."""

    order: int
    diameter: Value  # mean [m]
    diameter_sd: Value  # [m]
    length: Value  # mean, of an element [m]
    count: Value  # elements in both lungs
    viscosity: Value  # apparent, of blood in them [Pa s]


def _read() -> tuple[Order, ...]:
    with Path(__file__).with_name("lungs_orders.csv").open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    def cell(row: dict[str, str], column: str, factor: float, unit: str) -> Value:
        return Value(float(row[column]) * factor, unit, source=row["source"], where=row["where"])

    return tuple(
        Order(
            int(row["order"]),
            cell(row, "diameter_mm", MM, "m"),
            cell(row, "sd_mm", MM, "m"),
            cell(row, "length_mm", MM, "m"),
            cell(row, "number", 1.0, "dimensionless"),
            cell(row, "viscosity_mpa_s", 1e-3, "Pa s"),
        )
        for row in rows
    )


ORDERS = _read()
"""From the smallest (1) to the largest (15)."""

# --- named arteries --------------------------------------------------------------------


def _by_sex(**means_and_sds: tuple[float, float]) -> tuple[dict[str, Value], dict[str, Value]]:
    """Mean and SD of a diameter, from mm."""
    where = "abstract; diastolic, mean of two diameters"
    means = {
        sex: Value(
            mean * MM, "m", low=(mean - 2.0 * sd) * MM, high=(mean + 2.0 * sd) * MM, source="cmr2016", where=where,
            note=f"sd {sd} mm",
        )
        for sex, (mean, sd) in means_and_sds.items()
    }  # fmt: skip
    return means, {sex: Value(sd * MM, "m", source="cmr2016", where=where) for sex, (_, sd) in means_and_sds.items()}


TRUNK_DIAMETER, TRUNK_DIAMETER_SD = _by_sex(male=(22.9, 2.4), female=(21.2, 2.1))
RIGHT_DIAMETER, RIGHT_DIAMETER_SD = _by_sex(male=(16.6, 2.8), female=(14.7, 2.2))
LEFT_DIAMETER, LEFT_DIAMETER_SD = _by_sex(male=(17.3, 2.5), female=(15.9, 2.0))
SHARED_SIZE = _assumed(
    0.5, "dimensionless", 0.2, 0.8,
    "share of variance that trunk, right and left artery have in common; drawn apart, a wide trunk met a thread",
)  # fmt: skip
SEGMENTAL_DIAMETER = _assumed(
    6.0e-3, "m", 5.5e-3, 6.6e-3,
    "at a twentieth of the flow, drawn evenly: 5.5 mm recalled, 6.6 mm between orders 13 and 14 of huang1996",
)  # fmt: skip
SEGMENTAL_SCATTER = _assumed(0.12, "dimensionless", 0.05, 0.2, "sd of ln diameter at equal flow; orders have 9 to 16 %")
SUBSEGMENTAL_DIAMETER = Value(
    3.95e-3, "m", low=1.9e-3, high=6.0e-3, source="yang1997", where="abstract; beside bronchi of 2.04 mm lumen",
    note="sd 1.03 mm; the generation is not stated; a check, not an input",
)  # fmt: skip
INTERLOBAR_LENGTH = _assumed(35e-3, "m", 20e-3, 45e-3, "recalled, no table; one published model has 12 to 23 mm")
LOBAR_LENGTH = _assumed(20e-3, "m", 10e-3, 30e-3, "recalled, no measured table; one published model has 10 mm")
SEGMENTAL_LENGTH = _assumed(17e-3, "m", 8e-3, 30e-3, "recalled, no measured table")
LENGTH_SCATTER = _assumed(0.15, "dimensionless", 0.1, 0.3, "sd of ln length of named arteries")

# --- how the tree divides ----------------------------------------------------------------

MURRAY_EXPONENT = Value(
    2.92, "dimensionless", low=1.85, high=3.99, source="dong2020", where="abstract", note="of single forks; sd 1.07"
)
WHOLE_TREE_EXPONENT = Value(
    2.3, "dimensionless", source="nakamura2014", where="abstract",
    note="radius exponent of whole pulmonary arteries; disagrees with dong2020, so the draw lies evenly between both",
)  # fmt: skip
FORK_ANGLE = Value(
    28.2, "deg", low=0.0, high=58.4, source="dong2020", where="abstract", note="sd 15.1; a check, not an input"
)
LARGEST_TURN = _assumed(60.0, "deg", 50.0, 75.0, "of a daughter against its parent; mean + 2 sd of dong2020 is 58")
SMALLEST_MINOR_SHARE = _assumed(
    0.1, "dimensionless", 0.05, 0.25,
    "of a fork's flow; the minor daughter's share is drawn evenly from here to a half. No measured table was found",
)  # fmt: skip
TOWARDS_CENTROID = _assumed(
    0.4, "dimensionless", 0.3, 0.5,
    "of the way from a fork to the centroid of the daughter's territory; as in published volume-filling airway trees",
)  # fmt: skip
DIAMETER_SCATTER = _assumed(0.05, "dimensionless", 0.0, 0.1, "sd of ln diameter at equal flow below the segments")
SMALLEST_ARTERY = _assumed(0.8e-3, "m", 0.6e-3, 1.2e-3, "arteries below are lumped; a choice, half of what CT shows")
RIGHT_SHARE = Value(
    0.525,
    "dimensionless",
    low=0.483,
    high=0.567,
    source="cheng2006",
    where="206 normal scans",
    note="sd 0.021",
)
RIGHT_SHARE_SD = Value(0.021, "dimensionless", source="cheng2006", where="abstract, 206 normal scans")

_LOBES = {
    "RUL": (0.179, 0.024), "RML": (0.093, 0.016), "RLL": (0.265, 0.026), "LUL": (0.231, 0.021), "LLL": (0.232, 0.024),
}  # fmt: skip
LOBE_SHARE = {
    lobe: Value(mean, "dimensionless", low=round(mean - 2 * sd, 3), high=round(mean + 2 * sd, 3), source="lobes2020",
                where="Table 3, supine", note=f"of lung volume; sd {sd}")
    for lobe, (mean, sd) in _LOBES.items()
}  # fmt: skip
LOBE_SHARE_SD = {
    lobe: Value(sd, "dimensionless", source="lobes2020", where="Table 3, supine") for lobe, (_, sd) in _LOBES.items()
}

# --- lungs ---------------------------------------------------------------------------------

CAPACITY_SLOPE = {
    "male": _assumed(7.99e-3, "m^2", 7.2e-3, 8.8e-3, "total lung capacity per height, European lines, recalled"),
    "female": _assumed(6.60e-3, "m^2", 5.9e-3, 7.3e-3, "as for men, recalled"),
}
CAPACITY_OFFSET = {
    "male": _assumed(7.08e-3, "m^3", 6.4e-3, 7.8e-3, "taken from slope times height, recalled"),
    "female": _assumed(5.79e-3, "m^3", 5.2e-3, 6.4e-3, "as for men, recalled"),
}
FILLED_SHARE = _assumed(
    0.65, "dimensionless", 0.5, 0.8, "air, tissue and blood of a lying patient over total capacity, drawn evenly"
)
BLOOD_IN_ARTERIES = Value(
    97e-6, "m^3", low=20e-6, high=191e-6, source="mra2011", where="abstract, 10 healthy", note="sd 47.1 mL; a check"
)
REFERENCE_SURFACE = _assumed(1.8, "m^2", 1.6, 2.0, "body whose small vessels the table of orders describes")
DOWNSTREAM_RATIO = _assumed(
    1.3, "dimensionless", 0.67, 2.1,
    "capillaries and veins over arteries, in resistance, drawn evenly in its logarithm: arteries have 60 % of all in "
    "old occlusion measurements (recalled), a third by the vein rows of huang1996",
)  # fmt: skip
CEILING_PRESSURE = Value(
    40.0 * MMHG, "Pa", source="ceiling1971", where="abstract", note="most that a normal right ventricle can hold up"
)

# --- cement ----------------------------------------------------------------------------------

VISIBLE_THICKNESS = _assumed(
    1.5e-3, "m", 0.6e-3, 2.0e-3,
    "thinnest cement that chest CT shows; thin slices show a ball of 1.5 mm and nothing less (session.VISIBLE_LEAK)",
)  # fmt: skip
NEAR_CLOSED = _assumed(0.99, "dimensionless", 0.95, 0.999, "share of area from which a reader calls an artery closed")
PERFUSION_STEPS = tuple(
    _assumed(share, "dimensionless", low, high, "loss of a zone's flow from which Miller's points rise; said in words")
    for share, low, high in ((0.25, 0.1, 0.33), (0.5, 0.33, 0.67), (0.9, 0.75, 0.99))
)
