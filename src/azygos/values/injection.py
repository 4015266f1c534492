"""What one injection takes beside cement, bone and marrow: warmth, blood, the cannula's wall, what is visible later."""

from __future__ import annotations

from azygos.values.value import Value

MARROW_HEAT_CAPACITY = Value(
    3.7e6, "J m^-3 K^-1", low=2.3e6, high=4.0e6, source="assumed", note="between fat and water, for a mixed marrow"
)
BONE_HEAT_CAPACITY = Value(
    2.5e6,
    "J m^-3 K^-1",
    low=2.2e6,
    high=2.9e6,
    source="assumed",
    note="solid bone: about 1900 kg/m^3 times 1300 J/(kg K)",
)
BLOOD_VISCOSITY = Value(3.5e-3, "Pa s", low=3.0e-3, high=6.0e-3, source="assumed", note="nominal; ahead of a plug")
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
