"""How easily bone lets cement through: what was measured, and how far the measures are apart.

The prior that an ensemble draws, log-normal about 1e-8 m^2, is in ``uncertainty``; this is
what it lies between.
"""

from __future__ import annotations

from azygos.values.value import Value

ALONG_IN_OIL = Value(
    4.45e-8, "m^2", low=1.0e-8, high=7.9e-8, source="baroud2004", where="abstract", note="head-foot, n = 20; sd 1.72e-8"
)
ACROSS_IN_OIL = Value(
    3.44e-8,
    "m^2",
    low=0.9e-8,
    high=6.0e-8,
    source="baroud2004",
    where="abstract",
    note="front-back, n = 14; sd 1.26e-8",
)
HIGHEST_IN_WATER = Value(
    2.00e-8,
    "m^2",
    low=2.68e-11,
    high=2.00e-8,
    source="nauman1999",
    where="abstract",
    note="vertebra, femur, bovine tibia",
)
MOBILITY_OF_CEMENT = Value(
    6.089e-11,
    "m^2/(Pa s)",
    source="baroud2003",
    where="abstract",
    note="at the start; 6e-9 m^2 if 100 Pa s; 63 % after 18 s",
)
FROM_CANNULA_SHARE = Value(
    7.4e-9,
    "m^2",
    low=3.3e-9,
    high=2.1e-8,
    source="assumed",
    note="derived: what leaves 5 % of the pressure to bone (baroud2005) for 11 gauge; range over 13 to 8 gauge",
)
TIBIA = Value(4.84e-10, "m^2", low=0.0, high=1.2e-9, source="tibia2014", where="abstract", note="sd 3.70e-10")
ANISOTROPY_VERTEBRA = Value(
    2.05, "dimensionless", source="nauman1999", where="abstract", note="along over across; 1.3 in baroud2004"
)
POROSITY_CORRELATION = Value(
    0.38,
    "dimensionless",
    source="teo2012",
    where="abstract",
    note="R of K with porosity alone, 37 specimens; 0.50 with more",
)
REPRESENTATIVE_EDGE = Value(
    2e-3, "m", source="daish2017", where="abstract", note="below it K is not a material property"
)
SHELL = Value(
    6.35e-14,
    "m^2",
    low=6.35e-15,
    high=6.35e-13,
    source="cortex2013",
    where="table 9.1, a weak copy",
    note="vascular pores of intact cortex; exponents are broken in the copy, hence a factor of ten each way",
)
SHELL_THICKNESS = Value(
    0.35e-3,
    "m",
    low=0.09e-3,
    high=0.86e-3,
    source="silva1994",
    where="abstract",
    note="shell and end plate; range iemece1999",
)
