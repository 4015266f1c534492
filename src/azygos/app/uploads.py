"""Files that the page sends: written to disk as they come, under numbers of our own, up to a limit."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from azygos.ground.errors import InputError, require

LIMIT_BYTES = 2_000_000_000
MOST_FILES = 20_000
SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".dcm", ".zip", ".gz")  # a name is trusted with no more than this
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")  # part of a name that may be given to a file as it is
MOST_PARTS = 4
NOT_OURS = "A file of this folder bears a name that azygos gives to none. Drop the folder as azygos wrote it."
SAME_NAME = "Two of the files bear the same name. Drop one folder."
SPARE_BYTES = 500_000_000  # what must stay free on the disk


class TooMuch(InputError):
    """More bytes or files than an upload may hold."""


@dataclass(slots=True, kw_only=True, eq=False)
class Upload:
    """What one drop of files has brought so far."""

    id: str
    folder: Path
    limit_bytes: int = LIMIT_BYTES
    received_bytes: int = 0
    names: dict[Path, str] = field(default_factory=dict)  # what the page called each file
    begun: int = 0  # files that were begun, those that broke off too

    def check(self, declared: str | None) -> None:
        """Refuse a file by its stated length, before a byte of it is read."""
        require(self.begun < MOST_FILES, f"An upload holds at most {MOST_FILES:,} files. Drop one study.", TooMuch)
        if declared is not None and declared.isdecimal():
            self._require_fits(int(declared))

    async def take(self, name: str, chunks: AsyncIterator[bytes]) -> int:
        """Write a file as it comes; what breaks off or is too long leaves nothing."""
        self.begun += 1
        path = self.folder / f"{self.begun:06d}{suffix_of(name)}"
        own = 0
        try:
            with path.open("wb") as stream:
                async for chunk in chunks:
                    self._require_fits(len(chunk))
                    self.received_bytes += len(chunk)
                    own += len(chunk)
                    stream.write(chunk)
        except BaseException:
            path.unlink(missing_ok=True)
            self.received_bytes -= own
            raise
        self.names[path] = name
        return own

    def _require_fits(self, more: int) -> None:
        require(
            self.received_bytes + more <= self.limit_bytes,
            f"An upload holds at most {self.limit_bytes:,} bytes. Start azygos app with the path of the scan instead.",
            TooMuch,
        )
        free = shutil.disk_usage(self.folder).free
        require(more + SPARE_BYTES <= free, "The disk of temporary files is nearly full. Free some space.", TooMuch)

    def whole(self) -> Path:
        """What a reader is given: the one file, or the folder of all."""
        require(bool(self.names), "Nothing was uploaded. Drop a file or a folder.")
        return next(iter(self.names)) if len(self.names) == 1 else self.folder

    @property
    def folder_name(self) -> str:
        """Name of the folder that was dropped, where it is plain and there was one."""
        firsts = {PurePosixPath(name).parts[:1] for name in self.names.values() if "/" in name}
        only = next(iter(firsts), ("",)) if len(firsts) == 1 else ("",)
        return only[0] if only and PLAIN.fullmatch(only[0]) else "run"

    def named(self, folder: Path) -> Path:
        """Move the files to a new folder under their own names, where every part of a name is plain.

        The folder that was dropped gives no name: what lies in it does.
        """
        parts = [plain_parts(name) for name in self.names.values()]
        shared = {part[0] for part in parts if len(part) > 1}
        cut = 1 if len(shared) == 1 and all(len(part) > 1 for part in parts) else 0
        folder.mkdir(parents=True)
        moved = {}
        for file, part in zip(self.names, parts, strict=True):
            target = folder.joinpath(*part[cut:])
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                require(not target.exists(), SAME_NAME)
                moved[file.rename(target)] = self.names[file]
            except OSError as error:  # a file where another name has a folder
                raise InputError(SAME_NAME) from error
        self.names, self.folder = moved, folder  # so that it can be opened once more, otherwise
        return folder


def suffix_of(name: str) -> str:
    """The known suffix that a name ends in, or none.

    Examples
    --------
    >>> suffix_of("../../etc/CT.NII.GZ"), suffix_of("IM0001"), suffix_of("a.sh")
    ('.nii.gz', '', '')
    """
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), "")


def plain_parts(name: str) -> tuple[str, ...]:
    """The folders and the file of a relative name, or a refusal.

    Examples
    --------
    >>> plain_parts("run/result.json")
    ('run', 'result.json')
    >>> plain_parts("../result.json")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    azygos.ground.errors.InputError: A file of this folder bears a name that azygos gives to none. Drop the folder as...
    """
    parts = PurePosixPath(name).parts
    require(
        0 < len(parts) <= MOST_PARTS and all(PLAIN.fullmatch(part) for part in parts),
        NOT_OURS,
    )
    return parts
