"""What a session takes beside cement and bone: a change-over, a syringe, a needle's track, a visible leak."""

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
VISIBLE_LEAK = Value(
    0.02e-6,
    "m^3",
    low=1.77e-9,
    high=0.1e-6,
    source="assumed",
    note="A way out counts as leaking from this volume on: a ball of 3.4 mm, which any CT shows without doubt. The "
    "smallest that thin slices show is a ball of 1.5 mm, 0.0018 mL. The predictions of experiments use the same bound.",
)


def _tube(diameter: float) -> Value:
    return Value(
        diameter,
        "m",
        low=round(0.97 * diameter, 6),
        high=round(1.03 * diameter, 6),
        source="assumed",
        note="Nominal outer diameter of this gauge, recalled; the hole in the bone that cement may follow back.",
    )


OUTER_DIAMETERS: dict[int, Value] = {8: _tube(4.19e-3), 10: _tube(3.40e-3), 11: _tube(3.05e-3), 13: _tube(2.41e-3)}
"""By gauge."""
