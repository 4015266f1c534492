"""Who takes part in a virtual trial: marginal distributions and how they hang together.

What a single patient needs stands elsewhere (``body``, ``vertebrae``, ``heart``); here is what only many patients
need. Correlations are those of normal deviates (a Gaussian copula), so that they change no marginal distribution.
"""

from __future__ import annotations

from azygos.values.value import Value


def _assumed(number: float, low: float, high: float, note: str, unit: str = "dimensionless") -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


# --- marginals ---------------------------------------------------------------------------

WOMEN_OLDER = _assumed(2.0, 0.0, 4.0, "mean age of treated women over that of men", "year")
MEN_DENSER = _assumed(0.2, 0.0, 0.5, "bone fraction of treated men over women, in sd; both break at low density")

LEVEL_COUNTS = tuple(
    _assumed(share, low, high, "of sessions with 1, 2, 3 and 4 levels; mean 1.7, between 1.03 and 1.9 of cohorts")
    for share, low, high in ((0.55, 0.4, 0.95), (0.27, 0.03, 0.35), (0.13, 0.0, 0.2), (0.05, 0.0, 0.1))
)
LEVEL_SHARES = {
    level: _assumed(share, 0.5 * share, 2.0 * share, "of treated levels; peaks at T12-L1 and T7-T8 as everywhere")
    for level, share in {
        "T4": 0.01, "T5": 0.02, "T6": 0.04, "T7": 0.07, "T8": 0.06, "T9": 0.04, "T10": 0.04, "T11": 0.07, "T12": 0.17,
        "L1": 0.20, "L2": 0.11, "L3": 0.08, "L4": 0.06, "L5": 0.03,
    }.items()
}  # fmt: skip
"""How often each level is treated."""

NEIGHBOUR = _assumed(0.5, 0.3, 0.7, "chance that a further level lies beside one that is treated already")
FRACTURE_SHAPES = {
    region: {
        shape: _assumed(share, 0.5 * share, min(2.0 * share, 0.9), "of treated fractures of that region")
        for shape, share in zip(("wedge", "biconcave", "crush"), shares, strict=True)
    }
    for region, shares in {
        "thoracic": (0.65, 0.15, 0.20),
        "thoracolumbar": (0.60, 0.20, 0.20),
        "lumbar": (0.30, 0.50, 0.20),
    }.items()
}
FRACTURE_AGE = _assumed(30.0, 3.0, 300.0, "log-normal, range two sd; centres treat from days to months on", "day")
LUNG_ILL = _assumed(0.15, 0.08, 0.25, "share with earlier disease of lung or left heart that raises the resistance")
LUNG_RESISTANCE = _assumed(1.6, 1.1, 2.5, "their pulmonary resistance over a healthy one's; drawn log-evenly")
VOLUME_SPREAD = _assumed(0.25, 0.15, 0.4, "sd of the logarithm of one operator's volume at alike levels")
BALLOON = {
    "thoracic": _assumed(2.0, 1.0, 3.0, "usual volume of a balloon, T1 to T12", "mL"),
    "lumbar": _assumed(3.0, 2.0, 4.0, "usual volume of a balloon, L1 to L5", "mL"),
}

# --- correlations of normal deviates ---------------------------------------------------------------

CORRELATIONS = {
    ("age", "density"): _assumed(-0.3, -0.5, -0.1, "bone is lost with age; narrowed, since all have broken"),
    ("age", "height"): _assumed(-0.2, -0.35, 0.0, "older people stand less high"),
    ("age", "mass_index"): _assumed(-0.15, -0.3, 0.0, "the oldest are lighter"),
    ("mass_index", "density"): _assumed(0.2, 0.0, 0.4, "heavier people have denser bone"),
    ("age", "levels"): _assumed(0.1, 0.0, 0.3, "more fractures with age"),
    ("density", "levels"): _assumed(-0.3, -0.5, 0.0, "less bone, more fractures"),
    ("density", "severity"): _assumed(-0.25, -0.5, 0.0, "less bone, more collapse"),
    ("fracture_age", "severity"): _assumed(0.2, 0.0, 0.4, "collapse goes on for weeks"),
    ("fracture_age", "cleft"): _assumed(0.3, 0.0, 0.6, "a cleft is a fracture that does not heal"),
    ("severity", "cleft"): _assumed(0.2, 0.0, 0.4, "clefts lie in collapsed bodies"),
    ("severity", "volume"): _assumed(-0.2, -0.4, 0.0, "less room, less cement"),
}
"""Of pairs; all others are zero."""

ALIKE = {
    "density": _assumed(0.8, 0.6, 0.95, "correlation of bone fraction between two bodies of one patient"),
    "severity": _assumed(0.3, 0.0, 0.6, "of height lost between two broken bodies of one patient"),
    "cleft": _assumed(0.3, 0.0, 0.6, "of clefts between two broken bodies of one patient"),
}
