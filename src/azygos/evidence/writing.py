"""``azygos evidence`` as a function: from the tables, and what a reader adds, to a folder; and the same run again."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from azygos import __version__
from azygos.evidence.adding import read_added
from azygos.evidence.pooling import Prior
from azygos.evidence.studies import Study, read_studies
from azygos.evidence.tables import (
    STUDY_COLUMNS,
    evidence_table,
    left_out_csv,
    pooled_csv,
    sensitivity_csv,
    studies_csv,
    to_json,
)
from azygos.evidence.weighing import Evidence, weigh
from azygos.ground.errors import InputError, require
from azygos.ground.files import finish, open_partial, sha256_of, write_atomic
from azygos.values import Value
from azygos.values import evidence as values

NOTE = "Research use only: not a medical device, not for clinical decisions."
WriteReport = Callable[[Evidence, Path], object]
_PRIOR = ("mu_mean", "mu_sd", "beta_scale", "tau_scale")


def weigh_evidence(
    output: Path,
    *,
    add: Sequence[Path] = (),
    prior: Prior | None = None,
    force: bool = False,
    write_report: WriteReport | None = None,
) -> Evidence:
    """Weigh the published evidence, with a reader's own cohorts in it, and write a folder.

    Parameters
    ----------
    output : Path
        The folder to write; it appears only whole.
    add : sequence of Path
        CSV files of cohorts, see :func:`azygos.evidence.adding.read_added`.
    prior : Prior, optional
        On the logit scale.
    force : bool
        Replace a run folder that is already there.
    write_report : callable, optional
        Writes ``report.html``.

    Returns
    -------
    evidence : Evidence
        What was found.
    """
    added: list[Study] = []
    for path in add:
        added += read_added(path, (*read_studies(), *added))
    hashes = {f"added_{k + 1}": sha256_of(path) for k, path in enumerate(add)}
    return _written(output, tuple(added), prior or Prior(), hashes, force=force, write_report=write_report)


def evidence_again(
    run_toml: Path, output: Path, *, force: bool = False, write_report: WriteReport | None = None
) -> Evidence:
    """Do a finished run again: the cohorts that were added stand in its record."""
    record = tomllib.loads(run_toml.read_text(encoding="utf-8"))
    try:
        prior = Prior(**{name: float(record["prior"][name]) for name in _PRIOR})
        added = tuple(Study(**row, added=True) for row in record.get("added", []))
        hashes = {str(key): str(value) for key, value in record["input_sha256"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            f"{run_toml} is not a whole record of evidence. Weigh it anew: azygos evidence -o OUT."
        ) from None
    return _written(output, added, prior, hashes, force=force, write_report=write_report)


def is_evidence_record(run_toml: Path) -> bool:
    """Whether a record is that of evidence; what cannot be read is left to its reader's own sentence."""
    try:
        return tomllib.loads(run_toml.read_text(encoding="utf-8")).get("kind") == "evidence"
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def _written(
    output: Path,
    added: tuple[Study, ...],
    prior: Prior,
    hashes: Mapping[str, str],
    *,
    force: bool,
    write_report: WriteReport | None,
) -> Evidence:
    key = hashlib.sha256(repr((added, prior)).encode()).hexdigest()
    folder = open_partial(output, f"evidence {key}", force=force)
    evidence = weigh(added, prior)
    write_atomic(folder / "studies.csv", studies_csv(evidence))
    write_atomic(folder / "pooled.csv", pooled_csv(evidence))
    write_atomic(folder / "leave_one_out.csv", left_out_csv(evidence))
    write_atomic(folder / "sensitivity.csv", sensitivity_csv(evidence))
    write_atomic(folder / "result.json", to_json(evidence_table(evidence, version=__version__, note=NOTE)))
    if write_report is not None:
        write_report(evidence, folder / "report.html")
    _write_record(folder, evidence, added, hashes)
    finish(folder, output)
    return evidence


def _write_record(folder: Path, evidence: Evidence, added: Sequence[Study], hashes: Mapping[str, str]) -> None:
    """``run.toml``: enough to do it again; added cohorts stand in it, the paths of their files do not."""
    import tomli_w

    record: dict[str, Any] = {
        "azygos": __version__,
        "note": NOTE,
        "kind": "evidence",
        "state": "whole",
        "packages": _packages(),
        "input_sha256": dict(hashes),
        "prior": {name: getattr(evidence.prior, name) for name in _PRIOR},
        "values": {
            f"evidence.{name}": {
                key: getattr(value, key)
                for key in ("number", "unit", "low", "high", "source", "note")
                if getattr(value, key) not in (None, "")
            }
            for name, value in vars(values).items()
            if isinstance(value, Value)
        },
        "added": [_plain(study) for study in added],
    }
    write_atomic(folder / "run.toml", tomli_w.dumps(record))


def _plain(study: Study) -> dict[str, Any]:
    row = {name: getattr(study, name) for name in STUDY_COLUMNS if name != "added"}
    return {name: value for name, value in row.items() if value not in (None, "")}


def _packages() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("numpy", "scipy")}


def prior_of(settings: Sequence[str]) -> Prior:
    """A prior from ``NAME=NUMBER`` texts.

    Examples
    --------
    >>> prior_of(["tau_scale=0.5"]).tau_scale
    0.5
    """
    given: dict[str, float] = {}
    for text in settings:
        name, _, number = (part.strip() for part in text.partition("="))
        require(name in _PRIOR, f"--prior {text!r} names no number of the prior. Known: {', '.join(_PRIOR)}.")
        require(name not in given, f"--prior sets {name} twice. Give it once.")
        try:
            given[name] = float(number)
        except ValueError:
            raise InputError(f"--prior {text!r} is no number. Write for example --prior {name}=1.5") from None
    return Prior(**given)
