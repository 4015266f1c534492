"""One vertebra after the other along the canal, told by their pedicles, and their end plates."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from azygos.ground.parcels import FloatArray, IntArray
from azygos.trace.anatomy.straight import Frame, sample
from azygos.trace.oriented import Oriented

PERIODS_MM = np.arange(14.0, 49.0)  # from one vertebra to the next
CHANGE = (-0.03, 0.10)  # logarithm of a period over that below it: mean and spread
LEAST_END = -0.3  # of the first and the last pedicle, in the same spreads
LEAST_CONTRAST = 0.25  # of pedicles over gaps, in spreads of the signal along the spine


def pedicle_signal(scan: Oriented, frame: Frame) -> FloatArray:
    """Bone beside the canal at each height: much at a pedicle, little at a foramen; shape (n,)."""
    aside = np.concatenate([-np.arange(9.0, 18.0, 2.0), np.arange(9.0, 18.0, 2.0)])
    values = np.clip(sample(scan, frame.points_mm(aside, np.array([0.0, 3.0, 6.0]))), -100.0, 500.0)
    half = aside.size // 2
    right, left = values[:, :half].mean(axis=(1, 2)), values[:, half:].mean(axis=(1, 2))
    return np.asarray(ndimage.gaussian_filter1d(np.minimum(right, left) + 0.5 * np.maximum(right, left), 1.5))


def find_pedicles(signal: FloatArray, step_mm: float = 1.0) -> FloatArray:
    """Heights of the pedicles [mm]: even steps that slowly shorten upwards and meet the signal's crests.

    Two neighbours' distances form the state of a path; each crest counts by its contrast to the troughs half
    a distance away, times that distance, so that neither half nor double steps win.
    """
    wide = max(3, round(60.0 / step_mm))
    if signal.size * step_mm < 1.3 * PERIODS_MM[0]:
        return np.empty(0)
    level = ndimage.uniform_filter1d(signal, wide, mode="reflect")
    spread = np.sqrt(np.maximum(ndimage.uniform_filter1d((signal - level) ** 2, wide, mode="reflect"), 25.0))
    crest = (signal - level) / np.maximum(spread, 20.0)
    steps = np.rint(PERIODS_MM / step_mm).astype(int)
    worth = _worths(crest, steps)
    keep = np.log(PERIODS_MM[:, None] / PERIODS_MM[None, :]) - CHANGE[0]  # [this, below]
    cost = 0.5 * (keep / CHANGE[1]) ** 2 * 0.25 * PERIODS_MM[:, None]
    best, came = worth.copy(), np.full(worth.shape, -1, dtype=np.int64)
    for h in range(signal.size):
        for p, step in enumerate(steps):
            if h < step:
                break
            before = best[h - step] - cost[p]
            q = int(before.argmax())
            if before[q] > 0.0:
                best[h, p], came[h, p] = worth[h, p] + before[q], q
    return _walk_back(best, came, steps, crest, step_mm)


def _worths(crest: FloatArray, steps: IntArray) -> FloatArray:
    """Worth of a pedicle at each height for each distance to the one below, shape (n, n_steps)."""
    n = crest.size
    worth = np.empty((n, steps.size))
    padded = np.pad(crest, int(steps.max()), mode="reflect") if n > steps.max() else np.pad(crest, int(steps.max()))
    lead = int(steps.max())
    for p, step in enumerate(steps):
        half = int(step) // 2
        troughs = 0.5 * (padded[lead - half : lead - half + n] + padded[lead + half : lead + half + n])
        worth[:, p] = (crest - troughs) * PERIODS_MM[p]
    return worth


def _walk_back(best: FloatArray, came: IntArray, steps: IntArray, crest: FloatArray, step_mm: float) -> FloatArray:
    h, p = np.unravel_index(int(best.argmax()), best.shape)
    heights = [int(h)]
    while came[h, p] >= 0:
        h, p = h - steps[p], came[h, p]
        heights.append(int(h))
    found = np.array(heights[::-1], dtype=np.float64)
    seen = np.flatnonzero(crest[found.astype(int)] > LEAST_END)  # ends of the path off any crest are no pedicles
    if seen.size == 0:
        return np.empty(0)
    found = found[seen[0] : seen[-1] + 1]
    return found * step_mm if crest[found.astype(int)].mean() > LEAST_CONTRAST else np.empty(0)


def core_signal(
    scan: Oriented, frame: Frame, left_mm: FloatArray, front_mm: FloatArray, radius_mm: float
) -> FloatArray:
    """Mean value of a thin disc across the bodies at each height, shape (n,)."""
    grid = np.linspace(-radius_mm, radius_mm, 5)
    values = np.zeros(len(frame.line_mm))
    for a in grid:
        points = (
            frame.line_mm[:, None]
            + (left_mm[:, None] + grid)[..., None] * frame.left[:, None]
            + (front_mm + a)[:, None, None] * frame.front[:, None]
        )
        values += np.clip(sample(scan, points), -100.0, 700.0).mean(axis=1)
    return values / grid.size


def end_plates(core: FloatArray, pedicles_mm: FloatArray, step_mm: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Upper and lower end plate of each vertebra [mm], from the bright lines between two pedicles."""
    n = pedicles_mm.size
    gaps = np.diff(pedicles_mm) if n > 1 else np.array([PERIODS_MM.mean()])
    around = np.concatenate([gaps[:1], gaps, gaps[-1:]])
    usual = np.array([0.5 * (around[i] + around[i + 1]) for i in range(n)])
    upper, lower = pedicles_mm + 0.36 * usual, pedicles_mm - 0.50 * usual
    for i in range(-1, n):
        low = pedicles_mm[i] if i >= 0 else pedicles_mm[0] - around[0]
        plates = _plates_between(core, low, around[i + 1], step_mm)
        if plates is None:
            continue
        if i >= 0:
            upper[i] = plates[0]
        if i + 1 < n:
            lower[i + 1] = plates[1]
    return upper, lower


def _plates_between(core: FloatArray, low_mm: float, period_mm: float, step_mm: float) -> tuple[float, float] | None:
    """The pair of bright lines, 3 to 14 mm apart, above one pedicle; None where the field ends before."""
    crest = core - ndimage.uniform_filter1d(core, max(3, round(period_mm / step_mm)), mode="nearest")
    best, found = -np.inf, None
    for gap in np.arange(3.0, 0.38 * period_mm, 1.0):
        for share in np.arange(0.25, 0.65, 0.02):
            a = (low_mm + share * period_mm - gap / 2.0) / step_mm
            b = a + gap / step_mm
            if a < 1 or b >= core.size - 1:
                continue
            mid = crest[round((a + b) / 2.0)]
            worth = crest[round(a)] + crest[round(b)] - 0.7 * mid
            worth -= 40.0 * ((share - 0.43) / 0.10) ** 2 + 20.0 * ((gap / period_mm - 0.2) / 0.1) ** 2
            if worth > best:
                best, found = worth, (a * step_mm, b * step_mm)
    return found
