"""Pieces of cement to be put into a scan, as a file or a caller describes them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from azygos.ground.errors import InputError, require
from azygos.ground.parcels import FloatArray, Parcel
from azygos.ground.places import LOBES, SITES, Place
from azygos.render.shape import volume_ml
from azygos.render.truth import Placed
from azygos.values.attenuation import cement_hu

KEYS = (
    "name", "points_mm", "diameter_mm", "cement", "barium_share", "cement_hu", "site", "side", "lobe", "level",
    "origin", "branch",
)  # fmt: skip
BRANCH_KEYS = ("points_mm", "diameter_mm")
WIDEST_MM = 60.0
BRIGHTEST_HU = 30000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Described(Parcel):
    """A piece of cement before its brightness at a beam is known."""

    name: str
    lines_mm: tuple[FloatArray, ...]  # each (n_points, 3), LPS; one point is a ball
    diameters_mm: tuple[FloatArray, ...]  # each (n_points,)
    place: Place
    cement: str | float = "generic"  # a cement's name, or barium sulphate's share of its powder
    cement_hu: float | None = None  # given outright; None: from the cement and the beam
    origin: str = ""

    def placed(self, kvp: int) -> Placed:
        """As it lies in the body and shows at this tube voltage [kV]."""
        hu = cement_hu(self.cement, kvp) if self.cement_hu is None else self.cement_hu
        return Placed(
            name=self.name,
            lines_mm=self.lines_mm,
            diameters_mm=self.diameters_mm,
            place=self.place,
            origin=self.origin,
            cement_hu=hu,
            volume_ml=volume_ml(self.lines_mm, self.diameters_mm),
        )


def read_pieces(path: Path) -> tuple[Described, ...]:
    """Pieces from a TOML file of ``[[piece]]`` tables.

    Parameters
    ----------
    path : Path
        Each piece has a ``name``, ``points_mm`` (LPS; one point is a ball), ``diameter_mm`` (one number, or one for
        each point), a ``site`` (a key of :data:`azygos.ground.places.SITES`) and one of ``cement`` (a name),
        ``barium_share`` (of the powder) or ``cement_hu``; it may have ``side``, ``lobe``, ``level``, ``origin`` and
        ``[[piece.branch]]`` tables with points and diameters of their own.

    Returns
    -------
    pieces : tuple of Described

    Raises
    ------
    InputError
        For a key that is not known, a number that makes no sense, or a file without a piece; the sentence names the
        piece.
    """
    table = _read(path)
    _refuse_unknown(table, ("piece",), path.name)
    rows = table.get("piece", [])
    require(
        isinstance(rows, list) and len(rows) > 0 and all(isinstance(row, dict) for row in rows),
        f"{path.name} describes no piece. Write at least one [[piece]] table.",
    )
    pieces = tuple(_piece(row, f"{path.name}, piece {number}") for number, row in enumerate(rows, start=1))
    names = [piece.name for piece in pieces]
    twice = next((name for name in names if names.count(name) > 1), None)
    require(twice is None, f"{path.name} has two pieces named {twice!r}. Give each a name of its own.")
    return pieces


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path} is not there. Give a TOML file with [[piece]] tables.") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(f"{path} is not a text file. Give a TOML file with [[piece]] tables.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name} is not TOML: {error}.") from None


def _refuse_unknown(row: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for key in row:
        near = get_close_matches(key, known, n=1)
        meant = f" Did you mean {near[0]}?" if near else f" Possible are {', '.join(known)}."
        require(key in known, f"{where}: {key} is not known.{meant}")


def _piece(row: Mapping[str, Any], where: str) -> Described:
    _refuse_unknown(row, KEYS, where)
    name = _text(row, "name", where)
    require(bool(name), f'{where} has no name. Give it one, for example name = "thread in the right lung".')
    where = f"{where} ({name})"
    branches = row.get("branch", [])
    for branch in branches:
        _refuse_unknown(branch, BRANCH_KEYS, f"{where}, branch")
    lines = [_line(part, where) for part in (row, *branches)]
    return Described(
        name=name,
        lines_mm=tuple(line for line, _ in lines),
        diameters_mm=tuple(widths for _, widths in lines),
        place=_place(row, where),
        origin=_text(row, "origin", where),
        **_cement(row, where),
    )


def _line(row: Mapping[str, Any], where: str) -> tuple[FloatArray, FloatArray]:
    points = _numbers(row.get("points_mm"), "points_mm", where)
    points = points[None, :] if points.shape == (3,) else points
    require(
        points.ndim == 2 and points.shape[1] == 3,
        f"{where}: points_mm are [x, y, z] in LPS mm, one for a ball and two or more for a thread.",
    )
    widths = _numbers(row.get("diameter_mm"), "diameter_mm", where)
    require(
        widths.shape in ((), (1,), (len(points),)),
        f"{where}: diameter_mm has {widths.size} numbers for {len(points)} points. Give one, or one for each point.",
    )
    require(
        bool(np.all((widths > 0.0) & (widths <= WIDEST_MM))),
        f"{where}: a diameter_mm of {float(widths.flat[0]):g} is not between 0 and {WIDEST_MM:g} mm.",
    )
    return points, np.broadcast_to(widths.reshape(-1), (len(points),)).copy()


def _numbers(given: Any, key: str, where: str) -> FloatArray:
    require(given is not None, f"{where} has no {key}. Give it in mm.")
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.array(math.nan)
    require(bool(np.all(np.isfinite(array))) and not isinstance(given, (str, bool)), f"{where}: {key} are not numbers.")
    return array


def _place(row: Mapping[str, Any], where: str) -> Place:
    site, side, lobe = (_text(row, key, where) for key in ("site", "side", "lobe"))
    require(site in SITES, f"{where}: site {site!r} is none of {', '.join(SITES)}.")
    require(side in ("", "left", "right"), f"{where}: side {side!r} is neither left nor right.")
    require(lobe in ("", *LOBES), f"{where}: lobe {lobe!r} is none of {', '.join(LOBES)}.")
    return Place(site=site, side=side or lobe.partition(" ")[0], lobe=lobe, level=_text(row, "level", where))


def _cement(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    given = [key for key in ("cement", "barium_share", "cement_hu") if key in row]
    require(
        len(given) == 1,
        f"{where} says {' and '.join(given) or 'nothing'} of its cement. Give cement, barium_share or cement_hu.",
    )
    if given == ["cement"]:
        return {"cement": _text(row, "cement", where)}
    number = float(_numbers(row[given[0]], given[0], where))
    if given == ["barium_share"]:
        require(0.0 <= number <= 0.6, f"{where}: a barium_share of {number:g} is not between 0 and 0.6.")
        return {"cement": number}
    require(100.0 <= number <= BRIGHTEST_HU, f"{where}: cement_hu of {number:g} is not between 100 and 30000.")
    return {"cement_hu": number}


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key, "")
    require(isinstance(value, str), f"{where}: {key} is {value!r}, not a text.")
    return str(value)
