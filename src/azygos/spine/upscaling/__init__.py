"""From the cement's viscosity curve to the one viscosity that Darcy's law sees: answers, one file each."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Protocol

from azygos.ground.errors import InputError
from azygos.spine.upscaling import eberhard2019, momentum, neglect, tube_bundle


class Upscaling(Protocol):
    """What every answer looks like."""

    def __call__(
        self,
        speed: float,
        *,
        permeability: float,
        porosity: float,
        consistency: float,
        index: float,
        plateau_rate: float,
    ) -> float:
        """Effective viscosity [Pa s]."""
        ...


UPSCALINGS: dict[str, Upscaling] = {
    "tube_bundle": tube_bundle.effective_viscosity,
    "eberhard2019": eberhard2019.effective_viscosity,
    "momentum": momentum.effective_viscosity,
    "neglect": neglect.effective_viscosity,
}


def upscaling_named(name: str) -> Upscaling:
    """Choose an answer by its name.

    Parameters
    ----------
    name : str
        A key of ``UPSCALINGS``.

    Returns
    -------
    upscaling : callable
        ``effective_viscosity`` of that answer.

    Raises
    ------
    InputError
        If no answer has that name.

    Examples
    --------
    >>> upscaling_named("tube_bundle") is tube_bundle.effective_viscosity
    True
    """
    if name in UPSCALINGS:
        return UPSCALINGS[name]
    near = get_close_matches(name, UPSCALINGS, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise InputError(f"upscaling '{name}' is not known.{hint} Known: {', '.join(UPSCALINGS)}.")


__all__ = ["UPSCALINGS", "Upscaling", "upscaling_named"]
