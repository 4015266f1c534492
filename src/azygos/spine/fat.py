"""Marrow fat that the cement pushes out ahead of itself: a parcel of its own, for lungs and circulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fat(Parcel):
    """Marrow fat entering the veins of one vertebra, as a flow over time."""

    level: str
    times: FloatArray  # shape (n_times,), since the session's first portion [s], increasing
    flow: FloatArray  # shape (n_times,), fat into veins [m^3 s^-1], never negative

    def __post_init__(self) -> None:
        self.seal("times", "flow")
        require(self.times.shape == self.flow.shape, "fat needs one flow for each instant")
        require(bool(np.all(self.flow >= 0.0)), "fat cannot flow back into bone")

    @property
    def volume(self) -> float:
        """All of it [m^3]."""
        return float(np.trapezoid(self.flow, self.times)) if len(self.times) > 1 else 0.0


def fat_ahead(
    level: str, times: FloatArray, injected: FloatArray, leaked: FloatArray, *, fat_fraction: float, vented: float = 0.0
) -> Fat:
    r"""Fat that leaves a bone while cement enters it.

    Bone is rigid and both fluids are incompressible, so each drop of cement that stays pushes out as much marrow:

    .. math:: q_f = \varphi\,(1-v)\,\frac{d}{dt}\left(V_{in}-V_{leak}\right)

    Parameters
    ----------
    level : str
        Of the vertebra.
    times, injected, leaked : ndarray, shape (n_times,)
        Of the injection [s, m^3, m^3].
    fat_fraction : float
        :math:`\varphi`, of marrow [-].
    vented : float
        :math:`v`, share of the marrow that a vent hole or lavage takes out of the body [-].

    Returns
    -------
    fat : Fat

    Notes
    -----
    All marrow that is not vented is taken to reach a vein; marrow pressed into gaps is left out.

    References
    ----------
    Conservation of volume.

    Examples
    --------
    >>> t = np.array([0.0, 60.0])
    >>> fat = fat_ahead("L1", t, np.array([0.0, 3e-6]), np.array([0.0, 1e-6]), fat_fraction=0.5)
    >>> round(fat.volume * 1e6, 3)
    1.0
    """
    marrow = np.maximum(np.gradient(injected - leaked, times), 0.0) if len(times) > 1 else np.zeros(len(times))
    return Fat(level=level, times=times, flow=fat_fraction * (1.0 - vented) * marrow)
