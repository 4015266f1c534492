"""Paste that blood presses on through arteries, fork by fork, until it no longer flows."""

from __future__ import annotations

import numpy as np
from numba import njit

SETTLE = 30  # rounds in which viscosity and flow find each other at the start
STEPS = 20_000


@njit(cache=True, error_model="numpy")
def thickness(age, rate, consistency, reference_age, e_folding, fresh, doughy, plateau, setting_age):
    """Viscosity that explains the pressure lost at a Newtonian wall rate `rate` = 4 |Q| / (pi R^3)."""
    m = consistency * np.exp((age - reference_age) / e_folding)
    n = fresh + (doughy - fresh) * min(max(age / setting_age, 0.0), 1.0)
    if n >= 1.0:
        return m
    factor = np.exp(n / (n - 1.0) * np.log1p((1.0 - n) / (4.0 * n)))
    return m * ((factor * rate) ** 2 + plateau * plateau) ** (0.5 * (n - 1.0))


@njit(cache=True, error_model="numpy")
def push(active, count, parent, length, radius, drive, viscosity, tail, head, work_open, work_total, out_flow):
    """Flow of paste in each filled artery under the pressure `drive` behind and none ahead.

    `active[:count]` names arteries in rising order. An artery whose parent is empty of paste bears the drive; one
    whose head has not reached its end lets out; one filled to its end lets out only through its daughters.
    """
    for a in range(count):
        work_open[active[a]] = 0.0
    for a in range(count - 1, -1, -1):
        i = active[a]
        filled = max(head[i] - tail[i], radius[i])  # a mouth resists as much as a tube of one radius
        own = np.pi * radius[i] ** 4 / (8.0 * viscosity[i] * filled)
        beyond = work_open[i]
        if head[i] < length[i]:
            work_total[i] = own
        else:
            work_total[i] = own * beyond / (own + beyond) if beyond > 0.0 else 0.0
        p = parent[i]
        if p >= 0 and head[p] >= length[p] and tail[p] < length[p]:
            work_open[p] += work_total[i]
    for a in range(count):
        i = active[a]
        p = parent[i]
        if p >= 0 and head[p] >= length[p] and tail[p] < length[p]:
            out_flow[i] = out_flow[p] * work_total[i] / work_open[p] if work_open[p] > 0.0 else 0.0
        else:
            out_flow[i] = drive * work_total[i]


@njit(cache=True, error_model="numpy")
def longest_step(active, count, parent, length, radius, flow, tail, head, step):
    """Time at this flow until a head or a tail has gone 2 `step` of its plug's length or reached an end."""
    dt = np.inf
    for a in range(count):
        i = active[a]
        if flow[i] <= 0.0:
            continue
        speed = flow[i] / (np.pi * radius[i] ** 2)
        part = step * max(2.0 * (head[i] - tail[i]), 5.0 * radius[i])
        if head[i] < length[i]:
            dt = min(dt, min(part, length[i] - head[i]) / speed)
        p = parent[i]
        if not (p >= 0 and head[p] >= length[p] and tail[p] < length[p]):
            dt = min(dt, min(part, head[i] - tail[i] if head[i] >= length[i] else part) / speed)
    return dt


@njit(cache=True, error_model="numpy")
def creep(
    active, count, parent, first, sibling, length, radius, drive, most_time, step, age, early, late, paste_age,
    stop_age, consistency, reference_age, e_folding, fresh, doughy, plateau, setting_age, out_active, out_tail,
    out_head,
):  # fmt: skip
    """Let a plug creep until its age is `stop_age`, all its ways have ended, or `most_time` is over.

    Paste stands in artery i from tail[i] to head[i], measured from its beginning. `out_active` holds the arteries
    touched, in rising order; `early` and `late` are reduced seconds per second before and after the paste age.
    Arteries without daughters end the way. In a step the flow fades as thickening paste slows it; `step` sets how
    long it is, in e-foldings and in plug lengths. Found: how many arteries, the age, the seconds; -1 arteries: too
    many steps.
    """
    n = parent.shape[0]
    viscosity, flow = np.ones(n), np.zeros(n)
    work_open, work_total = np.zeros(n), np.zeros(n)
    out_active[:count] = active[:count]
    time, settled = 0.0, False
    for _step in range(STEPS):
        rounds = 2 if settled else SETTLE
        for _ in range(rounds):
            for a in range(count):
                i = out_active[a]
                viscosity[i] = thickness(
                    age, 4.0 * flow[i] / (np.pi * radius[i] ** 3), consistency, reference_age, e_folding, fresh,
                    doughy, plateau, setting_age,
                )  # fmt: skip
            push(out_active, count, parent, length, radius, drive, viscosity, out_tail, out_head, work_open,
                 work_total, flow)  # fmt: skip
        settled = True
        rate = early if age < paste_age else late
        until = min(stop_age, paste_age) if age < paste_age else stop_age
        n_index = fresh + (doughy - fresh) * min(max(age / setting_age, 0.0), 1.0)
        fading = rate / (e_folding * n_index)
        dt = min(step * e_folding / rate, (until - age) / rate, most_time - time)
        steady = -np.expm1(-fading * dt) / fading  # time in which the flow of now would do what fading flow does
        end = longest_step(out_active, count, parent, length, radius, flow, out_tail, out_head, step)
        if end < steady:
            steady, dt = end, -np.log1p(-fading * end) / fading
        moving = False
        for a in range(count):
            moving |= flow[out_active[a]] > 0.0
        if not moving or age >= stop_age or time >= most_time:
            return count, age, time
        was = count
        for a in range(was):
            i = out_active[a]
            p = parent[i]
            rooted = not (p >= 0 and out_head[p] >= length[p] and out_tail[p] < length[p])
            go = flow[i] * steady / (np.pi * radius[i] ** 2)
            work_open[i] = go if rooted else 0.0  # moves its tail, once all heads are moved
            work_total[i] = go if out_head[i] < length[i] else 0.0
        for a in range(was):
            i = out_active[a]
            out_tail[i] = min(out_tail[i] + work_open[i], length[i])
            if length[i] - out_tail[i] < 1e-12 * length[i]:
                out_tail[i] = length[i]
            if out_head[i] < length[i]:
                out_head[i] = min(out_head[i] + work_total[i], length[i])
                if length[i] - out_head[i] <= 1e-9 * length[i]:
                    out_head[i] = length[i]
                    j = first[i]
                    while j >= 0:
                        out_active[count] = j
                        count += 1
                        j = sibling[j]
        if count > was:
            out_active[:count] = np.sort(out_active[:count])
        time += dt
        age = until if until - age - rate * dt <= 1e-12 * until else age + rate * dt
    return -1, age, time
