"""Words, numbers with their units, and the page they stand on."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from azygos.ground.units import CELSIUS_ZERO, KPA, ML, MPA
from azygos.plan.statistics import Estimate, PairedDifference

GAP = "\u00a0"  # keeps a number and its unit on one line
NOTHING = "\u2013"

DRAWN = {
    "permeability_median": "bone permeability",
    "permeability_sigma": "unevenness of permeability",
    "permeability_length": "size of its patches",
    "permeability_density_slope": "how far density tells it",
    "anisotropy": "head-foot over transverse",
    "marrow_viscosity": "marrow viscosity",
    "marrow_yield": "pressure marrow must feel",
    "cement_consistency_factor": "cement consistency",
    "cement_e_folding_factor": "cement thickening time",
    "cement_index_shift": "cement shear-thinning index",
    "cement_batch": "speed of this batch",
    "activation_early": "activation energy, early",
    "activation_late": "activation energy, late",
    "outlet_pressure": "venous pressure",
    "breathing_pressure": "breathing wave",
    "foramen_depth": "depth of the foramen",
    "vein_radius_factor": "radius of veins",
    "anterior_vein_count": "anterior veins, count",
    "segmental_vein_count": "segmental veins, count",
    "cortical_gap_count": "cortical gaps, count",
    "end_plate_gap_count": "end-plate gaps, count",
    "gap_radius": "radius of gaps",
    "shell_seepage": "leakiness of the shell",
    "air_fraction": "air in the syringe",
    "pressure_ceiling": "operator's strongest push",
    "operator_delay": "operator's delay",
    "operator_visible_volume": "smallest leak seen",
    "operator_chance": "operator's chance to miss",
}
"""What a reader calls the fields of a draw."""


def number(value: float, digits: int) -> str:
    """A number with a true minus sign and never a minus zero; a dash where there is none.

    Examples
    --------
    >>> number(-0.001, 1), number(-2.25, 1), number(float("nan"), 1)
    ('0.0', '−2.3', '–')
    """
    if not math.isfinite(value):
        return NOTHING
    text = f"{value * (1.0 + 1e-9):.{digits}f}"  # half a digit goes away from zero, as readers round
    return f"{abs(float(text)):.{digits}f}" if float(text) == 0.0 else text.replace("-", "\u2212")


def signed(value: float, digits: int) -> str:
    """The same with a plus sign where it is above zero."""
    text = number(value, digits)
    return "+" + text if math.isfinite(value) and float(f"{value:.{digits}f}") > 0.0 else text


def scientific(value: float) -> str:
    """A number with its power of ten.

    Examples
    --------
    >>> scientific(2.94e-9), scientific(0.0)
    ('2.9 × 10⁻⁹', '0')
    """
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else NOTHING
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa} × 10" + str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def short(text: str, longest: int) -> str:
    """A name cut to fit a picture; the tables say it in full."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\u2026"


def percent(share: float) -> str:
    """A share as whole percent."""
    return number(100.0 * share, 0) + (GAP + "%" if math.isfinite(share) else "")


def percent_range(chance: Estimate) -> str:
    """The interval of a chance: ``11 to 39 %``."""
    return f"{number(100.0 * chance.low, 0)} to {percent(chance.high)}"


def with_range(estimate: Estimate, factor: float, unit: str, digits: int, offset: float = 0.0) -> str:
    """``0.42 (0.12 to 0.88) mL`` of an SI estimate; a dash where nothing was counted."""
    if not math.isfinite(estimate.value):
        return NOTHING
    middle, low, high = (number(x / factor - offset, digits) for x in (estimate.value, estimate.low, estimate.high))
    return f"{middle} ({low} to {high}){GAP}{unit}" if unit else f"{middle} ({low} to {high})"


AMOUNT_WORDS: dict[str, tuple[str, Callable[[Estimate], str]]] = {
    "injected volume": ("Injected", lambda e: with_range(e, ML, "mL", 1)),
    "leaked volume": ("Left the bone", lambda e: with_range(e, ML, "mL", 3)),
    "fill share": ("Fill of the body", lambda e: with_range(e, 0.01, "%", 0)),
    "symmetry": ("Symmetry (1 is even)", lambda e: with_range(e, 1.0, "", 2)),
    "highest plunger pressure": ("Highest plunger pressure", lambda e: with_range(e, MPA, "MPa", 2)),
    "highest tip pressure": ("Highest pressure at the tip", lambda e: with_range(e, KPA, "kPa", 1)),
    "highest sensor pressure": ("Highest pressure at the sensor", lambda e: with_range(e, KPA, "kPa", 1)),
    "peak temperature": ("Highest temperature", lambda e: with_range(e, 1.0, "\u00b0C", 0, CELSIUS_ZERO)),
}

DIFFERENCE_UNITS: dict[str, tuple[float, str, int]] = {
    "leaked volume": (ML, "mL", 3),
    "injected volume": (ML, "mL", 2),
    "fill share": (0.01, "points", 1),
    "symmetry": (1.0, "", 2),
    "highest plunger pressure": (MPA, "MPa", 2),
}


def difference_words(d: PairedDifference) -> dict[str, str]:
    """One paired difference as a row of a table, with its verdict in words."""
    factor, unit, digits = DIFFERENCE_UNITS.get(d.quantity, (0.01, "points", 0))
    level = "%" if unit == "points" else unit
    return {
        "quantity": d.quantity if d.kind == "chance" else f"{d.quantity}, mean",
        "plan": _unit(number(d.plan / factor, digits), level),
        "other": _unit(number(d.other / factor, digits), level),
        "difference": _unit(signed(d.difference / factor, digits), unit),
        "interval": _interval(d, factor, unit, digits),
        "verdict": d.noise or ("higher" if d.difference > 0.0 else "lower"),
    }


def _unit(text: str, unit: str) -> str:
    return text if text == NOTHING or not unit else f"{text}{GAP}{unit}"


def _interval(d: PairedDifference, factor: float, unit: str, digits: int) -> str:
    if d.low == d.high == 0.0:
        return "no draw differs"
    if not (math.isfinite(d.low) and math.isfinite(d.high)):
        return "too few draws"
    return _unit(f"{signed(d.low / factor, digits)} to {signed(d.high / factor, digits)}", unit)


def outcome_words(outcome: str) -> str:
    """What a driver was correlated with."""
    return "all that leaked" if outcome == "leaked volume" else f"by the {outcome}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 draw``, ``2 draws``.

    Examples
    --------
    >>> plural(1, "draw"), plural(3, "vertebra", "vertebrae")
    ('1\\xa0draw', '3\\xa0vertebrae')
    """
    return f"{count}{GAP}{one if count == 1 else (many or one + 's')}"


def picture(png: bytes) -> str:
    """PNG bytes as an address that holds the picture itself."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def render(template: str, **context: Any) -> str:
    """Fill one of this folder's templates; every value is escaped unless it was made here as markup."""
    import jinja2

    folder = files("azygos.report") / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**context)
