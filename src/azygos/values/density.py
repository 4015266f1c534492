"""From Hounsfield units to bone volume fraction: every number, its range and where it comes from."""

from azygos.values.value import Value

HU_TO_BMD = Value(
    0.75, "kg m^-3 HU^-1", low=0.65, high=0.9, source="assumed",
    note="slope at 120 kVp against K2HPO4 or hydroxyapatite, from memory; differs by scanner",
)  # fmt: skip
BMD_AT_ZERO_HU = Value(
    0.0, "kg m^-3", low=-10.0, high=10.0, source="assumed",
    note="water and zero mineral both read 0 HU; marrow fat lowers HU, so this hides a bias of the fat fraction",
)  # fmt: skip
ASH_OFFSET = Value(
    78.9, "kg m^-3", low=0.0, high=90.0, source="assumed",
    note="rho_ash = 0.0789 + 0.877 rho_CHA [g/cm^3], from memory (Schileo 2008); no offset in other calibrations",
)  # fmt: skip
ASH_SLOPE = Value(
    0.877, "dimensionless", low=0.8, high=1.0, source="assumed",
    note="slope of the same regression, from memory (Schileo 2008)",
)  # fmt: skip
ASH_SHARE = Value(
    0.6, "dimensionless", low=0.55, high=0.6, source="assumed",
    note="ash over apparent (wet, marrow-free) density, from memory",
)  # fmt: skip
TISSUE_DENSITY = Value(
    1920.0, "kg m^-3", low=1800.0, high=2050.0, source="assumed",
    note="wet trabecular bone tissue without marrow, from memory",
)  # fmt: skip
HU_YOUNG_L1 = Value(
    236.0, "HU", low=152.0, high=320.0, source="hendrickson2018", where="young women, L1, mean 236, SD 42, n = 190",
)  # fmt: skip
BONE_FRACTION_YOUNG = Value(
    0.16, "dimensionless", low=0.12, high=0.22, source="assumed",
    note="bone volume fraction of a lumbar vertebra at 20 to 30 years, from memory",
)  # fmt: skip
MARROW_HU = Value(
    0.0, "HU", low=-40.0, high=35.0, source="assumed",
    note="marrow without bone: half fat (-90 HU), half red marrow (+50 HU) lies near zero; more fat, lower",
)  # fmt: skip
LEAST_BONE_FRACTION = Value(
    0.02, "dimensionless", low=0.01, high=0.04, source="assumed",
    note="floor: marrow without a single strut is a cavity, which is told apart by its own mask",
)  # fmt: skip
MOST_BONE_FRACTION = Value(
    0.6, "dimensionless", low=0.5, high=0.7, source="assumed",
    note="ceiling: above it a voxel is shell, callus or cement, and Darcy flow through struts no longer describes it",
)  # fmt: skip
RIM_DEPTH = Value(
    2.0e-3, "m", low=1.0e-3, high=3.0e-3, source="assumed",
    note="how deep the shell, 0.35 mm thick, blurs into the marrow on clinical CT of 1 to 3 mm",
)  # fmt: skip
GAS_HU = Value(
    -200.0, "HU", low=-400.0, high=-150.0, source="assumed",
    note="below, a region inside a body is gas in a cleft; fat is never below -130 HU",
)  # fmt: skip
MILD_LOSS = Value(
    0.20,
    "dimensionless",
    source="genant1993",
    where="grade 1: 20 to 25 % of a height (number read in secondary sources)",
)
MODERATE_LOSS = Value(0.25, "dimensionless", source="genant1993", where="grade 2: 25 to 40 %")
SEVERE_LOSS = Value(0.40, "dimensionless", source="genant1993", where="grade 3: over 40 %")
_WEDGE_NOTE = "normal wedging of men; women 0.8 to 3.2 degrees less; positive is lower in front (240 spines)"
WEDGING_DEG = {
    level: Value(angle, "degree", source="azygos_anatomy", where="anatomy.md section 10, point 18", note=_WEDGE_NOTE)
    for level, angle in zip(
        ("T9", "T10", "T11", "T12", "L1", "L2", "L3", "L4", "L5"),
        (4.8, 3.8, 5.4, 4.9, 4.1, 2.6, 1.3, -0.7, -4.6),
        strict=True,
    )
}
WEDGING_ELSEWHERE_DEG = Value(
    3.0, "degree", low=0.0, high=6.0, source="assumed", note="T1 to T8: no figure seen; kyphosis makes it positive",
)  # fmt: skip
