"""X-rays through a grid and the way back: integrals along parallel rays, the sum over energies, back-projection."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, error_model="numpy")
def parallel_rays(rows, columns, row_ends, column_ends, cosines, sines, ray_step, out_paths):
    """Integrals of several maps along parallel rays in their plane, after Joseph.

    `rows` (n_i, n_j, n_maps) holds the maps with one empty cell all round, edges of length 1; `columns` the same
    with its first two axes exchanged; the ends are those of :func:`find_ends`. Ray r of view v is
    i cos + j sin = (r - (n_rays - 1) / 2) ray_step about the grid's middle. Each ray is followed along the axis to
    which it is steeper, one cell a step, and the maps are interpolated across. `out_paths` (n_views, n_rays, n_maps),
    in edges. Status 0.
    """
    out_paths[:] = 0.0
    for view in range(len(cosines)):
        c, s = cosines[view], sines[view]
        if abs(c) >= abs(s):
            _follow(columns, column_ends, c, s, ray_step, out_paths[view])
        else:
            _follow(rows, row_ends, s, c, ray_step, out_paths[view])
    return 0


@njit(cache=True, nogil=True)
def find_ends(maps, out_ends):
    """First and last cell of each line of `maps` (n_along, n_across, n_maps) that is not empty; (0, -1) if all are.

    `out_ends` (n_along, 2). Status 0.
    """
    for along in range(maps.shape[0]):
        out_ends[along, 0], out_ends[along, 1] = 0, -1
        for across in range(maps.shape[1]):
            if np.any(maps[along, across] != 0.0):
                if out_ends[along, 1] < 0:
                    out_ends[along, 0] = across
                out_ends[along, 1] = across
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(maps, ends, steep, flat, ray_step, out_paths):
    """One view of maps (n_along, n_across, n_maps); `steep` belongs to the axis across."""
    n_along, n_across, n_maps = maps.shape
    n_rays = out_paths.shape[0]
    increase = ray_step / steep
    for along in range(n_along):
        if ends[along, 1] < 0:
            continue
        start = 0.5 * (n_across - 1) - (along - 0.5 * (n_along - 1)) * flat / steep - 0.5 * (n_rays - 1) * increase
        one, other = (ends[along, 0] - 1 - start) / increase, (ends[along, 1] + 1 - start) / increase
        first = max(0, math.ceil(min(one, other) + 1e-9))
        last = min(n_rays - 1, math.floor(max(one, other) - 1e-9))
        line = maps[along]
        for ray in range(first, last + 1):
            across = start + ray * increase
            low = int(across)
            upper = across - low
            for m in range(n_maps):
                out_paths[ray, m] += line[low, m] + upper * (line[low + 1, m] - line[low, m])
    length = 1.0 / abs(steep)
    for ray in range(n_rays):
        for m in range(n_maps):
            out_paths[ray, m] *= length


@njit(cache=True, nogil=True, error_model="numpy")
def add_signals(paths, attenuation, weights, energies, out_signal, out_spread):
    """Add to each detector element the energy that reaches it along one ray, and what decides its noise.

    `paths` (n_rays, n_maps) lengths, `attenuation` (n_maps, n_energies) per length, `weights` (n_energies,) photons
    that leave along the ray; a photon counts by its energy. `out_signal` (n_rays,) gains the sum of energies,
    `out_spread` the sum of their squares. Status 0.
    """
    n_maps, n_energies = attenuation.shape
    free = np.sum(weights * energies)
    free_spread = np.sum(weights * energies * energies)
    for ray in range(len(paths)):
        if not np.any(paths[ray] != 0.0):
            out_signal[ray] += free
            out_spread[ray] += free_spread
            continue
        signal, spread = 0.0, 0.0
        for e in range(n_energies):
            depth = 0.0
            for m in range(n_maps):
                depth += paths[ray, m] * attenuation[m, e]
            seen = weights[e] * math.exp(-depth) * energies[e]
            signal += seen
            spread += seen * energies[e]
        out_signal[ray] += signal
        out_spread[ray] += spread
    return 0


@njit(cache=True, nogil=True, error_model="numpy")
def back_project(filtered, cosines, sines, step, out_image):
    """Sum each filtered view back over an image whose pixels have edge 1.

    `filtered` (n_views, n_rays), elements `step` apart about the middle; `out_image` (n_i, n_j) is overwritten.
    Outside of what the detector saw nothing is added. Status 0.
    """
    n_i, n_j = out_image.shape
    n_views, n_rays = filtered.shape
    out_image[:] = 0.0
    for view in range(n_views):
        line = filtered[view]
        rise = sines[view] / step
        for i in range(n_i):
            place = ((i - 0.5 * (n_i - 1)) * cosines[view] - 0.5 * (n_j - 1) * sines[view]) / step + 0.5 * (n_rays - 1)
            for j in range(n_j):
                low = int(place)
                if place >= 0.0 and low < n_rays - 1:
                    upper = place - low
                    out_image[i, j] += line[low] + upper * (line[low + 1] - line[low])
                place += rise
    for i in range(n_i):
        for j in range(n_j):
            out_image[i, j] *= np.pi / n_views
    return 0
