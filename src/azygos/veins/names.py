"""Names of veins as a radiologist writes them."""

from __future__ import annotations

import re
from functools import lru_cache

from azygos.ground.anatomy import LEVELS

_PARTS = re.compile(r"^(?P<kind>.+?)(?:_(?P<level>[TL]\d+))?(?:_(?P<side>[LR]))?$")
SIDES = {"L": "left", "R": "right"}


@lru_cache(maxsize=1024)
def parts_of(place: str) -> tuple[str, str, str]:
    """Kind, level and side of a place in the table of veins.

    Examples
    --------
    >>> parts_of("segmental_L2_R"), parts_of("svc"), parts_of("brachiocephalic_L")
    (('segmental', 'L2', 'right'), ('svc', '', ''), ('brachiocephalic', '', 'left'))
    """
    match = _PARTS.match(place)
    assert match is not None
    kind, level, side = match["kind"], match["level"] or "", match["side"]
    if level and level not in LEVELS:
        kind, level = place, ""
    return kind, level, SIDES.get(side, "") if side else ""


_AT = {
    "azygos": "azygos vein",
    "hemiazygos": "hemiazygos vein",
    "accessory_hemiazygos": "accessory hemiazygos vein",
    "ivc": "inferior vena cava",
}
_PLAIN = {
    "azygos_arch": "azygos arch",
    "svc": "superior vena cava",
    "left_superior_intercostal": "left superior intercostal vein",
    "right_superior_intercostal": "right superior intercostal vein",
    "left_renal_vein": "left renal vein",
    "right_renal_vein": "right renal vein",
    "right_atrium": "right atrium",
    "right_ventricle": "right ventricle",
}


def vein_name(begins: str, ends: str, side: str = "") -> str:
    """Name of the vein between two places of the table.

    Examples
    --------
    >>> vein_name("segmental_L2_L", "ascending_lumbar_L2_L"), vein_name("azygos_T8", "azygos_T7")
    ('left segmental vein L2', 'azygos vein at T8')
    >>> vein_name("ascending_lumbar_L3_R", "ascending_lumbar_L4_R"), vein_name("ivc_L2", "ivc_L1")
    ('ascending lumbar vein L3, right', 'inferior vena cava at L2')
    """
    kind, level, own_side = parts_of(begins)
    to_kind, _, to_side = parts_of(ends)
    beside = f", {side}" if side else ""
    if kind in _AT:
        return "caval root of the azygos vein" if (kind, to_kind) == ("ivc", "azygos") else f"{_AT[kind]} at {level}"
    if kind == "body":
        return f"{'basivertebral' if to_kind == 'basivertebral' else 'anterior external'} vein {level}"
    if kind == "basivertebral":
        return f"basivertebral vein {level}"
    if to_kind == "intervertebral" or kind == "intervertebral":
        return f"{own_side or to_side} intervertebral vein {level}"
    if kind.endswith("_int_plexus"):
        return f"internal plexus {level}{beside}"
    if kind.endswith("_ext_plexus"):
        return f"external plexus {level}{beside}"
    if kind == "segmental":
        return f"{own_side} segmental vein {level}"
    if kind == "ascending_lumbar":
        return f"ascending lumbar vein {level}, {own_side}"
    if kind in _PLAIN:
        return _PLAIN[kind]
    return f"{own_side} {kind.replace('_', ' ')} vein"
