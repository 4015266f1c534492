"""What a risk statement assumes beside the published tables: who the studied patients were, how far odds ratios count.

``evidence_risk_factors.csv`` holds the published comparisons, those on leaks too; only rows on embolism are used.
"""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, low: float, high: float, note: str, unit: str = "dimensionless") -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


SHRINK = _assumed(
    0.5,
    0.0,
    1.0,
    "how far a published log odds ratio counts; halved because the five of zou2021 rest on 34 events and were chosen "
    "among at least nine candidates for being significant. Summing their squared z (46) gives van Houwelingen's "
    "(chi2 - df)/chi2 = 0.80 with nine, before choice and another place are counted",
)

TWO_LEVELS = _assumed(
    0.5,
    0.0,
    1.0,
    "share of the log odds ratio of three or more levels that two levels get; the study gives only three or more "
    "against one",
)

# --- who the patients of the pooled studies were ---------------------------------------

LEVEL_SHARES = {
    "1": _assumed(
        0.60, 0.45, 0.80, "studies treated 1.5 to 1.9 levels a session, which a Poisson above 0 turns to this"
    ),
    "2": _assumed(0.25, 0.15, 0.35, "as the share of one level"),
    "3+": _assumed(0.15, 0.05, 0.25, "as the share of one level"),
}
REGION_SHARES = {
    "thoracic": _assumed(0.25, 0.15, 0.40, "T1 to T10; the pooled studies print no shares by region"),
    "thoracolumbar": _assumed(0.50, 0.35, 0.60, "T11 to L2, where most osteoporotic fractures lie"),
    "lumbar": _assumed(0.25, 0.15, 0.40, "L3 to L5"),
}
FRESH_SHARE = _assumed(
    0.30, 0.10, 0.60, "fractures at most two weeks old; the pooled studies treated from days to months"
)

_MYELOMA = "the pooled studies print it only in part"
VERTEBROPLASTY_SHARES = {
    "ct": _assumed(1.00, 0.99, 1.00, "all studies with planned CT were vertebroplasty; a little is lent by others"),
    "routine-ct": _assumed(0.80, 0.50, 1.00, "two of three were vertebroplasty, zou2021 was mixed"),
    "film": _assumed(0.55, 0.40, 0.70, "one was vertebroplasty, one kyphoplasty, one mixed"),
    "fluoroscopy": _assumed(1.00, 0.99, 1.00, "both were vertebroplasty; a little is lent by others"),
}
MYELOMA_SHARES = {
    "ct": _assumed(0.02, 0.00, 0.10, _MYELOMA),
    "routine-ct": _assumed(0.14, 0.05, 0.25, _MYELOMA + "; 37 of 102 in one of them"),
    "film": _assumed(0.20, 0.05, 0.40, _MYELOMA + "; all three emboli of one were in myeloma"),
    "fluoroscopy": _assumed(0.10, 0.00, 0.30, _MYELOMA),
}
"""By how one looks, for the base rate of each rests on other studies."""

# --- PUFHS -------------------------------------------------------------------------------

_TABLE = "table 3"
PUFHS = {
    "intercept": Value(-2.67, "dimensionless", source="pufhs2021", where=_TABLE),
    "growth": Value(0.26, "dimensionless", source="pufhs2021", where=_TABLE, note="1 slow, 2 moderate, 3 rapid"),
    "levels": Value(0.65, "dimensionless", source="pufhs2021", where=_TABLE, note="1, 2, 3, 4 for four and more"),
    "collapse": Value(
        -0.30, "dimensionless", source="pufhs2021", where=_TABLE, note="1 none, 2 under half, 3 over half"
    ),
}
"""Coefficients of the logit."""
PUFHS_AUC = Value(
    0.69,
    "dimensionless",
    source="pufhs2021",
    where="abstract",
    note="in a random part of the same centre's patients, held out",
)
PUFHS_SLOPE = Value(
    1.10,
    "dimensionless",
    low=0.73,
    high=1.46,
    source="pufhs2021",
    where="abstract",
    note="of calibration, in the part held out",
)

# --- the simulated side --------------------------------------------------------------------

LEAST_PATIENTS = _assumed(
    100.0,
    50.0,
    400.0,
    "finished patients that a group must hold before it speaks for somebody; at a chance of 5 % 100 leave 2 to 11 %",
)

# --- beside the answer ---------------------------------------------------------------------------


def _oxygen(share: float, note: str) -> Value:
    return Value(share, "dimensionless", source="hsieh2019", where="abstract", note=note)


OXYGEN_LOW_ML, OXYGEN_HIGH_ML = 3.5, 7.0
OXYGEN = {
    "low": _oxygen(0.0, "under 3.5 mL"),
    "middle": _oxygen(0.0011, "3.5 to 7.0 mL"),
    "high": _oxygen(0.009, "over 7.0 mL"),
}
"""Share of 3,175 patients who needed oxygen for cement in the lungs, by injected volume; counts are not visible."""
