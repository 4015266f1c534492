"""What a brief may say beside a run: counts that studies published, and how hard it may be to read."""

from __future__ import annotations

from azygos.values.value import Value


def _count(number: int, source: str, where: str, note: str = "") -> Value:
    return Value(float(number), "dimensionless", source=source, where=where, note=note)


ARTICLE_GRADE = Value(
    6.345,
    "dimensionless",
    source="foundingarticle",
    where="article body: 55 sentences, 482 words, 2394 signs",
    note="Automated Readability Index as textstat 0.7.13 computes it, of the sentences without the heads; "
    "computed again by a test",
)
"""The grade that the body of a brief may have at most: that of the article whose form it takes."""

COUNTED: dict[str, tuple[Value, Value]] = {
    "leaking_levels": (
        _count(64, "vertos2011", "abstract", "treated levels with any leak on CT"),
        _count(80, "vertos2011", "abstract", "treated levels"),
    ),
    "lung_cement": (
        _count(14, "vertos2010", "abstract", "patients with cement in the lungs on planned CT, none with symptoms"),
        _count(54, "vertos2010", "abstract", "patients who had that CT"),
    ),
    "lung_symptoms": (
        _count(1, "luetmer2011", "abstract", "patient with symptoms from cement in the lungs"),
        _count(244, "luetmer2011", "abstract", "patients with a later chest CT"),
    ),
    "lung_noticed": (
        _count(2, "luetmer2011", "abstract", "patients whose cement in the lungs the operator had noticed"),
        _count(23, "luetmer2011", "abstract", "patients with cement in the lungs on CT"),
    ),
    "heart_cement": (
        _count(72, "fadili2019", "abstract", "patients with cement in the heart; looked for only on suspicion"),
        _count(1854, "fadili2019", "abstract", "sessions"),
    ),
    "heart_symptoms": (
        _count(6, "fadili2019", "abstract", "patients with symptoms from cement in the heart"),
        _count(72, "fadili2019", "abstract", "patients with cement in the heart"),
    ),
    "unchanged_lung": (
        _count(6, "venmans2008", "abstract", "patients whose cement in the lungs was unchanged on CT at one year"),
        _count(6, "venmans2008", "abstract", "patients scanned again"),
    ),
}
"""How many of how many, by what was counted; all from abstracts."""

LEAKS_FOLLOWED = Value(
    22.0, "month", source="vertos2011", where="abstract", note="mean; local leaks did not change and none went on"
)
TEASPOON = Value(5e-6, "m^3", source="teaspoon2016", where="(b)(5)(viii)", note="on food labels")
