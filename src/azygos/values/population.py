"""Who takes part in a virtual trial: marginal distributions and how they hang together.

What a single patient needs stands elsewhere (``body``, ``vertebrae``, ``heart``); here is what only many patients
need. Correlations are those of normal deviates (a Gaussian copula), so that they change no marginal distribution.
No source gives them for treated patients; those computed here come from a table of women who were screened.
"""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, low: float, high: float, note: str, unit: str = "dimensionless") -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# --- marginal distributions ------------------------------------------------------------------------

WOMEN_OLDER = _assumed(
    3.0,
    0.0,
    5.1,
    "mean age of treated women over that of men; 70.4 and 65.3 in swissspine2013, where injured men count too",
    "year",
)
MEN_DENSER = _assumed(
    0.2, 0.0, 0.5, "bone fraction of treated men over that of women, in sd; both have broken, so little is left of it"
)

_COUNTS = (
    "share of sessions with so many levels: mean 1.56, as 28 in 18 (vertos2007), 119 in 78 (Kim 2009) and 277 in 181 "
    "(Mayo 2012); others 80 in 78 (vertos2011), 660 in 357 (alali2009), 465 in 244 (luetmer2011). Five and more are "
    "left out"
)
LEVEL_COUNTS = tuple(
    _assumed(share, low, high, _COUNTS)
    for share, low, high in ((0.62, 0.4, 0.97), (0.24, 0.03, 0.35), (0.10, 0.0, 0.2), (0.04, 0.0, 0.1))
)
LEVEL_SHARES = {
    level: _assumed(share, 0.5 * share, 2.0 * share, "of first levels; recalled, with the known peaks at T12-L1, T7-8")
    for level, share in {
        "T4": 0.01, "T5": 0.02, "T6": 0.04, "T7": 0.07, "T8": 0.06, "T9": 0.04, "T10": 0.04, "T11": 0.07, "T12": 0.17,
        "L1": 0.20, "L2": 0.11, "L3": 0.08, "L4": 0.06, "L5": 0.03,
    }.items()
}  # fmt: skip
"""How often each level is the first of a session."""

NEIGHBOUR = _assumed(
    0.35,
    0.1,
    0.5,
    "chance that a further level is looked for beside a treated one; else by its share, and may lie there too: 55 % of "
    "pairs are neighbours. 47 of 132 had one or two whole bodies between, 85 none or more than three (sandwich2018)",
)
FRACTURE_SHAPES = {
    region: {
        shape: _assumed(share, 0.5 * share, min(2.0 * share, 0.9), "of treated fractures; wedge to biconcave 38 to 11 "
                        "of 49 at T6 to L5 (vertos2007), which counts no crush; by region recalled")
        for shape, share in zip(("wedge", "biconcave", "crush"), shares, strict=True)
    }
    for region, shares in {
        "thoracic": (0.65, 0.15, 0.20),
        "thoracolumbar": (0.60, 0.20, 0.20),
        "lumbar": (0.30, 0.50, 0.20),
    }.items()
}  # fmt: skip
FRACTURE_AGE = _assumed(
    30.0,
    4.0,
    225.0,
    "log-normal, range two sd; means of four trials are 22.5, 11.7, 6.1 and 2.6 weeks (blindtrials2018)",
    "day",
)
LUNG_ILL = _assumed(0.15, 0.08, 0.25, "share with earlier disease of lung or left heart that raises the resistance")
LUNG_RESISTANCE = _assumed(1.6, 1.1, 2.5, "their pulmonary resistance over a healthy one's; drawn log-evenly")
VOLUME_SPREAD = _assumed(
    0.25,
    0.15,
    0.4,
    "sd of ln volume at alike levels; sd over mean of a session's cement is 0.35 to 0.43 in three trials "
    "(blindtrials2018), of which level and number of levels are a part",
)
BALLOON = {
    "thoracic": _assumed(2.0, 1.0, 3.0, "usual volume of a balloon, T1 to T12; recalled", "mL"),
    "lumbar": _assumed(3.0, 2.0, 4.0, "usual volume of a balloon, L1 to L5; recalled", "mL"),
}

# --- correlations ----------------------------------------------------------------------------------


def _screened(number: float, low: float, high: float, note: str) -> Value:
    return Value(number, "dimensionless", low=low, high=high, source="superb2022", where="table 2", note=note)


CORRELATIONS = {
    ("density", "levels"): _screened(
        -0.22, -0.4, 0.0, "computed here, biserial: hip density of women with three or more fractures against fewer"
    ),
    ("density", "severity"): _assumed(
        -0.25, -0.5, -0.1, "-0.13 over grades with the hip's density (superb2022); strong with the neighbour's HU "
        "in 54 patients (compression2023)"
    ),
    ("height", "levels"): _screened(-0.20, -0.3, 0.0, "computed here, biserial: height at three or more fractures"),
    ("height", "severity"): _screened(-0.20, -0.3, 0.0, "computed here, biserial: height at grade 3 against 1 and 2"),
    ("age", "density"): _assumed(-0.3, -0.5, -0.1, "bone is lost with age; narrowed, since all of them have broken"),
    ("age", "height"): _assumed(-0.2, -0.35, 0.0, "older people stand less high"),
    ("age", "mass_index"): _assumed(-0.15, -0.3, 0.0, "the oldest are lighter"),
    ("age", "levels"): _assumed(0.1, 0.0, 0.3, "fractures grow more frequent with age (nhanes2020)"),
    ("mass_index", "density"): _assumed(0.2, 0.0, 0.4, "lighter people break more often (nhanes2020)"),
    ("fracture_age", "severity"): _assumed(0.2, 0.0, 0.4, "collapse goes on for weeks"),
    ("fracture_age", "cleft"): _assumed(0.3, 0.0, 0.6, "a cleft is a fracture that does not heal"),
    ("severity", "cleft"): _assumed(0.2, 0.0, 0.4, "clefts lie in collapsed bodies"),
    ("severity", "volume"): _assumed(-0.2, -0.4, 0.0, "less room, less cement"),
}  # fmt: skip
"""Of pairs of normal deviates; all others are zero."""

ALIKE = {
    "density": _assumed(0.8, 0.6, 0.95, "correlation of bone fraction between two bodies of one patient"),
    "severity": _assumed(0.3, 0.0, 0.6, "of height lost between two broken bodies of one patient"),
    "cleft": _assumed(0.3, 0.0, 0.6, "of clefts between two broken bodies of one patient"),
}
