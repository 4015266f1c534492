"""How far each cell of a grid lies from the wall of the nearest tube."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True)
def tube_distances(start_mm, end_mm, radii_mm, matrix_mm, offset_mm, inverse, margin_mm, out_distance_mm):
    """Lower `out_distance_mm` to the distance from the wall of any tube, negative inside it.

    Cells further than `margin_mm` outside every tube may keep what they held. Status 0.
    """
    n_cells = out_distance_mm.shape
    low = np.empty(3, dtype=np.int64)
    high = np.empty(3, dtype=np.int64)
    for s in range(start_mm.shape[0]):
        reach = max(radii_mm[s, 0], radii_mm[s, 1]) + margin_mm
        for axis in range(3):
            row = inverse[axis]
            spread = reach * math.sqrt(row[0] ** 2 + row[1] ** 2 + row[2] ** 2)
            first, last = 0.0, 0.0
            for c in range(3):
                first += row[c] * (start_mm[s, c] - offset_mm[c])
                last += row[c] * (end_mm[s, c] - offset_mm[c])
            low[axis] = max(0, math.ceil(min(first, last) - spread))
            high[axis] = min(n_cells[axis] - 1, math.floor(max(first, last) + spread))
        ax, ay, az = start_mm[s, 0], start_mm[s, 1], start_mm[s, 2]
        bx, by, bz = end_mm[s, 0] - ax, end_mm[s, 1] - ay, end_mm[s, 2] - az
        square = bx * bx + by * by + bz * bz
        for i in range(low[0], high[0] + 1):
            for j in range(low[1], high[1] + 1):
                px = matrix_mm[0, 0] * i + matrix_mm[0, 1] * j + offset_mm[0] - ax
                py = matrix_mm[1, 0] * i + matrix_mm[1, 1] * j + offset_mm[1] - ay
                pz = matrix_mm[2, 0] * i + matrix_mm[2, 1] * j + offset_mm[2] - az
                for k in range(low[2], high[2] + 1):
                    x, y, z = px + matrix_mm[0, 2] * k, py + matrix_mm[1, 2] * k, pz + matrix_mm[2, 2] * k
                    t = 0.0
                    if square > 0.0:
                        t = min(1.0, max(0.0, (x * bx + y * by + z * bz) / square))
                    x, y, z = x - t * bx, y - t * by, z - t * bz
                    wall = radii_mm[s, 0] + t * (radii_mm[s, 1] - radii_mm[s, 0])
                    distance = math.sqrt(x * x + y * y + z * z) - wall
                    if distance < out_distance_mm[i, j, k]:
                        out_distance_mm[i, j, k] = distance
    return 0
