"""A cord of cement that grows, stretches, rubs and sets in a vein: the loop over time and elements.

Elements run from the head (0) to the root; node i is the head side of element i, node n the root at place 0.
`law` holds what does not change, in the order of :class:`azygos.veins.thread.Law`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

RUNS, PARTED_BY_DRAG, PARTED_AT_NECK, TOO_MANY_STEPS = 0, 1, 2, 3
ARRIVES, HELD = 4, 5
RIGID = 1e7  # viscosity of what does not flow [Pa s]
CREEP = 1e-5  # speed below which friction yields smoothly [m/s]
FILLS = 0.97  # width over the vein's from which a cord sticks to the wall all round
THIN = 1.2  # width over a neck's of what is about to part there too
STRAIN = 0.04  # largest in one step
LONGEST_STEP = 1.0  # [s]
STRIDE = 2e-3  # longest of a loose piece [m]
STILL = 1e-6  # speed below which a loose piece lies still [m/s]
MOST_STEPS = 400_000
SWEEPS = 3  # of the velocities' nonlinear solve in each step; they begin from the last step's
REFERENCE = 1.0 / 298.15


@njit(cache=True, error_model="numpy")
def older(age, dt, temperature, law):
    """Reduced time after dt seconds at one temperature."""
    x = 1.0 / temperature - REFERENCE
    early = law[11] * np.exp(-law[9] * x)
    liquid_for = max(0.0, (law[8] - age) / early)
    if dt <= liquid_for:
        return age + early * dt
    return max(age, law[8]) + law[11] * np.exp(-law[10] * x) * (dt - liquid_for)


@njit(cache=True, error_model="numpy")
def viscosity(age, rate, law):
    """Shear viscosity of the cement, RIGID once set."""
    if age >= law[7]:
        return RIGID
    m = law[2] * np.exp((age - law[3]) / law[4])
    n = law[5] + (law[6] - law[5]) * min(max(age / law[7], 0.0), 1.0)
    return min(m * (rate * rate + law[12] * law[12]) ** (0.5 * (n - 1.0)), RIGID)


@njit(cache=True, error_model="numpy")
def strength(age, law):
    """Tension at which cement parts."""
    share = min(age / law[17], 1.0)
    hard = min(max((age - law[17]) / (law[18] - law[17]), 0.0), 1.0)
    return law[20] * law[15] * (law[16] / law[15]) ** share + hard * law[19]


@njit(cache=True, error_model="numpy")
def pull(radius, tube, shear, law):
    """Force of blood on a metre of cord at rest, and how it falls with the cord's speed."""
    film = law[1]
    a = min(radius, tube - film)
    middle = 2.0 * np.pi * law[0] / np.log(tube / a)
    if law[23] > 0.0:
        force = 2.0 * np.pi * law[0] * shear * min(a + a * a / tube, tube)
        held = 2.0 * np.pi * law[0] / np.arccosh(1.0 + film / a) if law[24] > 0.0 else 0.0
        return force, max(held, middle)
    return middle * shear * (tube * tube - a * a) / (2.0 * tube), middle


@njit(cache=True, error_model="numpy")
def edge_at(place, way_end):
    """Which vein of the way lies at a place; the last goes on for ever."""
    e = 0
    while e < way_end.shape[0] - 1 and place >= way_end[e]:
        e += 1
    return e


@njit(cache=True, error_model="numpy")
def filled_to(start, volume, way_end, way_radius):
    """Place up to which a volume fills the veins from `start` on."""
    e = edge_at(start, way_end)
    while e < way_end.shape[0] - 1:
        room = np.pi * way_radius[e] ** 2 * (way_end[e] - start)
        if volume <= room:
            break
        volume -= room
        start = way_end[e]
        e += 1
    return start + volume / (np.pi * way_radius[e] ** 2)


@njit(cache=True, error_model="numpy")
def confine(n, way_end, way_radius, law, out_state):
    """Lengthen what flows and would be wider than its vein, from the root on, and push on all that lies before it."""
    shift = 0.0
    for i in range(n - 1, -1, -1):
        out_state[0, i] += shift
        if out_state[2, i] >= law[7]:
            continue
        full = filled_to(out_state[0, i + 1], out_state[1, i], way_end, way_radius)
        if full > out_state[0, i]:
            shift += full - out_state[0, i]
            out_state[0, i] = full


@njit(cache=True, error_model="numpy")
def velocities(
    n, inflow_speed, feed, way_end, way_radius, way_shear, way_normal, way_along, law, mode, work, state, out_speed
):
    """Speed of each node; returns the largest rate of strain.

    mode 0: balance of forces; 1: as fast as blood; 2: a plug that fills the vein.
    """
    place, volume, age = state[0], state[1], state[2]
    if mode > 0:
        for i in range(n + 1):
            e = edge_at(place[i], way_end)
            r = way_radius[e]
            speed = feed / (np.pi * r * r)  # no slower than a plug
            if mode == 1:
                speed = max(speed, 0.25 * way_shear[e] * r)
            out_speed[i] = speed if feed > 0.0 else 0.0
        return _fastest_strain(n, place, out_speed)
    lower, diagonal, right, stiff = work[0], work[1], work[2], work[3]
    out_speed[n] = inflow_speed
    grain = law[27] ** 3
    for _ in range(SWEEPS):
        for i in range(n + 1):
            diagonal[i] = 0.0
            right[i] = 0.0
        beyond = 0.0
        for i in range(n):
            length = place[i] - place[i + 1]
            area = volume[i] / length
            radius = np.sqrt(area / np.pi)
            e = edge_at(0.5 * (place[i] + place[i + 1]), way_end)
            strain = (out_speed[i] - out_speed[i + 1]) / length
            eta = 3.0 * viscosity(age[i], 1.7320508 * abs(strain), law)
            fills = radius >= FILLS * way_radius[e]
            beyond += volume[i]
            if (fills and strain <= 0.0) or ((law[25] == 0.0 or beyond < grain) and strain > 0.0):
                eta = 3.0 * RIGID
            k = eta * area / length
            force, held = pull(radius, way_radius[e], way_shear[e], law)
            if law[23] > 0.0 and law[24] > 0.0:
                v = 0.5 * (out_speed[i] + out_speed[i + 1])
                spare = law[21] if age[i] < law[7] else law[22]
                held += law[26] * abs(spare) * area * way_normal[e] / np.sqrt(v * v + CREEP * CREEP)
            if fills and law[24] > 0.0:
                v = 0.5 * (out_speed[i] + out_speed[i + 1])
                held += 8.0 * np.pi * viscosity(age[i], 4.0 * abs(v) / radius, law)
            if law[23] > 0.0:
                force += (law[21] if age[i] < law[7] else law[22]) * area * way_along[e]
            half = 0.5 * length
            stiff[i] = k
            diagonal[i] += k + half * held
            diagonal[i + 1] += k + half * held
            right[i] += half * force
            right[i + 1] += half * force
        # node n is given; sweep from the head
        lower[0] = stiff[0] / diagonal[0]
        right[0] = right[0] / diagonal[0]
        for i in range(1, n):
            pivot = diagonal[i] - stiff[i - 1] * lower[i - 1]
            lower[i] = stiff[i] / pivot
            right[i] = (right[i] + stiff[i - 1] * right[i - 1]) / pivot
        for i in range(n - 1, -1, -1):
            out_speed[i] = right[i] + lower[i] * out_speed[i + 1]
    return _fastest_strain(n, place, out_speed)


@njit(cache=True, error_model="numpy")
def _fastest_strain(n, place, speed):
    fastest = 0.0
    for i in range(n):
        fastest = max(fastest, abs(speed[i] - speed[i + 1]) / (place[i] - place[i + 1]))
    return fastest


@njit(cache=True, error_model="numpy")
def _weakest(n, age, law, work, state, speed):
    """Element that parts, or -1, and why; what is smaller than a neck is no piece."""
    place, volume = state[0], state[1]
    found, cause, worst = -1, RUNS, 1.0
    beyond = 0.0
    for i in range(n):
        length = place[i] - place[i + 1]
        beyond += volume[i]
        if beyond < law[27] ** 3:
            continue
        tension = work[3, i] * (speed[i] - speed[i + 1])
        if tension <= 0.0:
            continue
        area = volume[i] / length
        over = tension / area / strength(age[i], law)
        if over > worst:
            found, cause, worst = i, PARTED_BY_DRAG, over
        if 4.0 * area < np.pi * law[27] * law[27] and worst <= 1.0:
            found, cause = i, PARTED_AT_NECK
            break
    return found, cause


@njit(cache=True, error_model="numpy")
def _last_of(found, n, law, state):
    """Last element of the piece that parts at `found`: the whole neck goes with it, and no crumb stays behind."""
    place, volume = state[0], state[1]
    last = found
    while last + 1 < n:
        area = volume[last + 1] / (place[last + 1] - place[last + 2])
        if 4.0 * area > np.pi * (THIN * law[27]) ** 2:
            break
        last += 1
    if np.sum(volume[last + 1 : n]) < law[27] ** 3:
        return n - 1
    return last


@njit(cache=True, error_model="numpy")
def _split_root(n, spacing, out_state):
    """Halve the element at the root when that has grown long; returns the number of elements."""
    length = out_state[0, n - 1] - out_state[0, n]
    if length < 2.0 * spacing or n + 1 >= out_state.shape[1]:
        return n
    out_state[0, n + 1] = out_state[0, n]
    out_state[0, n] = 0.5 * (out_state[0, n - 1] + out_state[0, n])
    for row in range(1, 4):
        out_state[row, n] = out_state[row, n - 1]
    out_state[1, n - 1] *= 0.5
    out_state[1, n] *= 0.5
    return n + 1


@njit(cache=True, error_model="numpy")
def _split_long(n, longest, out_state):
    """Halve the longest element if it has been drawn out too far; returns the number of elements."""
    if n + 3 >= out_state.shape[1]:
        return n
    found = 0
    for i in range(n):
        if out_state[0, i] - out_state[0, i + 1] > out_state[0, found] - out_state[0, found + 1]:
            found = i
    if out_state[0, found] - out_state[0, found + 1] < longest:
        return n
    for i in range(n, found, -1):
        for row in range(4):
            out_state[row, i + 1] = out_state[row, i]
    out_state[0, found + 1] = 0.5 * (out_state[0, found] + out_state[0, found + 2])
    out_state[1, found] *= 0.5
    for row in range(1, 4):
        out_state[row, found + 1] = out_state[row, found]
    return n + 1


@njit(cache=True, error_model="numpy")
def coarsen(n, out_state):
    """Join elements pair by pair, from the head; returns how many are left."""
    m = 0
    i = 0
    while i < n:
        out_state[0, m] = out_state[0, i]
        if i + 1 < n:
            both = out_state[1, i] + out_state[1, i + 1]
            for row in range(2, 4):
                out_state[row, m] = (
                    out_state[row, i] * out_state[1, i] + out_state[row, i + 1] * out_state[1, i + 1]
                ) / both
            out_state[1, m] = both
            i += 2
        else:
            for row in range(1, 4):
                out_state[row, m] = out_state[row, i]
            i += 1
        m += 1
    out_state[0, m] = out_state[0, n]
    return m


@njit(cache=True, error_model="numpy")
def advance(
    t_end, mouth_area, junction, feed_times, feed_flow, feed_age, feed_temperature,
    way_end, way_radius, way_shear, way_normal, way_along, law, mode, work, speed, out_state, out_clock,
):  # fmt: skip
    """Follow an attached cord until `t_end`, or until it parts.

    out_state rows: place of node, volume, age, temperature of element. out_clock: time, number of elements, spacing,
    when the head passed the junction, last element of what parts, volume that has entered.
    """
    for _ in range(MOST_STEPS):
        t, n = out_clock[0], int(out_clock[1])
        if t >= t_end:
            return RUNS
        k = max(min(np.searchsorted(feed_times, t, side="right") - 1, feed_flow.shape[0] - 1), 0)
        flowing = feed_flow.shape[0] > 0 and feed_times[0] <= t < feed_times[-1] and feed_flow[k] > 0.0
        feed = feed_flow[k] if flowing else 0.0
        inflow_speed = feed / mouth_area
        dt = min(t_end - t, LONGEST_STEP)
        if feed_flow.shape[0] > 0 and t < feed_times[-1]:
            dt = min(dt, (feed_times[0] if t < feed_times[0] else feed_times[k + 1]) - t)
        if n == 0:
            if flowing:
                dt = min(dt, 0.1 * out_clock[2] / inflow_speed)
                out_state[0, 0], out_state[0, 1] = inflow_speed * dt, 0.0
                out_state[1, 0], out_state[2, 0], out_state[3, 0] = feed * dt, feed_age[k], feed_temperature[k]
                out_clock[1] = 1.0
                out_clock[5] += feed * dt
            out_clock[0] = t + dt
            continue
        fastest = velocities(
            n,
            inflow_speed,
            feed,
            way_end,
            way_radius,
            way_shear,
            way_normal,
            way_along,
            law,
            mode,
            work,
            out_state,
            speed,
        )
        if mode == 0:
            found, cause = _weakest(n, out_state[2], law, work, out_state, speed)
            if found >= 0:
                out_clock[4] = _last_of(found, n, law, out_state)
                return cause
        # the root's element strains only in appearance while it fills
        dt = min(dt, STRAIN / max(fastest, 1e-12))
        if flowing:
            dt = min(dt, 0.5 * out_clock[2] / inflow_speed)
        for i in range(n):
            out_state[0, i] += speed[i] * dt
        tail = n - 1
        gained = feed * dt
        if gained > 0.0:
            both = out_state[1, tail] + gained
            out_state[2, tail] += (feed_age[k] - out_state[2, tail]) * gained / both
            out_state[3, tail] += (feed_temperature[k] - out_state[3, tail]) * gained / both
            out_state[1, tail] = both
            out_clock[5] += gained
        n = _split_root(n, out_clock[2] if flowing else law[29], out_state)
        n = _split_long(n, 4.0 * out_clock[2], out_state)
        if flowing and n + 2 >= out_state.shape[1] // 2:  # the other half is for what is drawn out later
            n = coarsen(n, out_state)
            out_clock[2] *= 2.0
        confine(n, way_end, way_radius, law, out_state)
        for i in range(n):
            area = out_state[1, i] / (out_state[0, i] - out_state[0, i + 1])
            tau = area / np.pi / law[14]
            out_state[3, i] = law[13] + (out_state[3, i] - law[13]) * np.exp(-dt / tau)
            if law[28] > 0.0:
                out_state[2, i] = older(out_state[2, i], dt, out_state[3, i], law)
        out_clock[0], out_clock[1] = t + dt, n
        if out_state[0, 0] >= junction and out_clock[3] < 0.0:
            out_clock[3] = t + dt
            out_clock[6] = out_state[2, 0]
    return TOO_MANY_STEPS


@njit(cache=True, error_model="numpy")
def _loose_speed(n, way_end, way_radius, way_shear, way_normal, way_along, law, state):
    """Speed of a loose piece: what pulls less what rubs, over what slows; 0 where it is too wide for its vein."""
    pulled, rubbed, slowed = 0.0, 0.0, 0.0
    for i in range(n):
        length = state[0, i] - state[0, i + 1]
        area = state[1, i] / length
        radius = np.sqrt(area / np.pi)
        e = edge_at(0.5 * (state[0, i] + state[0, i + 1]), way_end)
        if radius > 1.1 * way_radius[e]:
            return 0.0
        force, held = pull(radius, way_radius[e], way_shear[e], law)
        if law[23] > 0.0:
            spare = law[21] if state[2, i] < law[7] else law[22]
            force += spare * area * way_along[e]
            if law[24] > 0.0:
                rubbed += law[26] * abs(spare) * area * way_normal[e] * length
        pulled += force * length
        slowed += held * length
    return np.sign(pulled) * max(abs(pulled) - rubbed, 0.0) / slowed


@njit(cache=True, error_model="numpy")
def drift(goal, until, way_end, way_radius, way_shear, way_normal, way_along, law, out_state, out_clock):
    """Follow a loose piece, as rigid, until its head is at `goal`, it lies still, or it is `until`.

    out_state and out_clock as for `advance`.
    """
    n = int(out_clock[1])
    before = 0.0
    for _ in range(MOST_STEPS):
        left = goal - out_state[0, 0]
        if left <= 0.0:
            return ARRIVES
        if out_clock[0] >= until:
            return RUNS
        speed = _loose_speed(n, way_end, way_radius, way_shear, way_normal, way_along, law, out_state)
        if abs(speed) < STILL or speed * before < 0.0 or (speed < 0.0 and out_state[0, n] <= 0.0):
            return HELD
        before = speed
        # a step no longer than a stride, to the next wall of a vein at most
        ahead = way_end[edge_at(out_state[0, 0], way_end)] - out_state[0, 0]
        step = min(STRIDE, left)
        if ahead > 0.0:
            step = min(step, max(ahead, 1e-6))
        if speed < 0.0:
            step = min(STRIDE, max(out_state[0, n], 1e-6))
        dt = step / abs(speed)
        if dt > until - out_clock[0]:
            dt = until - out_clock[0]
            step = abs(speed) * dt
        for i in range(n + 1):
            out_state[0, i] += np.sign(speed) * step
        if law[28] > 0.0:
            for i in range(n):
                out_state[2, i] = older(out_state[2, i], dt, law[13], law)
        out_clock[0] += dt
    return TOO_MANY_STEPS
