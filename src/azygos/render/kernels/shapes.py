"""Distances from simple shapes, node by node. Arrays come flat; what is the same everywhere has one entry."""

from __future__ import annotations

import numpy as np
from numba import njit

DONE = 0
INNER, OUTER = 0.7, 1.7  # shares of the half widths between which a section's distance is worked out
FAR = 3.0  # times its half axes from where on an ellipsoid's distance is only roughly known


@njit(cache=True, error_model="numpy")
def ellipsoid(x, y, z, middle, half, out):
    """Negative inside, true near the wall."""
    p, q, r = middle
    a, b, c = half
    least = min(a, min(b, c))
    for n in range(len(out)):
        u, v, w = (x[n] - p) / a, (y[n] - q) / b, (z[n] - r) / c
        square = u * u + v * v + w * w
        far = np.sqrt(square)
        if square > FAR * FAR:
            out[n] = (far - 1.0) * least
            continue
        slope = np.sqrt((u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2)
        out[n] = far * (far - 1.0) / max(slope, 1e-4)
    return DONE


@njit(cache=True, error_model="numpy")
def section(u, v, half_u, half_v, exponent, out):
    """Of a rounded box in a plane; an exponent of 2 is an ellipse."""
    many_u, many_v = len(half_u) > 1, len(half_v) > 1
    for n in range(len(out)):
        wide, deep = half_u[n if many_u else 0], half_v[n if many_v else 0]
        p, q = abs(u[n]) / wide + 1e-6, abs(v[n]) / deep + 1e-6
        r = np.sqrt(p * p + q * q)  # 1 on the wall of an ellipse, up to 1.3 on that of the squarest section here
        if r < INNER or r > OUTER:
            out[n] = (r - 1.0 if r < INNER else 0.7 * r) * min(wide, deep)
            continue
        a, b = np.exp(exponent * np.log(p)), np.exp(exponent * np.log(q))
        far = np.exp(np.log(a + b) / exponent)
        slope = np.sqrt((a / (p * wide)) ** 2 + (b / (q * deep)) ** 2) * far / (a + b)
        out[n] = (far - 1.0) / max(slope, 1e-4)
    return DONE


@njit(cache=True, error_model="numpy")
def capsule(x, y, z, start, end, radius_start, radius_end, out):
    """Of a tapered tube with round ends."""
    a, b, c = start
    p, q, r = end[0] - a, end[1] - b, end[2] - c
    square = max(p * p + q * q + r * r, 1e-9)
    for n in range(len(out)):
        dx, dy, dz = x[n] - a, y[n] - b, z[n] - c
        t = min(1.0, max(0.0, (dx * p + dy * q + dz * r) / square))
        dx, dy, dz = dx - t * p, dy - t * q, dz - t * r
        out[n] = np.sqrt(dx * dx + dy * dy + dz * dz) - radius_start - t * (radius_end - radius_start)
    return DONE


@njit(cache=True, error_model="numpy")
def blend(a, b, width, out):
    """The larger of two distances, with a seam rounded over a width."""
    many_a, many_b = len(a) > 1, len(b) > 1
    for n in range(len(out)):
        one, other = a[n if many_a else 0], b[n if many_b else 0]
        h = min(1.0, max(0.0, 0.5 + 0.5 * (one - other) / width))
        out[n] = other + h * (one - other) + width * h * (1.0 - h)
    return DONE
