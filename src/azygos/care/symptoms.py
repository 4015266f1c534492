"""How likely symptoms are, from what is closed and what it does; thresholds that differ among patients, assumed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from azygos.care.effect import Effect
from azygos.values import care as v
from azygos.values.value import Value


def beyond(value: float, usual: float, *, middle: float, width: float) -> float:
    r"""Share of patients whose threshold lies between what is usual for them and what they bear now.

    The same loss of flow leaves one patient well and makes another breathless; nobody is troubled by nothing:

    .. math:: p = \frac{L(x)-L(x_0)}{1-L(x_0)},\qquad L(x)=\frac{1}{1+e^{-(x-m)/w}},\qquad p\ge0

    Parameters
    ----------
    value, usual : float
        :math:`x, x_0`, now and before.
    middle, width : float
        :math:`m, w` of the thresholds among patients, in the same unit; `width` may be negative for what is felt
        when it is low.

    Returns
    -------
    share : float
        [-].

    Notes
    -----
    A logistic spread, assumed. Symptoms come when their chance reaches the patient's drawn reserve.

    References
    ----------
    None; a choice.

    Examples
    --------
    >>> beyond(0.0, 0.0, middle=0.3, width=0.07), round(beyond(0.3, 0.0, middle=0.3, width=0.07), 2)
    (0.0, 0.49)
    """
    before, now = (_logistic((x - middle) / width) for x in (usual, value))
    return max((now - before) / (1.0 - before), 0.0) if before < 1.0 else 0.0


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(x, -60.0), 60.0)))


def chances_of(
    effect: Effect, usual: Effect, *, wedged: int, pierced: bool, heart_days: float | None
) -> Mapping[str, float]:
    """Chance of each symptom by now.

    Parameters
    ----------
    effect, usual : Effect
        Now, and of this patient without cement.
    wedged : int
        Pieces that close their artery.
    pierced : bool
        Whether a wall of the heart is pierced by now.
    heart_days : float or None
        Since when cement lies in the heart [days]; None: there is none.

    Returns
    -------
    chances : mapping
        From the symptom in words to its chance [-].
    """
    breathless = max(
        _beyond(effect.flow_lost, usual.flow_lost, v.BREATHLESS_FLOW, v.BREATHLESS_FLOW_WIDTH.number),
        _beyond(effect.saturation, usual.saturation, v.BREATHLESS_OXYGEN, -v.BREATHLESS_OXYGEN_WIDTH.number),
        _beyond(
            effect.pulmonary_pressure,
            usual.pulmonary_pressure,
            v.BREATHLESS_PRESSURE,
            v.BREATHLESS_PRESSURE_WIDTH.number,
        ),
    )
    fall = 1.0 - effect.cardiac_output / usual.cardiac_output if usual.cardiac_output > 0.0 else 0.0
    pain = 1.0 - (1.0 - v.PLEURAL_PAIN.number) ** wedged
    return {
        "breathlessness": breathless,
        "chest pain": max(pain, v.PIERCED_PAIN.number) if pierced else pain,
        "fainting": _beyond(fall, 0.0, v.FAINTING_OUTPUT, v.FAINTING_OUTPUT_WIDTH.number),
        "complaints from cement in the heart": _from_heart(heart_days),
    }


def any_of(chances: Mapping[str, float]) -> float:
    """Chance that at least one has come, as if each had its own threshold [-]."""
    return 1.0 - math.prod(1.0 - chance for chance in chances.values())


def leading(chances: Mapping[str, float]) -> tuple[str, ...]:
    """The likeliest symptom and those at least half as likely, likeliest first."""
    most = max(chances.values())
    named = [name for name, chance in chances.items() if chance > 0.0 and chance >= 0.5 * most]
    return tuple(sorted(named, key=lambda name: -chances[name]))


def _beyond(value: float, usual: float, middle: Value, width: float) -> float:
    return beyond(value, usual, middle=middle.number, width=width)


def _from_heart(days: float | None) -> float:
    if days is None:
        return 0.0
    return v.HEART_SYMPTOMS.number * (1.0 - math.exp2(-max(days, 0.0) / v.HEART_DELAY.number))
