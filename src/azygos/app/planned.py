"""A finished plan as the page takes it up again: its draft, and the body that it was made in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azygos.app.journeys import BROKEN, Told, require_kind
from azygos.app.workspace import OpenRun, OpenScan
from azygos.ground.errors import InputError, require
from azygos.ground.files import sha256_of

OPEN_CT = "This plan was made on a CT. Open that CT, then load the plan."
SIDES = "The file names sides of the needle, not points: each needle takes the route that the body suggests."


def as_draft(run: OpenRun, scans: Mapping[str, OpenScan]) -> Told:
    """The plan of a run as a draft.

    Parameters
    ----------
    run : OpenRun
        Of kind plan.
    scans : mapping of str to OpenScan
        What is open: a plan on a CT finds its own there by the hash of its file.

    Returns
    -------
    draft : dict
        ``plan`` (the tables of its file), ``seed``, ``draws``, ``body`` as ``/api/plan/bodies`` takes it, or None with
        a sentence in ``hint``.
    """
    require_kind(run, "plan")
    from azygos.plan import parse_plan
    from azygos.plan.record import read_run_toml

    try:
        record = read_run_toml(run.folder / "run.toml")
        plan = parse_plan(record.plan)
    except (InputError, OSError, ValueError, RecursionError) as error:
        why = "it is not the record that this azygos writes"
        raise InputError(BROKEN.format(name="run.toml", why=why)) from error
    require(len(plan.vertebra) == 1, f"This plan treats {len(plan.vertebra)} vertebrae; the page plans one at a time.")
    task = plan.vertebra[0]
    body: dict[str, Any] | None = {"level": task.level, "spacing_mm": record.spacing_mm}
    if record.virtual is not None:
        body = {**(body or {}), "virtual": record.virtual, "fracture": task.fracture, "cleft": task.cleft}
    else:
        scan = _same_scan(scans, record.inputs.get("ct"))
        at_mm = record.options.get("at_mm") or [None]
        body = None if scan is None else {**(body or {}), "scan": scan, "at_mm": at_mm[0]}
    return {
        "plan": plan.model_dump(mode="json", exclude_unset=True),
        "seed": record.seed,
        "draws": record.draws,
        "body": body,
        "hint": OPEN_CT if body is None else SIDES if any(one.side is not None for one in task.needle or ()) else None,
    }


def _same_scan(scans: Mapping[str, OpenScan], wanted: object) -> str | None:
    """The open scan that was read from the very file of a run."""
    read = ((scan.id, scan.source) for scan in scans.values() if scan.source is not None and scan.source.exists())
    return next((name for name, source in read if sha256_of(source) == wanted), None)
