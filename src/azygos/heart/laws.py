"""What the heart may do to cement, each to be switched off alone."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.parcels import Parcel


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartLaws(Parcel):
    """Which effects count; all of them unless said otherwise."""

    perforation: bool = True  # the end of a hard cord may work through the wall
    breaking: bool = True  # the stream may tear a soft attached cord, the squeezing ventricle break a hard one
    foramen: bool = True  # an open foramen ovale lets pieces cross to the left
    bending: bool = True  # stream and wall bend soft cement; without it every cord is a straight rod
