"""Which pieces lie on the way from bone to lung, their lines, and the site of each point of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from azygos.ground.findings import Piece
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED
from azygos.trace.anatomy import Anatomy
from azygos.trace.levels import in_bodies, in_column
from azygos.trace.lines import STEP_MM, leaks_of, lines_of

BESIDE_BONE = ("paravertebral", "prevertebral", "spinal_canal", "foramen")
IN_BONE = ("vertebral_body", "posterior_elements", "disc")
STAGES_OF_SITE = {
    "azygos_vein": (1,), "hemiazygos_vein": (1,), "inferior_vena_cava": (1,), "superior_vena_cava": (1,),
    "brachiocephalic_vein": (1,), "right_atrium": (2,), "heart": (2, 3), "right_ventricle": (3,),
    "pulmonary_trunk": (4,), "pulmonary_artery": (4,), "lung": (4,),
}  # fmt: skip
STAGE_OF_SITE = {site: stages[-1] for site, stages in STAGES_OF_SITE.items()}
TOUCHING_MM = 6.0  # between pieces that hang together but for a voxel or two
BESIDE_MM = 20.0  # from a fill to what leaked beside it
BEFORE_ORGANS_MM = 8.0  # the same to what lies in no place that has a name
SURE = 0.5  # certainty from which a candidate is taken for cement
SHORTEST_LEAK_MM = 3.0  # beyond what a fill holds with its outline's error
SAME_MM = 0.01  # a voxel is in the fill
PASSING_MM = 30.0  # way through sites of the reported tier from which a piece is on the way wherever most of it lies
WINDOW = 3  # points of a line that are placed together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line(Parcel):
    """One line of one piece, with the site of each of its points."""

    piece: int
    points_mm: FloatArray  # shape (n, 3)
    sites: tuple[str, ...]

    def __post_init__(self) -> None:
        self.seal("points_mm")


def find_lines(
    pieces: Sequence[Piece], clouds: Sequence[FloatArray], anatomy: Anatomy, filled: cKDTree | None
) -> list[Line]:
    """Lines of all pieces that are on the way; `filled` holds the cement in vertebral bodies."""
    return [
        line
        for piece, cloud in zip(pieces, clouds, strict=True)
        if piece.tier == "reported" or piece.certainty >= SURE
        for line in _of_piece(piece, cloud, anatomy, filled)
    ]


def _of_piece(piece: Piece, cloud: FloatArray, anatomy: Anatomy, filled: cKDTree | None) -> Iterator[Line]:
    """Lines of a piece, none if it is not on the way."""
    within = filled is not None and filled.query(cloud, distance_upper_bound=SAME_MM)[0] <= SAME_MM
    leaking = bool(filled is not None and np.any(within))
    if leaking:
        inside = in_column(cloud, anatomy)
        lines = leaks_of(cloud[inside], cloud[~inside], SHORTEST_LEAK_MM)
        close = bool(lines)
    else:
        gap = np.inf if filled is None else float(filled.query(cloud)[0].min())
        beside = gap <= TOUCHING_MM
        if beside:
            piece = replace(piece, place=replace(piece.place, site=_beside(piece.place.site)))
        close = _is_close(piece, gap)
        if not close and piece.length_mm < PASSING_MM:
            return
        lines = lines_of(piece, cloud)
    sites = in_order([_sites(line, piece, anatomy, filled if leaking else None) for line in lines], piece)
    if filled is not None and (leaking or beside):
        sites = [
            tuple(
                _beside(site) if far <= BESIDE_MM else site
                for site, far in zip(some, filled.query(line)[0], strict=True)
            )
            for line, some in zip(lines, sites, strict=True)
        ]
    passing = STEP_MM * sum(site in REPORTED for some in sites for site in some)
    if close or passing >= PASSING_MM:
        for line, some in zip(lines, sites, strict=True):
            yield Line(piece=piece.number, points_mm=line, sites=some)


def _beside(site: str) -> str:
    """The site of what hangs on the cement in a vertebra or touches it: no heart, no lung, whatever an outline says."""
    return "paravertebral" if STAGE_OF_SITE.get(site, 0) > 1 else site


def _is_close(piece: Piece, gap_mm: float) -> bool:
    """Whether a piece is reported, touches the cement in a vertebra, or lies close to it in veins or in no organ."""
    site = piece.place.site
    if (piece.tier == "reported" and site in REPORTED) or (gap_mm <= TOUCHING_MM and site not in IN_BONE):
        return True
    reach = BESIDE_MM if site in BESIDE_BONE else BEFORE_ORGANS_MM if site == "elsewhere" else 0.0
    return gap_mm <= reach


def _sites(line: FloatArray, piece: Piece, anatomy: Anatomy, filled: cKDTree | None) -> list[str]:
    """Site of each point: the piece's own on short lines, by its neighbours on long ones.

    Of what leaks out of a fill (`filled`), the part within it is bone; of a piece that fills no body nothing is,
    whatever a coarse outline says.
    """
    sites = [piece.place.site] * len(line)
    if len(line) > 2 * WINDOW:
        middle = np.minimum(np.arange(len(line)) // WINDOW * WINDOW + WINDOW // 2, len(line) - 1)
        found = {at: anatomy.place_at(line[max(at - 1, 0) : at + 2]).site for at in np.unique(middle).tolist()}
        known = np.array([at for at, site in found.items() if site != "elsewhere"])
        if len(known):
            sites = [found[int(known[np.argmin(np.abs(known - at))])] for at in middle.tolist()]
    own = piece.place.site if piece.place.site not in IN_BONE else "paravertebral"
    renamed = filled is not None or piece.place.site not in IN_BONE
    sites = [own if renamed and site in IN_BONE and site != "disc" else site for site in sites]
    if filled is None:
        return sites
    bone = in_bodies(line, anatomy) & (filled.query(line)[0] <= STEP_MM)
    return ["vertebral_body" if inside else site for site, inside in zip(sites, bone, strict=True)]


def in_order(sites: Sequence[Sequence[str]], piece: Piece) -> list[tuple[str, ...]]:
    """Sites without those that cannot be.

    Cement that hangs together passes the stages in order: a site that has no neighbour in the order of the flow, as
    the lung beside a vertebra, is an outline's error.
    """
    counts = Counter(site for some in sites for site in some if site != "elsewhere")
    place = piece.place.site
    if place == "elsewhere" and counts:
        place = counts.most_common(1)[0][0]
    passed = {stage for site in counts for stage in _stages(site)}
    likely = set(_stages(place))
    for stage in (*range(max(likely), 5), *range(min(likely), -1, -1)):
        if stage in passed and likely & {stage - 1, stage, stage + 1}:
            likely.add(stage)
    stand_in = "paravertebral" if place in IN_BONE else place
    return [tuple(site if likely & set(_stages(site)) else stand_in for site in some) for some in sites]


def _stages(site: str) -> tuple[int, ...]:
    return STAGES_OF_SITE.get(site, (0,))
