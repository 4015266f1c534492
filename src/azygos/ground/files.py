"""Files that are either whole or not there: atomic writes, and a folder that appears only when it is finished."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import IO

from azygos.ground.errors import InputError, require

MARKS = ("run.toml", "azygos-case.md")  # a folder that holds one was made by azygos, so --force may replace it


def write_atomic(path: Path, content: bytes | str) -> None:
    """Write a file so that a reader never sees half of it, whatever happens meanwhile.

    Parameters
    ----------
    path : Path
        Where to; replaced if it is there.
    content : bytes or str
        Text is written as UTF-8.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "a.txt"
    >>> write_atomic(target, "whole")
    >>> target.read_text()
    'whole'
    """
    data = content.encode() if isinstance(content, str) else content
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def partial_folder(out: Path) -> Path:
    """Where work in progress for `out` lives."""
    return out.with_name(out.name + ".partial")


def open_partial(out: Path, key: str, *, force: bool = False) -> Path:
    """Make, or take up again, the folder of an unfinished run.

    Parameters
    ----------
    out : Path
        The folder that will appear when the run is whole.
    key : str
        Says which run this is; an unfinished folder of another run is refused.
    force : bool
        Replace a finished run, or begin anew over another unfinished one.

    Returns
    -------
    partial : Path
        ``OUT.partial``, which exists now.
    """
    check_free(out, force=force)
    partial = partial_folder(out)
    note = partial / "key"
    _hold(partial)
    if _is_begun(partial) and not (note.is_file() and note.read_text() == key):
        require(
            force and _is_ours(partial, "key"),
            f"{partial} holds an unfinished run of another plan, seed or input. "
            "Remove it, choose another -o, or begin anew with --force.",
        )
        shutil.rmtree(partial)
    partial.mkdir(parents=True, exist_ok=True)
    _hold(partial)
    write_atomic(note, key)
    return partial


_held: dict[Path, IO[bytes]] = {}  # locks of the runs that this process writes; the system drops them when it ends


def _hold(partial: Path) -> None:
    """Refuse an unfinished folder that another process is writing right now; lock it for this one."""
    try:
        import fcntl
    except ImportError:  # Windows: no such lock, and no such refusal
        return
    place, lock = partial.absolute(), partial / "lock"
    held = _held.pop(place, None)
    if held is not None:
        held.close()
    if not partial.is_dir():
        return
    stream = lock.open("ab")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise InputError(
            f"another azygos is writing {partial} now. Wait until it is done, or choose another -o."
        ) from None
    except OSError:  # a file system without locks
        stream.close()
        return
    _held[place] = stream


def _let_go(partial: Path) -> None:
    (partial / "lock").unlink(missing_ok=True)
    held = _held.pop(partial.absolute(), None)
    if held is not None:
        held.close()


def check_free(out: Path, *, force: bool = False) -> None:
    """Refuse an output folder that holds something, before any work is done."""
    require(
        out.name not in ("", ".."), f"{str(out)!r} names no folder of its own. Give one to make, for example -o out."
    )
    require(not out.is_file(), f"{out} is a file. Give a folder with -o.")
    if not out.exists() or _is_empty(out):
        return
    require(force, f"{out} is already there. Choose another -o, or replace it with --force.")
    require(
        any(_is_ours(out, mark) for mark in MARKS),
        f"{out} is not a run folder of azygos, so --force does not replace it. Choose another -o.",
    )


def finish(partial: Path, out: Path) -> None:
    """Give a whole run its name; what was there under that name goes."""
    (partial / "key").unlink(missing_ok=True)
    _let_go(partial)
    old = out.with_name(out.name + ".replaced")
    if out.exists():
        out.replace(old)
    partial.replace(out)
    if old.exists():
        shutil.rmtree(old)


def discard(partial: Path) -> None:
    """Leave nothing of a run that cannot be made."""
    _let_go(partial)
    shutil.rmtree(partial)


def sha256_of(path: Path) -> str:
    """Hash of a file, or of all files in a folder whatever their names.

    Names stay out because they may hold a patient's.
    """
    if not path.exists():
        raise InputError(f"{path} is not there. Check the path of the file or folder to read.")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    digests = sorted(_sha256_of_file(file) for file in files)
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


def _is_begun(partial: Path) -> bool:
    """Whether an unfinished folder holds anything; a full disk may have left its lock alone."""
    return partial.exists() and any(file.name != "lock" for file in partial.iterdir())


def _is_ours(folder: Path, mark: str) -> bool:
    return (folder / mark).is_file() or _is_empty(folder)
