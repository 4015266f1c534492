"""``run.toml`` of a case: enough to run it again, nothing that names a patient or a place on a disk."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.ground.files import write_atomic
from azygos.plan.record import RESEARCH_ONLY, packages, value_table
from azygos.values import Value

KIND = "journey"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """What ``run.toml`` holds of a journey."""

    version: str
    spacing_mm: float
    case: str  # TOML, without comments
    files: Mapping[str, str]  # "veins", "arteries" to sha256, where such tables were given


def write_record(folder: Path, record: CaseRecord, values: Mapping[str, Value], *, whole: bool) -> None:
    """Write ``run.toml``, at the start as unfinished and at the end as whole."""
    import tomli_w

    tables: dict[str, Any] = {
        "azygos": record.version,
        "note": RESEARCH_ONLY,
        "kind": KIND,
        "state": "whole" if whole else "unfinished",
        "spacing_mm": record.spacing_mm,
        "packages": packages(),
        "input_sha256": dict(record.files),
        "case": tomllib.loads(record.case),
        "values": {name: value_table(value) for name, value in values.items()},
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(tables))


def is_case_record(path: Path) -> bool:
    """Whether a ``run.toml`` records a journey; what cannot be read is left to the reader's own sentence."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")).get("kind") == KIND
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def read_record(path: Path) -> CaseRecord:
    """Read a journey's record back, to run it again."""
    import tomli_w

    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    kinds: dict[str, type | tuple[type, ...]] = {
        "azygos": str,
        "spacing_mm": (int, float),
        "case": dict,
        "input_sha256": dict,
    }
    for key, kind in kinds.items():
        require(key in tables, f"{path} has no {key!r}. Take the run.toml that azygos wrote.")
        if not isinstance(tables[key], kind) or isinstance(tables[key], bool):
            raise InputError(f"{path}: {key} is not what azygos wrote there. Take the run.toml as it was.")
    return CaseRecord(
        version=tables["azygos"],
        spacing_mm=float(tables["spacing_mm"]),
        case=tomli_w.dumps(tables["case"]),
        files=tables["input_sha256"],
    )
