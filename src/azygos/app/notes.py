"""What people write beside a run's findings: kept in its folder, never in its ``result.json``."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azygos.ground.errors import InputError, require
from azygos.ground.files import write_atomic

NAME = "notes.json"
LONGEST = 4000  # characters of one note
MOST = 5000  # notes of one run
MOST_BYTES = 64_000_000
TYPED = "\n\t\u200c\u200d"  # not printable, yet people type them; the last two join or part letters
ABOUT = "Notes of people on this run. azygos' own findings stand in result.json and are not changed by them."

Note = dict[str, Any]
_writing = threading.Lock()


def read_notes(folder: Path) -> list[Note]:
    """The notes of a run, oldest first; none where nobody wrote any.

    Raises
    ------
    InputError
        If ``notes.json`` is there and cannot be read.
    """
    path = folder / NAME
    if not path.is_file():
        return []
    try:
        require(path.stat().st_size <= MOST_BYTES, _broken("it is too large"))
        told = json.loads(path.read_text(encoding="utf-8"))
        return [_plain(one) for one in told["notes"]]
    except (OSError, UnicodeDecodeError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise InputError(_broken("it is no longer what azygos wrote")) from error


def _broken(why: str) -> str:
    return f"{NAME} of this run cannot be read: {why}. Repair it or move it away; it was left as it is."


def _plain(told: Any) -> Note:
    piece, wrong = told["piece"], told["wrong"]
    if not (piece is None or isinstance(piece, int)) or not (wrong is None or isinstance(wrong, bool)):
        raise ValueError("not a note")
    return {"piece": piece, "wrong": wrong, "note": str(told["note"]), "when": str(told["when"])}


def add_note(folder: Path, *, piece: int | None, wrong: bool | None, note: str) -> list[Note]:
    """Add a note to those of a run, and give all of them.

    Parameters
    ----------
    folder : Path
        Of the run.
    piece : int or None
        Which piece it is about; None: the whole run.
    wrong : bool or None
        Whether the person takes the piece for wrong; None: says nothing of that.
    note : str
        What the person says, plain text.

    Raises
    ------
    InputError
        If nothing is said, if it is too long, or if the folder cannot be written.
    """
    words = clean(note)
    require(bool(words) or wrong is not None, "This note is empty. Write something, or mark the piece.")
    require(len(words) <= LONGEST, f"This note has {len(words):,} characters. Write at most {LONGEST:,}.")
    when = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    try:
        with _alone(folder):
            notes = read_notes(folder)
            require(len(notes) < MOST, f"This run has {MOST:,} notes already. Open a copy of its folder for more.")
            notes.append({"piece": piece, "wrong": wrong, "note": words, "when": when})
            write_atomic(folder / NAME, json.dumps({"about": ABOUT, "notes": notes}, indent=1) + "\n")
    except OSError as error:
        raise InputError(f"This run's folder cannot be written ({error.strerror}), so the note is not kept.") from error
    return notes


def clean(note: str) -> str:
    r"""The text without what no person types: control characters, halves of characters.

    Examples
    --------
    >>> clean(" a lead,\x00 not\ncement ")
    'a lead, not\ncement'
    """
    whole = note.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in whole if sign in TYPED or sign.isprintable()).strip()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time, of this process and of others that look at the same folder."""
    with _writing:
        try:
            import fcntl
        except ImportError:  # Windows: only this process' writers wait for each other
            yield
            return
        handle = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
