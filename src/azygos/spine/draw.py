"""What is uncertain about one injection, as numbers that have been drawn.

Draw first, then run: a :class:`Draw` is kept in the run's record, so any member of an
ensemble can be replayed alone. Physics takes a draw, never a random generator.
"""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Parcel):
    """One draw of everything that neither the scan nor the plan tells. SI units."""

    field_seed: int  # for the fields: permeability noise, places of veins and gaps
    permeability_median: float  # across the long axis [m^2]
    permeability_sigma: float  # of ln K within the body [-]
    permeability_length: float  # correlation length of ln K, at least 2 mm [m]
    permeability_density_slope: float  # of ln K per unit of ln(porosity^3/(1-porosity)), 0: density tells nothing
    anisotropy: float  # head-foot over transverse [-]
    marrow_viscosity: float  # [Pa s]
    marrow_yield: float  # pressure that marrow in bone must feel before it moves [Pa]
    cement_consistency_factor: float  # on the named cement's consistency [-]
    cement_e_folding_factor: float  # on the named cement's e-folding time [-]
    cement_index_shift: float  # added to the named cement's power-law index [-]
    cement_batch: float  # on the speed of ageing [-]
    activation_early: float  # [J mol^-1]
    activation_late: float  # [J mol^-1]
    outlet_pressure: float  # venous pressure at rest, prone [Pa]
    breathing_pressure: float  # amplitude of its breathing wave [Pa]
    foramen_depth: float  # of the basivertebral foramen from the back wall [m]
    vein_radius_factor: float  # on all venous radii [-]
    anterior_vein_count: int
    segmental_vein_count: int
    cortical_gap_count: int
    end_plate_gap_count: int
    gap_radius: float  # of cortical and end-plate gaps [m]
    shell_seepage: float  # shell permeability over thickness [m]
    air_fraction: float  # in the syringe [-]
    pressure_ceiling: float  # [Pa]
    operator_delay: float  # [s]
    operator_visible_volume: float  # [m^3]
    operator_chance: float  # uniform 0..1: sees a leak if below the sensitivity for its place [-]
