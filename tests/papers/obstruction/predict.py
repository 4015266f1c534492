"""Blocked lungs: pulmonary pressure and dead space at the shares of flow lost that three reports name."""

from __future__ import annotations

from azygos.circulation import Circuit, CirculationLaws, Load, check_baseline, draw_circuit, respond
from azygos.ground.errors import AzygosError
from azygos.ground.units import MMHG
from azygos.journey import draw_body, room_rng
from papers.counting import spread
from papers.patients import own_rng
from papers.run import JOURNEY

SEED, MEMBERS = 1971, 100
ROOMS = JOURNEY
LABEL = "by criterion, beside each verdict"
GIVEN = {
    "patients": "no earlier disease of heart or lungs",
    "obstruction": "35 and 68 % (McIntyre: above 30 %, and to 68 %); 38 % (Kline); sought (Burrowes)",
}
NOT_GIVEN = {
    "body, circulation": "as `azygos journey` draws them, lying on the back",
    "angiographic obstruction, perfusion defect": "share of flow lost at the same pressure, by branches wholly closed",
    "raised pressure": "mean above 20 mmHg; hypertensive from 25 mmHg",
    "mechanics alone": "no constriction, no failure of the right ventricle; reflexes act",
}
RAISED, HYPERTENSIVE = 20.0 * MMHG, 25.0 * MMHG
MECHANICS = CirculationLaws(resistance="mechanical", failure=False)
MOST_LOST = 0.95
STEPS = 12


def member(seed: int, k: int) -> dict:
    """One patient at rest and at each share."""
    patient = int(own_rng(seed, k).integers(2**31))
    try:
        body = draw_body(room_rng(patient, "body"))
        circuit = draw_circuit(body, room_rng(patient, "circulation"))
        check_baseline(circuit)
        answer = respond(circuit, [load(time, lost) for time, lost in enumerate((0.0, 0.35, 0.38, 0.68))])
        needed = lost_until(circuit, HYPERTENSIVE)
    except AzygosError:
        return {"member": k, "finished": False}
    rest, at_35, _, at_68 = (float(pressure) / MMHG for pressure in answer.pulmonary_pressure)
    return {
        "member": k,
        "finished": True,
        "rest_mmhg": rest,
        "at_35_mmhg": at_35,
        "at_68_mmhg": at_68,
        "dead_space_at_38": float(answer.dead_space[2]),
        "mechanics_reach_25_mmhg_at": needed,
    }


def load(time: float, lost: float) -> Load:
    """A share of the lungs without flow, by closed branches."""
    return Load(time=float(time), resistance_ratio=1.0 / (1.0 - lost), flow_lost=lost)


def lost_until(circuit: Circuit, pressure: float) -> float:
    """Share of flow lost at which mechanics alone reach a mean pulmonary pressure [Pa]; 0.95 where they never do."""
    few, many = 0.0, MOST_LOST
    for _ in range(STEPS):
        middle = 0.5 * (few + many)
        reached = float(respond(circuit, [load(0.0, middle)], laws=MECHANICS).pulmonary_pressure[0]) >= pressure
        few, many = (few, middle) if reached else (middle, many)
    return many


def summarise(members: list[dict]) -> dict:
    """Patients beyond each bound, and the middle of what has one."""
    done = [m for m in members if m["finished"]]
    return {
        "members": len(done),
        "unfinished": len(members) - len(done),
        "rest_mmhg": spread([m["rest_mmhg"] for m in done]),
        "at_35_mmhg": spread([m["at_35_mmhg"] for m in done]),
        "at_68_mmhg": spread([m["at_68_mmhg"] for m in done]),
        "raised_at_35": sum(m["at_35_mmhg"] * MMHG > RAISED for m in done),
        "above_40_at_68": sum(m["at_68_mmhg"] > 40.0 for m in done),
        "mechanics_reach_25_mmhg_at": spread([m["mechanics_reach_25_mmhg_at"] for m in done]),
        "dead_space_at_38": spread([m["dead_space_at_38"] for m in done]),
    }
