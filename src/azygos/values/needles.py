"""Bore and length of cannulas. Makers differ; the bores are those of thin-walled tube, from memory."""

from __future__ import annotations

from azygos.ground.errors import InputError
from azygos.values.value import Value


def _bore(diameter: float) -> Value:
    """Six per cent either way is 27 % of pressure."""
    return Value(
        diameter,
        "m",
        low=round(0.94 * diameter, 6),
        high=round(1.06 * diameter, 6),
        source="assumed",
        note="thin-walled tube of this gauge, recalled; trocar makers differ, measure yours",
    )


INNER_DIAMETERS: dict[int, Value] = {
    8: _bore(3.429e-3),
    10: _bore(2.692e-3),
    11: _bore(2.388e-3),
    13: _bore(1.803e-3),
}
"""By gauge."""

LENGTH = Value(
    0.120, "m", low=0.100, high=0.1524, source="assumed", note="of the bore; heini2002 used 6 inches, 4-5 are usual"
)


def inner_radius(gauge: int) -> float:
    """Half of the bore of a cannula [m].

    Parameters
    ----------
    gauge : int
        8, 10, 11 or 13.

    Returns
    -------
    radius : float
        [m].

    Raises
    ------
    InputError
        For another gauge.

    Examples
    --------
    >>> inner_radius(11)
    0.001194
    """
    if gauge not in INNER_DIAMETERS:
        known = ", ".join(str(size) for size in INNER_DIAMETERS)
        raise InputError(f"no bore is known for a needle of {gauge} gauge. Known: {known}.")
    return 0.5 * INNER_DIAMETERS[gauge].number
