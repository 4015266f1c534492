"""Vertebral bodies to plan in: made in the child, kept in a file that both children and the server read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from azygos.app.needles import suggested
from azygos.app.scanned import scanned_body
from azygos.app.surfaces import surface
from azygos.ground.anatomy import check_level
from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray
from azygos.ground.units import ML, MM
from azygos.plan import PlanFile
from azygos.plan.patient import Point, Source, find_patient
from azygos.spine import Vertebra

PICTURE_MM = 0.5  # cells of the picture of a virtual bone: the same body, drawn finer than it is solved
AROUND_MM = (14.0, 14.0, 34.0, 14.0)  # shown beside, in front of, behind and above the bone; a needle comes from behind
SOFT_HU, SHELL_HU, GAS_HU = -80.0, 700.0, -700.0  # greys of a picture only; no number of a plan reads them
PICTURE_WINDOW = (-200.0, 450.0)  # [HU]
KEPT = 6  # bodies in a process
FINEST_MM, COARSEST_MM = 0.25, 3.0  # cells, as the command line takes them

_kept: dict[str, Vertebra] = {}

Tell = Any
Given = dict[str, Any]


def make_body(given: Given, tell: Tell) -> Given:
    """Make a body in the child.

    Parameters
    ----------
    given : dict
        ``level``, ``spacing_mm``, ``file`` to write; for a virtual patient ``virtual``, ``fracture``, ``cleft`` and
        ``picture`` to write; for a scan ``input`` and ``labels``, ``label_names``, ``at_mm``, ``series``, ``repair``.
    tell : callable
        Hears of progress.

    Returns
    -------
    body : dict
        What the page is told of it, without ids; ``affine_mm`` of the picture where there is one.
    """
    tell(0, 2, None, "Reading the bone" if given.get("virtual") is None else "Drawing the bone")
    vertebra, notes = find_body(given)
    keep_vertebra(Path(given["file"]), vertebra)
    tell(1, 2, None, "Looking for ways through the pedicles")
    body = describe_body(vertebra, notes)
    if given.get("virtual") is not None:
        fine, _ = find_body({**given, "spacing_mm": PICTURE_MM})
        picture, affine_mm = picture_of(fine)
        np.save(given["picture"], picture, allow_pickle=False)
        body["affine_mm"] = affine_mm.tolist()
    tell(2, 2)
    return body


def recall(given: Given, tell: Tell) -> Given:
    """Have a body at hand that was made before."""
    kept_vertebra(given["body"])
    return {}


def find_body(given: Given) -> tuple[Vertebra, list[str]]:
    """The body as ``azygos plan`` finds it, and what was noted."""
    source = Source(
        input=given.get("input") and Path(given["input"]),
        labels=given.get("labels") and Path(given["labels"]),
        label_names=given.get("label_names"),
        at_mm=() if given.get("at_mm") is None else (_point(given["at_mm"]),),
        series=given.get("series"),
        repair=bool(given.get("repair")),
        virtual=given.get("virtual"),
    )
    if source.virtual is None:
        folder = Path(given["file"]).parent
        vertebra, notes = scanned_body(source, check_level(given["level"]), given["spacing_mm"], folder)
    else:
        patient = find_patient(bare_plan(given), source, spacing=given["spacing_mm"] * MM)
        vertebra, notes = patient.vertebrae[0], list(patient.notes)
    return vertebra, list(dict.fromkeys([*notes, *vertebra.notes]))


def _point(point: Any) -> Point:
    x, y, z = (float(number) for number in point)
    return x, y, z


def bare_plan(given: Mapping[str, Any]) -> PlanFile:
    """A plan that says nothing but which body it is for: a body depends on nothing else of it."""
    asked = {key: given.get(key) for key in ("level", "fracture", "cleft") if given.get(key) is not None}
    return PlanFile.model_validate(
        {
            "vertebra": [{**asked, "portions": [{"volume_ml": 1.0, "rate_ml_min": 1.0}]}],
            "cement": {"name": "generic_low_viscosity", "age_at_start_min": 4.0},
        }
    )


def describe_body(vertebra: Vertebra, notes: list[str]) -> Given:
    """What the page is told of a body."""
    left, back, up = vertebra.axes.T
    middle = vertebra.to_lps(np.argwhere(vertebra.inside).mean(axis=0)) / MM
    needles, missing = suggested(vertebra)
    return {
        "level": vertebra.level,
        "source": vertebra.source,
        "fracture": vertebra.fracture,
        "body_volume_ml": round(vertebra.volume / ML, 2),
        "notes": [*notes, *missing],
        "needles": needles,
        "mesh": surface(vertebra.inside, 0.5, vertebra),
        "centre_mm": np.round(middle, 3).tolist(),
        "axes": {"lateral": left.tolist(), "front": (-back + 0.0).tolist(), "up": up.tolist()},
        "spacing_mm": vertebra.spacing / MM,
    }


def check_body(level: object, spacing_mm: object) -> tuple[str, float]:
    """Level and cell edge of a body that is asked for, or a sentence on what they may be."""
    require(isinstance(level, str), "no level is given. Give T1 to T12 or L1 to L5.")
    number = isinstance(spacing_mm, int | float) and not isinstance(spacing_mm, bool)
    whole = number and FINEST_MM <= spacing_mm <= COARSEST_MM  # type: ignore[operator]
    require(whole, f"spacing_mm is {spacing_mm}. Give {FINEST_MM:g} to {COARSEST_MM:g} mm; 2 is quick, 1 is usual.")
    return check_level(str(level)), float(spacing_mm)  # type: ignore[arg-type]


# A body in a file -------------------------------------------------------------------------------------------------

_ARRAYS = ("origin", "axes", "inside", "bone_fraction", "cleft")


def keep_vertebra(path: Path, vertebra: Vertebra) -> None:
    """Write a vertebra so that another process reads the same numbers, to the last bit."""
    about = {"level": vertebra.level, "spacing": vertebra.spacing, "fracture": vertebra.fracture}
    about |= {"source": vertebra.source, "notes": vertebra.notes}
    with path.open("wb") as file:
        np.savez(file, about=np.array(json.dumps(about)), **{name: getattr(vertebra, name) for name in _ARRAYS})


def kept_vertebra(path: str | Path) -> Vertebra:
    """Read a vertebra that was kept; the last few stay in the process."""
    key = str(path)
    vertebra = _kept.get(key)
    if vertebra is None:
        with np.load(path, allow_pickle=False) as file:
            about = json.loads(str(file["about"]))
            about["notes"] = tuple(about["notes"])
            vertebra = Vertebra(**about, **{name: file[name] for name in _ARRAYS})
        _kept[key] = vertebra
        for old in list(_kept)[:-KEPT]:
            _kept.pop(old, None)  # the server's threads do this side by side
    return vertebra


# The picture of a virtual bone ------------------------------------------------------------------------------------


def picture_of(vertebra: Vertebra) -> tuple[npt.NDArray[np.int16], FloatArray]:
    """A picture of a drawn bone in Hounsfield units, since it was never scanned.

    Returns
    -------
    picture : array
        Shape (n_i, n_j, n_k) [HU]: bone by the density law that reads scans, a bright shell, gas in a cleft.
    affine_mm : FloatArray
        Cell index to LPS [mm], shape (4, 4).
    """
    from scipy import ndimage

    step_mm = vertebra.spacing / MM
    beside, front, behind, above = (round(width / step_mm) for width in AROUND_MM)
    pads = ((beside, beside), (front, behind), (above, above))
    inside = np.pad(vertebra.inside, pads)
    grey = np.full(inside.shape, SOFT_HU)
    grey[inside] = _hu_of(vertebra.bone_fraction[vertebra.inside])
    grey[np.pad(vertebra.cleft, pads)] = GAS_HU
    grey[inside & ~ndimage.binary_erosion(inside)] = SHELL_HU
    picture = np.rint(ndimage.gaussian_filter(grey, 0.5 / step_mm)).astype(np.int16)
    affine_mm = np.eye(4)
    affine_mm[:3, :3] = vertebra.axes * step_mm
    affine_mm[:3, 3] = vertebra.to_lps(-np.array([beside, front, above], dtype=np.float64)) / MM
    return picture, affine_mm


def _hu_of(bone_fraction: FloatArray) -> FloatArray:
    """The HU that the density law reads as this bone fraction; the law is a straight line."""
    from azygos.scan.density import ash_density

    at_zero, at_thousand = ash_density(np.array([0.0, 1000.0]))
    return np.asarray(1000.0 * (bone_fraction - at_zero) / (at_thousand - at_zero), dtype=np.float64)
