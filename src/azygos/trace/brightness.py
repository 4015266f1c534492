"""What cement may read at a scan's voltage, and how much of it a bright thing holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.findings import Range
from azygos.trace.measure import Measured
from azygos.trace.quality import Quality
from azygos.values import tracing

SHARPEST = 0.10  # share that what a resolved piece reads may be off by: pores, hardening, sampling
VAGUEST = 0.95
MOST_ERROR = 0.6  # of an integral's logarithm
NINE_OF_TEN = 1.645
MOST_BONE = 0.2  # of a piece outside bone


def voltage_factor(kvp: float) -> float:
    """Cement's brightness over that at 120 kV."""
    return float((120.0 / kvp) ** tracing.VOLTAGE_POWER.number)


def cement_span_hu(quality: Quality) -> tuple[float, float]:
    """The least and the most that resolved cement reads on this scan [HU]."""
    low, high = tracing.CEMENT_WEAK.number, tracing.CEMENT_DENSE.number
    if quality.kvp is None:
        return low * tracing.VOLTAGE_140.number, high * tracing.UNKNOWN_VOLTAGE.number
    return low * voltage_factor(quality.kvp), high * voltage_factor(quality.kvp)


def doubt(one: Measured, quality: Quality) -> float:
    """Share by which the brightness that a thing would read when resolved may be off."""
    times = one.width_mm / max(quality.fwhm_mm, quality.through_mm)
    noisy = 2.0 * one.noise_hu / max(one.top_hu - one.background_hu, 1.0)
    vague = SHARPEST + (VAGUEST - SHARPEST) * float(np.exp(-0.9 * max(times, 0.0) ** 2))
    return min(vague + noisy, VAGUEST)


@dataclass(frozen=True, slots=True)
class OwnCement:
    """What this patient's cement reads, undiluted."""

    hu: float
    by_fillings: bool  # told by fillings alone, which marrow and bone dilute by an unseen share

    @property
    def spread(self) -> float:
        """Standard deviation of its logarithm from piece to piece, and of what tells it."""
        return tracing.OWN_SPREAD_FILLED.number if self.by_fillings else tracing.OWN_SPREAD.number


def own_cement(pieces: Sequence[Measured], quality: Quality) -> OwnCement | None:
    """What this patient's cement reads, by what is resolved of it; None where nothing is.

    The plateaus of wide pieces outside bone tell it, the larger counting more. Where there is none, fillings do, as far
    as the share that bone and marrow keep of them is known.
    """
    weakest = tracing.UNDILUTED.number * cement_span_hu(quality)[0]
    within = [(without_bone(p), p.inside_ml) for p in pieces if _fills(p) and without_bone(p) >= weakest]
    filled = _middle(within) if within else 0.0
    least = max(weakest, tracing.FILLED.number * filled)  # what reads less than a filling is diluted more
    outside = [(p.material_hu, p.inside_ml) for p in pieces if p.material_hu >= least and _resolved(p, quality)]
    if outside:
        return OwnCement(_middle(outside), by_fillings=False)
    return OwnCement(filled, by_fillings=True) if within else None


def _fills(one: Measured) -> bool:
    return one.candidate.fill is not None and not one.candidate.fill.beside


def without_bone(one: Measured) -> float:
    """What the cement of a filling reads by itself."""
    return one.background_hu + (one.material_hu - one.background_hu) / tracing.FILLED.number


def _resolved(one: Measured, quality: Quality) -> bool:
    """Whether a thing outside bone is wider than twice the blur every way, not at the ceiling, and no pool."""
    if one.candidate.fill is not None or one.candidate.bone >= MOST_BONE or one.inside_ml > tracing.MOST_LOST.number:
        return False
    across = min(one.width_mm, float(one.extents.widths_mm[2]))
    return across > 2.0 * max(quality.fwhm_mm, quality.through_mm) and one.clipped == 0.0


def _middle(known: Sequence[tuple[float, float]]) -> float:
    """Median of values with weights."""
    hu, weight = np.array(sorted(known)).T
    return float(hu[np.searchsorted(np.cumsum(weight), 0.5 * weight.sum())])


def volume_of(one: Measured, quality: Quality, own: OwnCement | None) -> Range:
    """Integral above the background over cement's own brightness [mL], with an interval that means nine in ten.

    Errors are shares, so they are kept as standard deviations of logarithms. What a thin thing would read resolved is
    hardly told by itself: there it is drawn to what this patient's cement reads, or else to what cement reads at all.
    """
    if one.clipped > 0.0:
        return _clipped(one, quality, None if own is None else own.hu)
    brightness, vague = _brightness(one, quality, own)
    integral = max(one.integral_hu_ml, 1e-9)
    value = integral / max(brightness - one.background_hu, 1.0)
    spread = NINE_OF_TEN * float(np.hypot(vague, _integral_error(one, quality)))
    return Range(value=value, low=value * float(np.exp(-spread)), high=value * float(np.exp(spread)))


def _thin(one: Measured, quality: Quality) -> float:
    """How little of a thing's middle the blur leaves alone, from 1 for a point to 0 for what is well resolved."""
    times = max(min(one.width_mm, float(one.extents.widths_mm[2])), 0.0) / max(quality.fwhm_mm, quality.through_mm)
    return float(np.exp(-0.8 * times**1.3))


def _integral_error(one: Measured, quality: Quality) -> float:
    """Standard deviation of the integral's logarithm: noise, ground, and what the parting of the two gets wrong."""
    integral = max(one.integral_hu_ml, 1e-9)
    ground, noise = one.ground_error_hu_ml / integral, one.integral_error_hu_ml / integral
    parting = tracing.PARTING_WIDE.number + tracing.PARTING_THIN.number * _thin(one, quality)
    return min(float(np.sqrt(ground**2 + noise**2 + parting**2)), MOST_ERROR)


def _brightness(one: Measured, quality: Quality, own: OwnCement | None) -> tuple[float, float]:
    """What this thing's cement reads [HU], and the standard deviation of its logarithm."""
    least, most = cement_span_hu(quality)
    if own is None:
        known, spread = float(np.sqrt(least * most)), float(np.log(most / least)) / (2.0 * NINE_OF_TEN)
        lowest = 0.5 * least
    else:  # what reads less is mixed with blood or worn by the blur, and holds as much cement as its integral tells
        known, spread = own.hu, own.spread
        lowest = own.hu * float(np.exp(-2.0 * spread))
    vague = tracing.BRIGHTNESS_WIDE.number + tracing.BRIGHTNESS_THIN.number * _thin(one, quality)
    weight = spread**2 / (spread**2 + vague**2)
    seen = float(np.clip(one.material_hu, lowest, max(1.5 * most, lowest)))
    middle = float(np.exp(weight * np.log(seen) + (1.0 - weight) * np.log(known)))
    peak = min(one.peak_hu - 2.5 * one.noise_hu, max(seen, known))  # a sharp kernel overshoots
    floor = max(peak, one.background_hu + 100.0)
    return max(middle, floor), vague * float(np.sqrt(weight))


def _clipped(one: Measured, quality: Quality, own_hu: float | None) -> Range:
    """At the scale's ceiling the integral is too small and the brightness not seen: both ends are bounds.

    The least volume takes the brightest cement and only what was summed; the largest takes cement as bright as the
    ceiling.
    """
    ceiling = quality.ceiling_hu if quality.ceiling_hu is not None else one.peak_hu
    _, most = cement_span_hu(quality)
    most = max(most, 1.2 * ceiling)
    span = ceiling - one.background_hu
    whole = one.integral_hu_ml / span
    least = (one.integral_hu_ml + one.saturated_ml * (most - ceiling)) / (most - one.background_hu)
    likely = own_hu if own_hu is not None and own_hu > ceiling else np.sqrt(ceiling * most)
    value = (one.integral_hu_ml + one.saturated_ml * (likely - ceiling)) / (likely - one.background_hu)
    low, high = sorted((0.9 * least, 1.05 * whole))
    return Range(value=float(np.clip(value, low, high)), low=low, high=high)
