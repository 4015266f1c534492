"""What cement may read at a scan's voltage, and how much of it a bright thing holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from azygos.ground.findings import Range
from azygos.trace.measure import Measured
from azygos.trace.quality import Quality
from azygos.values import tracing

SHARPEST = 0.10  # share that what a resolved piece reads may be off by: pores, hardening, sampling
VAGUEST = 0.95
GROUND = 0.05  # share of an integral by which the background carried on under a thing may be off
NINE_OF_TEN = 1.645


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
    times = one.width_mm / max(quality.fwhm_mm, 0.7 * quality.slice_mm)
    noisy = 2.0 * one.noise_hu / max(one.top_hu - one.background_hu, 1.0)
    vague = SHARPEST + (VAGUEST - SHARPEST) * float(np.exp(-0.9 * max(times, 0.0) ** 2))
    return min(vague + noisy, VAGUEST)


def own_cement_hu(pieces: Sequence[Measured], quality: Quality) -> float | None:
    """What this patient's cement reads: the plateau of pieces wider than twice the blur and not at the ceiling."""
    wide = 2.0 * max(quality.fwhm_mm, quality.slice_mm)
    known = [p.material_hu for p in pieces if p.width_mm > wide and p.clipped == 0.0 and p.candidate.bone < 0.2]
    return float(np.median(known)) if known else None


def volume_of(one: Measured, quality: Quality, own_hu: float | None) -> Range:
    """Integral above the background over cement's own brightness [mL], with an interval that means nine in ten."""
    low_hu, high_hu = _brightness(one, quality, own_hu)
    middle_hu = float(np.clip(one.material_hu, low_hu, high_hu))
    if one.clipped > 0.0:
        return _clipped(one, quality, own_hu)
    error = NINE_OF_TEN * one.integral_error_hu_ml
    integral = max(one.integral_hu_ml, 1e-9)
    least = max(min(integral, one.other_hu_ml) * (1.0 - GROUND) - error, 0.2 * integral)
    most = max(integral, min(one.other_hu_ml, 2.0 * integral)) * (1.0 + GROUND) + error
    value = integral / (middle_hu - one.background_hu)
    low, high = least / (high_hu - one.background_hu), most / (low_hu - one.background_hu)
    return Range(value=value, low=min(low, value), high=max(high, value))


def _brightness(one: Measured, quality: Quality, own_hu: float | None) -> tuple[float, float]:
    """Between what this thing's cement may read: no less than its peak, no more than cement can [HU]."""
    least, most = cement_span_hu(quality)
    share = doubt(one, quality)
    low, high = one.material_hu * (1.0 - share), one.material_hu * (1.0 + share)
    if own_hu is not None and share > 0.25:
        low, high = max(low, 0.8 * own_hu), min(high, 1.2 * own_hu)
    floor = max(one.peak_hu - 2.5 * one.noise_hu, one.background_hu + 100.0)
    low = max(min(low, most), floor, tracing.FAINT.number * least)
    return low, max(min(high, most), 1.05 * low)


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
    saturated = one.clipped * one.inside_ml
    least = (one.integral_hu_ml + saturated * (most - ceiling)) / (most - one.background_hu)
    likely = own_hu if own_hu is not None and own_hu > ceiling else np.sqrt(ceiling * most)
    value = (one.integral_hu_ml + saturated * (likely - ceiling)) / (likely - one.background_hu)
    low, high = sorted((0.9 * least, 1.05 * whole))
    return Range(value=float(np.clip(value, low, high)), low=low, high=high)
