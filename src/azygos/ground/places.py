"""Where in the body a piece of cement can lie, in words that a radiologist writes.

What is rendered, what is found and what is compared use these same words, and no numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from azygos.ground.errors import require
from azygos.ground.parcels import Parcel

SITES: dict[str, str] = {
    "vertebral_body": "vertebral body",
    "posterior_elements": "pedicle, arch or process of a vertebra",
    "disc": "intervertebral disc",
    "spinal_canal": "spinal canal",
    "foramen": "intervertebral foramen",
    "paravertebral": "soft tissue or small veins beside the vertebra",
    "prevertebral": "veins in front of the vertebral body (anterior external plexus)",
    "needle_track": "needle's track in the back",
    "azygos_vein": "azygos vein",
    "hemiazygos_vein": "hemiazygos vein",
    "inferior_vena_cava": "inferior vena cava",
    "superior_vena_cava": "superior vena cava",
    "brachiocephalic_vein": "brachiocephalic vein",
    "right_atrium": "right atrium",
    "right_ventricle": "right ventricle",
    "heart": "heart",
    "pulmonary_trunk": "pulmonary trunk",
    "pulmonary_artery": "right or left main pulmonary artery",
    "lung": "branch of a pulmonary artery within the lung",
    "elsewhere": "elsewhere",
}
"""Site to how it is written."""

VENOUS = ("azygos_vein", "hemiazygos_vein", "inferior_vena_cava", "superior_vena_cava", "brachiocephalic_vein")
CARDIAC = ("right_atrium", "right_ventricle", "heart")
PULMONARY = ("pulmonary_trunk", "pulmonary_artery", "lung")
REPORTED = (*VENOUS, *CARDIAC, *PULMONARY)
"""Sites at which cement changes care: a piece there is of the reported tier."""

SPINAL = ("vertebral_body", "posterior_elements", "disc", "spinal_canal", "foramen", "paravertebral", "prevertebral",
          "needle_track")  # fmt: skip
LOBES = ("right upper", "right middle", "right lower", "left upper", "left lower")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Parcel):
    """Where something lies, and how it is known.

    Examples
    --------
    >>> Place(site="lung", side="right", lobe="right lower", certainty=0.9, source="label map").words
    'branch of a pulmonary artery within the lung, right lower lobe'
    """

    site: str  # a key of SITES
    side: str = ""  # "right", "left" or ""
    lobe: str = ""  # one of LOBES or ""
    level: str = ""  # of the nearest vertebra, for what lies beside or in the spine; "" where not known
    certainty: float = 1.0  # that the site is right [-]
    source: str = ""  # "label map" or "built-in landmarks"
    others: tuple[tuple[str, float], ...] = ()  # sites that it may also be, with their chances

    def __post_init__(self) -> None:
        require(self.site in SITES, f"site {self.site!r} is none of {', '.join(SITES)}")
        require(0.0 <= self.certainty <= 1.0, f"a certainty of {self.certainty:g} is no chance")

    @property
    def words(self) -> str:
        """As a sentence names it."""
        named = SITES[self.site]
        if self.site == "pulmonary_artery" and self.side:
            named = f"{self.side} main pulmonary artery"
        elif self.site == "lung" and (self.lobe or self.side):
            named += f", {self.lobe} lobe" if self.lobe else f", {self.side} lung"
        elif self.side and self.site in SPINAL:
            named += f", {self.side}"
        return f"{named}, {self.level}" if self.level else named
