"""A run's answer in a few lines, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from azygos.ground.units import KPA, ML
from azygos.plan.outcome import PlanResult
from azygos.plan.statistics import ANY, ANY_VEIN, CANAL, Estimate, amounts, chance_by_route, paired


def summarise(result: PlanResult) -> list[str]:
    """Lines that say what leaks, how full the bone is and what the alternatives change."""
    lines = [line for vertebra in result.vertebrae for line in _on_level(result, vertebra.level)]
    for number, name in enumerate(result.alternatives[1:], start=1):
        lines.append(_versus(result, number, name))
    return [*lines, *_explained(result), *result.notes]


def _explained(result: PlanResult) -> Iterator[str]:
    if result.spread_explained is not None and result.spread_explained_interval is not None:
        low, high = result.spread_explained_interval
        share = f"{100 * result.spread_explained:.0f} % ({100 * low:.0f} to {100 * high:.0f})"
        yield f"This scan explains {share} of the spread; from {result.spread_draws} draws, so roughly."


def _on_level(result: PlanResult, level: str) -> Iterator[str]:
    rows = {row.name: row for row in chance_by_route(result, 0, level)}
    said = ", ".join(f"{words} {_percent(rows[name].chance)}" for name, words in _WAYS.items())
    yield f"{level}: {said}; {rows[ANY].n} draws, 95 % intervals."
    amount = amounts(result, 0, level)
    injected = _range(amount["injected volume"], ML, 2)
    leaked = _range(amount["leaked volume"], ML, 3)
    fill = _range(amount["fill share"], 0.01, 0)
    push = _range(amount["highest plunger pressure"], KPA, 0)
    yield f"  injected {injected} mL, leaked {leaked} mL, fill {fill} % of the body, plunger up to {push} kPa."


_WAYS = {ANY: "some leak in", ANY_VEIN: "into a vein in", CANAL: "into the canal in"}


def _versus(result: PlanResult, number: int, name: str) -> str:
    rows = {row.quantity: row for row in paired(result, number)}
    row = rows["chance of any leak"]
    noise = f", {row.noise}" if row.within_noise else ""
    return (
        f"{name}: chance of some leak {_whole(row.other):.0f} % against {_whole(row.plan):.0f} %, "
        f"difference {_whole(row.difference):+.0f} ({_whole(row.low):+.0f} to {_whole(row.high):+.0f}){noise}."
    )


def _percent(chance: Estimate) -> str:
    return f"{_whole(chance.value):.0f} % ({_whole(chance.low):.0f} to {_whole(chance.high):.0f})"


def _whole(share: float) -> float:
    """Percent, to be rounded as the report rounds: half a percent goes away from zero."""
    return 100.0 * share * (1.0 + 1e-9)


def _range(estimate: Estimate, unit: float, digits: int) -> str:
    """Median, and the range from the 5th to the 95th of 100 draws."""
    middle, low, high = (f"{number / unit:.{digits}f}" for number in (estimate.value, estimate.low, estimate.high))
    return f"{middle} ({low} to {high})"
