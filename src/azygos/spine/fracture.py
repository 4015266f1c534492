"""How a vertebral body breaks: where height is lost, what spreads, where a cleft opens.

Collapse is not a plain vertical squeeze. One measured body (VerSe sub-verse004, L1)
lost 62 % of its middle and 48 % of its front height and gained 22 % in depth and 28 %
in width; its back wall bulged into the canal. That body is the shape prior here, scaled by
how much height a drawn fracture loses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.values import vertebrae as v

FRACTURES = ("none", "wedge", "biconcave", "crush")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """Where a body lost height, as shares of its height before, and what it gained."""

    kind: str = "none"
    front: float = 0.0  # height lost at the front, 0 to 1
    middle: float = 0.0  # in the centre
    back: float = 0.0
    upper_share: float = 0.5  # of the loss that the upper end plate took
    tilt: float = 0.0  # of the loss from right (-) to left (+)
    width_gain: float = 0.0  # of width before
    depth_gain: float = 0.0  # of depth before
    canal_loss: float = 0.0  # of the canal's depth

    @property
    def severity(self) -> float:
        """The largest share of height lost, which Genant's grade reads."""
        return max(self.front, self.middle, self.back)

    def loss(self, across: FloatArray, along: FloatArray) -> FloatArray:
        """Share of height lost at a place of the end plates.

        Parameters
        ----------
        across : array
            -1 at the right, +1 at the left rim [-].
        along : array
            -1 at the front, +1 at the back rim [-].

        Examples
        --------
        >>> wedge = Collapse(kind="wedge", front=0.4, middle=0.24, back=0.04)
        >>> round(float(wedge.loss(np.array(0.0), np.array(-1.0))), 3)
        0.4
        """
        rim = 0.5 * (self.front * (1.0 - along) + self.back * (1.0 + along))
        excess = self.middle - 0.5 * (self.front + self.back)
        hollow = excess * np.clip(1.0 - across**2 - along**2, 0.0, 1.0)
        return np.asarray(np.clip((rim + hollow) * (1.0 + self.tilt * across), 0.0, 0.85))


def genant_grade(loss: float) -> int:
    """Genant's grade of a height loss, 0 to 3.

    Examples
    --------
    >>> [genant_grade(x) for x in (0.1, 0.22, 0.3, 0.5)]
    [0, 1, 2, 3]
    """
    return sum(loss >= limit.number for limit in v.GENANT_LIMITS)


def make_collapse(kind: str, severity: float, *, tilt: float = 0.0) -> Collapse:
    """The collapse of a given shape that loses a given share of height.

    Parameters
    ----------
    kind : str
        "none", "wedge" (front), "biconcave" (middle) or "crush" (all).
    severity : float
        Largest share of height lost [-], 0 to 0.8.
    tilt : float
        Change of the loss from mid-line to rim, left more than right [-].

    Examples
    --------
    >>> crush = make_collapse("crush", 0.62)
    >>> round(crush.front, 2), round(crush.width_gain, 2), round(crush.depth_gain, 2)
    (0.48, 0.28, 0.22)
    """
    require(kind in FRACTURES, f"fracture is {kind!r}; write 'none', 'wedge', 'biconcave' or 'crush'")
    require(0.0 <= severity <= 0.8, f"a fracture cannot lose {severity:.0%} of height; give 0 to 80 %")
    if kind == "none" or severity == 0.0:
        return Collapse()
    profile = v.LOSS_PROFILES[kind]
    spread = v.SPREADING[kind].number
    return Collapse(
        kind=kind,
        front=profile["front"].number * severity,
        middle=profile["middle"].number * severity,
        back=profile["back"].number * severity,
        upper_share=v.UPPER_SHARE[kind].number,
        tilt=tilt,
        width_gain=v.WIDTH_GAIN.number * severity * spread,
        depth_gain=v.DEPTH_GAIN.number * severity * spread,
        canal_loss=v.CANAL_LOSS.number * severity * spread,
    )


def draw_fracture(rng: np.random.Generator) -> str:
    """A fracture's shape by its share among treated bodies (assumed)."""
    kinds = list(v.FRACTURE_SHARES)
    shares = np.array([v.FRACTURE_SHARES[kind].number for kind in kinds])
    return kinds[int(rng.choice(len(kinds), p=shares / shares.sum()))]


def draw_severity(rng: np.random.Generator) -> float:
    """Share of height lost: a Genant grade by its share, evenly within the grade (assumed)."""
    grade = int(rng.choice(3, p=[share.number for share in v.GRADE_SHARES]))
    limits = [limit.number for limit in (*v.GENANT_LIMITS, v.WORST_LOSS)]
    return float(rng.uniform(limits[grade], limits[grade + 1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleft:
    """A lens-shaped gap below the upper end plate, towards the front."""

    thickness: float  # in its middle [m]
    roof: float  # bone above it [m]
    breadth: float  # of the body's width and depth [-]
    front_wall: float  # bone before it [m]
    side: float  # its middle, right (-) to left (+), of half the width [-]


def draw_cleft(rng: np.random.Generator, *, symmetric: bool = False) -> Cleft:
    """Draw a cleft's size and place; all ranges are assumed."""

    def evenly(low: float | None, high: float | None) -> float:
        return float(rng.uniform(low or 0.0, high or 0.0))

    thickness = evenly(v.CLEFT_THICKNESS.low, v.CLEFT_THICKNESS.high)
    breadth = evenly(v.CLEFT_BREADTH.low, v.CLEFT_BREADTH.high)
    front_wall = evenly(v.CLEFT_FRONT_WALL.low, v.CLEFT_FRONT_WALL.high)
    side = float(rng.uniform(-0.15, 0.15))
    return Cleft(
        thickness=thickness,
        roof=v.CLEFT_ROOF.number,
        breadth=breadth,
        front_wall=front_wall,
        side=0.0 if symmetric else side,
    )
