"""How the circulation answers loads, one steady state for each; and one beat of it, drawn out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from azygos.circulation import gases
from azygos.circulation.choices import CirculationLaws
from azygos.circulation.circuit import Circuit
from azygos.circulation.failure import contractility
from azygos.circulation.loads import flow_without_way, lung_ratio
from azygos.circulation.response import FIELDS, Load, Response
from azygos.circulation.steady import Steady, trace
from azygos.circulation.survival import death
from azygos.circulation.table import look_up, solve
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel

DRAWN_INSTANTS = 257  # of a beat that is drawn out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beat(Parcel):
    """Pressures and volumes through one beat."""

    times: FloatArray  # shape (n,), from the end of filling [s]
    right_atrium: FloatArray  # with the cavae [Pa]
    right_ventricle: FloatArray  # [Pa]
    pulmonary_artery: FloatArray  # [Pa]
    left_atrium: FloatArray  # with the pulmonary veins [Pa]
    left_ventricle: FloatArray  # [Pa]
    aorta: FloatArray  # [Pa]
    pericardium: FloatArray  # [Pa]
    right_volume: FloatArray  # of the right ventricle [m^3]
    left_volume: FloatArray  # of the left ventricle [m^3]

    def __post_init__(self) -> None:
        self.seal(*(name for name in self.__dataclass_fields__))
        require(
            all(getattr(self, name).shape == self.times.shape for name in self.__dataclass_fields__),
            "a beat needs one number for each instant",
        )


def respond(circuit: Circuit, loads: Sequence[Load], *, laws: CirculationLaws | None = None) -> Response:
    """Pressures, flows and gases under each load, and whether the patient lives.

    Parameters
    ----------
    circuit : Circuit
        The patient's.
    loads : sequence of Load
        In order of time, at least one.
    laws : CirculationLaws, optional
        Which mechanisms act.

    Returns
    -------
    response : Response

    Notes
    -----
    Each load is answered by the state in which beats repeat; heart and reflexes reach it within half a minute.
    States are solved on a lattice of resistances and interpolated, within 1 % of direct solutions.
    """
    laws = laws or CirculationLaws()
    require(len(loads) > 0, "a response needs at least one load")
    rows = [_row(circuit, load, laws) for load in loads]
    series = {name: np.array([row[name] for row in rows]) for name in FIELDS}
    died, cause = death(circuit, loads, series["cardiac_output"], series["arterial_pressure"])
    return Response(times=np.array([load.time for load in loads]), **series, died=died, cause=cause)


def steady(circuit: Circuit, load: Load, *, laws: CirculationLaws | None = None) -> Steady:
    """Solve one load directly from the baseline, without the lattice."""
    laws = laws or CirculationLaws()
    return solve(
        circuit, circuit.baseline, ratio=lung_ratio(load, circuit, laws), effusion=load.effusion, posture=load.posture,
        failure=laws.failure, reflexes=laws.reflexes,
    )  # fmt: skip


def beat(circuit: Circuit, load: Load, *, laws: CirculationLaws | None = None) -> Beat:
    """One beat under a load: what catheters in heart and arteries would draw.

    Parameters
    ----------
    circuit : Circuit
        The patient's.
    load : Load
        What it bears.
    laws : CirculationLaws, optional
        Which mechanisms act.

    Returns
    -------
    beat : Beat
    """
    laws = laws or CirculationLaws()
    found = steady(circuit, load, laws=laws)
    ratio = lung_ratio(load, circuit, laws)
    weak = (
        contractility(ratio, limit=circuit.failure_limit, steepness=circuit.failure_steepness) if laws.failure else 1.0
    )
    p = circuit.under(
        ratio=ratio, contractility=weak, pooled=circuit.pooled(load.posture), effusion=load.effusion, error=found.error
    )
    times, states, x = trace(p, found.state, DRAWN_INSTANTS)
    return Beat(
        times=times,
        right_atrium=x[:, 5],
        right_ventricle=x[:, 1],
        pulmonary_artery=x[:, 2],
        left_atrium=x[:, 3],
        left_ventricle=x[:, 0],
        aorta=x[:, 4],
        pericardium=x[:, 6],
        right_volume=states[:, 1],
        left_volume=states[:, 0],
    )


def _row(circuit: Circuit, load: Load, laws: CirculationLaws) -> dict[str, float]:
    """All numbers of one load."""
    row = look_up(
        circuit, ratio=lung_ratio(load, circuit, laws), effusion=load.effusion, posture=load.posture,
        failure=laws.failure, reflexes=laws.reflexes,
    )  # fmt: skip
    lost = flow_without_way(load, circuit, laws)
    dead = gases.alveolar_dead_space(lost, rest=circuit.dead_space, shift=circuit.ventilation_shift)
    shunt = gases.venous_admixture(lost, rest=circuit.shunt, overflow=circuit.overflow_shunt)
    air = gases.alveolar_oxygen(dead, rest=circuit.dead_space, reserve=circuit.breathing_reserve)
    content = gases.arterial_content(
        gases.oxygen_content(air, haemoglobin=circuit.haemoglobin), admixture=shunt, demand=circuit.oxygen_demand,
        output=max(row["cardiac_output"], 1e-9),
    )  # fmt: skip
    pressure = gases.oxygen_pressure(content, haemoglobin=circuit.haemoglobin)
    return row | {
        "dead_space": dead,
        "shunt": shunt,
        "oxygen_pressure": pressure,
        "saturation": gases.saturation_at(pressure),
    }
