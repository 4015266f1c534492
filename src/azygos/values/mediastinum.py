"""Where heart chambers and great vessels lie, by the carina and the heart's box: for the tracer's landmarks."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.units import MM
from azygos.values.value import Value

_WHY = "read off sections of textbooks for a chest of usual size, no measured table"


def _length(number_mm: float, off_mm: float, what: str) -> Value:
    return Value(
        round(number_mm * MM, 6), "m", low=round((number_mm - off_mm) * MM, 6),
        high=round((number_mm + off_mm) * MM, 6), source="assumed", note=f"{what}; {_WHY}",
    )  # fmt: skip


def _share(number: float, off: float, what: str) -> Value:
    return Value(
        number, "dimensionless", low=round(number - off, 3), high=round(number + off, 3), source="assumed",
        note=f"{what}, as a share of the heart's box; {_WHY}",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ball:
    """An ellipsoid in the heart's box: 0 to 1 from right to left, front to back, below to above."""

    region: str
    middle: tuple[Value, Value, Value]
    radius: tuple[Value, Value, Value]


@dataclass(frozen=True, slots=True)
class Stop:
    """A point of a vessel's middle line, from the carina to the left, the back and the head."""

    at: tuple[Value, Value, Value]
    radius: Value


def _ball(region: str, middle: tuple[float, float, float], radius: tuple[float, float, float]) -> Ball:
    return Ball(
        region,
        tuple(_share(x, 0.1, f"middle, {region}") for x in middle),  # type: ignore[arg-type]
        tuple(_share(x, 0.08, f"half size, {region}") for x in radius),  # type: ignore[arg-type]
    )


def _line(name: str, *stops: tuple[float, float, float, float]) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            tuple(_length(x, 10.0, f"middle line, {name}") for x in stop[:3]),  # type: ignore[arg-type]
            _length(stop[3], 3.0, f"radius, {name}"),
        )
        for stop in stops
    )


CHAMBERS: tuple[Ball, ...] = (
    _ball("right_atrium", (0.16, 0.55, 0.45), (0.20, 0.28, 0.40)),
    _ball("right_ventricle", (0.50, 0.20, 0.35), (0.30, 0.22, 0.38)),
    _ball("left_heart", (0.74, 0.55, 0.35), (0.28, 0.30, 0.38)),
    _ball("left_heart", (0.47, 0.85, 0.65), (0.30, 0.20, 0.28)),
    _ball("aorta", (0.38, 0.45, 0.88), (0.14, 0.16, 0.25)),
    _ball("pulmonary_trunk", (0.58, 0.22, 0.92), (0.14, 0.17, 0.22)),
)
"""Chambers and roots; each place in the heart goes to the ellipsoid it lies deepest in."""

VESSELS: dict[str, tuple[Stop, ...]] = {
    "superior_vena_cava": _line(
        "superior cava", (-20.0, -26.0, -50.0, 10.0), (-20.0, -28.0, 0.0, 10.0), (-20.0, -34.0, 32.0, 9.0)
    ),
    "right brachiocephalic vein": _line(
        "right brachiocephalic vein", (-20.0, -36.0, 36.0, 8.0), (-26.0, -44.0, 70.0, 8.0)
    ),
    "left brachiocephalic vein": _line(
        "left brachiocephalic vein", (-16.0, -40.0, 36.0, 8.0), (6.0, -50.0, 46.0, 8.0), (30.0, -46.0, 66.0, 8.0)
    ),
    "ascending aorta": _line("ascending aorta", (4.0, -38.0, -45.0, 17.0), (-4.0, -40.0, -10.0, 17.0),
                             (0.0, -34.0, 15.0, 15.0)),
    "aortic arch": _line("aortic arch", (0.0, -34.0, 15.0, 15.0), (12.0, -12.0, 28.0, 14.0), (26.0, 12.0, 22.0, 13.0),
                         (28.0, 22.0, 5.0, 12.0)),
    "pulmonary_trunk": _line("pulmonary trunk", (24.0, -52.0, -45.0, 14.0), (22.0, -38.0, -18.0, 14.0)),
    "right_pulmonary_artery": _line(
        "right pulmonary artery", (20.0, -34.0, -16.0, 12.0), (-8.0, -16.0, -20.0, 11.0), (-40.0, -6.0, -26.0, 10.0)
    ),
    "left_pulmonary_artery": _line(
        "left pulmonary artery", (24.0, -32.0, -12.0, 12.0), (38.0, -6.0, -6.0, 11.0), (44.0, 8.0, -18.0, 10.0)
    ),
    "hilum_right": _line("right hilum", (-42.0, -4.0, -28.0, 16.0), (-46.0, 0.0, -48.0, 14.0)),
    "hilum_left": _line("left hilum", (46.0, 6.0, -20.0, 16.0), (46.0, 10.0, -42.0, 14.0)),
}  # fmt: skip
"""Middle lines and radii from the carina, for a chest of usual width."""

CHEST_WIDTH = Value(
    0.26, "m", low=0.21, high=0.31, source="assumed",
    note="inner width of the chest at the carina to which the lines belong; the lines are scaled by the width met",
)  # fmt: skip
HEART_TOP = _length(-22.0, 8.0, "upper end of the heart's box from the carina")
HEART_BOTTOM_LEFT = _length(-36.0, 12.0, "lower end of the heart on its left, from the top of the right dome")
HEART_BOTTOM_RIGHT = _length(-6.0, 8.0, "lower end of the heart on its right, from the top of the right dome")
HEART_HEIGHT = _length(85.0, 20.0, "height of the heart's box where no dome is in the field")
BEFORE_SPINE = _length(22.0, 6.0, "from the front of the vertebral bodies to the back of the heart: oesophagus, aorta")
