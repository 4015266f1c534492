"""How stiff and strong cement is on its way from paste to stone."""

from __future__ import annotations

from azygos.values.value import Value

GEL_SHARE = Value(
    0.75, "dimensionless", low=0.6, high=0.9, source="assumed",
    note="age at which cement no longer flows but still gives, over its setting age; never measured in blood",
)  # fmt: skip
FULL_SHARE = Value(
    1.6, "dimensionless", low=1.2, high=3.0, source="assumed",
    note="reduced age of full strength over setting age; strength goes on rising for hours",
)  # fmt: skip
MODULUS = Value(
    2.6e9, "Pa", low=2.2e9, high=3.3e9, source="assumed", note="set cement in bending, 2.2 to 3.3 GPa in reports"
)
STRENGTH = Value(
    50e6, "Pa", low=25e6, high=75e6, source="assumed",
    note="set cement in bending: at least 50 MPa asked by ISO 5833, 60 to 75 in reports, 25 to 50 in tension recalled",
)  # fmt: skip
COHESION_FRESH = Value(
    300.0, "Pa", low=50.0, high=2000.0, source="assumed", note="tension that parts fresh paste; no measurement found"
)
COHESION_GEL = Value(
    50e3,
    "Pa",
    low=10e3,
    high=300e3,
    source="assumed",
    note="tension that parts cement as it gels; no measurement found",
)
COHESION_FACTOR = Value(
    1.0, "dimensionless", low=0.3, high=3.0, source="assumed", note="drawn per patient, log-uniform, on the cohesion"
)
