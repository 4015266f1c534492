"""Draw one patient's circuit: Smith's loop scaled to the body, then beaten until its own beat repeats."""

from __future__ import annotations

import math

import numpy as np

from azygos.circulation import kernels as k
from azygos.circulation.circuit import Circuit
from azygos.circulation.reflexes import gain_at_age
from azygos.circulation.steady import Steady, settle
from azygos.ground.body import Body
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.units import MINUTE, MMHG
from azygos.values import circulation as v

_WALLS = {"E": "Ees", "VD": "Vd", "P0": "P0", "LAMBDA": "lambda", "V0": "V0"}
_NAMES = {
    "PCD_P0": "P0_pcd", "PCD_LAMBDA": "lambda_pcd", "PCD_V0": "V0_pcd", "THORAX": "P_th", "PUL_R": "R_pul",
    "SYS_R": "R_sys",
    **{f"{a}_{x}": f"{y}_{b}" for a, b in (("LV", "lvf"), ("RV", "rvf"), ("SPT", "spt")) for x, y in _WALLS.items()},
    **{f"{a}_E": f"Ees_{a.lower()}" for a in ("PA", "PU", "AO", "VC")},
    **{f"{a}_{x}": f"{x}_{a.lower()}" for a in ("MT", "AV", "TC", "PV") for x in ("R", "L")},
}  # fmt: skip
_STATES = ("V_lv", "V_rv", "V_pa", "V_pu", "V_ao", "V_vc", "Q_mt", "Q_av", "Q_tc", "Q_pv")

HEART = ("LV", "RV", "SPT")
VALVES = (k.MT_R, k.MT_L, k.AV_R, k.AV_L, k.TC_R, k.TC_L, k.PV_R, k.PV_L)
CANDIDATES = 256  # pairs of exponent and failure that are looked through for one that fits the coupling seen
ROUNDS = 4  # of beating and rescaling until output and pressures are those drawn

_SMITH_OUTPUT = 5.28e-3 / MINUTE  # of Smith's own set, found by running it: a first guess of size [m^3 s^-1]


def smith_parameters() -> FloatArray:
    """Smith's own set, in the order of the kernel."""
    p = np.zeros(k.N_PARAMETERS)
    p[[k.AMPLITUDE, k.WIDTH, k.PERIOD]] = 1.0, v.ACTIVATION_WIDTH.number, v.PERIOD.number
    for place, name in _NAMES.items():
        p[getattr(k, place)] = v.SMITH[name].number
    return p


def smith_start() -> FloatArray:
    """Smith's own state at the start of a beat."""
    return np.array([v.SMITH[f"{name}_init"].number if f"{name}_init" in v.SMITH else 0.0 for name in _STATES])


def blood_volume(body: Body) -> float:
    r"""All blood of a body, after Nadler [m^3].

    .. math:: V = a H^3 + b W + c

    with height :math:`H`, mass :math:`W` and constants for each sex (``values/circulation.py``).

    Examples
    --------
    >>> round(blood_volume(Body(sex="female", age=70.0, height=1.6, mass=64.0)) * 1e3, 2)
    3.76
    """
    a, b, c = (value.number for value in v.NADLER[body.sex])
    return a * body.height**3 + b * body.mass + c


def draw_circuit(body: Body, rng: np.random.Generator, *, resistance_factor: float = 1.0) -> Circuit:
    """Draw heart, vessels, reflexes, lungs' answer and bounds of survival for one body.

    Parameters
    ----------
    body : Body
        Who the patient is.
    rng : Generator
        Of this room and patient.
    resistance_factor : float
        The lungs' resistance before anything is blocked, over a healthy one's: earlier lung or heart disease.

    Returns
    -------
    circuit : Circuit
        Its baseline beats steadily; :func:`check_baseline` says whether a patient can live with it.

    Examples
    --------
    >>> body = Body(sex="female", age=70.0, height=1.6, mass=64.0)
    >>> circuit = draw_circuit(body, np.random.default_rng(0))
    >>> 10.0 < circuit.baseline["pulmonary_pressure"] / 133.322 < 20.0
    True
    """
    require(
        0.0 < resistance_factor <= 50.0,
        f"a pulmonary resistance {resistance_factor:g} times the healthy one is not possible here (0 to 50)",
    )
    drawn = {name: uncertain.at(float(rng.random())) for name, uncertain in v.DRAWN.items()}
    index_z = float(np.clip(rng.standard_normal(), -2.0, 2.0))
    candidates = rng.random((CANDIDATES, 3))
    blood = blood_volume(body)
    p, start = _scaled(drawn, blood)
    healthy, p = _conditioned(p, start, drawn, output=cardiac_index(body.age, index_z) * body.surface)
    exponent, limit = _failure(candidates, healthy)
    baseline = healthy
    if resistance_factor != 1.0:
        p[k.PUL_R] *= resistance_factor
        baseline = settle(lambda _: p, healthy.state, 0.0, set_point=0.0)
        limit = max(limit * baseline["coupling"] / healthy["coupling"], 1.05)
    gain = drawn["reflex_gain"] * gain_at_age(body.age)
    stressed = float(np.sum(baseline.state[:6]))
    return Circuit(
        body=body,
        parameters=p,
        baseline=baseline,
        blood_volume=blood,
        exponent=exponent,
        failure_limit=limit,
        failure_steepness=drawn["failure_steepness"],
        reflex_period=gain * v.REFLEX_PERIOD.number,
        reflex_resistance=gain * v.REFLEX_RESISTANCE.number,
        reflex_veins=gain * v.REFLEX_VEINS.number * blood / v.REFLEX_BLOOD.number,
        shortest_beat=1.0 / (v.FASTEST_BEAT[0].number - v.FASTEST_BEAT[1].number * body.age),
        pooled_prone=drawn["pooled_prone"] * stressed,
        pooled_upright=drawn["pooled_upright"] * stressed,
        fat_scale=drawn["fat_scale"],
        dead_space=drawn["dead_space"],
        ventilation_shift=drawn["ventilation_shift"],
        shunt=drawn["shunt"],
        overflow_shunt=drawn["overflow_shunt"],
        breathing_reserve=drawn["breathing_reserve"],
        haemoglobin=drawn["haemoglobin"],
        oxygen_demand=v.OXYGEN_DEMAND[1 if body.age >= 70.0 else 0].number * body.surface,
        lowest_output=drawn["lowest_index"] * body.surface,
        lowest_pressure=drawn["lowest_pressure"],
        endures=drawn["endures"],
    )


def cardiac_index(age: float, z: float) -> float:
    """Output for each m^2 of body, `z` sd from the mean of that age, within its printed range [m/s]."""
    value = v.CARDIAC_INDEX
    mean = value.number + v.INDEX_PER_YEAR.number * max(0.0, 60.0 - age)
    low, high = value.low or 0.0, (value.high or math.inf) + mean - value.number
    return min(max(mean + z * v.CARDIAC_INDEX_SD.number, low), high)


def _scaled(drawn: dict[str, float], blood: float) -> tuple[FloatArray, FloatArray]:
    """Smith's set with this draw's spread, its large veins as wide as the blood asks."""
    p, start = smith_parameters(), smith_start()
    p[k.WIDTH] *= p[k.PERIOD] * drawn["heart_rate"]
    p[k.PERIOD] = 1.0 / drawn["heart_rate"]
    p[k.THORAX] = drawn["thorax"]
    p[k.LV_E] *= drawn["left_strength"]
    p[k.RV_E] *= drawn["right_strength"]
    p[k.PA_E] *= drawn["artery_elastance"]
    p[k.AO_E] *= drawn["aorta_elastance"]
    size = blood / v.BLOOD_VOLUME.number
    p[[k.PU_E, k.VC_E]] /= size
    start[[3, 5]] *= size * drawn["filling"]
    start[[2, 4]] /= drawn["artery_elastance"], drawn["aorta_elastance"]
    return p, start


def resize(p: FloatArray, state: FloatArray, factor: float) -> None:
    """Make heart, arteries and valves `factor` times as large, in place: flows grow with them, pressures stay."""
    for wall in HEART:
        p[[getattr(k, f"{wall}_{name}") for name in ("VD", "V0")]] *= factor
        p[[getattr(k, f"{wall}_{name}") for name in ("E", "LAMBDA")]] /= factor
    p[k.PCD_V0] *= factor
    p[[k.PCD_LAMBDA, k.PA_E, k.AO_E, k.PUL_R, k.SYS_R, *VALVES]] /= factor
    state[[0, 1, 2, 4, 6, 7, 8, 9]] *= factor


def _conditioned(
    p: FloatArray, start: FloatArray, drawn: dict[str, float], *, output: float
) -> tuple[Steady, FloatArray]:
    """Size the heart for the drawn output; set walls and resistances for the drawn pressures."""
    p, state = p.copy(), start.copy()
    resize(p, state, output / _SMITH_OUTPUT)
    found = settle(lambda _: p, state, 0.0, set_point=0.0)
    for _ in range(ROUNDS):
        state = found.state.copy()
        resize(p, state, output / found["cardiac_output"])
        _stiffen(p, found, drawn)
        p[k.PUL_R] = drawn["lung_gradient"] / output
        p[k.SYS_R] = (drawn["arterial_pressure"] - drawn["right_atrial_pressure"]) / output
        found = settle(lambda _: p, state, 0.0, set_point=0.0)
    return found, p


def _stiffen(p: FloatArray, found: Steady, drawn: dict[str, float]) -> None:
    """Bring filling pressures to those drawn, in place: veins and resting ventricles hold what they hold, at these.

    Smith's own fill at 2 mmHg on either side, below what healthy people show.
    """
    cavae = drawn["right_atrial_pressure"] / max(found["right_atrial_pressure"], 0.3 * MMHG)
    right = (drawn["right_atrial_pressure"] - p[k.THORAX]) / (found["right_atrial_pressure"] - p[k.THORAX])
    wedge = max(drawn["pulmonary_pressure"] - drawn["lung_gradient"], 3.5 * MMHG)
    left = (wedge - p[k.THORAX]) / (found["wedge_pressure"] - p[k.THORAX])
    p[k.VC_E] *= min(max(cavae, 0.4), 2.5)
    p[k.RV_P0] *= right
    p[k.PU_E] *= left
    p[k.LV_P0] *= left


def _failure(candidates: FloatArray, healthy: Steady) -> tuple[float, float]:
    """Exponent of the bed and resistance ratio at which the right ventricle fails, drawn so that they agree.

    Both are drawn evenly over their ranges; a pair is kept with the chance that the coupling at which it fails has
    in the pigs' distribution. Coupling falls as pulmonary pressure rises, which at an unchanged output is the wedge
    plus the gradient times the ratio.
    """
    wedge, pressure = healthy["wedge_pressure"], healthy["pulmonary_pressure"]
    exponents = np.array([v.DRAWN["exponent"].at(a) for a in candidates[:, 0]])
    ratios = (1.0 - np.array([v.DRAWN["failure_at"].at(b) for b in candidates[:, 1]])) ** -exponents
    couplings = healthy["coupling"] * pressure / (wedge + (pressure - wedge) * ratios)
    likely = np.exp(-0.5 * ((couplings - v.COUPLING_LIMIT.number) / v.COUPLING_LIMIT_SD.number) ** 2)
    kept = np.flatnonzero(candidates[:, 2] <= likely)
    chosen = int(kept[0]) if len(kept) else int(np.argmax(likely))
    return float(exponents[chosen]), float(ratios[chosen])
