"""``run.toml`` of a run on scans: enough to run it again, nothing that names a patient or a place on a disk."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azygos.ground.errors import AzygosError, InputError, require
from azygos.ground.files import discard, finish, open_partial, write_atomic
from azygos.ground.findings import Asked
from azygos.plan.record import RESEARCH_ONLY, packages, value_table
from azygos.values import Value

KINDS = ("trace", "compare", "render", "insert", "fluoroscopy")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """What ``run.toml`` holds of a run on scans."""

    kind: str  # one of KINDS
    version: str
    inputs: Mapping[str, str]  # what was read, to its SHA-256
    options: Mapping[str, Any]  # what was asked for; keys whose value is None are left out

    @property
    def key(self) -> str:
        """Which run this is."""
        told = [self.kind, self.version, dict(self.inputs), self.plain_options]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    @property
    def plain_options(self) -> dict[str, Any]:
        """The options that were given."""
        return {key: value for key, value in self.options.items() if value is not None}


def write_record(folder: Path, record: ScanRecord, values: Mapping[str, Value], *, whole: bool) -> None:
    """Write ``run.toml``, at the start as unfinished and at the end as whole."""
    import tomli_w

    tables: dict[str, Any] = {
        "azygos": record.version,
        "note": RESEARCH_ONLY,
        "kind": record.kind,
        "state": "whole" if whole else "unfinished",
        "packages": packages(),
        "input_sha256": dict(record.inputs),
        "options": record.plain_options,
        "values": {name: value_table(value) for name, value in values.items()},
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(tables))


@contextmanager
def run_folder(output: Path, record: ScanRecord, values: Mapping[str, Value], *, force: bool) -> Iterator[Path]:
    """The folder of a run while it is made: it gets its name when all is in it, and nothing is left if it cannot be.

    ``timing.json`` tells how long it took, unless the run has told it in parts.
    """
    began = time.perf_counter()
    partial = open_partial(output, record.key, force=force)
    write_record(partial, record, values, whole=False)
    try:
        yield partial
    except AzygosError:
        discard(partial)
        raise
    write_record(partial, record, values, whole=True)
    if not (partial / "timing.json").is_file():
        write_times(partial, {"total_s": time.perf_counter() - began})
    finish(partial, output)


def write_times(folder: Path, times: Mapping[str, float]) -> None:
    """Write ``timing.json``, the only table that differs between a run and its rerun."""
    write_atomic(folder / "timing.json", json.dumps({key: round(value, 2) for key, value in times.items()}) + "\n")


def kind_of_record(path: Path) -> str | None:
    """The kind of run on scans that a ``run.toml`` records; None for other runs and for what cannot be read."""
    try:
        kind = tomllib.loads(path.read_text(encoding="utf-8")).get("kind")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return kind if kind in KINDS else None


def read_record(path: Path) -> ScanRecord:
    """Read a record back, to run it again."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    for key, kind in (("azygos", str), ("kind", str), ("input_sha256", dict), ("options", dict)):
        require(key in tables, f"{path} has no {key!r}. Take the run.toml that azygos wrote.")
        if not isinstance(tables[key], kind):
            raise InputError(f"{path}: {key} is not what azygos wrote there. Take the run.toml as it was.")
    return ScanRecord(
        kind=tables["kind"], version=tables["azygos"], inputs=tables["input_sha256"], options=tables["options"]
    )


def is_whole(folder: Path, record: ScanRecord) -> bool:
    """Whether a folder holds this very run, finished."""
    path = folder / "run.toml"
    if kind_of_record(path) != record.kind:
        return False
    state = tomllib.loads(path.read_text(encoding="utf-8")).get("state")
    return state == "whole" and read_record(path).key == record.key


def asked_options(asked: Asked) -> dict[str, Any]:
    """What was answered about the patient, for a record."""
    return dataclasses.asdict(asked)


def values_of(*modules: str) -> dict[str, Value]:
    """Every measured number of some modules of ``azygos.values``, by place."""
    from azygos.values.sources import all_values

    return {place: value for place, value in all_values() if place.split(".")[0] in modules}
