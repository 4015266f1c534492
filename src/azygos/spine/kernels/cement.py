"""Ageing, thinning and warming of the cement in each cell. Arrays are flat views of ghost-padded grids."""

from __future__ import annotations

import numpy as np
from numba import njit

FAST = {"contract", "reassoc", "arcp", "nsz"}


@njit(cache=True, error_model="numpy")
def grow_older(cells, dt, temperature, paste_age, early, late, batch, out_age):
    """Add the reduced time of `dt` seconds at each cell's temperature; early and late are E/R [K]."""
    reference = 1.0 / 298.15
    for m in range(cells.shape[0]):
        c = cells[m]
        x = 1.0 / temperature[c] - reference
        k_early = batch * np.exp(-early * x)
        liquid_for = max(0.0, (paste_age - out_age[c]) / k_early)
        if dt <= liquid_for:
            out_age[c] += k_early * dt
        else:
            out_age[c] = max(out_age[c], paste_age) + batch * np.exp(-late * x) * (dt - liquid_for)


@njit(cache=True, error_model="numpy")
def paste_viscosity(age, shear, consistency, reference_age, e_folding, fresh, doughy, plateau, setting_age, cap, thins):
    """Viscosity at an age and a shear rate, `cap` once set."""
    if age >= setting_age:
        return cap
    m = consistency * np.exp((age - reference_age) / e_folding)
    if not thins:
        return min(m, cap)
    n = fresh + (doughy - fresh) * min(max(age / setting_age, 0.0), 1.0)
    return min(m * (shear * shear + plateau * plateau) ** (0.5 * (n - 1.0)), cap)


@njit(cache=True, error_model="numpy")
def thin(
    cells, tx, ty, tz, p, stride_x, stride_y, area, permeability, porosity, age, table, table_low, table_step,
    consistency, reference_age, e_folding, fresh, doughy, setting_age, cap, thins, relax, out_viscosity,
):  # fmt: skip
    """Viscosity of the cement in each cell at the shear rate that its flow makes in the pores.

    `table[a, b]` holds ln(viscosity / consistency) for power-law index number a between doughy and fresh and
    ln(|u| / sqrt(K phi)) = table_low + b table_step: how a model of the pores averages it. The new value is blended
    with the old by `relax` (1 takes the new one whole).
    """
    n_index, n_shear = table.shape
    for m in range(cells.shape[0]):
        c = cells[m]
        if age[c] >= setting_age:
            out_viscosity[c] = cap
            continue
        k = consistency * np.exp((age[c] - reference_age) / e_folding)
        if thins:
            here = p[c]
            u2 = 0.0
            for axis in range(3):
                step = stride_x if axis == 0 else (stride_y if axis == 1 else 1)
                t_up = tx[c] if axis == 0 else (ty[c] if axis == 1 else tz[c])
                t_down = tx[c - step] if axis == 0 else (ty[c - step] if axis == 1 else tz[c - step])
                flux = 0.5 * (t_up * (here - p[c + step]) + t_down * (p[c - step] - here)) / area
                u2 += flux * flux
            rate = np.sqrt(u2 / (permeability[c] * porosity[c]))
            x = (np.log(max(rate, 1e-30)) - table_low) / table_step
            x = min(max(x, 0.0), n_shear - 1.000001)
            share = min(max(age[c] / setting_age, 0.0), 1.0) if fresh != doughy else 0.0
            y = min(share * (n_index - 1), n_index - 1.000001)
            a, b = int(y), int(x)
            fa, fb = y - a, x - b
            k *= np.exp(
                (1 - fa) * ((1 - fb) * table[a, b] + fb * table[a, b + 1])
                + fa * ((1 - fb) * table[a + 1, b] + fb * table[a + 1, b + 1])
            )
        k = min(k, cap)
        old = out_viscosity[c]
        out_viscosity[c] = k if old <= 0.0 else np.exp((1.0 - relax) * np.log(old) + relax * np.log(k))


@njit(cache=True, fastmath=FAST, error_model="numpy")
def heat_capacity(s, porosity, cement, marrow, bone, volume, out_capacity):
    """Heat capacity of each cell [J/K] from those of its parts [J m^-3 K^-1]."""
    fs, fp, fo = s.reshape(-1), porosity.reshape(-1), out_capacity.reshape(-1)
    for m in range(fs.shape[0]):
        x = min(max(fs[m], 0.0), 1.0)
        fo[m] = volume * (fp[m] * (x * cement + (1.0 - x) * marrow) + (1.0 - fp[m]) * bone)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def conduct(n_steps, dt, conductance, capacity, heating, work, out_t):
    """n_steps explicit steps of heat conduction; ghosts keep their temperature.

    conductance of a face [W/K], capacity of a cell [J/K], heating of a cell [W].
    """
    n0, n1, n2 = out_t.shape
    for _ in range(n_steps):
        for i in range(1, n0 - 1):
            for j in range(1, n1 - 1):
                for k in range(1, n2 - 1):
                    work[i, j, k] = out_t[i, j, k] + dt / capacity[i, j, k] * (
                        heating[i, j, k]
                        + conductance
                        * (
                            out_t[i + 1, j, k]
                            + out_t[i - 1, j, k]
                            + out_t[i, j + 1, k]
                            + out_t[i, j - 1, k]
                            + out_t[i, j, k + 1]
                            + out_t[i, j, k - 1]
                            - 6.0 * out_t[i, j, k]
                        )
                    )
        for i in range(1, n0 - 1):
            for j in range(1, n1 - 1):
                for k in range(1, n2 - 1):
                    out_t[i, j, k] = work[i, j, k]
