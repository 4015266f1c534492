"""What closed arteries mean: flow that finds another way, and the indices that readers use."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.lungs.blockage import blockage_named
from azygos.lungs.kernels import network
from azygos.lungs.laws import LungLaws
from azygos.lungs.lodgings import Obstruction
from azygos.lungs.names import ARTERIES, SEGMENTS
from azygos.lungs.tree import Lungs
from azygos.values import lungs as v

MILLER_GROUPS = (
    (("R1", "R2", "R3"), 3), (("R4", "R5"), 2), (("R6", "R7", "R8", "R9", "R10"), 4),
    (("L1", "L2", "L3"), 2), (("L4", "L5"), 2), (("L6", "L7", "L8", "L9", "L10"), 3),
)  # fmt: skip
"""Segments that Miller counts, nine right and seven left, as recalled: most points of each group."""


@dataclass(frozen=True, slots=True)
class Network:
    """Flows in the tree and the conductance of the whole bed."""

    flow: FloatArray  # (n,) [m^3 s^-1]
    bed_flow: FloatArray  # (n,) that leaves each artery below 0.8 mm [m^3 s^-1]
    conductance: float  # from the pulmonary valve to the left atrium [m^3 s^-1 Pa^-1]


def flows(lungs: Lungs, closed: FloatArray, output: float, *, blockage: str = "crescent") -> Network:
    """Solve the tree: exact, in one pass up and one down.

    Parameters
    ----------
    lungs : Lungs
        The arteries.
    closed : array
        Share of each artery's area that is closed [-].
    output : float
        Blood through the lungs [m^3 s^-1].
    blockage : str
        Law that turns closed area into flow, a key of ``blockage.BLOCKAGES``.
    """
    conductance = 1.0 / lungs.resistance
    held = np.flatnonzero(closed > 0.0)
    conductance[held] *= blockage_named(blockage)(closed[held])
    n = len(conductance)
    total, beyond, flow = np.empty(n), np.empty(n), np.empty(n)
    network.solve(lungs.parent, conductance, lungs.bed, output, total, beyond, flow)
    safe = np.where(beyond > 0.0, beyond, 1.0)
    return Network(flow, flow * lungs.bed / safe, float(total[0]))


def obstruct(lungs: Lungs, closed: FloatArray, output: float, *, laws: LungLaws | None = None) -> Obstruction:
    """Say what closed arteries do to flow and to the readers' indices.

    Parameters
    ----------
    lungs : Lungs
        The arteries.
    closed : array
        Share of each artery's area that cement or clot takes [-], shape (n_vessels,).
    output : float
        Blood through the lungs [m^3 s^-1].
    laws : LungLaws, optional
        Its `blockage` turns closed area into flow; the other laws say nothing here.

    Returns
    -------
    obstruction : Obstruction
        With everything closed all flows are 0 and the resistance ratio is infinite.

    Notes
    -----
    Resistance beyond the arteries does not answer: no vasoconstriction, no recruitment; that is the circulation's.
    A closed share holds for the whole length of its artery.

    Examples
    --------
    >>> import numpy as np
    >>> from azygos.ground.body import Body
    >>> from azygos.lungs.draw import draw_lungs
    >>> lungs = draw_lungs(Body(sex="male", age=60.0, height=1.7, mass=75.0), np.random.default_rng(1))
    >>> closed = np.zeros(len(lungs.parent))
    >>> closed[1] = 1.0
    >>> found = obstruct(lungs, closed, 9e-5)
    >>> 0.4 < found.flow_lost < 0.65, found.qanadli, sum(found.segments[:10])
    (True, 50.0, 0.0)
    """
    closed = np.asarray(closed, dtype=np.float64)
    require(
        closed.shape == lungs.diameter.shape,
        f"{len(closed)} closed shares were given for {len(lungs.diameter)} arteries; give one for each",
    )
    require(bool(np.all((closed >= 0.0) & (closed <= 1.0))), "a share of area lies between 0 and 1")
    require(math.isfinite(output) and output >= 0.0, f"an output of {output:g} m^3/s is not possible; give 0 or more")
    blockage = (laws or LungLaws()).blockage
    before = flows(lungs, np.zeros(len(closed)), 1.0, blockage=blockage)  # shares of the output, which may be 0
    now = flows(lungs, closed, 1.0, blockage=blockage)
    kept = now.conductance / before.conductance
    same_pressure = now.bed_flow * kept
    return Obstruction(
        closed=closed,
        flow=output * now.flow,
        resistance_ratio=1.0 / kept if kept > 0.0 else math.inf,
        flow_lost=1.0 - kept,
        area_fraction=area_fraction(lungs, closed),
        qanadli=qanadli(lungs, closed),
        miller=miller(lungs, closed, before.bed_flow, same_pressure),
        segments=_segment_shares(lungs, now.bed_flow),
    )


def area_fraction(lungs: Lungs, closed: FloatArray) -> float:
    """Closed area over the area of all arteries of those orders in which something is closed [-]."""
    held = closed > 0.0
    area = lungs.diameter**2
    of_orders = float(area[np.isin(lungs.order, np.unique(lungs.order[held]))].sum())
    return float(closed[held] @ area[held]) / of_orders if of_orders > 0.0 else 0.0


def segment_degrees(lungs: Lungs, closed: FloatArray) -> list[int]:
    """How each of the 20 segmental arteries looks to a reader: 0 free, 1 partly, 2 wholly closed.

    What closes an artery nearer to the heart closes all segments beyond it. What lies only beyond the segmental
    artery counts as partly closed. Only what CT can show counts.
    """
    seen = np.sqrt(closed) * lungs.diameter >= v.VISIBLE_THICKNESS.number
    plugged = seen & (closed >= v.NEAR_CLOSED.number) & (lungs.beyond == 0)
    touched = np.bincount(lungs.named[seen], minlength=len(ARTERIES)) > 0
    whole = np.bincount(lungs.named[plugged], minlength=len(ARTERIES)) > 0
    degrees = []
    for segment in SEGMENTS:
        way = [at for at, artery in enumerate(ARTERIES) if segment in artery.beyond]
        degrees.append(2 if whole[way].any() else int(touched[way].any()))
    return degrees


def qanadli(lungs: Lungs, closed: FloatArray) -> float:
    """Qanadli's obstruction index [%]: the sum over 20 segments of 0, 1 or 2, over 40."""
    return 100.0 * sum(segment_degrees(lungs, closed)) / 40.0


def miller(lungs: Lungs, closed: FloatArray, before: FloatArray, now: FloatArray) -> int:
    """Miller's score, 0 to 34: up to 16 for segments with something in them, up to 18 for loss of perfusion.

    Parameters
    ----------
    lungs : Lungs
        The arteries.
    closed : array
        Closed share of each artery [-].
    before, now : array
        Blood that leaves each artery into the bed at one pressure, in one unit.
    """
    degrees = dict(zip(SEGMENTS, segment_degrees(lungs, closed), strict=True))
    points = sum(min(most, sum(degrees[name] > 0 for name in names)) for names, most in MILLER_GROUPS)
    for zone in _zones(lungs):
        flow = float(before[zone].sum())
        lost = 1.0 - float(now[zone].sum()) / flow if flow > 0.0 else 0.0
        points += sum(lost >= step.number for step in v.PERFUSION_STEPS)
    return points


def _zones(lungs: Lungs) -> list[BoolArray]:
    """Upper, middle and lower third by height of each lung's small arteries."""
    height = lungs.ends[:, 1, 2]
    ends = lungs.bed > 0.0
    right = np.array([artery.side == "right" for artery in ARTERIES])[lungs.named]
    found = []
    for lung in (ends & right, ends & ~right):
        if not lung.any():
            continue
        low, high = height[lung].min(), height[lung].max()
        third = np.clip((3.0 * (height - low) / max(high - low, 1e-9)).astype(np.int64), 0, 2)
        found += [lung & (third == k) for k in range(3)]
    return found


def _segment_shares(lungs: Lungs, bed_flow: FloatArray) -> tuple[float, ...]:
    segment = lungs.segment
    own = np.bincount(segment[segment >= 0], weights=bed_flow[segment >= 0], minlength=len(SEGMENTS))
    total = float(bed_flow.sum())
    return tuple(float(flow) / total if total > 0.0 else 0.0 for flow in own)
