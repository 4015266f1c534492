"""Facts of a comparison: what became of each piece between two scans, and what the pair can show."""

from __future__ import annotations

from azygos.brief.collecting import Collector
from azygos.brief.places import PLAIN_SITES
from azygos.ground.places import REPORTED

ALTERED = ("moved", "changed", "moved and changed", "gone", "new")
VERDICTS = ("unchanged", "moved", "changed", "moved and changed", "gone", "new", "cannot tell")


def compare_facts(c: Collector) -> None:
    """All that a text may say of a comparison."""
    c.size("pieces", "pieces, or groups of pieces, that were compared", "/changes")
    c.size("assumptions", "numbers that the comparison rests on", "/assumptions")
    _counts(c, "", VERDICTS, all_sites=True)
    _counts(c, "beyond.", VERDICTS, all_sites=False)
    altered = [f"{at}/verdict" for at, one in c.each("/changes") if one["verdict"] in ALTERED]
    c.count("altered", "pieces that are not as they were", altered, within="/changes", words=("not as before",))
    beyond = [f"{at}/place/site" for at, one in c.each("/changes") if one["place"]["site"] in REPORTED]
    c.count("beyond", "pieces in great veins, heart or lungs", beyond, within="/changes")
    for k, (at, _) in enumerate(c.each("/changes")):
        _change(c, f"change.{k}", at)
    for quantity, unit, kind in (("move", "mm", "length"), ("change", "ml", "volume")):
        pointers = [f"{at}/least_{quantity}_{unit}" for at, one in c.each("/changes") if one["verdict"] == "unchanged"]
        what = "smallest move that is seen" if quantity == "move" else "smallest change of volume that is seen"
        shown = "mm" if unit == "mm" else "mL"
        c.extreme(f"limit.{quantity}.least", f"{what}, at best", kind, pointers, shown, most=False)
        c.extreme(f"limit.{quantity}.most", f"{what}, at worst", kind, pointers, shown, most=True)
    for date in ("first", "second"):
        c.read(f"{date}.reported", f"pieces beyond the spine on the {date} scan", "count",
               f"/{date}/summary/reported_pieces")  # fmt: skip
        c.read(f"{date}.candidates", f"candidates on the {date} scan", "count", f"/{date}/summary/candidate_pieces")
        c.read(f"{date}.volume", f"cement beyond the spine on the {date} scan", "volume",
               f"/{date}/summary/reported_ml", "mL")  # fmt: skip


def _counts(c: Collector, start: str, verdicts: tuple[str, ...], *, all_sites: bool) -> None:
    where = "" if all_sites else " in great veins, heart or lungs"
    for verdict in verdicts:
        there = [f"{at}/verdict" for at, one in c.each("/changes")
                 if one["verdict"] == verdict and (all_sites or one["place"]["site"] in REPORTED)]  # fmt: skip
        c.count(f"{start}{verdict}", f"pieces{where} that are: {verdict}", there, within="/changes", words=(verdict,))


def _change(c: Collector, id: str, at: str) -> None:
    site = c.at(f"{at}/place/site")
    c.read(f"{id}.verdict", "what became of it", "verdict", f"{at}/verdict")
    c.read(f"{id}.place", "where it lies", "place", f"{at}/place/site", words=(PLAIN_SITES.get(site, site),))
    c.ranged(f"{id}.moved", "how far it moved", "length", f"{at}/moved_mm", "mm")
    c.read(f"{id}.least_move", "smallest move that is seen here", "length", f"{at}/least_move_mm", "mm")
    c.ranged(f"{id}.first", "its volume on the first scan", "volume", f"{at}/first_ml", "mL")
    c.ranged(f"{id}.second", "its volume on the second scan", "volume", f"{at}/second_ml", "mL")
    c.ranged(f"{id}.changed", "change of its volume", "volume", f"{at}/change_ml", "mL")
    c.read(f"{id}.least_change", "smallest change of volume that is seen here", "volume", f"{at}/least_change_ml", "mL")
