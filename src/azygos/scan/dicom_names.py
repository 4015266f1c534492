"""What azygos's DICOM objects call things: codes, UIDs, series, what is tracked.

Codes are SNOMED's only where they are known; what has none has one in the private scheme ``99AZYGOS``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from azygos.ground.findings import Findings, Origin, Piece
from azygos.ground.places import SITES, Place
from azygos.scan.dicom_write import uid_from

SCHEME = "99AZYGOS"
MAKER = "azygos maintainers"
LONGEST_LABEL = 64  # what DICOM's LO holds

CODES = {
    "bone cement": "CEMENT",
    "background-subtracted integral": "BGSUBINT",
    "full width at half maximum": "FWHM",
    "centre line, all branches": "SKELETON",
    "certainty that it is bone cement": "CERTAINTY",
    "tier": "TIER",
    "reported": "REPORTED",
    "candidate": "CANDIDATE",
    "vertebra of origin": "ORIGIN",
    "cannot tell": "CANNOTTELL",
    "bone cement seen": "SEEN",
}
"""Meaning to value, in the scheme ``99AZYGOS``; sites without a SNOMED code add theirs."""

VERTEBRAE = {
    "T1": "64864005", "T2": "53733008", "T3": "1626008", "T4": "73071006", "T5": "56401006", "T6": "45296009",
    "T7": "62487009", "T8": "11068009", "T9": "82687006", "T10": "7610001", "T11": "12989004", "T12": "23215003",
    "L1": "66794005", "L2": "14293000", "L3": "36470004", "L4": "11994002", "L5": "49668003",
}  # fmt: skip
STRUCTURES = {
    "vertebral_body": ("3572006", "Vertebral body"),
    "spinal_canal": ("61853006", "Vertebral canal"),
    "azygos_vein": ("72107004", "Azygos vein"),
    "inferior_vena_cava": ("64131007", "Inferior vena cava"),
    "superior_vena_cava": ("48345005", "Superior vena cava"),
    "brachiocephalic_vein": ("8887007", "Brachiocephalic vein"),
    "right_atrium": ("73829009", "Right atrium"),
    "right_ventricle": ("53085002", "Right ventricle"),
    "pulmonary_trunk": ("45341000", "Pulmonary trunk"),
    "pulmonary_artery": ("81040000", "Pulmonary artery"),
    "lung": ("39607008", "Lung"),
}
ARTERIES = {"right": ("78480002", "Right pulmonary artery"), "left": ("50408007", "Left pulmonary artery")}
LOBES = {
    "upper": ("45653009", "Upper lobe of lung"),
    "middle": ("72481006", "Middle lobe of right lung"),
    "lower": ("90572001", "Lower lobe of lung"),
}
SIDES = {"right": ("24028007", "Right"), "left": ("7771000", "Left")}


def finding_site(place: Place) -> Any:
    """Where it lies, coded by SNOMED where a code is known and in azygos's own scheme where none is."""
    import highdicom as hd

    structure, side = site_code(place), SIDES.get(place.side)
    sided = side is not None and place.site in ("lung", "paravertebral", "foramen", "brachiocephalic_vein")
    laterality = snomed(*side) if side is not None and sided and structure != LOBES["middle"] else None
    if structure is None:
        return hd.sr.FindingSite(anatomic_location=own_code(SITES[place.site], place.site), laterality=laterality)
    return hd.sr.FindingSite(anatomic_location=snomed(*structure), laterality=laterality)


def site_code(place: Place) -> tuple[str, str] | None:
    """SNOMED's code and words for a place; None where none is known.

    Examples
    --------
    >>> site_code(Place(site="vertebral_body", level="T10"))
    ('7610001', 'T10 vertebra')
    >>> site_code(Place(site="hemiazygos_vein")) is None
    True
    """
    if place.site == "vertebral_body" and place.level in VERTEBRAE:
        return VERTEBRAE[place.level], f"{place.level} vertebra"
    if place.site == "pulmonary_artery" and place.side in ARTERIES:
        return ARTERIES[place.side]
    lobe = place.lobe.split(" ")[-1] if place.site == "lung" else ""
    return LOBES.get(lobe) or STRUCTURES.get(place.site)


def vertebra_code(origin: Origin) -> Any:
    code = VERTEBRAE.get(origin.level)
    return snomed(code, f"{origin.level} vertebra") if code else own_code("cannot tell")


def own_code(meaning: str, site: str = "") -> Any:
    """A concept of the private scheme; a site's value is its key, cut to what a code holds."""
    from highdicom.sr import CodedConcept

    value = CODES.get(meaning) or site.upper().replace("_", "")[:16]
    return CodedConcept(value=value, scheme_designator=SCHEME, meaning=meaning[:LONGEST_LABEL])


def snomed(value: str, meaning: str) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(value=value, scheme_designator="SCT", meaning=meaning)


def segment_name(piece: Piece) -> str:
    """As viewers list it, cut to what DICOM holds."""
    return f"{piece.number} {piece.place.words}"[:LONGEST_LABEL]


def tracking_name(piece: Piece) -> str:
    """A name that lasts as long as the piece's tracking UID."""
    return f"cement {piece.tracking_uid[-8:]}"


def series_number(headers: Sequence[Any]) -> int:
    """Of the scan, or 0; objects count on from there."""
    text = str(headers[0].get("SeriesNumber") or "0")
    return 100 * int(text) if text.isdecimal() else 0


def object_uid(findings: Findings, headers: Sequence[Any], version: str, kind: str) -> str:
    """The same findings in the same study give the same UID, so that storing twice stores one."""
    told = [str(headers[0].get("SeriesInstanceUID")), version, kind]
    told += [f"{piece.tracking_uid} {piece.tier} {piece.volume_ml.value!r}" for piece in findings.pieces]
    return uid_from("\n".join(told))
