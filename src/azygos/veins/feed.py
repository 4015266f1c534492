"""What leaks hand to the veins: one feed for all that run into the same vein."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.ground.parcels import FloatArray
from azygos.spine import Cement, Route
from azygos.spine.ageing import aged
from azygos.values.marrow import BODY_TEMPERATURE
from azygos.veins.entries import Entry


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """Cement that enters one collecting vein, constant between its times."""

    level: str
    side: str
    route: Route  # of the entry with most cement
    times: FloatArray  # shape (n + 1,) [s since the session's first portion]
    flow: FloatArray  # shape (n,) [m^3 s^-1]
    age: FloatArray  # shape (n,) [s at 25 C]
    temperature: FloatArray  # shape (n,) [K]
    volume: float  # [m^3]
    mouth_radius: float  # of one vein with the section of all that feed [m]

    @property
    def name(self) -> str:
        """Of the vein that it enters; no two feeds have the same."""
        return f"{self.level} {self.side} {_part(self.route)}"


def gather(entries: Sequence[Entry], cement: Cement) -> tuple[Feed, ...]:
    """Join the entries of each collecting vein: that of one side of a level, or its epidural plexus."""
    groups: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.leak.level, entry.side, _part(entry.leak.route)), []).append(entry)
    return tuple(_join(group, cement) for group in groups.values() if sum(beyond(e) for e in group) > 0.0)


def _part(route: Route) -> str:
    return "inner" if route is Route.BASIVERTEBRAL else "outer"


def in_tube(entry: Entry) -> float:
    """Cement that stays in the little vein which the spine has followed it through [m^3]."""
    return min(math.pi * entry.leak.radius**2 * entry.leak.plug_length, entry.leak.volume)


def beyond(entry: Entry) -> float:
    """Cement that leaves that little vein [m^3]; rounding is none."""
    more = entry.leak.volume - in_tube(entry)
    return more if more > 1e-9 * entry.leak.volume else 0.0


def _join(group: Sequence[Entry], cement: Cement) -> Feed:
    parts = [_emerging(entry, cement) for entry in group if beyond(entry) > 0.0]
    times = np.unique(np.concatenate([part[0] for part in parts]))
    middle = 0.5 * (times[1:] + times[:-1])
    flow, age, warmth = np.zeros(len(middle)), np.zeros(len(middle)), np.zeros(len(middle))
    for part_times, part_flow, part_age, part_temperature in parts:
        k = np.searchsorted(part_times, middle) - 1
        within = (k >= 0) & (k < len(part_flow))
        k = np.clip(k, 0, len(part_flow) - 1)
        q = np.where(within, part_flow[k], 0.0)
        flow += q
        age += q * part_age[k]
        warmth += q * part_temperature[k]
    some = np.where(flow > 0.0, flow, 1.0)
    most = max(group, key=beyond)
    return Feed(
        level=most.leak.level,
        side=most.side,
        route=Route.SEGMENTAL if any(e.leak.route is Route.SEGMENTAL for e in group) else most.leak.route,
        times=times,
        flow=flow,
        age=age / some,
        temperature=np.where(flow > 0.0, warmth / some, BODY_TEMPERATURE.number),
        volume=sum(beyond(entry) for entry in group),
        mouth_radius=math.sqrt(sum(entry.leak.radius**2 for entry in group if beyond(entry) > 0.0)),
    )


def _emerging(entry: Entry, cement: Cement) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """What leaves the little vein: as much later and older as it takes to pass through it."""
    leak, held = entry.leak, in_tube(entry)
    times, entered = _entered(entry)
    known_t, known_age, known_temperature = (
        (leak.times + entry.begins, leak.age, leak.temperature)
        if len(leak.times)
        else (times, np.zeros(len(times)), np.full(len(times), BODY_TEMPERATURE.number))
    )
    starts = float(np.interp(held, entered, times))
    keep = times > starts
    edges = np.concatenate(([starts], times[keep]))
    volumes = np.diff(np.concatenate(([held], entered[keep])))
    middle = 0.5 * (edges[1:] + edges[:-1])
    came = np.interp(np.interp(middle, times, entered) - held, entered, times)
    ages = np.array(
        [
            aged(
                float(np.interp(t, known_t, known_age)),
                float(now - t),
                BODY_TEMPERATURE.number,
                paste_age=cement.paste_age,
                activation_early=cement.activation_early,
                activation_late=cement.activation_late,
                batch=cement.batch,
            )
            for t, now in zip(came, middle, strict=True)
        ]
    )
    through = held > 0.0
    temperature = np.interp(came, known_t, known_temperature)
    if through:
        temperature = np.full(len(middle), BODY_TEMPERATURE.number)
    return edges, volumes / np.diff(edges), ages, temperature


def _entered(entry: Entry) -> tuple[FloatArray, FloatArray]:
    """All that has entered up to each time, scaled to the leak's own volume."""
    leak = entry.leak
    if len(leak.times) > 1:
        steps = np.diff(leak.times) * leak.flow[1:]  # a flow belongs to the step that ends at its time
        entered = np.concatenate(([0.0], np.cumsum(steps)))
        if entered[-1] > 0.0:
            return leak.times + entry.begins, entered * (leak.volume / entered[-1])
    start = float(leak.times[0]) + entry.begins if len(leak.times) else entry.begins
    return np.array([start, start + 1.0]), np.array([0.0, leak.volume])
