"""How hard a hand pushes, and how much air gives way.

What an ensemble draws (air, ceiling) is in ``uncertainty``, the syringe's volume in ``session``.
"""

from __future__ import annotations

from azygos.values.value import Value

PEAK_PRESSURE_NARROW = Value(
    1.693e6,
    "Pa",
    low=0.39e6,
    high=3.0e6,
    source="krebs2005",
    where="abstract",
    note="opening 1.8 mm; sd 0.653; range 2 sd",
)
PEAK_PRESSURE_WIDE = Value(
    1.727e6,
    "Pa",
    low=0.53e6,
    high=2.92e6,
    source="krebs2005",
    where="abstract",
    note="opening 3 mm; sd 0.597; range 2 sd",
)
HIGHEST_PRESSURE = Value(3.215e6, "Pa", source="krebs2005", where="abstract", note="highest peak in any patient")
PORES_OF_SET_CEMENT = Value(
    0.10, "dimensionless", low=0.0, high=0.10, source="haas1975", where="abstract", note="up to; fast mixing"
)
CANNULA_SHARE = Value(
    0.95,
    "dimensionless",
    source="baroud2005",
    where="abstract",
    note="of the pressure; 64-96 % for 8 gauge over the prior of K",
)
CANNULA_GAIN = Value(
    0.63,
    "dimensionless",
    source="baroud2005",
    where="abstract",
    note="less pressure with twice the proximal bore, 4 mL/min",
)
