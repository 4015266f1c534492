"""Draw everything that neither the scan nor the plan tells: numbers first, then the bone they make."""

from __future__ import annotations

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import BoolArray, FloatArray
from azygos.spine.draw import Draw
from azygos.spine.outlets import NeedleTrack, Surface, place_foramen, place_outlets
from azygos.spine.permeability import PermeabilityAnswer, lognormal
from azygos.spine.permeability.lognormal import density_term
from azygos.spine.vertebra import Bone, Vertebra
from azygos.values import outlets as v
from azygos.values.uncertainty import UNCERTAIN


def draw_uncertain(rng: np.random.Generator) -> Draw:
    """Draw all that is uncertain about one injection, from ``values/uncertainty.py``.

    One even number per name, in the table's order: a name added at its end leaves the others as they were.

    Examples
    --------
    >>> draw = draw_uncertain(np.random.default_rng(0))
    >>> 4e-3 <= draw.foramen_depth <= 15e-3
    True
    """
    field_seed = int(rng.integers(2**63))
    drawn = {name: uncertain.at(float(rng.random())) for name, uncertain in UNCERTAIN.items()}
    counts = {name: int(drawn.pop(name)) for name in tuple(drawn) if name.endswith("_count")}
    return Draw(field_seed=field_seed, **drawn, **counts)  # type: ignore[arg-type]


def draw_stratified(seed: int, n: int) -> tuple[Draw, ...]:
    """Members 0 to n-1 of an ensemble, each from its own ``SeedSequence(seed, spawn_key=(k,))``.

    Member k is the same whatever n and in whatever process; members are independent of one another, so
    binomial intervals of their counts hold.

    Parameters
    ----------
    seed : int
        Of the ensemble; 0 is a seed.
    n : int
        Number of members, at least 1.

    Examples
    --------
    >>> draw_stratified(5, 2) == draw_stratified(5, 3)[:2]
    True
    """
    require(n >= 1, f"an ensemble of {n} draws is empty; ask for at least 1")
    require(seed >= 0, f"seed is {seed}; give 0 or a positive whole number")
    children = (np.random.SeedSequence(seed, spawn_key=(k,)) for k in range(n))
    return tuple(draw_uncertain(np.random.default_rng(child)) for child in children)


def draw_bone(
    vertebra: Vertebra,
    draw: Draw,
    *,
    balloon: float = 0.0,
    balloon_centre: FloatArray | None = None,
    needle_track: NeedleTrack | None = None,
    permeability: PermeabilityAnswer = lognormal,
) -> Bone:
    """One draw of what no scan shows of a vertebra; the same bone for the same draw.

    Parameters
    ----------
    vertebra : Vertebra
        From a scan or from :func:`azygos.spine.virtual.draw_vertebra`.
    draw : Draw
        Its `field_seed` says where permeability, veins and gaps lie.
    balloon : float
        Volume that a kyphoplasty balloon left open [m^3].
    balloon_centre : array, shape (3,), or None
        LPS [m]; None: the needle's tip, else the body's centre.
    needle_track : (entry, tip, outer radius) or None
        LPS [m], LPS [m] and [m]; None: no leak along the needle.
    permeability : callable
        One of ``azygos.spine.permeability.ANSWERS``.

    Returns
    -------
    bone : Bone
        Open space (foramen, cleft, balloon) has porosity 1 and the permeability of an open channel, which is
        held finite: 100 times the body's median, at most 1e-6 m^2.

    Examples
    --------
    >>> from azygos.spine.virtual import draw_vertebra
    >>> body = draw_vertebra("T12", np.random.default_rng(1), fracture="wedge")
    >>> bone = draw_bone(body, draw_uncertain(np.random.default_rng(2)))
    >>> bool(bone.cavity.any()), len(bone.outlets) >= 3
    (True, True)
    """
    require(balloon >= 0.0, f"a balloon cannot hold {balloon * 1e6:g} mL")
    surface = Surface.of(vertebra)
    foramen = place_foramen(vertebra, surface, draw.foramen_depth)
    void = np.zeros_like(vertebra.inside)
    pressed = vertebra.bone_fraction
    if balloon > 0.0:
        centre = _balloon_centre(vertebra, balloon_centre, needle_track)
        void, pressed = press_balloon(vertebra, balloon, centre)
    cavity = vertebra.inside & (foramen.cells | vertebra.cleft | void)
    # Pressing bone tightens it by the density law itself, not by the weak scatter between places.
    tightened = np.exp(density_term(pressed) - density_term(vertebra.bone_fraction))
    spread = permeability(vertebra, vertebra.bone_fraction, draw) * tightened
    open_channel = min(v.OPEN_CHANNEL.number * draw.permeability_median, v.OPEN_CHANNEL_CEILING.number)
    porosity = np.where(cavity, 1.0, 1.0 - np.clip(pressed, 0.0, 0.95))
    return Bone(
        vertebra=vertebra,
        porosity=np.where(vertebra.inside, porosity, 0.0),
        permeability=np.where(vertebra.inside, np.where(cavity, open_channel, spread), 0.0),
        anisotropy=draw.anisotropy,
        cavity=cavity,
        outlets=place_outlets(vertebra, draw, surface, foramen, needle_track),
        seepage=draw.shell_seepage,
    )


def _balloon_centre(vertebra: Vertebra, centre: FloatArray | None, track: NeedleTrack | None) -> FloatArray:
    if centre is not None:
        return np.asarray(centre, dtype=np.float64)
    if track is not None:
        return np.asarray(track[1], dtype=np.float64)
    return vertebra.to_lps(np.argwhere(vertebra.inside).mean(axis=0))


def press_balloon(vertebra: Vertebra, volume: float, centre: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Open a balloon's space and press its bone into a rim 2 mm thick; bone mass is kept.

    A 4 mL balloon in bone of 0.10 leaves a rim of 0.23 with a quarter of the permeability.
    Where the shell stands in the way the space grows elsewhere; end plates are not lifted.

    Parameters
    ----------
    vertebra : Vertebra
        The body.
    volume : float
        Of the balloon [m^3], less than half of the body.
    centre : array, shape (3,)
        LPS [m].

    Returns
    -------
    void : array of bool
        Cells that the balloon left open.
    bone_fraction : array
        With the rim denser and the void empty [-].
    """
    require(
        volume < 0.5 * vertebra.volume,
        f"a balloon of {volume * 1e6:.1f} mL does not fit a body of {vertebra.volume * 1e6:.1f} mL; "
        "take less than half",
    )
    middle = vertebra.to_grid(np.asarray(centre, dtype=np.float64))
    apart = [(c - m) ** 2 for c, m in zip(np.ogrid[tuple(map(slice, vertebra.inside.shape))], middle, strict=True)]
    distance = np.where(vertebra.inside, vertebra.spacing * np.sqrt(apart[0] + apart[1] + apart[2]), np.inf)
    count = max(1, round(volume / vertebra.spacing**3))
    radius = float(np.partition(distance.ravel(), count - 1)[count - 1])
    void = distance <= radius
    rim = (distance <= radius + v.COMPACTED_RIM.number) & ~void
    bone = np.where(void, 0.0, vertebra.bone_fraction)
    displaced = float(vertebra.bone_fraction[void].sum())
    if rim.any():
        bone[rim] = np.minimum(bone[rim] + displaced / int(rim.sum()), v.DENSEST_RIM.number)
    return np.asarray(void), bone
