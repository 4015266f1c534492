"""Sixteen arteries with round sizes, pieces in them and a circulation of three lines, for the tests of care."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from plain_heart import CEMENT, a_piece

from azygos.care import CareDraw, Effect, draw_care
from azygos.ground.parcels import Account
from azygos.heart import Departures, Effusion, Exit, Passage
from azygos.lungs import Lodging, Lodgings

DAY = 86_400.0


@dataclass(frozen=True)
class Tree:
    """Trunk 0, main 1 2, lobar 3 4 5, segmental 6 to 10, beyond 11 to 15."""

    parent = np.array([-1, 0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 9, 10])
    diameter = 1e-3 * np.array([27.0, 19, 19, 10, 10, 10] + [5.5] * 5 + [3.0] * 5)
    length = 1e-3 * np.array([50.0, 40, 40, 25, 25, 25] + [20.0] * 5 + [15.0] * 5)


TREE = Tree()
LOBAR, SEGMENTAL, BEYOND = 3, 6, 11


def lodged_in(*vessels: int, closed: float = 1.0, name: str = "L2-1", time: float = 0.0, **changes: object) -> Lodging:
    piece = a_piece(0.02, name=name, **changes)
    head = vessels[0]
    return Lodging(
        piece=piece, time=time, vessel=head, artery=f"artery {head}", side="right", lobe="RUL",
        segment="R1" if head >= SEGMENTAL else "", order=12, artery_diameter=float(TREE.diameter[head]),
        vessels=vessels, closed=(closed,) * len(vessels), moulded=False, visible=True,
    )  # fmt: skip


def lodgings_of(*lodged: Lodging) -> Lodgings:
    mass = CEMENT.density_paste * sum(one.piece.volume for one in lodged)
    account = Account(room="lungs", received=mass, kept=mass, passed_on=0.0)
    in_order = tuple(sorted(lodged, key=lambda one: one.time))
    return Lodgings(cement=CEMENT, lodged=in_order, obstructions=(), butscheidt=1, tracks=(), account=account)


def departures_of(
    *in_heart: str, pierces_at: float | None = None, effusion: Effusion | None = None, time: float = 0.0
) -> Departures:
    """Cords of 7 cm by their names, each of which stays in the right ventricle."""
    pieces = [a_piece(0.07, name=name, time=time) for name in in_heart]
    passages = tuple(
        Passage(
            piece=piece, exit=Exit.STAYS if pierces_at is None else Exit.PERFORATES, chamber="right ventricle",
            volume_left=piece.volume, length_left=piece.length, reason="a test", pierces_at=pierces_at,
        )
        for piece in pieces
    )  # fmt: skip
    mass = CEMENT.density_paste * sum(piece.volume for piece in pieces)
    account = Account(room="heart", received=mass, kept=mass, passed_on=0.0)
    return Departures(cement=CEMENT, pieces=(), passages=passages, effusion=effusion, tracks=(), account=account)


def flow_lost(closed: np.ndarray) -> float:
    """Five equal beds, each open as far as the tightest artery on its way."""
    lost = []
    for at in range(BEYOND, 16):
        way, tightest = at, 0.0
        while way >= 0:
            tightest = max(tightest, float(closed[way]))
            way = int(TREE.parent[way])
        lost.append(tightest)
    return float(np.mean(lost))


def effect_of(lodgings: Lodgings, *, dies_above: float = 2.0, starts: float = 0.0):
    """Effect of what closes, as a journey would hand it in; keeps what it was asked."""
    calls: list[tuple[float, frozenset[str]]] = []

    def effect(day, filled, removed):
        calls.append((day, removed))
        cement = np.zeros(16)
        for one in lodgings.lodged:
            if one.time <= max(day * DAY, starts) and one.piece.name not in removed:
                np.add.at(cement, np.array(one.vessels), np.array(one.closed))
        lost = flow_lost(1.0 - (1.0 - np.minimum(cement, 1.0)) * (1.0 - filled))
        alive = lost < dies_above
        return Effect(
            flow_lost=lost, pulmonary_pressure=2000.0 / max(1.0 - lost, 0.05), right_atrial_pressure=300.0,
            cardiac_output=8e-5 * (1.0 - 0.3 * lost), saturation=0.96 - 0.05 * lost, dead_space=lost,
            alive=alive, cause="" if alive else "right heart failure",
        )  # fmt: skip

    effect.calls = calls
    return effect


def a_draw(**changes: object) -> CareDraw:
    """A patient whose rates are round: 0.2 mm and 0.04 a day, half slowed by drugs; nothing breaks."""
    plain = {
        "growth_slow": 1e-5 / DAY, "growth_fast": 2e-4 / DAY, "lysis": 0.04 / DAY, "lysis_by_drug": 0.5 / DAY,
        "anticoagulation": 0.5, "heart_stasis": 0.1, "reserve": 0.5,
        "snaps": np.full(64, 0.99), "leaves": np.full(64, 0.4), "seen": np.full(64, 0.2),
    }  # fmt: skip
    return replace(draw_care(np.random.default_rng(1)), **(plain | changes))
