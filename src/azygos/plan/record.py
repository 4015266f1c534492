"""What a run leaves behind so that it can be checked and repeated: members, ``run.toml``, values with sources."""

from __future__ import annotations

import dataclasses
import io
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.ground.files import write_atomic
from azygos.plan.outcome import Member, OutletVolume
from azygos.spine import Draw, Rest, Route
from azygos.values import Value

RESEARCH_ONLY = "Research use only: not a medical device."
_SERIES = ("times", "plunger_pressure", "tip_pressure", "sensor_pressure", "leaked")


# Members ----------------------------------------------------------------------------------------------------------


def save_members(path: Path, members: Sequence[Member]) -> None:
    """Write the members of one session; the fill goes in half precision."""
    arrays: dict[str, Any] = {"about": np.array(json.dumps([_about(member) for member in members]))}
    for number, member in enumerate(members):
        arrays[f"fill{number}"] = member.fill.astype(np.float16)
        for name in _SERIES:
            arrays[f"{name}{number}"] = getattr(member, name)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    write_atomic(path, stream.getvalue())


def load_members(path: Path) -> list[Member]:
    """Read what :func:`save_members` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        abouts = json.loads(str(arrays["about"]))
        return [_member(about, number, arrays) for number, about in enumerate(abouts)]


def _about(member: Member) -> dict[str, Any]:
    """All of a member but its arrays."""
    about = {f.name: getattr(member, f.name) for f in dataclasses.fields(member) if f.name not in (*_SERIES, "fill")}
    about["draw"] = dataclasses.asdict(member.draw)
    about["outlets"] = [dataclasses.asdict(outlet) for outlet in member.outlets]
    return about


def _member(about: dict[str, Any], number: int, arrays: Mapping[str, Any]) -> Member:
    outlets = tuple(_outlet(outlet) for outlet in about.pop("outlets"))
    series = {name: arrays[f"{name}{number}"] for name in _SERIES}
    return Member(
        draw=Draw(**about.pop("draw")),
        outlets=outlets,
        fill=arrays[f"fill{number}"].astype(np.float32),
        **series,
        **about,
    )


def _outlet(about: dict[str, Any]) -> OutletVolume:
    route, rest, mouth = Route(about.pop("route")), Rest(about.pop("rest")), about.pop("mouth", None)
    return OutletVolume(route=route, rest=rest, mouth=mouth and tuple(mouth), **about)


# Values and their sources -----------------------------------------------------------------------------------------


BONE = (
    "cements", "density", "injection", "marrow", "needles", "operators", "outlets", "permeability", "session",
    "syringes", "uncertainty", "vertebrae",
)  # fmt: skip
"""Modules of the values that an injection reads."""

BEYOND = (
    "body", "care", "circulation", "hardening", "heart", "landmarks", "lungs", "veins", "veins_cement", "veins_flow",
    "veins_places",
)  # fmt: skip
"""Modules that a journey reads beside them."""


def values_used(cements: Iterable[str], *, beyond_bone: bool = False) -> dict[str, Value]:
    """Every measured number that may have entered, by place; of the cements only those named."""
    from azygos.values.cements import cement_named
    from azygos.values.sources import all_values

    read = {*BONE, *(BEYOND if beyond_bone else ())}
    found = {
        place: value
        for place, value in all_values()
        if not place.startswith("cements.CEMENTS.") and place.split(".")[0] in read
    }
    for name in sorted(set(cements)):
        record = cement_named(name)
        for field in dataclasses.fields(record):
            value = getattr(record, field.name)
            if isinstance(value, Value):
                found[f"cements.{name}.{field.name}"] = value
    return found


# run.toml ---------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What ``run.toml`` holds: enough to run again, nothing that names a patient or a place on a disk."""

    version: str
    seed: int
    draws: int
    spacing_mm: float
    plan: str  # TOML, without comments
    virtual: int | None = None
    inputs: Mapping[str, str] = dataclasses.field(default_factory=dict)  # "ct", "labels" to sha256
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # at_mm, label_names, repair, cement...


def write_run_toml(folder: Path, record: RunRecord, values: Mapping[str, Value], *, whole: bool) -> None:
    """Write ``run.toml``, at the start as unfinished and at the end as whole."""
    import tomli_w

    tables: dict[str, Any] = {
        "azygos": record.version,
        "note": RESEARCH_ONLY,
        "kind": "plan",
        "state": "whole" if whole else "unfinished",
        "seed": record.seed,
        "draws": record.draws,
        "spacing_mm": record.spacing_mm,
        **({} if record.virtual is None else {"virtual": record.virtual}),
        **record.options,
        "packages": packages(),
        "input_sha256": dict(record.inputs),
        "plan": tomllib.loads(record.plan),
        "values": {name: value_table(value) for name, value in values.items()},
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(tables))


def value_table(value: Value) -> dict[str, Any]:
    """A value as a table of TOML, without what it does not say."""
    return {key: inner for key, inner in dataclasses.asdict(value).items() if inner not in (None, "")}


def packages() -> dict[str, str]:
    """Versions of the libraries that numbers depend on."""
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scipy", "numba")}


_OPTIONS = ("at_mm", "label_names", "repair", "density_law")
_KEYS: dict[str, tuple[type | tuple[type, ...], bool]] = {  # kind of value, and whether every run has it
    "azygos": (str, True),
    "seed": (int, True),
    "draws": (int, True),
    "spacing_mm": ((int, float), True),
    "plan": (dict, True),
    "input_sha256": (dict, True),
    "virtual": (int, False),
    "at_mm": (list, False),
    "label_names": (str, False),
    "density_law": (str, False),
}


def read_run_toml(path: Path) -> RunRecord:
    """Read a run's record back, to run it again."""
    import tomli_w

    met = "is a folder" if path.is_dir() else "is not there"
    require(path.is_file(), f"{path} {met}. Give the run.toml of a finished run: azygos rerun OUT/run.toml -o OUT2")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid TOML ({error}). Take the run.toml that azygos wrote.") from None
    for key, (kind, needed) in _KEYS.items():
        require(not needed or key in tables, f"{path} has no {key!r}. Take the run.toml that azygos wrote.")
        require(
            key not in tables or (isinstance(tables[key], kind) and not isinstance(tables[key], bool)),
            f"{path}: {key} is not what azygos wrote there. Take the run.toml as it was.",
        )
    points = tables.get("at_mm", [])
    require(
        all(isinstance(point, list) and len(point) == 3 for point in points),
        f"{path}: at_mm is not what azygos wrote there. Take the run.toml as it was.",
    )
    kind = tables.get("kind", "plan")
    require(kind == "plan", f"{path} records a run of the kind {kind!r}, and azygos does only plans again.")
    return RunRecord(
        version=tables["azygos"],
        seed=tables["seed"],
        draws=tables["draws"],
        spacing_mm=float(tables["spacing_mm"]),
        plan=tomli_w.dumps(tables["plan"]),
        virtual=tables.get("virtual"),
        inputs=tables["input_sha256"],
        options={key: tables[key] for key in _OPTIONS if key in tables},
    )
