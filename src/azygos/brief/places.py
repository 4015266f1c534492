"""Places in the body as a patient reads them."""

from __future__ import annotations

from collections.abc import Mapping

PLAIN_SITES: Mapping[str, str] = {
    "vertebral_body": "a bone of the spine",
    "posterior_elements": "the back part of a bone of the spine",
    "disc": "a disc of the spine",
    "spinal_canal": "the spinal canal",
    "foramen": "a gap beside the spine",
    "paravertebral": "the soft parts beside the spine",
    "prevertebral": "small veins in front of the spine",
    "needle_track": "the track of the needle",
    "azygos_vein": "the azygos vein",
    "hemiazygos_vein": "the hemiazygos vein",
    "inferior_vena_cava": "the lower vena cava",
    "superior_vena_cava": "the upper vena cava",
    "brachiocephalic_vein": "a large vein above the heart",
    "right_atrium": "the right side of the heart",
    "right_ventricle": "the right side of the heart",
    "heart": "the heart",
    "pulmonary_trunk": "the lung arteries",
    "pulmonary_artery": "the lung arteries",
    "lung": "the lung arteries",
    "elsewhere": "another place",
}
"""A site of ``azygos.ground.places`` to plain words that a sentence takes as they are."""

GREAT_VEINS = {
    "azygos vein": "azygos_vein",
    "azygos arch": "azygos_vein",
    "hemiazygos": "hemiazygos_vein",
    "inferior vena cava": "inferior_vena_cava",
    "superior vena cava": "superior_vena_cava",
    "brachiocephalic": "brachiocephalic_vein",
}


def vein_site(name: str) -> str:
    """The great vein that a vein's name means, or ``"small_vein"``.

    Examples
    --------
    >>> vein_site("azygos vein at T9"), vein_site("accessory hemiazygos vein at T6"), vein_site("segmental vein T9")
    ('azygos_vein', 'hemiazygos_vein', 'small_vein')
    """
    found = [site for part, site in GREAT_VEINS.items() if part in name]
    return found[-1] if found else "small_vein"


def height_words(level: str) -> str:
    """Where along the back a vertebra lies.

    Examples
    --------
    >>> height_words("T10"), height_words("L1")
    ('at the height of the chest', 'in the low back')
    """
    return "in the low back" if level.startswith("L") else "at the height of the chest"
