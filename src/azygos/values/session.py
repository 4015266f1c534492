"""What a session in the suite takes beside cement and bone: time between vertebrae, a syringe, who sees a leak."""

from __future__ import annotations

from azygos.values.value import Value

CHANGE_OVER = Value(
    120.0,
    "s",
    low=30.0,
    high=600.0,
    source="assumed",
    note="From the end of one vertebra's injection to the start of the next; needles stand already. No study found.",
)
SYRINGE_VOLUME = Value(
    10e-6,
    "m^3",
    low=1e-6,
    high=20e-6,
    source="assumed",
    note="Cement and air in the syringe at the start; sets how much squeezed air stores. 1 mL syringes are used too.",
)
SEEN_VASCULAR = Value(
    0.51,
    "dimensionless",
    source="palm2018",
    where="abstract: fluoroscopy against CT, intravascular leaks, 78 patients, 115 vertebrae",
)
SEEN_CANAL = Value(
    0.21,
    "dimensionless",
    source="palm2018",
    where="abstract: fluoroscopy against CT, epidural leaks",
)
SEEN_OTHER = Value(
    0.53,
    "dimensionless",
    low=0.31,
    high=0.75,
    source="assumed",
    note="Half-way between extravertebral (0.31) and disc leaks (0.75) of Palm et al. (2018).",
)
VISIBLE_LEAK = Value(
    0.02e-6,
    "m^3",
    low=0.005e-6,
    high=0.1e-6,
    source="assumed",
    note="A way out counts as leaking from this volume on: a ball of 3.4 mm, which a planning CT shows without doubt.",
)
