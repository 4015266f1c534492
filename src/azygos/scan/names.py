"""What the numbers in a label map stand for, in TotalSegmentator's words.

``label_names.csv`` beside this file carries the numbering of three public schemes:

- TotalSegmentator v2, task "total" (Apache-2.0; Wasserthal et al., Radiol AI 2023;5(5):e230024), and under their own
  names its tasks "heartchambers_highres" and "vertebrae_body"; "lung_vessels" has been numbered in two ways, so a map
  of it must bring its names;
- VerSe (Sekuboyina et al., Med Image Anal 2021;73:102166) with the subregions 41 to 50 of TPTBox, where
  49 is the rim of a vertebral body and 50 its core (seen so in a TPTBox sample);
- CADS (Xu et al., arXiv:2507.22953), whose models 551 to 553 number their structures from 1 each.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from azygos.ground.errors import InputError, require

LEVEL = re.compile(r"[CTLS]\d{1,2}", re.IGNORECASE)
LEVELS = {
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 14)),
    *(f"L{n}" for n in range(1, 7)),
    "S1",
}
VERTEBRA_WORDS = {"vertebra", "vertebrae", "vertebral", "vert", "of", "body", "corpus", "bone", "mask", "seg"}
BODY_WORDS = {"body", "corpus"}
NUMBER_COLUMNS = ("label", "index", "id", "value", "number", "key", "labelvalue")
NAME_COLUMNS = ("name", "structure", "label_name", "labelname", "region", "roi", "label", "text")
SCHEMES = ("totalsegmentator", "verse", "cads")


def canonical_name(text: str) -> str:
    """A structure's name as TotalSegmentator writes it.

    Examples
    --------
    >>> canonical_name("L1 vertebral body"), canonical_name("Vertebra T12"), canonical_name("Inferior vena cava")
    ('vertebrae_L1_body', 'vertebrae_T12', 'inferior_vena_cava')
    """
    words = [word for word in re.split(r"[\s_\-]+", text.strip()) if word]
    levels = [word.upper() for word in words if LEVEL.fullmatch(word) and word.upper() in LEVELS]
    others = {word.lower() for word in words if word.upper() not in levels}
    if len(levels) == 1 and others <= VERTEBRA_WORDS:
        return f"vertebrae_{levels[0]}{'_body' if others & BODY_WORDS else ''}"
    return "_".join(word.lower() if word.upper() not in levels else word.upper() for word in words)


def is_bone_of_spine(name: str) -> bool:
    """Whether a name stands for a vertebra, a part of one, or the sacrum."""
    return name.startswith("vertebrae") or name == "sacrum"


def names_from(label_names: str | Path, map_name: str) -> dict[int, str]:
    """The names that ``--label-names`` gives: a scheme's, or those of a CSV file.

    Parameters
    ----------
    label_names : str or Path
        ``totalsegmentator``, ``verse``, ``cads``, or the path of a CSV file with columns for number and name.
    map_name : str
        File name of the label map; CADS writes there which of its models numbered it.

    Raises
    ------
    InputError
        If it is neither a scheme nor a readable table, or the file does not say which CADS model made it.
    """
    scheme = str(label_names).strip().lower()
    if scheme == "cads":
        part = re.search(r"55[1-9]", map_name)
        scheme = f"cads_{part[0]}" if part else ""
        require(
            scheme in _schemes(),
            "cannot be named by 'cads', because each CADS model numbers from 1 and the file's name does not say that "
            "551, 552 or 553 made it. Rename it to ..._part_552.nii.gz (552 is the vertebrae), or pass a CSV.",
        )
    if scheme in _schemes():
        return dict(_schemes()[scheme])
    path = Path(label_names)
    require(
        path.is_file(),
        f"cannot be named by '{path.name}': neither one of {', '.join(SCHEMES)} nor a CSV file that exists. "
        "Pass --label-names totalsegmentator, verse, cads or the path of a CSV file.",
    )
    return _names_in(path)


def merge_same_names(names: Mapping[int, str]) -> dict[int, int]:
    """Numbers to be turned into another, so that each name keeps one number, its lowest."""
    lowest: dict[str, int] = {}
    for number in sorted(names):
        lowest.setdefault(names[number], number)
    return {number: lowest[name] for number, name in names.items() if lowest[name] != number}


@cache
def _schemes() -> Mapping[str, Mapping[int, str]]:
    text = resources.files("azygos.scan").joinpath("label_names.csv").read_text(encoding="utf-8")
    table: dict[str, dict[int, str]] = {}
    for row in csv.DictReader(text.splitlines()):
        table.setdefault(row["scheme"], {})[int(row["label"])] = row["name"]
    return table


def _names_in(path: Path) -> dict[int, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (UnicodeDecodeError, OSError) as error:
        raise InputError(f"cannot be named by '{path.name}': it is not a text file. Pass a CSV file.") from error
    rows = [row for row in csv.reader(lines, delimiter=_delimiter(lines)) if any(cell.strip() for cell in row)]
    number, name, body = _columns(rows)
    names = {
        int(row[number]): canonical_name(row[name])
        for row in body
        if len(row) > max(number, name) and row[number].strip().isdigit() and row[name].strip() and int(row[number])
    }
    require(
        bool(names),
        f"cannot be named by '{path.name}': no line of it holds a number and a name. "
        "Write a CSV file with the columns label,name.",
    )
    return names


def _delimiter(lines: Iterable[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return max(",;\t", key=first.count)


def _columns(rows: list[list[str]]) -> tuple[int, int, list[list[str]]]:
    """Places of the number and of the name, and the rows below the heading if there is one."""
    if not rows:
        return 0, 1, []
    heading = [cell.strip().lower().replace(" ", "_") for cell in rows[0]]
    if any(cell.isdigit() for cell in heading):
        number = next(place for place, cell in enumerate(heading) if cell.isdigit())
        return number, 1 if number == 0 else 0, rows
    number = _first(heading, NUMBER_COLUMNS, default=0)
    name = _first(heading, NAME_COLUMNS, default=1 if number == 0 else 0, taken=number)
    if all(not row[number].strip().isdigit() for row in rows[1:] if len(row) > max(number, name)):
        number, name = name, number
    return number, name, rows[1:]


def _first(heading: list[str], wanted: Iterable[str], *, default: int, taken: int = -1) -> int:
    places = [heading.index(column) for column in wanted if column in heading and heading.index(column) != taken]
    return places[0] if places else default
