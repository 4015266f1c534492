"""What one injection takes beside cement, bone and marrow: a cannula's wall, a breath, the end of setting."""

from __future__ import annotations

from azygos.values.value import Value

CANNULA_WARM_SHARE = Value(
    0.5,
    "dimensionless",
    low=0.2,
    high=0.9,
    source="assumed",
    note="how far from room to body temperature a cannula's wall stands: about half of it lies in the patient",
)
CANNULA_WARMING_TIME = Value(
    20.0,
    "s",
    low=2.0,
    high=60.0,
    source="assumed",
    note="for cement in a cannula to follow the wall; 2 s by conduction",
)
STIFFEST = Value(
    1e6,
    "Pa s",
    low=7.5e4,
    high=1e9,
    source="assumed",
    note="viscosity that stands for set cement; 75 kPa s ends curing",
)
RUN_ON = Value(
    20.0,
    "s",
    low=5.0,
    high=120.0,
    source="assumed",
    note="the needle stays connected after the last push: no study found",
)
BREATH = Value(
    4.0, "s", low=2.5, high=6.0, source="assumed", note="one breath of a ventilated patient, 10 to 24 a minute"
)
SETTING_BEGINS = Value(
    0.85,
    "dimensionless",
    low=0.6,
    high=0.95,
    source="assumed",
    note="of the setting age: from here the heat is released",
)
SETTING_ENDS = Value(
    1.15, "dimensionless", low=1.05, high=1.5, source="assumed", note="of the setting age: all is released"
)
