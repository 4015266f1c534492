"""How sure it is that a thing is cement: a small logistic model, calibrated on synthetic cases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from azygos.ground.errors import require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import REPORTED
from azygos.trace.candidates import BONES
from azygos.trace.thing import Thing

FEATURES = (
    "contrast", "size", "brightness", "above_calcium", "above_bone", "edge", "doubt", "bright_around", "prominence",
    "near_bone", "in_lung", "on_road", "place", "claimed",
)  # fmt: skip
RIDGE = 1.0  # of the fit: one synthetic case's worth of doubt
MOST_SURE = 0.99
NEAR_MM = 4.0  # distance over which bone's neighbourhood fades
MOST_SIZE_ML = 0.3  # a ball of 8 mm, the widest of the calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Parcel):
    """Weights of the features and where they come from."""

    offset: float
    weights: tuple[float, ...]  # in the order of FEATURES
    cases: int  # synthetic things that it was fitted to; 0 before the first calibration
    note: str

    def __post_init__(self) -> None:
        require(
            len(self.weights) == len(FEATURES),
            f"the calibration holds {len(self.weights)} weights, not {len(FEATURES)}",
        )


def features(thing: Thing, claimed: float = 0.0) -> FloatArray:
    """What the model looks at, in the order of FEATURES; `claimed` is how sure a rule is that it is no cement.

    Brightness is that of cement at the most and no less than the peak shows, and counts the less the blur leaves of
    it: of a speck it tells nothing. Nor does size beyond that of the balls on which the model is calibrated.
    """
    one = thing.measured
    reads = max(one.material_hu, thing.lowest_hu)
    return np.array([
        np.log(max(one.contrast, 1.0)),
        np.log(np.clip(one.size_ml, 1e-4, MOST_SIZE_ML) / 1e-2),
        np.log(np.clip(reads, 100.0, thing.most_hu) / thing.least_hu) * (1.0 - thing.doubt),
        float(not thing.like_calcium),
        np.log(max(one.peak_hu, 100.0) / thing.own_bone_hu),
        min(one.edge, 1.2),
        thing.doubt,
        one.bright_around,
        one.prominence,
        np.exp(-thing.near(*BONES) / NEAR_MM),
        float(thing.in_lung),
        float(thing.place.site in REPORTED),
        thing.place.certainty,
        claimed,
    ])  # fmt: skip


def chance(values: FloatArray, model: Model | None = None) -> float:
    """Chance that a thing with these features is cement, calibrated on synthetic cases."""
    model = model or stored()
    score = model.offset + float(np.dot(model.weights, values))
    return float(np.clip(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))), 1.0 - MOST_SURE, MOST_SURE))


def fit(rows: Sequence[FloatArray], cement: Sequence[bool], note: str) -> Model:
    """Fit the model to synthetic things of which it is known whether they are cement.

    Examples
    --------
    >>> rows = [np.full(len(FEATURES), x) for x in (0.0, 0.1, 0.9, 1.0)]
    >>> model = fit(rows, [False, False, True, True], "four things")
    >>> chance(rows[0], model) < 0.5 < chance(rows[3], model)
    True
    """
    from scipy.optimize import minimize

    x = np.column_stack([np.ones(len(rows)), np.asarray(rows, dtype=np.float64)])
    sign = np.where(np.asarray(cement), 1.0, -1.0)

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        margin = sign * (x @ weights)
        wrong = 1.0 / (1.0 + np.exp(np.clip(margin, -30.0, 30.0)))
        held = RIDGE * np.concatenate([[0.0], weights[1:]])
        return float(np.logaddexp(0.0, -margin).sum() + 0.5 * np.dot(held, weights)), held - x.T @ (sign * wrong)

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return Model(offset=float(found[0]), weights=tuple(float(w) for w in found[1:]), cases=len(rows), note=note)


def to_json(model: Model, shown: Mapping[str, object] | None = None) -> str:
    """The model as it is stored, with what a report shows of how well it holds (``reliability`` ...)."""
    table = {"note": model.note, "cases": model.cases, "offset": round(model.offset, 6),
             "weights": {name: round(w, 6) for name, w in zip(FEATURES, model.weights, strict=True)},
             **(shown or {})}  # fmt: skip
    return json.dumps(table, indent=2) + "\n"


@lru_cache(maxsize=1)
def stored() -> Model:
    """The calibration that comes with azygos."""
    text = resources.files("azygos.trace").joinpath("calibration.json").read_text(encoding="utf-8")
    table = json.loads(text)
    weights = tuple(float(table["weights"][name]) for name in FEATURES)
    return Model(offset=float(table["offset"]), weights=weights, cases=int(table["cases"]), note=str(table["note"]))
