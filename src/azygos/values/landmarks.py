"""Where things lie in a body of 1.70 m, in the frame of :mod:`azygos.ground.body` (LPS, origin in the body of T8)."""

from __future__ import annotations

from azygos.ground.units import MM
from azygos.values.value import Value

_BELOW_T1 = {
    "T1": -6.9, "T2": -24.3, "T3": -42.6, "T4": -61.3, "T5": -80.2, "T6": -99.8, "T7": -120.8, "T8": -142.6,
    "T9": -165.5, "T10": -189.5, "T11": -215.1, "T12": -242.4, "L1": -272.0, "L2": -303.6, "L3": -336.6,
    "L4": -370.1, "L5": -403.6,
}  # fmt: skip

LEVEL_HEIGHT: dict[str, Value] = {
    level: Value(
        round((below - _BELOW_T1["T8"]) * MM, 6),
        "m",
        low=round((below - _BELOW_T1["T8"]) * MM - 15e-3, 6),
        high=round((below - _BELOW_T1["T8"]) * MM + 15e-3, 6),
        source="assumed",
        note="height of the body's centre over that of T8; heights and discs of the vertebra table added up, straight",
    )
    for level, below in _BELOW_T1.items()
}


def _place(x: float, y: float, z: float, why: str) -> tuple[Value, Value, Value]:
    names = ("to the left", "to the back", "to the head")
    return tuple(  # type: ignore[return-value]
        Value(
            round(at * MM, 6), "m", low=round((at - 15.0) * MM, 6), high=round((at + 15.0) * MM, 6), source="assumed",
            note=f"{why}; {name}; read off textbook sections, no measured table",
        )
        for at, name in zip((x, y, z), names, strict=True)
    )  # fmt: skip


PLACES: dict[str, tuple[Value, Value, Value]] = {
    "azygos arch": _place(-18.0, -22.0, 72.0, "arch of the azygos at T4-T5"),
    "superior vena cava, upper end": _place(-24.0, -48.0, 95.0, "union of the brachiocephalic veins"),
    "superior vena cava, azygos mouth": _place(-24.0, -45.0, 62.0, "where the arch enters its back wall"),
    "cavo-atrial junction, upper": _place(-26.0, -52.0, 28.0, "superior cava into the right atrium, T6"),
    "right atrium": _place(-28.0, -62.0, 4.0, "middle of the chamber, T7-T8"),
    "cavo-atrial junction, lower": _place(-24.0, -48.0, -22.0, "inferior cava into the right atrium, T9"),
    "tricuspid valve": _place(-12.0, -72.0, -2.0, "middle of the ring"),
    "right ventricle": _place(8.0, -92.0, -10.0, "middle of the chamber, behind the sternum"),
    "pulmonary valve": _place(10.0, -88.0, 26.0, "middle of the ring"),
    "pulmonary bifurcation": _place(4.0, -48.0, 56.0, "end of the pulmonary trunk, T5-T6"),
    "right hilum": _place(-42.0, -38.0, 44.0, "end of the right pulmonary artery"),
    "left hilum": _place(40.0, -34.0, 52.0, "end of the left pulmonary artery"),
    "caval hiatus": _place(-26.0, -40.0, -40.0, "inferior cava through the diaphragm, T8-T9 to T10"),
    "caval confluence": _place(-14.0, -34.0, -260.0, "common iliac veins join, L4-L5"),
}
"""Middle of each place in a body of 1.70 m [m, LPS]."""
