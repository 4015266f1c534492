"""``run.toml`` of a trial: the trial itself, the code, the values and what is needed to do it again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from azygos import __version__
from azygos.ground.errors import InputError, require
from azygos.ground.files import write_atomic
from azygos.ground.parcels import Parcel
from azygos.plan.record import RESEARCH_ONLY, packages, value_table, values_used
from azygos.trial.columns import SCHEMA
from azygos.trial.order import Order
from azygos.trial.shards import Shard, parse_shard
from azygos.trial.trial_file import TrialFile, parse_trial

KIND = "trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord(Parcel):
    """What ``run.toml`` says of a trial."""

    version: str
    code: str
    table: int  # version of the outcome table
    whole: bool
    shard: Shard
    trial: TrialFile


def write_record(folder: Path, order: Order, *, whole: bool, kind: str = KIND) -> None:
    """Write ``run.toml``, at the start as unfinished and at the end as whole."""
    values = values_used({one.cement for one in order.trial.strategy}, beyond_bone=True)
    tables: dict[str, Any] = {
        "azygos": __version__,
        "note": RESEARCH_ONLY,
        "kind": kind,
        "state": "whole" if whole else "unfinished",
        "code": order.code,
        "table_version": SCHEMA,
        "shard": str(order.shard),
        "packages": packages(),
        "trial": tomllib.loads(order.trial.toml()),
        "values": {name: value_table(value) for name, value in values.items()},
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(tables))


def read_record(folder: Path) -> TrialRecord:
    """Read the record of a trial's folder, finished or not."""
    path = folder / "run.toml"
    require(path.is_file(), f"{folder} is no run folder of azygos: it holds no run.toml. Give the folder of a trial.")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise InputError(f"{path} cannot be read. Take the run.toml as azygos wrote it.") from None
    kind = tables.get("kind", "plan")
    require(kind == KIND, f"{folder} holds a {kind}, not a trial. Give the folder of a trial.")
    return _record(tables, path)


def _record(tables: Mapping[str, Any], path: Path) -> TrialRecord:
    kinds = {"azygos": str, "code": str, "table_version": int, "state": str, "shard": str, "trial": dict}
    for key, kind in kinds.items():
        require(
            isinstance(tables.get(key), kind),
            f"{path}: {key} is not what azygos wrote there. Take the run.toml as it was.",
        )
    return TrialRecord(
        version=tables["azygos"],
        code=tables["code"],
        table=tables["table_version"],
        whole=tables["state"] == "whole",
        shard=parse_shard(tables["shard"]),
        trial=parse_trial(tomli_w.dumps(tables["trial"]), path.name),
    )


def finished_record(folder: Path) -> TrialRecord:
    """The record of a finished trial."""
    record = read_record(folder)
    require(record.whole, f"{folder} is unfinished. Run its trial to the end first: the same command takes it up.")
    return record


def outcomes_of(folder: Path) -> Path:
    """The outcome table of a finished trial, or of a shard of one."""
    finished_record(folder)
    return folder / "outcomes.parquet"
