"""From regions and roads to the name of a place."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from azygos.ground.parcels import FloatArray
from azygos.ground.places import LOBES, REPORTED, SPINAL, VENOUS, Place
from azygos.trace.anatomy.on_bone import OnBone, on_bone
from azygos.trace.anatomy.parcels import REGIONS, Anatomy

MOST_POINTS = 200  # of a piece are asked
SITE_OF: dict[str, str] = {
    "lung_right": "lung",
    "lung_left": "lung",
    "vertebral_body": "vertebral_body",
    "posterior_elements": "posterior_elements",
    "disc": "disc",
    "spinal_canal": "spinal_canal",
    "foramen": "foramen",
    "superior_vena_cava": "superior_vena_cava",
    "inferior_vena_cava": "inferior_vena_cava",
    "brachiocephalic_vein": "brachiocephalic_vein",
    "right_atrium": "right_atrium",
    "right_ventricle": "right_ventricle",
    "left_heart": "heart",
    "heart": "heart",
    "pulmonary_trunk": "pulmonary_trunk",
    "right_pulmonary_artery": "pulmonary_artery",
    "left_pulmonary_artery": "pulmonary_artery",
    "hilum_right": "lung",
    "hilum_left": "lung",
    "prevertebral": "prevertebral",
    "paravertebral": "paravertebral",
    "back": "needle_track",
}
"""Region to site; what is not named is "elsewhere"."""
SIDED = {"right": ("lung_right", "hilum_right", "right_pulmonary_artery"),
         "left": ("lung_left", "hilum_left", "left_pulmonary_artery")}  # fmt: skip
BLUR_MM = {"spine": 2.0, "lung": 1.5, "heart": 8.0, "vessel": 5.0, "other": 3.0}
"""How far the outline of a built-in region may be off; a label map's is taken as a third of it."""
_GROUP = {
    **dict.fromkeys(("vertebral_body", "posterior_elements", "disc", "spinal_canal", "foramen"), "spine"),
    **dict.fromkeys(("lung_right", "lung_left"), "lung"),
    **dict.fromkeys(("right_atrium", "right_ventricle", "left_heart", "heart"), "heart"),
    **dict.fromkeys(
        ("superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "pulmonary_trunk",
         "right_pulmonary_artery", "left_pulmonary_artery", "hilum_right", "hilum_left", "aorta"), "vessel",
    ),
}  # fmt: skip
AMONG_ROADS = {"mediastinum": 0.85, "oesophagus": 0.4, "aorta": 0.4}
"""Share by which a piece in what lies between the roads may as well lie in one of those near to it."""
ROAD_REGIONS = ("superior_vena_cava", "inferior_vena_cava", "brachiocephalic_vein", "right_atrium", "right_ventricle",
                "left_heart", "heart", "pulmonary_trunk", "right_pulmonary_artery", "left_pulmonary_artery",
                "hilum_right", "hilum_left")  # fmt: skip
SHELLS_MM = (4.0, 8.0, 12.0, 18.0)
DRAWN_MM = 8.0  # over which a road's pull fades
LEAST_PULL = 0.005
_CORNERS = np.array(list(itertools.product((-1.0, 1.0), repeat=3))) / np.sqrt(3.0)
_AROUND = np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3), _CORNERS])
_WEIGHT = np.array([6.0] + [1.0] * 14) / 20.0


def place_of(anatomy: Anatomy, points_mm: FloatArray) -> Place:
    """Where a piece with these voxel centres (n, 3) [mm] lies.

    Each point asks the region it lies in and, with less weight, those around it, as far as that
    region's outline may be off. Roads without outline take the share that is their chance.
    """
    points = np.asarray(points_mm, dtype=np.float64).reshape(-1, 3)
    asked = points[np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).astype(int)]
    regions, bone = _regions_around(anatomy, asked), on_bone(anatomy, asked)
    regions = regions if bone is None else bone.own(regions)
    weights = np.bincount(regions.ravel(), weights=np.tile(_WEIGHT, len(asked)), minlength=len(REGIONS)) / len(asked)
    chances = _sites(anatomy, asked, weights, bone)
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    if ranked[0][0] == "elsewhere":
        ranked = _named_first(ranked)
    site = ranked[0][0]
    side = _side(anatomy, asked, weights, site)
    return Place(
        site=site,
        side=side,
        lobe=_lobe(anatomy, asked, side) if site == "lung" else "",
        level=_level(anatomy, asked, site),
        certainty=float(min(1.0, ranked[0][1]) * _known(anatomy, site)),
        source=_source(anatomy, site),
        others=tuple(
            (name, round(float(chance) * _known(anatomy, name), 3)) for name, chance in ranked[1:6] if chance > 0.05
        ),
    )


def _named_first(ranked: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The likeliest of the reported sites before "elsewhere" where these are together no less likely."""
    roads = [item for item in ranked if item[0] in REPORTED]
    if sum(chance for _, chance in roads) < ranked[0][1]:
        return ranked
    return [roads[0], *(item for item in ranked if item != roads[0])]


def _regions_around(anatomy: Anatomy, points: FloatArray) -> npt.NDArray[np.uint8]:
    """Region numbers of points and of places around them, shape (n, 15)."""
    own = anatomy.region_at(points)
    blur = np.array([_blur(anatomy, name) for name in REGIONS])[own]
    around = points[:, None] + _AROUND[None] * blur[:, None, None]
    return anatomy.region_at(around.reshape(-1, 3)).reshape(len(points), -1)


def _blur(anatomy: Anatomy, region: str) -> float:
    blur = BLUR_MM[_GROUP.get(region, "other")]
    return blur / 3.0 if _source_of_region(anatomy, region) == "label map" else blur


def _sites(anatomy: Anatomy, points: FloatArray, weights: FloatArray, bone: OnBone | None) -> dict[str, float]:
    """Chance of each site: roads first, each with its mean chance, the rest by region."""
    roads = {site: float(anatomy.chance_at(site, points).mean()) for site in anatomy.chance}
    if bone is not None:
        roads = {site: chance * (bone.in_vein if site in VENOUS[:2] else 1.0) for site, chance in roads.items()}
    total = sum(roads.values())
    if total > 0.95:
        roads = {site: 0.95 * chance / total for site, chance in roads.items()}
    rest = 1.0 - sum(roads.values())
    sites = dict(roads)
    lost = {region: float(weights[REGIONS.index(region)]) for region in AMONG_ROADS}
    lent = sum(share * lost[region] for region, share in AMONG_ROADS.items())
    drawn = _drawn_to(anatomy, points) if lent > 0.02 else {}
    for site, share in drawn.items():
        sites[site] = sites.get(site, 0.0) + rest * lent * share
    for region, weight in zip(REGIONS, weights, strict=True):
        if weight > 0.0:
            site = SITE_OF.get(region, "elsewhere")
            kept = 1.0 - AMONG_ROADS.get(region, 0.0) if drawn else 1.0
            sites[site] = sites.get(site, 0.0) + rest * kept * float(weight)
    return sites


def _drawn_to(anatomy: Anatomy, points: FloatArray) -> dict[str, float]:
    """Roads near points between them, the nearer the more; shares that add up to 1, or nothing where none is near."""
    some = points[:: max(1, len(points) // 20)]
    pull: dict[str, float] = {}
    for reach in SHELLS_MM:
        around = (some[:, None] + _AROUND[None, 1:] * reach).reshape(-1, 3)
        counts = np.bincount(anatomy.region_at(around), minlength=len(REGIONS)) / len(around)
        for region in ROAD_REGIONS:
            share = float(counts[REGIONS.index(region)]) * np.exp(-reach / DRAWN_MM)
            pull[SITE_OF[region]] = pull.get(SITE_OF[region], 0.0) + share
        for site in anatomy.chance:
            pull[site] = pull.get(site, 0.0) + float(anatomy.chance_at(site, around).mean()) * np.exp(-reach / DRAWN_MM)
    total = sum(pull.values())
    return {site: share / total for site, share in pull.items() if share > 0.0} if total > LEAST_PULL else {}


def _side(anatomy: Anatomy, points: FloatArray, weights: FloatArray, site: str) -> str:
    shares = {side: sum(weights[REGIONS.index(name)] for name in names) for side, names in SIDED.items()}
    if site in ("lung", "pulmonary_artery"):
        return max(shares, key=lambda side: shares[side]) if max(shares.values()) > 0.0 else ""
    if site in SPINAL and anatomy.spine is not None:
        left = float(np.median(anatomy.spine.along(points)[:, 0]))
        return "" if abs(left) < 3.0 else "left" if left > 0.0 else "right"
    return ""


def _lobe(anatomy: Anatomy, points: FloatArray, side: str) -> str:
    """The commonest lobe among the points, or of the lung nearest to them."""
    if anatomy.lobes is None:
        return ""
    inverse = np.linalg.inv(anatomy.affine_mm)
    index = np.rint(points @ inverse[:3, :3].T + inverse[:3, 3]).astype(int)
    middle = np.median(index, axis=0).astype(int)
    for reach in (0, 3, 8):
        if reach == 0:
            inside = np.all((index >= 0) & (index < anatomy.lobes.shape), axis=1)
            near = anatomy.lobes[tuple(index[inside].T)]
        else:
            near = anatomy.lobes[tuple(slice(max(0, m - reach), m + reach + 1) for m in middle)].ravel()
        near = near[[LOBES[n - 1].startswith(side) if n else False for n in near]]
        if near.size:
            return LOBES[int(np.bincount(near).argmax()) - 1]
    return ""


def _level(anatomy: Anatomy, points: FloatArray, site: str) -> str:
    if anatomy.spine is None or site not in (*SPINAL, *VENOUS[:2]):
        return ""
    level = anatomy.spine.level_at(np.median(points, axis=0))
    return level.name if level is not None else ""


def _landmark_of(site: str) -> str:
    if site in SPINAL:
        return "spine"
    if site in VENOUS[:2]:
        return "azygos corridor"
    return {"lung": "lungs", "inferior_vena_cava": "inferior vena cava", "elsewhere": "body",
            "superior_vena_cava": "superior vena cava", "pulmonary_trunk": "pulmonary arteries",
            "pulmonary_artery": "pulmonary arteries"}.get(site, "heart box")  # fmt: skip


def _known(anatomy: Anatomy, site: str) -> float:
    name = _landmark_of(site)
    return next((mark.certainty for mark in anatomy.landmarks if mark.name == name), 0.5)


def _source(anatomy: Anatomy, site: str) -> str:
    name = _landmark_of(site)
    source = next((mark.source for mark in anatomy.landmarks if mark.name == name), "")
    return source if source in ("label map", "built-in landmarks") else "built-in landmarks"


def _source_of_region(anatomy: Anatomy, region: str) -> str:
    return _source(anatomy, SITE_OF.get(region, "elsewhere"))
