"""Made-up journeys, for reports and files: the article's patient, and the courses that words must stay true for."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from made_vessels import along, arteries, cord_way, heart, level_at, lobe_of, segment_at, veins

from azygos.care import Course, Event, Removal, Visit
from azygos.case import Advice, CaseResult, Rarity
from azygos.circulation import Response
from azygos.ground.body import Body
from azygos.ground.parcels import Account
from azygos.ground.track import Track
from azygos.ground.units import MINUTE, ML, MM, MMHG
from azygos.heart import Departures, Effusion, Exit, Passage
from azygos.journey import Branch, Journey, Treated
from azygos.lungs import Lodging, Lodgings, Obstruction
from azygos.plan import Assumption
from azygos.spine import Fat, Leak, Rest, Route, State
from azygos.spine.cement import mix_cement
from azygos.spine.injection import Injection
from azygos.spine.virtual import draw_vertebra
from azygos.veins import Arrivals, Piece, Remnant

DAY = 86400.0
TYPICAL = SimpleNamespace(
    cement_consistency_factor=1.0, cement_e_folding_factor=1.0, cement_index_shift=0.0, cement_batch=1.0,
    activation_early=62.5e3, activation_late=44.4e3,
)  # fmt: skip
CEMENT = mix_cement("generic_high_viscosity", TYPICAL)  # type: ignore[arg-type]
INJECTED, IN_DISC = 4.0, 0.11
WAY = ("right lumbar vein L1", "inferior vena cava")
DAYS = np.array([0.0, 1, 2, 4, 7, 9, 12, 13, 14, 15, 18, 21, 30, 45, 60, 90, 120, 180, 270, 365])
ARTERIES = arteries()
CASE = """[[vertebra]]
level = "L1"

[course]
clot = "grows"

[[treatment]]
kind = "embolectomy"
day = 14

[[treatment]]
kind = "anticoagulation"
when = "symptoms"
days = 90
"""


def mass(volume_ml: float) -> float:
    return volume_ml * ML * CEMENT.density_paste


# Pieces -----------------------------------------------------------------------------------------------------------


def make_piece(name: str, volume_ml: float, diameter_mm: float, time: float, cause: str, **changes: Any) -> Piece:
    length = volume_ml * ML / (np.pi / 4.0 * (diameter_mm * MM) ** 2)
    return Piece(
        **{
            "name": name, "level": "L1", "route": Route.SEGMENTAL, "volume": volume_ml * ML, "length": length,
            "diameter": diameter_mm * MM, "thickest": 1.2 * diameter_mm * MM, "thinnest": 0.8 * diameter_mm * MM,
            "age": 620.0, "temperature": 309.0, "state": State.GEL, "time": time, "attached": cause == "attached",
            "path": WAY, "cause": cause, **changes,
        }
    )  # fmt: skip


def make_lodging(piece: Piece, name: str, segment: str, time: float, *, visible: bool = True) -> Lodging:
    vessel = ARTERIES.names.index(name)
    share = min(1.0, float(piece.diameter / ARTERIES.diameter[vessel]) ** 2)
    return Lodging(
        piece=piece,
        time=time,
        vessel=vessel,
        artery=name,
        side="right" if name.startswith("right") or segment.startswith("R") else "left",
        lobe=lobe_of(segment) if segment else "",
        segment=segment,
        order=int(ARTERIES.order[vessel]),
        artery_diameter=float(ARTERIES.diameter[vessel]),
        vessels=(vessel,),
        closed=(share,),
        moulded=False,
        visible=visible,
    )


def make_obstruction(load: float, vessels: tuple[int, ...] = ()) -> Obstruction:
    closed = np.zeros(len(ARTERIES.names))
    closed[list(vessels)] = min(load * 1.6, 1.0)
    return Obstruction(
        closed=closed,
        flow=ARTERIES.flow * (1.0 - closed),
        resistance_ratio=1.0 / (1.0 - load) if load < 1.0 else float("inf"),
        flow_lost=load,
        area_fraction=0.4 * load,
        qanadli=100.0 * min(1.4 * load, 1.0),
        miller=min(round(34 * load), 34),
        segments=tuple(np.full(20, 0.05)),
    )


# Circulation ------------------------------------------------------------------------------------------------------


def make_response(times: np.ndarray, load: np.ndarray, **changes: Any) -> Response:
    """Pressures that rise, and output and gases that fall, with a load from 0 to 1."""
    return Response(
        **{
            "times": times,
            "heart_rate": (72.0 + 50.0 * load) / MINUTE,
            "cardiac_output": (5.2 - 2.0 * load) * 1e-3 / MINUTE,
            "pulmonary_pressure": (15.0 + 34.0 * load) * MMHG,
            "pulmonary_systolic": (24.0 + 52.0 * load) * MMHG,
            "right_atrial_pressure": (4.0 + 12.0 * load) * MMHG,
            "arterial_pressure": (92.0 - 30.0 * load) * MMHG,
            "wedge_pressure": (9.0 - 2.0 * load) * MMHG,
            "right_ventricle_filling": (115.0 + 60.0 * load) * ML,
            "left_ventricle_filling": (110.0 - 35.0 * load) * ML,
            "right_ejection": 0.58 - 0.3 * load,
            "coupling": 1.4 - 1.0 * load,
            "dead_space": 0.05 + 0.5 * load,
            "shunt": 0.03 + 0.2 * load,
            "saturation": 0.97 - 0.13 * load,
            "oxygen_pressure": (90.0 - 45.0 * load) * MMHG,
            **changes,
        }
    )


def acute_load(times: np.ndarray, most: float, fat: float) -> np.ndarray:
    """Fat first, which clears within minutes; cement after it, which stays."""
    early = fat * np.exp(-((np.log(np.maximum(times, 1.0) / 90.0) / 0.7) ** 2))
    return np.clip(early + most / (1.0 + (400.0 / np.maximum(times, 1.0)) ** 4), 0.0, 1.0)


ACUTE_TIMES = np.geomspace(1.0, 4 * 3600.0, 80)


def make_branch(name: str, cement: float, peak_ml: float, removed_on: float | None, **changes: Any) -> Branch:
    """Clot grows to its peak by day 14 and then dissolves; cement's load falls when most of it is taken out."""
    growing = np.clip(DAYS / 14.0, 0.0, 1.0)
    clot = peak_ml * np.where(DAYS <= 14.0, growing, np.exp(-(DAYS - 14.0) / 25.0))
    left = np.full(len(DAYS), cement)
    removals: tuple[Removal, ...] = ()
    if removed_on is not None:
        left = np.where(removed_on <= DAYS, 0.2 * cement, left)
        clot = np.where(removed_on <= DAYS, 0.1 * clot, clot)
        before = float(np.interp(removed_on, DAYS, peak_ml * growing)) * ML
        removals = (
            Removal(day=removed_on, kind="embolectomy", volume=0.35 * ML, pieces=("L1-1",), clot_before=before),
        )
    load = left + 0.045 * clot
    course = Course(
        days=DAYS,
        clot=clot * ML,
        clot_closed=np.zeros((len(DAYS), len(ARTERIES.names))),
        **{
            "cement_removed": ("L1-1",) if removed_on is not None else (),
            "removed_volume": 0.35 * ML if removed_on is not None else 0.0,
            "symptoms_day": 9.0 if peak_ml else None,
            "chance_of_symptoms": np.clip(1.5 * np.maximum.accumulate(load), 0.0, 0.95),
            "symptoms": ("breathlessness", "chest pain") if peak_ml else (),
            "events": (),
            "visits": (),
            "removals": removals,
            **changes,
        },
    )
    obstructions = tuple(make_obstruction(float(x), (1,)) for x in np.clip(load, 0.0, 1.0))
    return Branch(name=name, course=course, obstructions=obstructions, response=make_response(DAYS * DAY + 1.0, load))


VISITS = (
    Visit(
        day=14.0,
        looks_with="ct angiography",
        sees=("A dense cord from the inferior vena cava to the right pulmonary artery.", "Clot around it."),
        misses=("L1-3 in the right lower lobe: 1.2 mm wide, hidden beside contrast.",),
    ),
    Visit(
        day=90.0,
        looks_with="ct",
        sees=("Cement in the right lumbar vein and the vena cava, unchanged.", "L1-2 in the right lower lobe."),
        misses=("Any clot: no contrast was given.",),
    ),
)


# Bone -------------------------------------------------------------------------------------------------------------


def make_leak(route: Route, rest: Rest, volume_ml: float) -> Leak:
    two = np.array([1.0, 1.0])
    times = np.array([70.0, 160.0])
    return Leak(
        outlet=f"{route.value} 1", level="L1", route=route, rest=rest, times=times, flow=volume_ml * ML / 90.0 * two,
        age=400.0 * two, temperature=305.0 * two, viscosity=300.0 * two, volume=volume_ml * ML, plug_length=0.0,
        radius=1.6 * MM,
    )  # fmt: skip


def make_treated(leaks: tuple[Leak, ...], level: str = "L1") -> Treated:
    vertebra = draw_vertebra(level, np.random.default_rng(4), fracture="wedge", spacing=3e-3)
    blank = np.zeros(vertebra.inside.shape, dtype=np.float32)
    leaked = sum(leak.volume for leak in leaks) / ML
    times = np.linspace(0.0, 180.0, 60)
    ramp = times / times[-1]
    injection = Injection(
        level=level, times=times, injected=INJECTED * ML * ramp, leaked=leaked * ML * ramp**2,
        plunger_pressure=1e6 * ramp, tip_pressure=5e4 * ramp, sensor_pressure=1e4 * ramp, fill=blank, fill_time=blank,
        temperature=blank + 310.0, age=blank, leaks=leaks, stopped="as planned", peak_temperature=330.0, steps=40,
        iterations=320,
        account=Account(room="spine", received=mass(INJECTED), kept=mass(INJECTED - leaked), passed_on=mass(leaked)),
    )  # fmt: skip
    fat = Fat(level=level, times=times, flow=np.full(60, 0.5 * ML / 180.0))
    return Treated(vertebra=vertebra, injection=injection, fat=fat, begins=0.0, centre=level_at(level))


# The cord's tracks ------------------------------------------------------------------------------------------------


def cord_tracks() -> tuple[Track, ...]:
    """A cord that grows through the rooms, 90 s in each."""
    tracks = []
    for number, (room, points) in enumerate(cord_way()):
        times = 100.0 + 90.0 * number + np.geomspace(1.0, 90.0, 12)
        lines = np.array([along(points, 0.0, share, 24) for share in np.linspace(0.05, 1.0, 12)])
        widths = np.full(lines.shape[:2], 3.6 * MM)
        tracks.append(Track(piece="L1-1", room=room, times=times, points=lines, diameters=widths))
    return tuple(tracks)


def fragment_tracks(name: str, segment: str, begins: float) -> tuple[Track, ...]:
    way = np.concatenate([points for _, points in cord_way()] + [segment_at(segment)[None]])
    tracks = []
    for room, low, high, start, end in (
        ("veins", 0.0, 0.5, 0.0, 12.0), ("heart", 0.5, 0.8, 12.0, 15.0), ("lungs", 0.8, 1.0, 15.0, np.inf),
    ):  # fmt: skip
        at = np.linspace(low, high - 0.03, 5)
        lines = np.array([along(way, x, x + 0.025, 4) for x in at])
        times = begins + np.linspace(start, min(end, start + 3.0) - 0.2, 5)
        widths = np.full(lines.shape[:2], 1.8 * MM)
        tracks.append(Track(piece=name, room=room, times=times, points=lines, diameters=widths, until=begins + end))
    return tuple(tracks)


# Whole journeys ---------------------------------------------------------------------------------------------------


def empty_rooms() -> dict[str, Any]:
    nothing = {"kept": 0.0, "passed_on": 0.0, "received": 0.0}
    return {
        "arrivals": Arrivals(
            cement=CEMENT, pieces=(), remnants=(), tracks=(), account=Account(room="veins", **nothing)
        ),
        "departures": Departures(
            cement=CEMENT, pieces=(), passages=(), effusion=None, tracks=(), account=Account(room="heart", **nothing)
        ),
        "lodgings": Lodgings(
            cement=CEMENT, lodged=(), obstructions=(), butscheidt=0, tracks=(), account=Account(room="lungs", **nothing)
        ),
    }


def make_journey(leaks: tuple[Leak, ...], **changes: Any) -> Journey:
    treated = make_treated(leaks)
    values: dict[str, Any] = {
        "body": Body(sex="female", age=71.0, height=1.62, mass=61.0),
        "cement": CEMENT,
        "treated": (treated,),
        "vessels": (veins(), heart(), ARTERIES),
        "azygos_share": 0.12,
        **empty_rooms(),
        "acute": make_response(ACUTE_TIMES, acute_load(ACUTE_TIMES, 0.0, 0.08)),
        "branches": (make_branch("as planned", 0.0, 0.0, None), make_branch("without clot", 0.0, 0.0, None)),
        "events": (Event(time=0.0, room="bone", what="The first portion of cement enters L1."),),
        "tracks": (),
        **changes,
    }
    rooms = [values[name].account for name in ("arrivals", "departures", "lodgings")]
    bone = treated.injection.account
    outside = mass(sum(leak.volume for leak in leaks if not leak.route.vascular) / ML)
    tissue = Account(room="beside the bone", received=outside, kept=outside, passed_on=0.0)
    kept = bone.kept + outside + sum(room.kept for room in rooms)
    whole = Account(
        room="needle to lung", received=bone.received, kept=kept, passed_on=0.0, removed=sum(a.removed for a in rooms)
    )
    return Journey(accounts=(bone, tissue, *rooms, whole), **values)


def no_leak() -> Journey:
    return make_journey((make_leak(Route.SEGMENTAL, Rest.PARAVERTEBRAL, 0.0),))


def into_the_disc() -> Journey:
    return make_journey((make_leak(Route.END_PLATE, Rest.DISC, IN_DISC),))


def stays_in_veins() -> Journey:
    """Cement in the lumbar vein that goes no further."""
    remnant = Remnant(
        name="L1-1", level="L1", vein=WAY[0], volume=0.2 * ML, length=21.0 * MM, diameter=3.5 * MM, attached=True
    )
    arrivals = Arrivals(
        cement=CEMENT, pieces=(), remnants=(remnant,), tracks=(),
        account=Account(room="veins", received=mass(0.2), kept=mass(0.2), passed_on=0.0),
    )  # fmt: skip
    return make_journey((make_leak(Route.SEGMENTAL, Rest.CAVA, 0.2),), arrivals=arrivals, tracks=cord_tracks()[:1])


def article_events() -> tuple[Event, ...]:
    return (
        Event(time=0.0, room="bone", what="The first portion of cement enters L1."),
        Event(time=70.0, room="bone", what="Cement leaves L1 by a segmental vein."),
        Event(time=101.0, room="veins", what="A cord reaches the inferior vena cava."),
        Event(time=130.0, room="lungs", what="Marrow fat reaches the lungs: mean pulmonary pressure 18 mmHg."),
        Event(time=191.0, room="heart", what="The cord reaches the right atrium."),
        Event(time=262.0, room="heart", what="A piece of 2 cm parts from the cord's head: drag."),
        Event(time=281.0, room="lungs", what="The cord reaches the right pulmonary artery."),
        Event(time=700.0, room="veins", what="The cord has set."),
        Event(time=1.0 * DAY, room="clot", what="Clot begins to grow on the cement."),
        Event(time=9.0 * DAY, room="care", what="Symptoms come: breathlessness, chest pain."),
        Event(time=14.0 * DAY, room="care", what="Embolectomy takes out 0.35 mL of cement and most of the clot."),
        Event(time=14.0 * DAY, room="care", what="Anticoagulation begins, for 90 days."),
        Event(time=90.0 * DAY, room="care", what="CT: cement in the veins and the right lower lobe, unchanged."),
    )


def article() -> Journey:
    """L1, a cord from the lumbar vein into the right pulmonary artery, two fragments, clot, embolectomy."""
    cord = make_piece("L1-1", 0.35, 3.6, 191.0, "attached")
    two = make_piece("L1-2", 0.06, 2.4, 252.0, "drag")
    three = make_piece("L1-3", 0.015, 1.2, 262.0, "drag", state=State.PASTE)
    remnants = tuple(
        Remnant(name="L1-1", level="L1", vein=vein, volume=v * ML, length=x * MM, diameter=d * MM, attached=True)
        for vein, v, x, d in ((WAY[0], 0.09, 30.0, 2.0), (WAY[1], 0.18, 118.0, 1.4))
    )
    arrivals = Arrivals(
        cement=CEMENT, pieces=(cord, two, three), remnants=remnants, tracks=(),
        account=Account(room="veins", received=mass(0.695), kept=mass(0.27), passed_on=mass(0.425)),
    )  # fmt: skip
    beyond = replace(cord, volume=0.15 * ML, length=15.0 * MM)
    beyond = make_piece("L1-1", 0.15, 3.6, 281.0, "attached")
    passages = (
        Passage(
            piece=cord, exit=Exit.BRIDGES, chamber="right ventricle", volume_left=0.2 * ML, length_left=20.0 * MM,
            reason="A set cord of 35 mm, held by its vertebra, lies across both valves.",
        ),
        *(
            Passage(
                piece=piece, exit=Exit.PASSES, chamber="", volume_left=0.0, length_left=0.0,
                reason="Shorter than the ring is wide: it follows the flow.",
            )
            for piece in (two, three)
        ),
    )  # fmt: skip
    departures = Departures(
        cement=CEMENT, pieces=(two, three, beyond), passages=passages, effusion=None, tracks=(),
        account=Account(room="heart", received=mass(0.425), kept=mass(0.2), passed_on=mass(0.225)),
    )  # fmt: skip
    lodged = (
        make_lodging(two, "segmental artery R10", "R10", 267.0),
        make_lodging(three, "artery beyond R9", "R9", 277.0, visible=False),
        make_lodging(beyond, "right pulmonary artery", "", 371.0),
    )
    lodgings = Lodgings(
        cement=CEMENT, lodged=lodged, butscheidt=1, tracks=(),
        obstructions=tuple(
            make_obstruction(load, tuple(one.vessel for one in lodged[: k + 1]))
            for k, load in enumerate((0.04, 0.05, 0.16))
        ),
        account=Account(room="lungs", received=mass(0.225), kept=mass(0.225), passed_on=0.0),
    )  # fmt: skip
    fragments = [
        track
        for name, segment, begins in (("L1-2", "R10", 240.0), ("L1-3", "R9", 250.0))
        for track in fragment_tracks(name, segment, begins)
    ]
    return make_journey(
        (make_leak(Route.SEGMENTAL, Rest.CAVA, 0.695), make_leak(Route.END_PLATE, Rest.DISC, IN_DISC)),
        arrivals=arrivals,
        departures=departures,
        lodgings=lodgings,
        acute=make_response(ACUTE_TIMES, acute_load(ACUTE_TIMES, 0.16, 0.1)),
        branches=(
            make_branch("as planned", 0.16, 5.5, 14.0, events=article_events()[8:], visits=VISITS),
            make_branch("without removal", 0.16, 5.5, None),
            make_branch("without clot", 0.16, 0.0, 14.0),
        ),
        events=article_events(),
        tracks=(*cord_tracks(), *fragments),
    )


def death() -> Journey:
    """The article's cord, but the right ventricle fails within the hour."""
    whole = article()
    times = np.geomspace(1.0, 1500.0, 60)
    acute = make_response(
        times, np.clip(times / 1500.0, 0.0, 1.0), died=1500.0, cause="the right ventricle could not fill the left"
    )
    zero = np.array([0.0])
    course = Course(
        days=zero, clot=zero, clot_closed=np.zeros((1, len(ARTERIES.names))), cement_removed=(), removed_volume=0.0,
        symptoms_day=None, chance_of_symptoms=zero, symptoms=(), events=(), visits=(),
    )  # fmt: skip
    branch = Branch(
        name="as planned", course=course, obstructions=(whole.lodgings.obstructions[-1],),
        response=make_response(np.array([1500.0]), np.array([1.0]), died=1500.0, cause=acute.cause),
    )  # fmt: skip
    return replace(whole, acute=acute, branches=(branch,), events=whole.events[:8], tracks=cord_tracks())


def tamponade() -> Journey:
    """A set piece pierces the right ventricle; blood fills the pericardium."""
    whole = article()
    cord = whole.departures.passages[0]
    pierced = replace(cord, exit=Exit.PERFORATES, pierces_at=3600.0, reason="A set end presses on the wall.")
    effusion = Effusion(begins=3600.0, rate=0.02 * ML, most=250.0 * ML)
    departures = replace(whole.departures, passages=(pierced, *whole.departures.passages[1:]), effusion=effusion)
    return replace(whole, departures=departures)


def many(count: int = 60) -> Journey:
    """A shower of small pieces, each lodged in an artery of its own."""
    share = 0.6 / count
    pieces = tuple(make_piece(f"L1-{k + 1}", share, 1.4, 200.0 + k, "drag") for k in range(count))
    small = [name for name, order in zip(ARTERIES.names, ARTERIES.order, strict=True) if order == 11]
    lodged = tuple(
        make_lodging(piece, small[k % len(small)], small[k % len(small)].split()[-1], 220.0 + k, visible=k % 2 == 0)
        for k, piece in enumerate(pieces)
    )
    passages = tuple(
        Passage(piece=piece, exit=Exit.PASSES, chamber="", volume_left=0.0, length_left=0.0, reason="It is small.")
        for piece in pieces
    )
    passed = Account(room="heart", received=mass(0.6), kept=0.0, passed_on=mass(0.6))
    tracks = [
        track for k in range(count) for track in fragment_tracks(f"L1-{k + 1}", small[k % 20].split()[-1], 200.0 + k)
    ]
    return make_journey(
        (make_leak(Route.BASIVERTEBRAL, Rest.AZYGOS, 0.6),),
        arrivals=Arrivals(
            cement=CEMENT, pieces=pieces, remnants=(), tracks=(), account=replace(passed, room="veins")
        ),
        departures=Departures(
            cement=CEMENT, pieces=pieces, passages=passages, effusion=None, tracks=(), account=passed
        ),
        lodgings=Lodgings(
            cement=CEMENT, lodged=lodged, butscheidt=3, tracks=(),
            obstructions=tuple(make_obstruction(0.3 * (k + 1) / count, (lodged[k].vessel,)) for k in range(count)),
            account=Account(room="lungs", received=mass(0.6), kept=mass(0.6), passed_on=0.0),
        ),
        events=tuple(Event(time=220.0 + k, room="lungs", what=f"L1-{k + 1} lodges.") for k in range(count)),
        tracks=tuple(tracks),
    )  # fmt: skip


JOURNEYS = {
    "article": article, "no leak": no_leak, "disc": into_the_disc, "veins": stays_in_veins, "death": death,
    "tamponade": tamponade, "many": many,
}  # fmt: skip


def make_result(kind: str = "article", **changes: Any) -> CaseResult:
    return CaseResult(
        **{
            "version": "0.1.0",
            "name": kind,
            "seed": 7,
            "case_toml": CASE,
            "journey": JOURNEYS[kind](),
            "assumptions": (
                Assumption(
                    name="clot.GROWTH", plain="how fast clot grows on cement", value="0.1 to 0.5 mL a day",
                    here="0.39 mL a day", drawn=True, source="assumed", note="no measurement known",
                ),
                Assumption(
                    name="hardening.MODULUS", plain="stiffness of set cement", value="2.7 GPa",
                    source="Kurtz 2005", note="bending of bars",
                ),
            ),
            "notes": ("Veins beyond the second branching are left out.",),
            "advice": (
                Advice(
                    situation="cement in the heart", advice="open removal preferred; catheter if surgery is too risky",
                    source="Kong 2019",
                ),
            ),
            **changes,
        }
    )  # fmt: skip


RARITY = Rarity(
    what="a cord through the right heart with symptoms within 14 days", chance=4.2e-4, low=2.1e-4, high=8.4e-4,
    draws=4000, effective=310.0, case_hash="ab12cd34ef56", computed_with="0.1.0",
)  # fmt: skip
