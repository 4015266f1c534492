"""Loops over a scan's voxels: local levels, which voxels stand out and by how much, and what hangs together.

Volumes are C-ordered ``[i, j, k]``; a voxel's flat place is ``(i * n_j + j) * n_k + k``.
"""

from __future__ import annotations

import numpy as np
from numba import njit

ALL_DONE = 0


@njit(cache=True)
def block_levels(hu, block, stride, empty, out_low, out_middle):
    """16th and 50th of 100 voxels in each block; `empty` where fewer than four lie inside the scan."""
    buffer = np.empty((block[0] // stride + 1) * (block[1] // stride + 1) * block[2], dtype=np.int16)
    for a in range(out_middle.shape[0]):
        for b in range(out_middle.shape[1]):
            for c in range(out_middle.shape[2]):
                n = 0
                for i in range(a * block[0], min((a + 1) * block[0], hu.shape[0]), stride):
                    for j in range(b * block[1], min((b + 1) * block[1], hu.shape[1]), stride):
                        for k in range(c * block[2], min((c + 1) * block[2], hu.shape[2])):
                            if hu[i, j, k] > empty:
                                buffer[n] = hu[i, j, k]
                                n += 1
                if n < 4:
                    out_low[a, b, c] = out_middle[a, b, c] = empty
                    continue
                ordered = np.sort(buffer[:n])
                out_low[a, b, c] = ordered[int(0.16 * n)]
                out_middle[a, b, c] = ordered[n // 2]
    return ALL_DONE


@njit(cache=True)
def _between(place, size, block, out_at, out_share):
    """Block below a voxel and the share of the one above, for linear interpolation between block centres."""
    for i in range(len(out_at)):
        x = min(max((i + 0.5) / block - 0.5, 0.0), size - 1.0)
        out_at[i] = min(int(x), max(size - 2, 0))
        out_share[i] = x - out_at[i]
    return place


@njit(cache=True)
def mark_steps(hu, low, high, ladder, block, lowest, out_steps):
    """How many rungs each voxel reaches: 1 at its local low level, 2 at the high one, then those of `ladder`."""
    ni, nj, nk = hu.shape
    ca, cb, cc = low.shape
    at_i, at_j, at_k = np.empty(ni, np.int64), np.empty(nj, np.int64), np.empty(nk, np.int64)
    si, sj, sk = np.empty(ni), np.empty(nj), np.empty(nk)
    _between(0, ca, block[0], at_i, si)
    _between(1, cb, block[1], at_j, sj)
    _between(2, cc, block[2], at_k, sk)
    row_low, row_high = np.empty(cc), np.empty(cc)
    for i in range(ni):
        a0, a1 = at_i[i], min(at_i[i] + 1, ca - 1)
        for j in range(nj):
            bright = False
            for k in range(nk):
                if hu[i, j, k] >= lowest:
                    bright = True
                    break
            if not bright:
                continue
            b0, b1 = at_j[j], min(at_j[j] + 1, cb - 1)
            w00, w01 = (1 - si[i]) * (1 - sj[j]), (1 - si[i]) * sj[j]
            w10, w11 = si[i] * (1 - sj[j]), si[i] * sj[j]
            for c in range(cc):
                row_low[c] = w00 * low[a0, b0, c] + w01 * low[a0, b1, c] + w10 * low[a1, b0, c] + w11 * low[a1, b1, c]
                row_high[c] = (
                    w00 * high[a0, b0, c] + w01 * high[a0, b1, c] + w10 * high[a1, b0, c] + w11 * high[a1, b1, c]
                )
            for k in range(nk):
                value = hu[i, j, k]
                if value < lowest:
                    continue
                c0, c1 = at_k[k], min(at_k[k] + 1, cc - 1)
                if value < row_low[c0] * (1 - sk[k]) + row_low[c1] * sk[k]:
                    continue
                if value < row_high[c0] * (1 - sk[k]) + row_high[c1] * sk[k]:
                    out_steps[i, j, k] = 1
                    continue
                step = 2
                while step - 2 < len(ladder) and value >= ladder[step - 2]:
                    step += 1
                out_steps[i, j, k] = step
    return ALL_DONE


@njit(cache=True)
def seeds_of(steps, rung, out_places):
    """Flat places of all voxels on `rung` or above; returns how many there are, stored as far as there is room."""
    flat = steps.ravel()
    n = 0
    for place in range(flat.size):
        if flat[place] >= rung:
            if n < len(out_places):
                out_places[n] = place
            n += 1
    return n


@njit(cache=True)
def flood(steps, seen, seeds, rung, out_places, out_starts, out_seed):
    """Sets of 26-connected voxels on `rung` or above that hold a seed; `seen` keeps the rung last flooded.

    ``out_places[out_starts[m]:out_starts[m + 1]]`` are those of set m, ``out_seed[m]`` is which seed began it.
    Returns the number of sets.
    """
    ni, nj, nk = steps.shape
    flat, been = steps.ravel(), seen.ravel()
    n, sets = 0, 0
    out_starts[0] = 0
    for s in range(len(seeds)):
        seed = seeds[s]
        if flat[seed] < rung or been[seed] >= rung:
            continue
        been[seed] = rung
        out_places[n] = seed
        head, n = n, n + 1
        while head < n:
            here = out_places[head]
            head += 1
            k = here % nk
            j = (here // nk) % nj
            i = here // (nk * nj)
            for x in range(max(i - 1, 0), min(i + 2, ni)):
                for y in range(max(j - 1, 0), min(j + 2, nj)):
                    base = (x * nj + y) * nk
                    for z in range(max(k - 1, 0), min(k + 2, nk)):
                        there = base + z
                        if flat[there] >= rung and been[there] < rung:
                            been[there] = rung
                            out_places[n] = there
                            n += 1
        out_seed[sets] = s
        sets += 1
        out_starts[sets] = n
    return sets


@njit(cache=True)
def sum_up(hu, places, starts, sets, kinds, at_i, at_j, at_k, out_peak, out_kinds):
    """Highest value of each set, and how many of its voxels lie in regions of each kind.

    `kinds` is the coarse grid of kinds (0, 1, 2 ...), ``at_i[i]`` the coarse place of voxel i along the first axis.
    """
    nj, nk = hu.shape[1], hu.shape[2]
    flat = hu.ravel()
    out_kinds[:sets] = 0
    for m in range(sets):
        peak = flat[places[starts[m]]]
        for n in range(starts[m], starts[m + 1]):
            here = places[n]
            peak = max(peak, flat[here])
            i, j, k = here // (nk * nj), (here // nk) % nj, here % nk
            out_kinds[m, kinds[at_i[i], at_j[j], at_k[k]]] += 1
        out_peak[m] = peak
    return ALL_DONE
