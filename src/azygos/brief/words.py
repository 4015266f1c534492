"""Numbers and lists as a patient reads them."""

from __future__ import annotations

from collections.abc import Sequence

SURE = 0.99  # no text says more than this


def millilitres(volume: float) -> str:
    """A volume with as many digits as it bears.

    Examples
    --------
    >>> millilitres(7.937), millilitres(0.6612), millilitres(12.04), millilitres(3.0), millilitres(0.002)
    ('7.9 mL', '0.66 mL', '12 mL', '3 mL', 'less than 0.01 mL')
    """
    if 0.0 < volume < 0.005:
        return "less than 0.01 mL"
    return f"{decimals(volume, 2 if volume < 0.995 else 1 if volume < 9.95 else 0)} mL"


def about(volume: float) -> str:
    """A volume that was rounded.

    Examples
    --------
    >>> about(7.937), about(0.002)
    ('about 7.9 mL', 'less than 0.01 mL')
    """
    told = millilitres(volume)
    return told if told.startswith("less") else f"about {told}"


def decimals(value: float, digits: int) -> str:
    """A number without zeros at its end, and without a minus before zero.

    Examples
    --------
    >>> decimals(3.0, 1), decimals(0.5, 2), decimals(100.0, 0), decimals(-0.01, 1)
    ('3', '0.5', '100', '0')
    """
    text = f"{value * (1.0 + 1e-9):.{digits}f}"  # half a digit goes away from zero, as readers round
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def length(millimetres: float) -> str:
    """Millimetres below two centimetres, centimetres above.

    Examples
    --------
    >>> length(507.2), length(12.4), length(1.26)
    ('51 cm', '12 mm', '1.3 mm')
    """
    if millimetres >= 20.0:
        return f"{decimals(millimetres / 10.0, 0)} cm"
    return f"{decimals(millimetres, 0 if millimetres >= 9.5 else 1)} mm"


def in_hundred(share: float) -> str:
    """A share as so many in a hundred.

    Examples
    --------
    >>> in_hundred(0.34375), in_hundred(0.001), in_hundred(0.0), in_hundred(1.0), in_hundred(0.998)
    ('34 in 100', 'less than 1 in 100', '0 in 100', '100 in 100', 'more than 99 in 100')
    """
    if 0.0 < share < 0.005:
        return "less than 1 in 100"
    if 0.995 <= share < 1.0:
        return "more than 99 in 100"
    return f"{decimals(100.0 * share, 0)} in 100"


def percent(share: float) -> str:
    """A share given in percent.

    Examples
    --------
    >>> percent(0.04), percent(12.2), percent(0.0)
    ('less than 1 percent', '12 percent', '0 percent')
    """
    return "less than 1 percent" if 0.0 < share < 0.95 else f"{decimals(share, 0)} percent"


def sure(certainty: float) -> str:
    """How sure something is; nothing is said to be certain.

    Examples
    --------
    >>> sure(0.9), sure(1.0)
    ('about 90 in 100', 'more than 99 in 100')
    """
    return "more than 99 in 100" if certainty > SURE + 0.005 else f"about {in_hundred(min(certainty, SURE))}"


def one_in(chance: float) -> str:
    """A small chance as one in so many, with two figures.

    Examples
    --------
    >>> one_in(0.0019298), one_in(0.000798624), one_in(0.3)
    ('1 in 520', '1 in 1,300', '1 in 3.3')
    """
    n = float(f"{1.0 / chance:.2g}")
    return f"1 in {decimals(n, 1)}" if n < 10.0 else f"1 in {n:,.0f}"


def counted(number: float, one: str, many: str = "") -> str:
    """A number with its thing.

    Examples
    --------
    >>> counted(1, "piece"), counted(3, "piece"), counted(1854, "session")
    ('1 piece', '3 pieces', '1,854 sessions')
    """
    return f"{number:,.0f} {one if round(number) == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def sentence_start(text: str) -> str:
    """The same with a capital letter."""
    return text[:1].upper() + text[1:]
