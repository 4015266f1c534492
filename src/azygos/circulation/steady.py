"""The beat that repeats: one beat of the closed loop, and the state in which beats no longer change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from azygos.circulation import kernels as k
from azygos.circulation.reflexes import felt_error
from azygos.ground.errors import DidNotConverge, require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import ML, MMHG

N_STATE = 11
INSTANTS = 65  # of one beat that its means are taken over: within 3e-5 of those over 513
RELATIVE = 1e-6  # of the solver
MOST_STEPS = 20_000  # of it in one beat
ABSOLUTE = 1e-9  # m^3 and m^3/s: a thousandth of a millilitre
CLOSE = 2e-3  # change from beat to beat at which beats are called the same [mL, mL/s / 100, mmHg]
ROUGH = 10.0  # the same, for a circulation so blocked that its beats alternate
PATIENCE = 20  # beats after which less and less is asked, twice as rough for each further five
CREEP = 40  # beats after which beats follow each other as they come, without extrapolation
MOST_BEATS = 100
WINDOW = 5  # beats that an extrapolation looks back on
RELAX = 0.5  # share of the way that the reflex goes in one beat
SCALE = np.array([ML] * 6 + [100.0 * ML] * 4 + [MMHG])

SERIES = (
    "heart_rate", "cardiac_output", "pulmonary_pressure", "pulmonary_systolic", "right_atrial_pressure",
    "arterial_pressure", "wedge_pressure", "right_ventricle_filling", "left_ventricle_filling", "right_ejection",
    "coupling",
)  # fmt: skip

Build = Callable[[float], FloatArray]
"""From the felt pressure error [Pa] to the parameters of a beat."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steady(Parcel):
    """One circulation whose beats no longer change."""

    state: FloatArray  # shape (10,), at the start of a beat [m^3, m^3 s^-1]
    error: float  # that the reflex feels [Pa]
    numbers: FloatArray  # shape (len(SERIES),), in the order of SERIES [SI]

    def __post_init__(self) -> None:
        self.seal("state", "numbers")
        require(bool(np.all(np.isfinite(self.numbers))), "a circulation must have finite numbers", DidNotConverge)

    def __getitem__(self, name: str) -> float:
        return float(self.numbers[SERIES.index(name)])


def carry(
    p: FloatArray,
    state: FloatArray,
    begin: float,
    end: float,
    *,
    relative: float = RELATIVE,
    absolute: float = ABSOLUTE,
    first: float = 1e-4,
) -> FloatArray:
    """State at `end`, from the one at `begin` of a beat, with the pressure over time in its last place; tries `first`.

    Raises
    ------
    DidNotConverge
        If the steps become too small or too many.
    """
    y = np.array(state)
    status = k.advance(begin, end, p, relative, absolute, first, MOST_STEPS, y)
    require(status == k.DONE, f"the solver stopped within a beat, between {begin:.4f} and {end:.4f} s", DidNotConverge)
    return y


def one_beat(p: FloatArray, start: FloatArray) -> FloatArray:
    """State after one beat, with the mean aortic pressure [Pa] in its last place."""
    end = carry(p, np.append(start, 0.0), 0.0, p[k.PERIOD])
    end[10] /= p[k.PERIOD]
    return end


def trace(p: FloatArray, start: FloatArray, instants: int = INSTANTS) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times, states (n, 10) and pressures (n, 7) through one beat."""
    times = np.linspace(0.0, p[k.PERIOD], instants)
    first = 0.25 * float(times[1])  # each instant is begun anew
    states = np.empty((instants, N_STATE))
    states[0] = np.append(start, 0.0)
    for i in range(1, instants):
        states[i] = carry(p, states[i - 1], times[i - 1], times[i], first=first)
    pressures = np.empty((instants, 7))
    k.curves(times, states, p, pressures)
    return times, states[:, :10], pressures


def summarise(p: FloatArray, start: FloatArray) -> FloatArray:
    """What a monitor and an echo would show of one beat, in the order of ``SERIES``."""
    times, states, pressures = trace(p, start)
    mean = np.trapezoid(pressures, times, axis=0) / p[k.PERIOD]
    output = (mean[4] - mean[5]) / p[k.SYS_R]
    most, least = states[:, 1].max(), states[:, 1].min()
    stroke = max(output * p[k.PERIOD], 1e-9)
    afterload = max(mean[2] / stroke, 1e-9)
    return np.array([
        1.0 / p[k.PERIOD], output, mean[2], pressures[:, 2].max(), mean[5], mean[4], mean[3], most,
        states[:, 0].max(), 1.0 - least / most, p[k.RV_E] / afterload,
    ])  # fmt: skip


def settle(build: Build, start: FloatArray, error: float, *, set_point: float) -> Steady:
    """Beat until beats no longer change.

    A beat maps the state at its start, with the error that the reflex feels, to the next; the point that it leaves
    alone is sought by Anderson's extrapolation over the last beats.

    Raises
    ------
    DidNotConverge
        If beats still differ by more than ten millilitres or mmHg in the end.
    """
    z = np.append(start, error) / SCALE
    before: list[FloatArray] = []
    after: list[FloatArray] = []
    change = np.inf
    for count in range(MOST_BEATS):
        image = _next(build, z, set_point)
        change = float(np.max(np.abs(image - z)))
        if change < CLOSE * 2.0 ** (max(0, count - PATIENCE) / 5.0):
            break
        before.append(z)
        after.append(image)
        z = _extrapolate(before[-WINDOW:], after[-WINDOW:]) if count < CREEP else image
    require(
        change < ROUGH,
        f"the circulation found no steady beat in {MOST_BEATS}: beats still differ by {change:.2g} mL or mmHg",
        DidNotConverge,
    )
    z = image * SCALE
    return Steady(state=z[:10], error=float(z[10]), numbers=summarise(build(float(z[10])), z[:10]))


def _next(build: Build, z: FloatArray, set_point: float) -> FloatArray:
    """One beat and what the reflex makes of it."""
    y = z * SCALE
    end = one_beat(build(float(y[10])), y[:10])
    if set_point > 0.0:
        end[10] = y[10] + RELAX * (felt_error(float(end[10]), set_point=set_point) - y[10])
    else:
        end[10] = 0.0
    return np.asarray(end / SCALE)


def _extrapolate(before: list[FloatArray], after: list[FloatArray]) -> FloatArray:
    """Anderson's next guess; the plain next beat where that would leave no blood in a chamber."""
    image = after[-1]
    if len(before) < 2:
        return image
    gaps = np.array(after) - np.array(before)
    steps, images = np.diff(gaps, axis=0).T, np.diff(np.array(after), axis=0).T
    weight, *_ = np.linalg.lstsq(steps, gaps[-1], rcond=1e-8)
    guess = np.asarray(image - images @ weight)
    wild = np.any(guess[:6] < 0.5 * np.minimum(image[:6], 10.0)) or np.max(np.abs(guess[:6] - image[:6])) > 200.0
    return image if wild else guess
