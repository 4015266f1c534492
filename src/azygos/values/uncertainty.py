"""What an ensemble draws: each uncertain number with its distribution, range and source.

Names are those of ``azygos.spine.Draw``. A new name goes to the end, so that older
names keep their draws.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from azygos.ground.errors import AzygosError, require
from azygos.values.value import Value

_DISTRIBUTIONS = ("uniform", "log-uniform", "normal", "log-normal", "integer")


@dataclass(frozen=True, slots=True)
class Uncertain:
    """One uncertain number.

    Parameters
    ----------
    distribution : str
        "uniform" or "log-uniform" between `low` and `high`; "integer": whole numbers from `low` to
        `high`, all alike; "normal" or "log-normal" about `number`, with `low` and `high` as the
        middle 95 %, cut off at three sd (a normal also at `low` and `high` if `bounded`).
    value : Value
        The number, its range and where they come from.
    bounded : bool
        Whether a normal stops at `low` and `high`; then `sd` must be given.
    sd : float or None
        Of a normal, where the source prints it.
    """

    distribution: str
    value: Value
    bounded: bool = False
    sd: float | None = None

    def __post_init__(self) -> None:
        require(self.distribution in _DISTRIBUTIONS, f"unknown distribution {self.distribution!r}", AzygosError)
        require(self.low < self.high, "an uncertain value needs a range", AzygosError)

    @property
    def low(self) -> float:
        """Lower end of the range."""
        return self.value.number if self.value.low is None else self.value.low

    @property
    def high(self) -> float:
        """Upper end of the range."""
        return self.value.number if self.value.high is None else self.value.high

    def at(self, chance: float) -> float:
        """The value below which a share `chance` of all draws lie.

        Examples
        --------
        >>> UNCERTAIN["permeability_median"].at(0.5)
        1e-08
        """
        if self.distribution == "uniform":
            return self.low + chance * (self.high - self.low)
        if self.distribution == "log-uniform":
            return self.low * math.exp(chance * math.log(self.high / self.low))
        if self.distribution == "integer":
            return float(min(math.floor(self.low + chance * (self.high - self.low + 1.0)), int(self.high)))
        return self._at_normal(chance)

    def _at_normal(self, chance: float) -> float:
        deviate = max(-3.0, min(3.0, NormalDist().inv_cdf(min(max(chance, 1e-12), 1.0 - 1e-12))))
        if self.distribution == "log-normal":
            return self.value.number * math.exp(deviate * math.log(self.high / self.low) / 3.92)
        sd = (self.high - self.low) / 3.92 if self.sd is None else self.sd
        drawn = self.value.number + deviate * sd
        return min(max(drawn, self.low), self.high) if self.bounded else drawn


def _assumed(number: float, unit: str, low: float, high: float, note: str) -> Value:
    return Value(number, unit, low=low, high=high, source="assumed", note=note)


UNCERTAIN: dict[str, Uncertain] = {
    "permeability_median": Uncertain(
        "log-normal",
        _assumed(
            1e-8,
            "m^2",
            3e-9,
            4e-8,
            "derived between discordant sources: 3.4-4.5e-8 in oil (baroud2004), at most 2e-8 (nauman1999), 6e-9 for "
            "cement if 100 Pa s (baroud2003), 7e-9 from the cannula's 95 % share. Holds at a bone fraction of 0.10",
        ),
    ),
    "permeability_sigma": Uncertain(
        "uniform", _assumed(0.85, "dimensionless", 0.7, 1.0, "of ln K within one body; no field was measured")
    ),
    "permeability_length": Uncertain(
        "uniform",
        _assumed(3.5e-3, "m", 2e-3, 5e-3, "below 2 mm K is no material property (daish2017); upper end guessed"),
    ),
    "permeability_density_slope": Uncertain(
        "uniform",
        _assumed(
            0.7,
            "dimensionless",
            0.0,
            1.4,
            "R = 0.38 between porosity and K (teo2012) over bone fractions of 0.06-0.20 with sigma 0.85 gives 0.7; "
            "the mean of steeper published laws and none at all bounds it",
        ),
    ),
    "anisotropy": Uncertain(
        "uniform",
        Value(
            1.6,
            "dimensionless",
            low=1.3,
            high=2.05,
            source="nauman1999",
            where="abstract; low end from baroud2004",
            note="500 um cylinders say the opposite (below 1); too small to be a material property",
        ),
    ),
    "marrow_viscosity": Uncertain(
        "log-uniform",
        Value(
            0.067,
            "Pa s",
            low=0.044,
            high=0.142,
            source="zhong2011",
            where="abstract",
            note="yellow marrow of femora stands in for vertebrae; 0.067 at 37 C is bryant1988",
        ),
    ),
    "marrow_yield": Uncertain(
        "log-uniform",
        _assumed(
            1e3,
            "Pa",
            250.0,
            5e3,
            "no yield stress was measured; intact porcine marrow is a soft solid of 0.25-24.7 kPa (metzger2015). "
            "A range of 20 makes no prediction",
        ),
    ),
    "cement_consistency_factor": Uncertain(
        "log-normal", _assumed(1.0, "dimensionless", 0.5, 2.0, "methods of measuring one cement differ by this much")
    ),
    "cement_e_folding_factor": Uncertain(
        "log-normal", _assumed(1.0, "dimensionless", 0.75, 4.0 / 3.0, "few anchors per cement set this time")
    ),
    "cement_index_shift": Uncertain(
        "uniform", _assumed(0.0, "dimensionless", -0.1, 0.1, "n(t) of no product was reachable")
    ),
    "cement_batch": Uncertain(
        "log-normal",
        Value(
            1.0,
            "dimensionless",
            low=0.775,
            high=1.29,
            source="simplex683",
            where="abstract",
            note="residual sd 13 % of setting time at a given temperature in 683 operations",
        ),
    ),
    "activation_early": Uncertain(
        "uniform", _assumed(62.5e3, "J/mol", 40e3, 85e3, "derived from discordant setting times; 44 to 85 kJ/mol")
    ),
    "activation_late": Uncertain(
        "uniform", _assumed(49e3, "J/mol", 38e3, 60e3, "derived from discordant setting times")
    ),
    "outlet_pressure": Uncertain(
        "uniform", _assumed(1e3, "Pa", 100.0, 2e3, "prone venous pressure above ambient; good frames leave almost none")
    ),
    "breathing_pressure": Uncertain(
        "uniform", _assumed(250.0, "Pa", 50.0, 500.0, "amplitude of the caval pressure's breathing wave, 0.4-4 mmHg")
    ),
    "foramen_depth": Uncertain(
        "uniform",
        _assumed(
            9.5e-3,
            "m",
            4e-3,
            15e-3,
            "12.4 +/- 2.1 mm on CT of fractured lumbar bodies (he2023) against 12-22 % of depth in dry bones "
            "(tzika2021), 4-7 mm: end points differ; drawn evenly over both",
        ),
    ),
    "vein_radius_factor": Uncertain(
        "log-normal", _assumed(1.0, "dimensionless", 0.61, 1.63, "sd of ln radius 0.25; calibres are recalled")
    ),
    "anterior_vein_count": Uncertain("integer", _assumed(4, "dimensionless", 2, 6, "four in parallel recalled")),
    "segmental_vein_count": Uncertain("integer", _assumed(2, "dimensionless", 0, 4, "no count found")),
    "cortical_gap_count": Uncertain(
        "integer", _assumed(1.5, "dimensionless", 0, 3, "in a broken body; a whole one shows a third; no count found")
    ),
    "end_plate_gap_count": Uncertain(
        "integer", _assumed(1, "dimensionless", 0, 2, "in a broken body; a whole one shows a third; no count found")
    ),
    "gap_radius": Uncertain(
        "log-uniform", _assumed(0.6e-3, "m", 0.25e-3, 1.5e-3, "fracture lines are slits; a round hole stands for one")
    ),
    "shell_seepage": Uncertain(
        "log-uniform",
        _assumed(
            1.8e-10,
            "m",
            2e-11,
            2e-9,
            "6.35e-14 m^2 (a weak copy of a table) through 0.35 mm (silva1994), a factor of ten each way",
        ),
    ),
    "air_fraction": Uncertain(
        "uniform", _assumed(0.06, "dimensionless", 0.02, 0.10, "air mixed in; poured cement holds up to 10 % pores")
    ),
    "pressure_ceiling": Uncertain(
        "normal",
        Value(
            1.7e6,
            "Pa",
            low=0.6e6,
            high=3.2e6,
            source="krebs2005",
            where="abstract",
            note="peaks reached by hand: mean 1.7, sd 0.6, highest 3.2 MPa; low end assumed",
        ),
        bounded=True,
        sd=0.6e6,
    ),
    "operator_delay": Uncertain(
        "uniform", _assumed(5.0, "s", 2.0, 10.0, "from a visible leak to a stopped plunger; not measured")
    ),
    "operator_visible_volume": Uncertain(
        "log-uniform", _assumed(0.15e-6, "m^3", 0.05e-6, 0.5e-6, "smallest leak seen on the screen; not measured")
    ),
    "operator_chance": Uncertain("uniform", _assumed(0.5, "dimensionless", 0.0, 1.0, "a rank, not a measure")),
}
"""Every number of a draw but the seed of its fields, in the order in which they are drawn."""
