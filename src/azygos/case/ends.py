"""Where cement that left the bone came to rest: one row for each part of each piece, and the account of all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from azygos.care import Course, Removal
from azygos.case.result import CaseResult
from azygos.ground.parcels import Parcel
from azygos.ground.track import Track
from azygos.heart import Exit, Passage
from azygos.journey import Journey
from azygos.lungs import Lodging
from azygos.veins import Piece, Remnant


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Parcel):
    """One part of a piece where it stopped; `None` stands where its room does not say."""

    piece: str
    level: str
    room: str  # "veins", "heart", "lungs" or "elsewhere"
    place: str  # vein, chamber or artery
    volume: float  # as paste [m^3]
    length: float  # [m]
    diameter: float  # [m]
    attached: bool
    route: str = ""
    cause: str = ""
    path: tuple[str, ...] = ()
    thickest: float | None = None  # [m]
    thinnest: float | None = None  # [m]
    age: float | None = None  # reduced time [s at 25 C]
    temperature: float | None = None  # [K]
    state: str = ""
    time: float | None = None  # when it stopped there, or entered that room [s]
    segment: str = ""
    lobe: str = ""
    order: int | None = None
    artery_diameter: float | None = None  # [m]
    visible: bool | None = None  # to CT


def find_ends(journey: Journey) -> tuple[End, ...]:
    """Every part of every piece, from the vertebra on: veins, heart, what left by another door, lungs."""
    known = {piece.name: piece for piece in journey.arrivals.pieces}
    in_heart = [passage for passage in journey.departures.passages if _holds_cement(passage)]
    return (
        *(_in_vein(remnant, known.get(remnant.name)) for remnant in journey.arrivals.remnants),
        *(_in_heart(passage) for passage in in_heart),
        *(_in_lungs(lodging) for lodging in journey.lodgings.lodged),
    )


def _holds_cement(passage: Passage) -> bool:
    return passage.volume_left > 0.0 or passage.exit is Exit.CROSSES


def _in_vein(remnant: Remnant, piece: Piece | None) -> End:
    return End(
        piece=remnant.name,
        level=remnant.level,
        room="veins",
        place=remnant.vein,
        volume=remnant.volume,
        length=remnant.length,
        diameter=remnant.diameter,
        attached=remnant.attached,
        route=piece.route.value if piece else "",
        cause="attached" if remnant.attached else piece.cause if piece else "",
        path=_up_to(remnant.vein, piece.path) if piece else (),
        state=piece.state.value if piece else "",
    )


def _up_to(vein: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """The part of a path that ends in a vein; nothing if the path does not touch it."""
    return path[: path.index(vein) + 1] if vein in path else ()


def _in_heart(passage: Passage) -> End:
    piece, crosses = passage.piece, passage.exit is Exit.CROSSES
    whole = crosses and passage.volume_left == 0.0
    return _of_piece(
        piece,
        room="elsewhere" if crosses else "heart",
        place="beyond the foramen ovale" if crosses else passage.chamber or "across the right heart",
        volume=piece.volume if whole else passage.volume_left,
        length=piece.length if whole else passage.length_left,
        time=piece.time,
    )


def _in_lungs(lodging: Lodging) -> End:
    return _of_piece(
        lodging.piece,
        room="lungs",
        place=lodging.artery,
        volume=lodging.piece.volume,
        length=lodging.piece.length,
        time=lodging.time,
        segment=lodging.segment,
        lobe=lodging.lobe,
        order=lodging.order,
        artery_diameter=lodging.artery_diameter,
        visible=lodging.visible,
    )


def _of_piece(piece: Piece, **where: object) -> End:
    return End(
        piece=piece.name,
        level=piece.level,
        diameter=piece.diameter,
        attached=piece.attached,
        route=piece.route.value,
        cause=piece.cause,
        path=piece.path,
        thickest=piece.thickest,
        thinnest=piece.thinnest,
        age=piece.age,
        temperature=piece.temperature,
        state=piece.state.value,
        **where,  # type: ignore[arg-type]
    )


# What is taken out ------------------------------------------------------------------------------------------------

DAY = 86_400.0
TINY = 1e-18  # less cement than this is none [m^3]


def cement_removals(course: Course) -> tuple[Removal, ...]:
    """The removals that took cement out, by day; one that met only clot is none of them."""
    return tuple(sorted((one for one in course.removals if one.volume > TINY), key=lambda one: one.day))


def removal_day(course: Course) -> float | None:
    """Day of the first removal that took cement out; None if none did."""
    return next((one.day for one in cement_removals(course)), None)


def shown_tracks(result: CaseResult) -> tuple[Track, ...]:
    """All tracks of the case as planned, those of cement that was taken out of heart or lungs only until then."""
    return tracks_in(result.journey.tracks, result.journey.planned.course)


def tracks_in(tracks: Sequence[Track], course: Course) -> tuple[Track, ...]:
    """The tracks under one course: cement that it takes out of heart or lungs is shown only until then."""
    gone = {name: one.day for one in course.removals for name in one.pieces}
    return tuple(
        _cut(track, gone[track.piece] * DAY) if track.piece in gone and track.room != "veins" else track
        for track in tracks
    )


def _cut(track: Track, time: float) -> Track:
    """A track that ends at a time; one that lies wholly before or beyond it stays as it is."""
    return replace(track, until=time) if track.times[-1] < time < track.until else track


# The account ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Parcel):
    """All cement of a session, from the needle to the lung, by mass [kg]."""

    injected: float
    in_bone: float
    outside_veins: float  # left the bone by no vein: disc, canal, soft tissue
    in_veins: float
    in_heart: float
    elsewhere: float  # left the heart by another door
    in_lungs: float
    density: float  # of paste [kg m^-3]

    @property
    def places(self) -> tuple[tuple[str, float], ...]:
        """Where it is, in order, with its mass [kg]."""
        return (
            ("in the bone", self.in_bone),
            ("outside the bone, in no vein", self.outside_veins),
            ("in the veins", self.in_veins),
            ("in the right heart", self.in_heart),
            ("elsewhere, by another door of the heart", self.elsewhere),
            ("in the lungs\u2019 arteries", self.in_lungs),
        )

    @property
    def gap(self) -> float:
        """Injected minus all places [kg]."""
        return self.injected - sum(mass for _, mass in self.places)

    def volume(self, mass: float) -> float:
        """As paste [m^3]."""
        return mass / self.density


def add_up(journey: Journey) -> Ledger:
    """Sum all rooms' accounts; cement outside veins is told from the leaks, so that the gap is a true check."""
    bones = journey.accounts[: len(journey.treated)]
    outside = sum(
        leak.volume for one in journey.treated for leak in one.injection.leaks if not leak.route.vascular
    )  # [m^3]
    density = journey.cement.density_paste
    heart = journey.departures.account
    return Ledger(
        injected=sum(account.received for account in bones),
        in_bone=sum(account.kept for account in bones),
        outside_veins=outside * density,
        in_veins=journey.arrivals.account.kept + journey.arrivals.account.removed,
        in_heart=heart.kept,
        elsewhere=heart.removed,
        in_lungs=journey.lodgings.account.kept,
        density=density,
    )
