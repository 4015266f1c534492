"""How large vertebrae are, T1 to L5, and how they break.

``vertebrae.csv`` holds one number a row; most widths, depths and heights are
recalled from Panjabi's tables and tagged assumed, the wedging and L5 were seen
in their papers. Below stand the numbers that hold for all levels.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

from azygos.ground.errors import AzygosError, require
from azygos.ground.units import MM
from azygos.values.value import Value

_TABLE = Path(__file__).with_name("vertebrae.csv")
_TO_SI = {"mm": (MM, "m"), "deg": (math.pi / 180.0, "rad")}


def _value(row: dict[str, str]) -> Value:
    factor, unit = _TO_SI[row["unit"]]
    return Value(
        float(row["number"]) * factor,
        unit,
        low=float(row["low"]) * factor,
        high=float(row["high"]) * factor,
        source=row["source"],
        where=row["where"],
        note=row["note"],
    )


def _read() -> dict[str, dict[str, Value]]:
    table: dict[str, dict[str, Value]] = {}
    with _TABLE.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            table.setdefault(row["level"], {})[row["quantity"]] = _value(row)
    return table


BODIES = _read()
"""By level and quantity, in m and rad; `low` and `high` stand two sd to either side."""


def dimension(level: str, quantity: str) -> Value:
    """One measure of one vertebra, in m or rad.

    Parameters
    ----------
    level : str
        "T1" to "L5".
    quantity : str
        ``endplate_width_upper``, ``endplate_width_lower``, ``endplate_depth_upper``,
        ``endplate_depth_lower``, ``height_posterior``, ``canal_width``, ``canal_depth``,
        ``pedicle_width``, ``pedicle_height``, ``disc_height_below``, ``wedge_female`` or
        ``wedge_male`` (positive: lower in front).

    Examples
    --------
    >>> round(dimension("L5", "endplate_depth_upper").number, 4)
    0.0357
    """
    require(quantity in BODIES.get(level, {}), f"no {quantity} of {level} in vertebrae.csv", AzygosError)
    return BODIES[level][quantity]


def dimensions(quantity: str) -> dict[str, Value]:
    """The same measure of all levels, from above to below."""
    return {level: body[quantity] for level, body in BODIES.items()}


# --- shape -----------------------------------------------------------------------------

WAIST_WIDTH = Value(
    0.85,
    "dimensionless",
    low=0.80,
    high=0.90,
    source="assumed",
    note="waist over end-plate width; derived from 87 patients' mean shape (clouthier2023) over recalled end plates",
)
WAIST_DEPTH = Value(
    0.945,
    "dimensionless",
    low=0.90,
    high=0.98,
    source="assumed",
    note="waist over end-plate depth; derived as the width",
)
END_PLATE_HOLLOW = Value(
    0.04,
    "dimensionless",
    low=0.02,
    high=0.08,
    source="assumed",
    note="depth of each end plate's hollow over body height; middle heights of 87 patients lie 2.1-2.6 mm "
    "below the mean of front and back (clouthier2023)",
)
BACK_HOLLOW = Value(
    2.0e-3,
    "m",
    low=0.5e-3,
    high=3.0e-3,
    source="assumed",
    note="depth of the back wall's hollow at the mid-line, for a body 35 mm deep; no measured source found",
)
OUTLINE_FRONT = Value(
    2.2, "dimensionless", low=2.0, high=2.6, source="assumed", note="exponent of the front outline; 2 is an ellipse"
)
OUTLINE_BACK = Value(
    3.0,
    "dimensionless",
    low=2.4,
    high=4.0,
    source="assumed",
    note="exponent of the flatter back outline; with the hollow the section holds about 12 % more than an ellipse, "
    "which brings lumbar volumes to those observed",
)
SHARED_SPREAD = Value(
    0.4,
    "dimensionless",
    low=0.2,
    high=0.7,
    source="assumed",
    note="share of a dimension's variance that all dimensions of one body have in common (its size)",
)
FEMALE_BREADTH = Value(0.933, "dimensionless", source="cook2021", where="Table 6", note="L5 depth, women over all")
MALE_BREADTH = Value(1.039, "dimensionless", source="cook2021", where="Table 6", note="L5 depth, men over all")
FEMALE_HEIGHT = Value(0.970, "dimensionless", source="cook2021", where="Table 6", note="L5 posterior height")
MALE_HEIGHT = Value(1.019, "dimensionless", source="cook2021", where="Table 6", note="L5 posterior height")
SHARE_OF_WOMEN = Value(
    0.75,
    "dimensionless",
    low=0.6,
    high=0.9,
    source="assumed",
    note="among patients treated; used where sex is not given",
)
MEAN_BONE_FRACTION = Value(
    0.10,
    "dimensionless",
    low=0.05,
    high=0.15,
    source="assumed",
    note="bone over total volume in osteoporotic bodies before they break; drawn evenly",
)
END_PLATE_DENSITY = Value(
    0.3,
    "dimensionless",
    low=0.0,
    high=0.6,
    source="assumed",
    note="excess of bone next to the end plates over the middle of the body",
)

# --- fracture --------------------------------------------------------------------------

GENANT_LIMITS = tuple(
    Value(limit, "dimensionless", source="genant1993", where="as coded in public software")
    for limit in (0.20, 0.25, 0.40)
)
"""Height loss at which Genant's grades 1, 2 and 3 begin."""

WORST_LOSS = Value(
    0.62,
    "dimensionless",
    source="verse2020",
    where="sub-verse004, L1",
    note="loss of middle height of one body, measured on its mask; used as the worst loss drawn",
)


def _profile(share: float, low: float, high: float) -> Value:
    return Value(share, "dimensionless", low=low, high=high, source="assumed", note="of the largest height loss")


def _measured(share: float, note: str) -> Value:
    return Value(share / 0.62, "dimensionless", source="verse2020", where="sub-verse004, L1", note=note)


LOSS_PROFILES = {
    "wedge": {"front": _profile(1.0, 0.9, 1.0), "middle": _profile(0.6, 0.4, 0.8), "back": _profile(0.1, 0.0, 0.3)},
    "biconcave": {
        "front": _profile(0.35, 0.1, 0.6),
        "middle": _profile(1.0, 0.9, 1.0),
        "back": _profile(0.2, 0.0, 0.4),
    },
    "crush": {
        "front": _measured(0.48, "front over middle height loss"),
        "middle": _measured(0.62, "the largest"),
        "back": _measured(0.38, "back over middle height loss: 16 mm against the mean of 24.5 and 27"),
    },
}
"""Height lost in three places of each kind of fracture."""

DEPTH_GAIN = Value(
    0.22 / 0.62, "dimensionless", source="verse2020", where="sub-verse004, L1", note="gain of depth over height lost"
)
WIDTH_GAIN = Value(
    0.28 / 0.62, "dimensionless", source="verse2020", where="sub-verse004, L1", note="gain of width over height lost"
)
CANAL_LOSS = Value(
    0.25 / 0.62,
    "dimensionless",
    source="verse2020",
    where="sub-verse004, L1",
    note="share of canal depth lost over height lost; taken as the back wall's bulge",
)
SPREADING = {
    "wedge": Value(0.5, "dimensionless", low=0.2, high=1.0, source="assumed", note="of the crush's gain of breadth"),
    "biconcave": Value(
        0.4, "dimensionless", low=0.1, high=1.0, source="assumed", note="of the crush's gain of breadth"
    ),
    "crush": Value(1.0, "dimensionless", source="verse2020", where="sub-verse004, L1", note="the measured body itself"),
}
FRACTURE_SHARES = {
    "wedge": Value(0.55, "dimensionless", low=0.4, high=0.7, source="assumed", note="of treated fractures"),
    "biconcave": Value(0.25, "dimensionless", low=0.1, high=0.4, source="assumed", note="of treated fractures"),
    "crush": Value(0.20, "dimensionless", low=0.1, high=0.4, source="assumed", note="of treated fractures"),
}
GRADE_SHARES = tuple(
    Value(share, "dimensionless", low=0.1, high=0.6, source="assumed", note="among treated fractures; no source found")
    for share in (0.25, 0.45, 0.30)
)
"""Of Genant grades 1, 2 and 3."""


UPPER_SHARE = {
    "wedge": Value(0.75, "dimensionless", low=0.5, high=1.0, source="assumed", note="of the loss at the upper plate"),
    "biconcave": Value(
        0.55, "dimensionless", low=0.4, high=0.7, source="assumed", note="of the loss at the upper plate"
    ),
    "crush": Value(0.60, "dimensionless", low=0.4, high=0.8, source="assumed", note="of the loss at the upper plate"),
}
SIDE_TILT = Value(
    0.0, "dimensionless", low=-0.2, high=0.2, source="assumed", note="of the loss from one side to the other"
)
COMPACTED_BAND = Value(
    4e-3, "m", low=2e-3, high=8e-3, source="assumed", note="depth below the broken plate in which bone is compacted"
)
BONE_FRACTION_CEILING = Value(
    0.45, "dimensionless", low=0.3, high=0.6, source="assumed", note="densest compacted trabecular bone"
)
CLEFT_SHARE = Value(0.2, "dimensionless", low=0.1, high=0.4, source="assumed", note="of treated fractures")
CLEFT_THICKNESS = Value(4.5e-3, "m", low=3e-3, high=6e-3, source="assumed", note="in its middle; drawn evenly")
CLEFT_ROOF = Value(1.5e-3, "m", low=0.5e-3, high=3e-3, source="assumed", note="bone between cleft and upper plate")
CLEFT_BREADTH = Value(
    0.6, "dimensionless", low=0.4, high=0.8, source="assumed", note="of the body's width and depth; drawn evenly"
)
CLEFT_FRONT_WALL = Value(
    1.5e-3, "m", low=0.0, high=3e-3, source="assumed", note="bone between cleft and front wall; 0: it opens there"
)

# --- approach --------------------------------------------------------------------------

TIP_BEHIND_FRONT = Value(
    0.30, "dimensionless", low=0.2, high=0.4, source="assumed", note="of depth; the usual front third"
)
TIP_BESIDE_MIDDLE = Value(
    0.12, "dimensionless", low=0.0, high=0.3, source="assumed", note="of half width; near mid-line"
)
PEDICLE_LENGTH = Value(
    18e-3, "m", low=12e-3, high=25e-3, source="assumed", note="from the back wall to where the needle enters bone"
)
"""The pedicles' widths and heights are in the table."""
