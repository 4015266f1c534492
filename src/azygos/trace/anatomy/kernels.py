"""Loops over voxels: blocks of the scan, and hollows with bone around them."""

from __future__ import annotations

import math

from numba import njit


@njit(cache=True)
def pool(hu, blocks, bone_hu, out_mean, out_peak, out_bone):
    """Mean, highest value and share of bone of each block of voxels; blocks at the far rim may be cut."""
    b_i, b_j, b_k = blocks
    n_i, n_j, n_k = hu.shape
    for ci in range(out_mean.shape[0]):
        for cj in range(out_mean.shape[1]):
            for ck in range(out_mean.shape[2]):
                total, count, bony, peak = 0.0, 0, 0, -32768
                for i in range(ci * b_i, min((ci + 1) * b_i, n_i)):
                    for j in range(cj * b_j, min((cj + 1) * b_j, n_j)):
                        for k in range(ck * b_k, min((ck + 1) * b_k, n_k)):
                            value = hu[i, j, k]
                            total += value
                            count += 1
                            peak = max(peak, value)
                            if value > bone_hu:
                                bony += 1
                out_mean[ci, cj, ck] = total / count
                out_peak[ci, cj, ck] = peak
                out_bone[ci, cj, ck] = bony / count
    return 0


@njit(cache=True)
def walls(bone, soft, step_mm, reach_mm, least_mm, out_share):
    """Share of 16 rays in the slice that meet bone within reach, where no bone is nearer than the least distance."""
    n_i, n_j, n_k = bone.shape
    for i in range(n_i):
        for j in range(n_j):
            for k in range(n_k):
                out_share[i, j, k] = 0.0
                if not soft[i, j, k]:
                    continue
                met = 0
                for ray in range(16):
                    turn = ray * math.pi / 8.0
                    reached = step_mm[0] * 0.5
                    near = False
                    while reached <= reach_mm:
                        a = i + round(reached * math.cos(turn) / step_mm[0])
                        b = j + round(reached * math.sin(turn) / step_mm[1])
                        if a < 0 or b < 0 or a >= n_i or b >= n_j:
                            break
                        if bone[a, b, k]:
                            near = reached < least_mm
                            met += 1
                            break
                        reached += step_mm[0] * 0.5
                    if near:
                        met = 0
                        break
                out_share[i, j, k] = met / 16.0
    return 0
