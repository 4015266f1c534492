"""The way of one piece: does it pass, stay, bridge, break, pierce or cross, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.units import MM
from azygos.heart.bending import Fit, fit_of, is_soft
from azygos.heart.chambers import CHANCES, Heart
from azygos.heart.departures import Exit, Passage
from azygos.heart.laws import HeartLaws
from azygos.heart.wall import break_after, pierce_after, stream_pull
from azygos.spine import Cement, State, state_of, strength
from azygos.spine.ageing import aged, arrhenius_factor
from azygos.values import heart as v
from azygos.values.marrow import BODY_TEMPERATURE
from azygos.veins import Piece

BROKEN = "broken by the ventricle"
TORN = "torn off by the stream in the heart"
BEYOND = ("right atrium", "right ventricle", "pulmonary trunk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(Parcel):
    """What became of one piece, or of one part of it."""

    passage: Passage
    departs: Piece | None  # what passes the pulmonary valve
    waited: tuple[tuple[Passage, float], ...] = ()  # how that which it is a part of lay before it broke, until when [s]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Parcel):
    """What a way depends on besides the piece."""

    heart: Heart
    cement: Cement
    output: float  # [m^3 s^-1]
    laws: HeartLaws

    def fit(self, piece: Piece, length: float) -> Fit:
        return fit_of(self.heart, self.cement, piece, length, output=self.output, laws=self.laws)

    def older(self, piece: Piece, time: float) -> Piece:
        """The same piece at a later time, warm as the body."""
        age = _aged(self.cement, piece.age, max(time - piece.time, 0.0))
        return replace(piece, time=time, age=age, temperature=BODY_TEMPERATURE.number, state=state_of(self.cement, age))

    def hard_at(self, piece: Piece) -> float:
        """When it has set [s]."""
        speed = self.cement.batch * arrhenius_factor(BODY_TEMPERATURE.number, activation=self.cement.activation_late)
        return piece.time + max(self.cement.setting_age - piece.age, 0.0) / speed


def ways_of(setting: Setting, piece: Piece, number: int) -> list[Way]:
    """All ways that the parts of one arrival take, in order of time.

    Parameters
    ----------
    setting : Setting
        Heart, cement, output and laws.
    piece : Piece
        As it arrived.
    number : int
        Which arrival it is; picks its pre-drawn chances.

    Returns
    -------
    ways : list of Way
        One, or more where it broke.
    """
    chances = setting.heart.chances[:, number % CHANCES]
    if piece.attached:
        return _attached(setting, piece, chances)
    if _crosses(setting, piece, chances):
        return [_crossed(setting, piece)]
    return _free(setting, piece, chances, _until(piece))


def _crosses(setting: Setting, piece: Piece, chances: FloatArray) -> bool:
    heart = setting.heart
    fits = piece.thickest <= heart.foramen_width and (is_soft(piece) or piece.length <= heart.atrium_length)
    return bool(setting.laws.foramen and heart.foramen_open and fits and chances[0] < heart.foramen_share)


def _crossed(setting: Setting, piece: Piece) -> Way:
    reason = (
        f"{_size(piece)}; the foramen ovale is open by {setting.heart.foramen_width / MM:.1f} mm "
        f"and takes {100 * setting.heart.foramen_share:.1f} % of the stream"
    )
    return Way(passage=_passage(piece, Exit.CROSSES, "", reason), departs=None)


def _free(setting: Setting, piece: Piece, chances: FloatArray, until: float, why: str = "") -> list[Way]:
    """A piece that nothing holds: it passes if it fits, else it lies there until cord or wall gives way."""
    heart = setting.heart
    fit = setting.fit(piece, piece.length)
    stuck, chamber = _obstacle(heart, piece, fit, piece.length)
    if not stuck:
        return [_passes(setting, piece, fit, why)]
    sets = setting.hard_at(piece)
    squeezed = setting.laws.breaking and chamber == "right ventricle"
    breaks = sets + break_after(heart, piece.diameter, piece.length) if squeezed else math.inf
    pierces = _pierces(setting, piece, piece.length, chamber, chances, sets)
    if breaks <= min(pierces, until):
        broken = f"it lay in the right heart ({stuck}) and broke {_later(breaks - piece.time)}"
        parts = [_part(setting, piece, letter, 0.5, breaks, BROKEN) for letter in "ab"]
        ways = [way for part in parts for way in _free(setting, part, chances, until, f"{broken}; ")]
        return _after(ways, _passage(piece, Exit.STAYS, chamber, f"{why}{stuck}"), breaks)
    return [_stays(setting, piece, piece.length, chamber, f"{why}{stuck}", pierces, until)]


def _passes(setting: Setting, piece: Piece, fit: Fit, why: str) -> Way:
    later = setting.older(piece, piece.time + setting.heart.transit(setting.output))
    departs = replace(later, path=(*piece.path, *BEYOND))
    return Way(
        passage=_passage(piece, Exit.PASSES, "", f"{why}{_size(piece)}; {_fits(fit)}"),
        departs=departs,
    )


def _stays(
    setting: Setting, piece: Piece, length: float, chamber: str, reason: str, pierces: float, until: float
) -> Way:
    share = length / piece.length
    left = {"volume_left": share * piece.volume, "length_left": length}
    if pierces <= until:
        text = f"{reason}; its end worked through the wall {_later(pierces - piece.time)}"
        passage = _passage(piece, Exit.PERFORATES, chamber, text, pierces_at=pierces, **left)
    else:
        passage = _passage(piece, Exit.STAYS, chamber, reason, **left)
    return Way(passage=passage, departs=None)


def _attached(setting: Setting, piece: Piece, chances: FloatArray) -> list[Way]:
    """A cord that hangs on its vertebra: it tears, bridges if it is long and soft enough, or hangs there."""
    heart = setting.heart
    reach = reaches(road_of(heart, piece))
    to_ring, to_valve = float(reach[2]), float(reach[4])
    beyond_ring = max(piece.length - to_ring, 0.0)
    torn = _torn(setting, piece, beyond_ring)
    if torn:
        return _lose_end(setting, piece, beyond_ring, chances, piece.time, TORN, torn)
    fit = setting.fit(piece, beyond_ring)
    stuck, chamber = _obstacle(heart, piece, fit, beyond_ring) if beyond_ring > 0.0 else ("", "")
    if not stuck and piece.length > to_valve:
        return _bridges(setting, piece, to_ring, to_valve, fit, chances)
    if not stuck:
        chamber = "right ventricle" if beyond_ring > 0.0 else "right atrium"
        stuck = f"{_size(piece)}, attached; it reaches {_where(beyond_ring)}"
    sets, until = setting.hard_at(piece), _until(piece)
    free_end = beyond_ring if chamber == "right ventricle" else 0.0
    breaks = _breaks(setting, piece, free_end, sets)
    pierces = _pierces(setting, piece, piece.length, chamber, chances, sets)
    if breaks <= min(pierces, until):
        return _lose_end(setting, piece, free_end, chances, breaks, BROKEN, stuck)
    return [_stays(setting, piece, piece.length, chamber, stuck, pierces, until)]


def _torn(setting: Setting, piece: Piece, beyond_ring: float) -> str:
    """Why the stream tears what hangs beyond the ring off, as soft as it was when it came; empty if it holds."""
    pull = stream_pull(setting.heart, piece.diameter, beyond_ring, setting.output)
    holds = strength(setting.cement, piece.age, factor=setting.heart.cohesion_factor)
    if not setting.laws.breaking or pull <= holds:
        return ""
    return (
        f"{_size(piece)}, attached; it reaches {_where(beyond_ring)}, where the stream pulls with {pull / 1e3:.1f} kPa "
        f"and it holds {holds / 1e3:.1f} kPa"
    )


def _bridges(
    setting: Setting, piece: Piece, to_ring: float, to_valve: float, fit: Fit, chances: FloatArray
) -> list[Way]:
    """A cord through both valves; once set, what lies in the ventricle may break or pierce."""
    share = (piece.length - to_valve) / piece.length
    later = setting.older(piece, piece.time + setting.heart.transit(setting.output))
    beyond = replace(later, volume=share * piece.volume, length=piece.length - to_valve, path=(*piece.path, *BEYOND))
    reason = f"{_size(piece)}, attached; {_fits(fit)}, and it reaches {beyond.length / MM:.0f} mm beyond the valve"
    inside = to_valve - to_ring
    sets, until = setting.hard_at(piece), _until(piece)
    breaks = _breaks(setting, piece, inside, sets)
    pierces = _pierces(setting, piece, inside, "right ventricle", chances, sets)
    if breaks <= min(pierces, until):
        return _bridge_breaks(setting, piece, beyond, to_ring, inside, chances, breaks, reason)
    way = _stays(setting, piece, to_valve, "right ventricle", reason, pierces, until)
    if way.passage.exit is Exit.STAYS:
        way = replace(way, passage=replace(way.passage, exit=Exit.BRIDGES, chamber=""))
    return [replace(way, departs=beyond)]


def _bridge_breaks(
    setting: Setting, piece: Piece, beyond: Piece, to_ring: float, inside: float, chances: FloatArray, breaks: float,
    reason: str,
) -> list[Way]:  # fmt: skip
    """What lay in the ventricle goes on by itself; what is behind it hangs there, what is beyond lies where it lay."""
    whole = replace(piece, length=to_ring + inside, volume=(to_ring + inside) / piece.length * piece.volume)
    held, *ends = _lose_end(setting, whole, inside, chances, breaks, BROKEN, reason)
    return [replace(held, departs=beyond), *ends]


def _lose_end(
    setting: Setting, piece: Piece, free_end: float, chances: FloatArray, parts: float, cause: str, stuck: str
) -> list[Way]:
    """What lies beyond the ring parts from an attached cord; the rest stays where it is."""
    until = _until(piece)
    end = _part(setting, piece, "b", free_end / piece.length, parts, cause)
    rest = replace(
        _part(setting, piece, "a", 1.0 - free_end / piece.length, piece.time, cause), attached=True, cause="attached"
    )
    lost = f"{stuck}; its end {'tore' if cause == TORN else 'broke'} off {_later(parts - piece.time)}"
    pierces = _pierces(setting, rest, rest.length, "right atrium", chances, max(setting.hard_at(rest), parts))
    held = _stays(setting, rest, rest.length, "right atrium", lost, pierces, until)
    lay = _passage(replace(end, time=piece.time), Exit.STAYS, "right ventricle", stuck)
    return [held, *_after(_free(setting, end, chances, until, f"{lost}; "), lay, parts)]


def _after(ways: list[Way], waited: Passage, until: float) -> list[Way]:
    """The same ways; the first also tells how the whole lay before."""
    first, *more = ways
    return [replace(first, waited=((waited, until), *first.waited)), *more]


def _obstacle(heart: Heart, piece: Piece, fit: Fit, length: float) -> tuple[str, str]:
    """Why a cord does not get on, and in which chamber it then lies; empty where nothing holds it."""
    if not is_soft(piece) and piece.thickest >= heart.ring_short:
        return f"{_size(piece)}; the tricuspid ring is {heart.ring_short / MM:.0f} mm wide", "right atrium"
    if not is_soft(piece) and piece.thickest >= heart.valve_width:
        return f"{_size(piece)}; the pulmonary valve is {heart.valve_width / MM:.0f} mm wide", "right ventricle"
    if fit.follows:
        return "", ""
    if piece.length > fit.longest_in:
        return (
            f"{_size(piece)}; a rod longer than {fit.longest_in / MM:.0f} mm does not turn into the tricuspid ring",
            "right atrium",
        )
    if fit.span > fit.room:
        return (
            f"{_size(piece)}; it lies across the tricuspid ring, the ejecting ventricle is {fit.room / MM:.0f} mm long",
            "right ventricle",
        )
    if length > fit.longest_out:
        return (
            f"{_size(piece)}; a rod longer than {fit.longest_out / MM:.0f} mm does not turn into the outflow tract",
            "right ventricle",
        )
    return "", ""


def _until(piece: Piece) -> float:
    """How far ahead breaks and holes are followed [s]."""
    return piece.time + v.HORIZON.number


def _breaks(setting: Setting, piece: Piece, length: float, sets: float) -> float:
    """When the squeeze breaks what of an attached cord lies in the ventricle [s], inf if never."""
    if not setting.laws.breaking or length <= 0.0:
        return math.inf
    return sets + break_after(setting.heart, piece.diameter, length)


def _pierces(setting: Setting, piece: Piece, length: float, chamber: str, chances: FloatArray, sets: float) -> float:
    """When its end goes through the wall [s], inf if never."""
    if not setting.laws.perforation or chances[1] >= setting.heart.end_on:
        return math.inf
    return sets + pierce_after(setting.heart, piece.diameter, length, chamber)


def _part(setting: Setting, piece: Piece, letter: str, share: float, time: float, cause: str) -> Piece:
    """A share of a broken piece, as a piece of its own."""
    return replace(
        setting.older(piece, time),
        name=piece.name + letter,
        volume=share * piece.volume,
        length=share * piece.length,
        attached=False,
        cause=cause,
    )


def road_of(heart: Heart, piece: Piece) -> FloatArray:
    """From the cava by which it came, in points [m], shape (6, 3)."""
    last = [name for name in piece.path if "cava" in name or "azygos" in name]
    from_above = bool(last) and ("superior" in last[-1] or "azygos" in last[-1])
    return heart.superior if from_above else heart.inferior


def reaches(road: FloatArray) -> FloatArray:
    """Way along the road from its first point to each [m]."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(road, axis=0), axis=1))])


def _aged(cement: Cement, age: float, duration: float) -> float:
    return aged(
        age, duration, BODY_TEMPERATURE.number, paste_age=cement.paste_age, activation_early=cement.activation_early,
        activation_late=cement.activation_late, batch=cement.batch,
    )  # fmt: skip


def _passage(
    piece: Piece, exit: Exit, chamber: str, reason: str, *, volume_left: float = 0.0, length_left: float = 0.0,
    pierces_at: float | None = None,
) -> Passage:  # fmt: skip
    return Passage(
        piece=piece, exit=exit, chamber=chamber, volume_left=volume_left, length_left=length_left,
        reason=reason, pierces_at=pierces_at,
    )  # fmt: skip


def _size(piece: Piece) -> str:
    name = "set" if piece.state is State.SET else str(piece.state)
    return f"{name}, {piece.length / MM:.0f} mm long and {piece.diameter / MM:.1f} mm wide"


def _fits(fit: Fit) -> str:
    if fit.follows:
        return "it is soft and follows the stream"
    return (
        f"rods of its width and stiffness turn up to {min(fit.longest_in, fit.longest_out) / MM:.0f} mm, "
        f"and the ejecting ventricle is {fit.room / MM:.0f} mm long"
    )


def _where(beyond_ring: float) -> str:
    return f"{beyond_ring / MM:.0f} mm into the right ventricle" if beyond_ring > 0.0 else "into the right atrium"


def _later(seconds: float) -> str:
    if seconds < 120.0:
        return "at once" if seconds < 1.0 else f"after {seconds:.0f} s"
    for most, factor, word in ((7200.0, 60.0, "min"), (172800.0, 3600.0, "hours"), (math.inf, 86400.0, "days")):
        if seconds < most:
            return f"after {seconds / factor:.0f} {word}"
    return ""
