"""Findings made by hand on a tiny scan, with everything about them known."""

from __future__ import annotations

import numpy as np

from azygos.ground.findings import (
    Asked,
    Blind,
    Exit,
    Findings,
    Landmark,
    Limit,
    NotCement,
    Origin,
    Path,
    Piece,
    Range,
    Stop,
    Stretch,
    TreatedLevel,
)
from azygos.ground.places import Place
from azygos.ground.volume import Volume, to_lps

SHAPE = (24, 20, 12)
LUNG = Place(site="lung", side="right", lobe="right lower", certainty=0.9, source="label map")
BODY = Place(site="vertebral_body", level="T10", certainty=0.8, source="built-in landmarks")


def made_volume(affine_mm: np.ndarray | None = None) -> Volume:
    """Soft tissue with air around it and two bright blocks."""
    hu = np.full(SHAPE, 40.0, dtype=np.float32)
    hu[:3] = -1000.0
    hu[5:8, 5:8, 4:6] = 1800.0
    hu[14:18, 10:14, 6:9] = 2600.0
    return Volume(hu=hu, affine_mm=np.diag([0.8, 0.8, 2.0, 1.0]) if affine_mm is None else affine_mm)


def made_piece(number: int, block: tuple[slice, slice, slice], volume: Volume, place: Place) -> Piece:
    """A piece that fills a block of voxels."""
    voxels = np.stack(np.meshgrid(*(np.arange(s.start, s.stop) for s in block), indexing="ij"), axis=-1).reshape(-1, 3)
    points = to_lps(volume.affine_mm, voxels.astype(np.float64))
    ml = len(voxels) * float(abs(np.linalg.det(volume.affine_mm[:3, :3]))) * 1e-3
    return Piece(
        number=number,
        tier="reported" if place.site == "lung" else "candidate",
        place=place,
        origin=Origin(level="T10", certainty=0.7, reason="It lies nearest to T10."),
        certainty=0.95,
        reasons=("It is denser than bone can be.",),
        voxels=voxels,
        centre_mm=points.mean(axis=0),
        line_mm=points[[0, -1]],
        volume_ml=Range(value=ml, low=0.8 * ml, high=1.3 * ml),
        length_mm=7.5,
        diameter_mm=2.25,
        thickness_mm=2.0,
        peak_hu=float(volume.hu[tuple(voxels.T)].max()),
        background_hu=40.0,
        contrast=60.0,
        clipped=0.0,
        branches=0,
    )


def made_findings(volume: Volume | None = None, *, empty: bool = False) -> Findings:
    """Two pieces and the path between them, or nothing at all."""
    volume = volume or made_volume()
    first = made_piece(1, (slice(5, 8), slice(5, 8), slice(4, 6)), volume, LUNG)
    second = made_piece(2, (slice(14, 18), slice(10, 14), slice(6, 9)), volume, BODY)
    ends = (tuple(map(float, second.centre_mm)), tuple(map(float, first.centre_mm)))
    path = Path(
        stops=(Stop(name="T10", point_mm=ends[0], piece=2), Stop(name="piece 1, head", point_mm=ends[1], piece=1)),
        stretches=(Stretch(start=0, end=1, line_mm=np.array(ends), seen=False, site="azygos_vein"),),
    )
    level = TreatedLevel(
        level="T10",
        fill_ml=Range(value=0.06, low=0.05, high=0.08),
        fill_share=None,
        exits=(Exit(site="lung", volume_ml=first.volume_ml, pieces=(1,)),),
        upper_end_plate="touched",
        lower_end_plate="cannot tell",
    )
    calcium = NotCement(
        kind="aortic calcification",
        reason="not cement because it lies in the wall of the aorta",
        place=Place(site="elsewhere"),
        centre_mm=np.array([1.0, 2.0, 3.0]),
        volume_ml=0.02,
        peak_hu=700.0,
        certainty=0.9,
    )
    return Findings(
        shape=SHAPE,
        affine_mm=volume.affine_mm,
        pieces=() if empty else (first, second),
        not_cement=(calcium,),
        path=Path() if empty else path,
        levels=() if empty else (level,),
        blind=(Blind(region="superior vena cava", reason="Contrast.", volume_ml=9.0, centre_mm=(0.0, 0.0, 0.0)),),
        limits=(Limit(region="lung", noise_hu=20.0, background_hu=-850.0, dense_mm=0.9, weak_mm=1.4),),
        landmarks=(Landmark(name="lungs", source="built-in landmarks", certainty=0.9),),
        asked=Asked(screws=False),
        butscheidt=0 if empty else 1,
        qanadli=None if empty else Range(value=2.5, low=2.5, high=5.0),
        ceiling_hu=3071.0,
        clipped_voxels=0,
        sharpness_mm=1.1,
        field_of_view=("lungs", "T8 to T12"),
        not_seen=("heart",),
        notes=("A note of the finder.",),
        facts={"kvp": "120"},
    )
