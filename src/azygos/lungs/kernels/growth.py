"""A tree that fills a cloud of points: each fork splits its territory by a plane and reaches for both parts."""

from __future__ import annotations

import numpy as np
from numba import njit

BINS = 32


@njit(cache=True, error_model="numpy")
def centroid(points, index, lo, hi, out_middle):
    """Mean of the points that index[lo:hi] names."""
    out_middle[:] = 0.0
    for k in range(lo, hi):
        for axis in range(3):
            out_middle[axis] += points[index[k], axis]
    out_middle /= hi - lo


@njit(cache=True, error_model="numpy")
def longest_axis(points, index, lo, hi, middle, guess, out_axis):
    """Direction in which the points spread most, by a few power iterations from `guess`, pointing along it."""
    xx = xy = xz = yy = yz = zz = 0.0
    for k in range(lo, hi):
        dx = points[index[k], 0] - middle[0]
        dy = points[index[k], 1] - middle[1]
        dz = points[index[k], 2] - middle[2]
        xx += dx * dx
        xy += dx * dy
        xz += dx * dz
        yy += dy * dy
        yz += dy * dz
        zz += dz * dz
    # a little of each axis, so that a guess at a right angle to the spread is left too
    ax, ay, az = guess[0] + 1e-3, guess[1] + 2e-3, guess[2] + 3e-3
    for _ in range(8):
        bx, by, bz = xx * ax + xy * ay + xz * az, xy * ax + yy * ay + yz * az, xz * ax + yz * ay + zz * az
        norm = np.sqrt(bx * bx + by * by + bz * bz)
        if norm <= 0.0:
            break
        ax, ay, az = bx / norm, by / norm, bz / norm
    sign = 1.0 if ax * guess[0] + ay * guess[1] + az * guess[2] >= 0.0 else -1.0
    norm = sign * np.sqrt(ax * ax + ay * ay + az * az)
    out_axis[0], out_axis[1], out_axis[2] = ax / norm, ay / norm, az / norm


@njit(cache=True, error_model="numpy")
def split(points, index, lo, hi, axis, share, count, out_index):
    """Bring about `share` of index[lo:hi] to the front: those that lie lowest along `axis`; where the rest begins.

    `out_index` is `index` itself, `count` room for BINS whole numbers. Both parts keep at least one point.
    """
    low, high = np.inf, -np.inf
    for k in range(lo, hi):
        p = index[k]
        t = points[p, 0] * axis[0] + points[p, 1] * axis[1] + points[p, 2] * axis[2]
        low, high = min(low, t), max(high, t)
    if high <= low:
        return lo + max(1, min(hi - lo - 1, int(share * (hi - lo))))
    count[:] = 0
    for k in range(lo, hi):
        p = index[k]
        t = points[p, 0] * axis[0] + points[p, 1] * axis[1] + points[p, 2] * axis[2]
        count[min(BINS - 1, int(BINS * (t - low) / (high - low)))] += 1
    wanted, found, cut = share * (hi - lo), 0, 0
    while cut < BINS - 1 and (cut == 0 or found + 0.5 * count[cut] < wanted):
        found += count[cut]
        cut += 1
    edge = low + (high - low) * cut / BINS
    i, j = lo, hi - 1
    while i <= j:
        p = index[i]
        if points[p, 0] * axis[0] + points[p, 1] * axis[1] + points[p, 2] * axis[2] < edge:
            i += 1
        else:
            out_index[i], out_index[j] = index[j], index[i]
            j -= 1
    return max(lo + 1, min(hi - 1, i))


@njit(cache=True, error_model="numpy")
def turned(straight, wanted, cos_largest, out_direction):
    """The direction nearest to `wanted` that turns from `straight` by no more than the largest angle. Unit vectors."""
    cos = straight[0] * wanted[0] + straight[1] * wanted[1] + straight[2] * wanted[2]
    out_direction[:] = wanted
    if cos >= cos_largest:
        return
    across = wanted - cos * straight
    norm = np.sqrt(across[0] ** 2 + across[1] ** 2 + across[2] ** 2)
    if norm < 1e-12:
        out_direction[:] = straight
        return
    out_direction[:] = cos_largest * straight + np.sqrt(1.0 - cos_largest * cos_largest) / norm * across


@njit(cache=True, error_model="numpy")
def grow(
    points, point_share, n_named, exponent, smallest, towards, cos_largest, least_share, chance, width_factor,
    out_index, out_low, out_high, out_parent, out_named, out_beyond, out_ends, out_diameter, out_share, out_bed,
):  # fmt: skip
    """Grow arteries from the named ones, the first `n_named` rows, and return how many there are then, or -1.

    An artery owns the points index[low:high]; a named one without points of its own does not divide here. A daughter
    under the smallest diameter is not made: its share of flow goes into its parent's bed. -1: the rows ran out.
    """
    count, most = n_named, out_parent.shape[0]
    bins = np.zeros(BINS, np.int64)
    middle, axis, way, direction, straight = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    i = 0
    while i < count:
        lo, hi = out_low[i], out_high[i]
        if hi - lo == 1:
            out_bed[i] = out_share[i]
        elif hi - lo > 1:
            centroid(points, out_index, lo, hi, middle)
            straight[:] = out_ends[i, 1] - out_ends[i, 0]
            straight /= np.sqrt(straight[0] ** 2 + straight[1] ** 2 + straight[2] ** 2)
            way[:] = middle - out_ends[i, 1]
            norm = np.sqrt(way[0] ** 2 + way[1] ** 2 + way[2] ** 2)
            way[:] = way / norm if norm > 0.0 else straight
            longest_axis(points, out_index, lo, hi, middle, way, axis)
            minor = least_share + (0.5 - least_share) * chance[i, 0]
            cut = split(points, out_index, lo, hi, axis, minor if chance[i, 1] < 0.5 else 1.0 - minor, bins, out_index)
            root = out_named[i]
            for part in range(2):
                a, b = (lo, cut) if part == 0 else (cut, hi)
                share = 0.0
                for k in range(a, b):
                    share += point_share[out_index[k]]
                width = out_diameter[root] * (share / out_share[root]) ** (1.0 / exponent)
                if count >= most:
                    return -1
                width = min(width * width_factor[count], out_diameter[i])
                if width < smallest:
                    out_bed[i] += share
                    continue
                centroid(points, out_index, a, b, middle)
                way[:] = middle - out_ends[i, 1]
                norm = np.sqrt(way[0] ** 2 + way[1] ** 2 + way[2] ** 2)
                length = max(towards * norm, width)
                way[:] = way / norm if norm > 0.0 else straight
                turned(straight, way, cos_largest, direction)
                out_parent[count], out_low[count], out_high[count] = i, a, b
                out_named[count], out_beyond[count] = root, out_beyond[i] + 1
                out_diameter[count], out_share[count] = width, share
                out_ends[count, 0] = out_ends[i, 1]
                out_ends[count, 1] = out_ends[i, 1] + length * direction
                count += 1
        i += 1
    return count
