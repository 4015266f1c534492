"""Solids and tubes painted into voxels, and rows of voxels blurred: loops over a scan's grid.

The scan's voxel [i, j, k] has its centre at ``corner + (i, j, k) * size``, along x, y and z.
A wall that cuts a voxel takes the share of it that a flat wall at that distance would.
"""

from __future__ import annotations

import numpy as np
from numba import njit

DONE = 0


@njit(cache=True, error_model="numpy")
def paint_solid(
    distance,
    origin,
    step,
    corner,
    size,
    value,
    rise,
    rim_value,
    rim,
    grain,
    grain_size,
    tile,
    label,
    paints,
    out_hu,
    out_labels,
):
    """Paint what lies at negative distance; the outermost `rim` of it has another value.

    `distance` (a, b, c) is sampled at ``origin + (a, b, c) * step`` and runs evenly between; beyond its box
    nothing is painted. `rise` is added to the value for each unit along y from the box's middle; `grain` scales a
    periodic `tile` of noise whose cells measure `grain_size`.
    """
    na, nb, nc = distance.shape
    edge = (size[0] * size[1] * size[2]) ** (1.0 / 3.0)
    first, last = np.empty(3, np.int64), np.empty(3, np.int64)
    for axis in range(3):
        n = distance.shape[axis]
        first[axis] = max(0, int(np.ceil((origin[axis] - corner[axis]) / size[axis])))
        end = (origin[axis] + (n - 1) * step - corner[axis]) / size[axis]
        last[axis] = min(out_hu.shape[axis], int(np.floor(end - 1e-9)) + 1)
    column = np.empty(nc, np.float32)
    mask = tile.shape[0] - 1
    below, tile_k = np.empty(out_hu.shape[2], np.int64), np.empty(out_hu.shape[2], np.int64)
    ahead = np.empty(out_hu.shape[2], np.float32)
    for k in range(first[2], last[2]):
        z = (corner[2] + k * size[2] - origin[2]) / step
        below[k] = min(int(z), nc - 2)
        ahead[k] = np.float32(z - below[k])
        tile_k[k] = int(np.floor((corner[2] + k * size[2]) / grain_size)) & mask
    for i in range(first[0], last[0]):
        x = (corner[0] + i * size[0] - origin[0]) / step
        a = min(int(x), na - 2)
        fx = np.float32(x - a)
        ti = int(np.floor((corner[0] + i * size[0]) / grain_size)) & mask
        for j in range(first[1], last[1]):
            y = (corner[1] + j * size[1] - origin[1]) / step
            b = min(int(y), nb - 2)
            fy = np.float32(y - b)
            least = np.float32(1e9)
            for c in range(nc):
                low = distance[a, b, c] + fy * (distance[a, b + 1, c] - distance[a, b, c])
                high = distance[a + 1, b, c] + fy * (distance[a + 1, b + 1, c] - distance[a + 1, b, c])
                column[c] = low + fx * (high - low)
                least = min(least, column[c])
            if least > 0.5 * edge:
                continue
            here = value + rise * (corner[1] + j * size[1] - origin[1] - 0.5 * (nb - 1) * step)
            tj = int(np.floor((corner[1] + j * size[1]) / grain_size)) & mask
            for k in range(first[2], last[2]):
                c = below[k]
                d = column[c] + ahead[k] * (column[c + 1] - column[c])
                if d >= 0.5 * edge:
                    continue
                share = min(1.0, 0.5 - d / edge)
                paint = here
                if grain != 0.0:
                    paint += grain * tile[ti, tj, tile_k[k]]
                if rim > 0.0 and d > -rim - 0.5 * edge:
                    inner = min(1.0, max(0.0, 0.5 - (d + rim) / edge))
                    paint = inner * paint + (1.0 - inner) * rim_value
                if paints:
                    out_hu[i, j, k] += share * (paint - out_hu[i, j, k])
                if label > 0 and share > 0.5:
                    out_labels[i, j, k] = label
    return DONE


@njit(cache=True, error_model="numpy")
def _square_from_line(x, y, z, vx, vy, vz, square):
    """Square of the distance from the stretch that goes from 0 along a vector whose square is given."""
    t = 0.0
    if square > 0.0:
        t = min(1.0, max(0.0, (x * vx + y * vy + z * vz) / square))
    return (x - t * vx) ** 2 + (y - t * vy) ** 2 + (z - t * vz) ** 2


@njit(cache=True, error_model="numpy")
def paint_tubes(starts, ends, radii, squash, corner, size, value, label, out_hu, out_labels):
    """Paint straight tapered tubes (n, 3) to (n, 3) with round ends; all lengths as the grid's.

    `squash` below 1 makes them taller than wide. Each voxel is cut so finely that a cell is no wider than the tube.
    """
    edge = (size[0] * size[1] * size[2]) ** (1.0 / 3.0)
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for n in range(len(starts)):
        widest = max(radii[n, 0], radii[n, 1])
        cuts = 1 if widest > 2.0 * edge else min(6, int(np.ceil(1.5 * edge / widest)))
        cell = edge / cuts
        thin = cell * cell / 24.0  # the ramp at the wall, averaged over a round wall, would make it so much larger
        vx, vy, vz = ends[n, 0] - starts[n, 0], ends[n, 1] - starts[n, 1], squash * (ends[n, 2] - starts[n, 2])
        square = vx * vx + vy * vy + vz * vz
        if square == 0.0:
            thin *= 2.0
        half_voxel = 0.5 * np.sqrt(size[0] * size[0] + size[1] * size[1] + (squash * size[2]) ** 2)
        too_far = (widest + 0.5 * cell + half_voxel) ** 2 * (1.0 + 1e-9)  # from the line: no cell of a voxel is inside
        for axis in range(3):
            reach = widest / squash if axis == 2 else widest
            under = min(starts[n, axis], ends[n, axis]) - reach
            over = max(starts[n, axis], ends[n, axis]) + reach
            low[axis] = max(0, int(np.ceil((under - corner[axis]) / size[axis] - 0.6)))
            high[axis] = min(out_hu.shape[axis], int(np.floor((over - corner[axis]) / size[axis] + 0.6)) + 1)
        for i in range(low[0], high[0]):
            for j in range(low[1], high[1]):
                x = corner[0] + i * size[0] - starts[n, 0]
                y = corner[1] + j * size[1] - starts[n, 1]
                for k in range(low[2], high[2]):
                    z = squash * (corner[2] + k * size[2] - starts[n, 2])
                    if _square_from_line(x, y, z, vx, vy, vz, square) > too_far:
                        continue
                    share = 0.0
                    for p in range(cuts):
                        px = corner[0] + (i - 0.5 + (p + 0.5) / cuts) * size[0] - starts[n, 0]
                        for q in range(cuts):
                            py = corner[1] + (j - 0.5 + (q + 0.5) / cuts) * size[1] - starts[n, 1]
                            for r in range(cuts):
                                pz = squash * (corner[2] + (k - 0.5 + (r + 0.5) / cuts) * size[2] - starts[n, 2])
                                t = 0.0
                                if square > 0.0:
                                    t = min(1.0, max(0.0, (px * vx + py * vy + pz * vz) / square))
                                dx, dy, dz = px - t * vx, py - t * vy, pz - t * vz
                                radius = radii[n, 0] + t * (radii[n, 1] - radii[n, 0])
                                d = np.sqrt(dx * dx + dy * dy + dz * dz) - radius + thin / radius
                                share += min(1.0, max(0.0, 0.5 - d / cell))
                    if share <= 0.0:
                        continue
                    share /= cuts**3
                    out_hu[i, j, k] += share * (value - out_hu[i, j, k])
                    if label > 0 and share > 0.5:
                        out_labels[i, j, k] = label
    return DONE


@njit(cache=True, error_model="numpy")
def _add_row(target, weight, source):
    for k in range(len(target)):
        target[k] += weight * source[k]


@njit(cache=True, error_model="numpy")
def blur_rows(field, taps, axis, out):
    """Convolve with an odd row of taps along one axis; the edge's value goes on beyond it."""
    ni, nj, nk = field.shape
    half = len(taps) // 2
    out[:] = 0.0
    if axis == 2:
        wide = np.empty(nk + 2 * half, field.dtype)
        for i in range(ni):
            for j in range(nj):
                wide[:half], wide[half : half + nk], wide[half + nk :] = field[i, j, 0], field[i, j], field[i, j, -1]
                for t in range(len(taps)):
                    _add_row(out[i, j], taps[t], wide[t : t + nk])
    elif axis == 1:
        for i in range(ni):
            for j in range(nj):
                for t in range(len(taps)):
                    _add_row(out[i, j], taps[t], field[i, min(nj - 1, max(0, j + t - half))])
    else:
        for j in range(nj):  # before i, so that the rows that are summed up stay at hand
            for i in range(ni):
                for t in range(len(taps)):
                    _add_row(out[i, j], taps[t], field[min(ni - 1, max(0, i + t - half)), j])
    return DONE


@njit(cache=True, error_model="numpy")
def add_scaled(field, level, noise, begin, floor, ceiling):
    """Add noise times a level given on a coarse grid from the first to the last voxel; round and clip, in place.

    The noise is that of the slices from `begin` on.
    """
    ni, nj, nk = field.shape
    na, nb, nc = level.shape
    column = np.empty(nc, np.float32)
    below, ahead = np.empty(noise.shape[2], np.int64), np.empty(noise.shape[2], np.float32)
    for k in range(noise.shape[2]):
        z = (begin + k) * (nc - 1) / max(1, nk - 1)
        below[k] = min(int(z), nc - 2)
        ahead[k] = np.float32(z - below[k])
    for i in range(ni):
        x = i * (na - 1) / max(1, ni - 1)
        a = min(int(x), na - 2)
        fx = np.float32(x - a)
        for j in range(nj):
            y = j * (nb - 1) / max(1, nj - 1)
            b = min(int(y), nb - 2)
            fy = np.float32(y - b)
            for c in range(nc):
                low = level[a, b, c] + fy * (level[a, b + 1, c] - level[a, b, c])
                high = level[a + 1, b, c] + fy * (level[a + 1, b + 1, c] - level[a + 1, b, c])
                column[c] = low + fx * (high - low)
            for k in range(noise.shape[2]):
                scale = column[below[k]] + ahead[k] * (column[below[k] + 1] - column[below[k]])
                value = np.rint(field[i, j, begin + k] + scale * noise[i, j, k])
                field[i, j, begin + k] = min(ceiling, max(floor, value))
    return DONE
