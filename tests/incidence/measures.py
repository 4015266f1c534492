"""What each criterion counts in the reference trials."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from incidence.criteria import Criterion
from incidence.outcomes import LEAKS, Array, Mask, Outcomes, letter, plasty, single, viscosity
from incidence.ranges import BOOTSTRAPS, Figure, nothing, odds_ratio, ratio_by_drawing, risk_ratio, share

Count = Callable[[Outcomes], Figure]
VOLUME_BANDS_ML = (3.5, 7.0)
OSTEOPOROTIC_SHARE = 282 / 374
FRESH_DAYS = 14.0
FEWEST = 10
"""Fewer patients with an embolus say nothing of how many emboli there are."""


def measured(criterion: Criterion, rows: Outcomes) -> Figure:
    """What the trial says to a criterion that is not about imaging classes."""
    kind, _, name = criterion.measure.partition(":")
    if kind == "leak":
        return _leak_of_single_levels(rows, name)
    if kind == "patient":
        chosen = rows.where(plasty(rows, "vertebroplasty"))
        return share_of(chosen, LEAKS[name](chosen))
    return COUNTS[criterion.measure](rows)


def share_of(rows: Outcomes, event: Array | Mask, among: Mask | None = None) -> Figure:
    """Share of rows with an event, or of those in which something is so."""
    counted = np.ones(rows.rows, dtype=bool) if among is None else among
    return share(rows.by_patient(event * counted, counted), "")


def odds(rows: Outcomes, so: Mask, event: Mask, among: Mask | None = None) -> Figure:
    """Odds of an event where something is so over those where it is not."""
    return _by_cells(rows, so, event, among, odds_ratio)


def _by_cells(rows: Outcomes, so: Mask, event: Mask, among: Mask | None, statistic: Callable[[Array], Array]) -> Figure:
    counted = np.ones(rows.rows, dtype=bool) if among is None else among
    cells = rows.by_patient(counted & so & event, counted & so & ~event, counted & ~so & event, counted & ~so & ~event)
    cells = cells[cells.sum(axis=1) > 0.0]
    if not (counted & so).any() or not (counted & ~so).any():
        return nothing("nobody on one side")
    a, b, c, d = cells.sum(axis=0)
    told = f"{a:.0f} of {a + b:.0f} against {c:.0f} of {c + d:.0f}"
    return nothing(told) if a + c == 0.0 or b + d == 0.0 else ratio_by_drawing(cells, statistic, told)


# Leaks ----------------------------------------------------------------------------------------------------------------


def _leak_of_single_levels(rows: Outcomes, name: str) -> Figure:
    procedure = "kyphoplasty" if name == "kyphoplasty" else "vertebroplasty"
    chosen = rows.where(single(rows) & plasty(rows, procedure))
    return share_of(chosen, LEAKS["any" if name == "kyphoplasty" else name](chosen))


def _vertebroplasty(rows: Outcomes) -> Outcomes:
    return rows.where(plasty(rows, "vertebroplasty"))


def _single(rows: Outcomes) -> Outcomes:
    chosen = _vertebroplasty(rows)
    return chosen.where(single(chosen))


def _by_cleft(leak: str) -> Count:
    def count(rows: Outcomes) -> Figure:
        chosen = _single(rows)
        return odds(chosen, chosen["cleft"], LEAKS[leak](chosen))

    return count


def _by_density(rows: Outcomes) -> Figure:
    chosen = _single(rows)
    if not chosen.rows:
        return nothing("nobody with one level")
    poor = chosen["bone_fraction"] <= np.quantile(chosen["bone_fraction"], OSTEOPOROTIC_SHARE)
    return odds(chosen, poor, LEAKS["any"](chosen))


def _leaks_by_letter(rows: Outcomes) -> Figure:
    chosen = _single(rows)
    return odds(chosen, letter(chosen, "T"), LEAKS["any"](chosen))


def _by_viscosity(leak: str, *, one_level: bool = False) -> Count:
    def count(rows: Outcomes) -> Figure:
        chosen = _single(rows) if one_level else _vertebroplasty(rows)
        chosen = chosen.where(viscosity(chosen, "low", "high"))
        return _by_cells(chosen, viscosity(chosen, "high"), LEAKS[leak](chosen), None, risk_ratio)

    return count


# Emboli ---------------------------------------------------------------------------------------------------------------


def _embolus_by(so: Callable[[Outcomes], Mask], among: Callable[[Outcomes], Mask] | None = None) -> Count:
    def count(rows: Outcomes) -> Figure:
        chosen = _vertebroplasty(rows)
        return odds(chosen, so(chosen), chosen["embolus_ct"], among(chosen) if among else None)

    return count


def _by_procedure(rows: Outcomes) -> Figure:
    return odds(rows, plasty(rows, "vertebroplasty"), rows["embolus_ct"])


def _regions(*names: str) -> Callable[[Outcomes], Mask]:
    return lambda rows: np.isin(rows["region"], names)


def _number(statistic: Callable[[Array], float]) -> Count:
    def count(rows: Outcomes) -> Figure:
        chosen = _vertebroplasty(rows)
        numbers, who = (chosen[name][chosen["embolus_ct"]] for name in ("emboli_ct", "patient"))
        patients = np.unique(who)
        if patients.size < FEWEST:
            return nothing(f"{patients.size} patients with any")
        of_each = [numbers[who == one] for one in patients]
        rng = np.random.default_rng(0)
        again = [
            statistic(np.concatenate([of_each[i] for i in rng.integers(patients.size, size=patients.size)]))
            for _ in range(BOOTSTRAPS)
        ]
        low, high = np.quantile(again, (0.025, 0.975))
        told = f"in {numbers.size} sessions of {patients.size} patients"
        return Figure(middle=float(statistic(numbers)), low=float(low), high=float(high), told=told)

    return count


def _of_embolised(event: Callable[[Outcomes], Array | Mask], given: str = "embolus_ct") -> Count:
    def count(rows: Outcomes) -> Figure:
        chosen = _vertebroplasty(rows)
        return share_of(chosen, event(chosen), chosen[given])

    return count


def symptomatic(rows: Outcomes) -> Mask:
    """An embolus that thin CT would show, with symptoms in a fortnight."""
    return rows["embolus_ct"] & rows["symptomatic_14d"]


def _symptomatic_embolus(rows: Outcomes) -> Figure:
    chosen = _vertebroplasty(rows)
    return share_of(chosen, symptomatic(chosen))


def _noticed(rows: Outcomes) -> Figure:
    """Share of those found on a planned CT whom the operator had noticed; both are chances."""
    chosen = _vertebroplasty(rows)
    return share(chosen.by_patient(chosen["seen_fluoroscopy_mid"], chosen["seen_planned_ct_mid"]), "")


def _heart_low(rows: Outcomes) -> Figure:
    chosen = rows.where(viscosity(rows, "low") & plasty(rows, "vertebroplasty"))
    return share_of(chosen, chosen["heart_any"])


def volume_band(rows: Outcomes) -> Array:
    """0, 1 or 2: under 3.5 mL, up to 7, over 7 through the needles."""
    return np.digitize(rows["injected_ml"], VOLUME_BANDS_ML)


def by_band(rows: Outcomes) -> list[Figure]:
    """Share with a symptomatic embolus in each band of volume."""
    chosen = _vertebroplasty(rows)
    band, event = volume_band(chosen), symptomatic(chosen)
    return [share_of(chosen, event, band == which) for which in range(3)]


def _rises(rows: Outcomes) -> Figure:
    """Last band over first, with the bands' shares told; the middle is below 1 if a band falls."""
    chosen, bands = _vertebroplasty(rows), by_band(rows)
    told = ", ".join(f"{100 * one.middle:.2g} %" for one in bands)
    if any(one.empty for one in bands) or not symptomatic(chosen).any():
        return nothing(told)
    band = volume_band(chosen)
    ratio = _by_cells(chosen, band == 2, symptomatic(chosen), band != 1, risk_ratio)
    falls = any(later.middle < earlier.middle for earlier, later in itertools.pairwise(bands))
    middle = min(ratio.middle, 1.0 - 1e-9) if falls else ratio.middle
    return Figure(middle=middle, low=ratio.low, high=ratio.high, told=told)


def _over_seven(rows: Outcomes) -> Figure:
    return by_band(rows)[2]


COUNTS: dict[str, Count] = {
    "symptomatic_embolus": _symptomatic_embolus,
    "symptoms_of_embolised": _of_embolised(symptomatic),
    "emboli_median": _number(np.median),
    "emboli_mean": _number(np.mean),
    "grade_two_or_more": _of_embolised(lambda rows: rows["butscheidt"] >= 2),
    "none_central": _of_embolised(lambda rows: ~rows["central"]),
    "noticed": _noticed,
    "heart_low_viscosity": _heart_low,
    "lungs_of_heart": _of_embolised(lambda rows: rows["embolus_ct"], given="heart_any"),
    "embolus_levels": _embolus_by(lambda rows: rows["levels"] >= 3, lambda rows: rows["levels"] != 2),
    "embolus_thoracic_thoracolumbar": _embolus_by(_regions("thoracic"), _regions("thoracic", "thoracolumbar")),
    "embolus_thoracic_lumbar": _embolus_by(_regions("thoracic"), _regions("thoracic", "lumbar")),
    "embolus_pvp_pkp": _by_procedure,
    "embolus_fresh": _embolus_by(lambda rows: rows["fracture_age_days"] <= FRESH_DAYS),
    "embolus_azygos": _embolus_by(lambda rows: rows["azygos_seen"]),
    "symptomatic_by_volume": _rises,
    "symptomatic_large_volume": _over_seven,
    "venous_viscosity": _by_viscosity("venous"),
    "any_viscosity_single": _by_viscosity("any", one_level=True),
    "any_viscosity": _by_viscosity("any"),
    "canal_viscosity": _by_viscosity("canal"),
    "venous_cleft": _by_cleft("venous"),
    "cortical_cleft": _by_cleft("cortical_or_disc"),
    "any_density": _by_density,
    "any_thoracic_lumbar": _leaks_by_letter,
}
"""By the name of the measure in ``criteria.csv``."""
