"""The shards of a trial become the trial: the same table, to the byte, as one run would have written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from azygos import __version__
from azygos.ground.errors import InputError, require
from azygos.ground.files import finish, open_partial
from azygos.plan.sentences import listed
from azygos.trial.concluding import Report, conclude
from azygos.trial.findings import TrialFindings
from azygos.trial.landing import Landed
from azygos.trial.merging import read_landed, write_tables
from azygos.trial.order import Order
from azygos.trial.record import TrialRecord, finished_record, write_record


def merge(
    shards: Sequence[Path], output: Path, *, force: bool = False, write_report: Report | None = None
) -> TrialFindings:
    """Make one run folder of all shards of a trial.

    Parameters
    ----------
    shards : sequence of Path
        Their finished folders, in any order.
    output : Path
        The folder to write; it appears only whole.
    force : bool
        Replace a finished run.
    write_report : callable, optional
        Writes the report.

    Raises
    ------
    InputError
        Where one is unfinished, missing, given twice, or of another trial or code.
    """
    records = {folder: finished_record(folder) for folder in shards}
    require(len(records) == len(shards), "a folder is given twice. Give each shard once.")
    for folder in shards:
        require(
            folder.resolve() != output.resolve(),
            f"{output} is one of the shards. Choose another -o, and keep the shards.",
        )
    order = _one_trial(records)
    by_number = {record.shard.number: folder for folder, record in records.items()}
    partial = open_partial(output, order.key(), force=force)
    write_record(partial, order, whole=False)
    write_tables(partial, _in_turn(order, by_number), order.code)
    findings = conclude(partial, order.trial, write_report=write_report)
    write_record(partial, order, whole=True)
    finish(partial, output)
    return findings


def _one_trial(records: dict[Path, TrialRecord]) -> Order:
    """The whole trial of which these are all shards."""
    require(bool(records), "no shard is given. Give the folders of all shards of a trial.")
    first, *_ = records
    one = records[first]
    for folder, record in records.items():
        require(not record.shard.whole, f"{folder} is a whole trial, not a shard of one. It needs no merging.")
        require(
            record.version == __version__,
            f"{folder} was followed by azygos {record.version}, and this is {__version__}. "
            "Merge with the azygos that followed.",
        )
        require(
            record.code == one.code,
            f"{first} was followed with code {one.code}, and {folder} with {record.code}: rows of two codes do not "
            "make one table. Run one of them again.",
        )
        require(
            record.trial == one.trial,
            f"{first} and {folder} are shards of two trials. Give the shards of one trial file, run with the same "
            "--patients.",
        )
        require(
            record.shard.of == one.shard.of,
            f"{first} is shard {one.shard}, and {folder} is shard {record.shard}: they do not share the patients out "
            "in the same way. Give the shards of one division.",
        )
    _all_once(records, one.shard.of)
    return Order(trial=one.trial, code=one.code)


def _all_once(records: dict[Path, TrialRecord], of: int) -> None:
    known: dict[int, Path] = {}
    for folder, record in records.items():
        other = known.setdefault(record.shard.number, folder)
        require(other == folder, f"{other} and {folder} are both shard {record.shard}. Give each shard once.")
    missing = [f"{number}/{of}" for number in range(1, of + 1) if number not in known]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise InputError(f"of the shards, {listed(missing)} {verb} missing. Give all.")


def _in_turn(order: Order, by_number: dict[int, Path]) -> Iterator[Landed]:
    """Rows patient by patient, each from the shard that has it."""
    readers = {number: read_landed(folder) for number, folder in by_number.items()}
    for index in order.indices():
        number = index % len(readers) + 1
        for strategy in order.trial.names():
            landed = next(readers[number], None)
            if landed is None or (landed.row["patient"], landed.row["strategy"]) != (index, strategy):
                raise InputError(
                    f"{by_number[number]} does not hold patient {index} under {strategy!r} where it should. "
                    "Run that shard again."
                )
            yield landed
    for number, reader in readers.items():
        require(next(reader, None) is None, f"{by_number[number]} holds more rows than its share. Run it again.")
