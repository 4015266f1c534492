"""How far stream and wall bend a cord, and whether it then fits round the two turns of the heart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from azygos.ground.beams import cantilever_slope, second_moment, supported_moment, supported_turn
from azygos.ground.parcels import Parcel
from azygos.ground.settling import drag_across
from azygos.heart.chambers import Heart
from azygos.heart.laws import HeartLaws
from azygos.heart.turning import chord, longest_rod
from azygos.spine import Cement, State, modulus
from azygos.values.marrow import BLOOD_DENSITY, BLOOD_VISCOSITY
from azygos.veins import Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit(Parcel):
    """Whether a cord of one length, width and stiffness gets round the two turns."""

    bend_in: float  # angle by which the stream bends it at the ring, at most the turn [rad]
    bend_out: float  # by stream and wall before the outflow tract [rad]
    longest_in: float  # straight rod that still turns by the rest [m]
    longest_out: float  # [m]
    span: float  # between its ends when so bent [m]
    room: float  # base to apex while the ventricle ejects [m]
    follows: bool  # it gives way round both turns by itself: it goes where the stream goes


def fit_of(heart: Heart, cement: Cement, piece: Piece, length: float, *, output: float, laws: HeartLaws) -> Fit:
    """Bend a cord and see whether what is left of each turn is too much for its length.

    Parameters
    ----------
    heart : Heart
        One patient's.
    cement : Cement
        The batch.
    piece : Piece
        Its width and age count.
    length : float
        Of the part that must turn into the outflow tract [m].
    output : float
        Of the heart [m^3 s^-1].
    laws : HeartLaws
        Without ``bending`` the cord is a straight rod.

    Returns
    -------
    fit : Fit

    Notes
    -----
    Beams of small slopes, summed, loaded on no more than the length of the chamber; what bends further than its
    turn is soft enough to follow the stream.
    """
    stiffness = modulus(cement, piece.age) * second_moment(piece.diameter)
    bend_in = bend_out = 0.0
    if laws.bending:
        filling = _drag(heart.filling_speed(output), piece.diameter)
        ejecting = stream_load(heart, piece.diameter, output)
        squeeze = squeeze_load(heart, piece.diameter) if length > heart.ejecting_width else 0.0
        swept, pressed = min(piece.length, heart.atrium_length), min(length, heart.ventricle_length)
        bend_in = min(_slope(filling, swept, stiffness), heart.turn_in)
        bend_out = min(_slope(ejecting, pressed, stiffness) + _turn(squeeze, pressed, stiffness), heart.turn_out)
    width = piece.thickest
    return Fit(
        bend_in=bend_in,
        bend_out=bend_out,
        longest_in=longest_rod(heart.atrium_width, heart.filling_ring, turn=heart.turn_in - bend_in, thickness=width),
        longest_out=longest_rod(
            heart.ejecting_width, heart.ejecting_outflow, turn=heart.turn_out - bend_out, thickness=width
        ),
        span=chord(length, bend_out),
        room=heart.ejecting_length,
        follows=bend_in >= heart.turn_in and bend_out >= heart.turn_out,
    )


def stream_load(heart: Heart, diameter: float, output: float) -> float:
    """Load per length with which the ejecting stream sweeps a cord [N/m]."""
    return _drag(heart.ejecting_speed(output), diameter)


def squeeze_load(heart: Heart, diameter: float) -> float:
    """Load per length with which the ejecting wall presses on a cord's side [N/m]."""
    return heart.wall_contact * heart.peak_pressure * diameter


def squeeze_moment(heart: Heart, diameter: float, length: float) -> float:
    """Moment in a cord that the ventricle squeezes; only what fits between base and apex counts [N m]."""
    if length <= heart.ejecting_width:
        return 0.0
    return supported_moment(squeeze_load(heart, diameter), min(length, heart.ventricle_length))


def is_soft(piece: Piece) -> bool:
    """Whether it takes another shape under a push: paste does, gel and stone keep theirs."""
    return piece.state is State.PASTE


def _slope(load: float, length: float, stiffness: float) -> float:
    return cantilever_slope(load, length, stiffness=stiffness) if stiffness > 0.0 else math.inf


def _turn(load: float, length: float, stiffness: float) -> float:
    return supported_turn(load, length, stiffness=stiffness) if stiffness > 0.0 else math.inf


def _drag(speed: float, diameter: float) -> float:
    """Load of a stream across a cord, per length [N/m]."""
    return drag_across(
        speed, radius=0.5 * diameter, length=1.0, density=BLOOD_DENSITY.number, viscosity=BLOOD_VISCOSITY.number
    )
