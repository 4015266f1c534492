"""Finds what a sentence claims: numbers, places, bones, treatments, symptoms, what became of cement, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azygos.brief.frequency import FORMS
from azygos.brief.parsing import Told
from azygos.ground.parcels import Parcel

NUMBER_WORDS = {
    "zero": 0.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0,
}  # fmt: skip
UNITS: Mapping[str, tuple[str, float]] = {
    "ml": ("volume", 1.0), "millilitre": ("volume", 1.0), "milliliter": ("volume", 1.0), "cc": ("volume", 1.0),
    "cm": ("length", 10.0), "centimetre": ("length", 10.0), "centimeter": ("length", 10.0), "mm": ("length", 1.0),
    "millimetre": ("length", 1.0), "millimeter": ("length", 1.0), "inch": ("length", 25.4), "inches": ("length", 25.4),
    "second": ("time", 1 / 86_400), "minute": ("time", 1 / 1440), "hour": ("time", 1 / 24), "day": ("time", 1.0),
    "week": ("time", 7.0), "month": ("time", 30.4), "year": ("time", 365.25), "mmhg": ("pressure", 1.0),
    "percent": ("chance", 0.01), "per cent": ("chance", 0.01), "%": ("chance", 0.01), "in 100": ("chance", 0.01),
}  # fmt: skip
"""Unit to what it measures, and how much of a mL, mm, day, mmHg or whole it is."""

_UNIT = r"in 100\b|per cent\b|percent\b|%|(?:" + "|".join(
    f"{name}s?" for name in UNITS if name.isalpha() and name not in ("percent",)) + r")\b"  # fmt: skip
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_WORDS = "|".join(NUMBER_WORDS)
_ONE_IN = re.compile(rf"\b(?:1|one) in (?!100\b)({_DIGITS})", re.IGNORECASE)
_NUMBER = re.compile(rf"(?<![\w.,])({_DIGITS})(?:[ -]?({_UNIT}))?", re.IGNORECASE)
_SPELT = re.compile(rf"\b({_WORDS})[ -]({_UNIT})", re.IGNORECASE)
_LONGER = re.compile(  # what stands before the last word of a longer number: fifty-one, zero point six
    rf"\b(?:{_WORDS}|point|(?:hundred|thousand)(?: and)?|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)[ -]$",
    re.IGNORECASE,
)
_CASES = re.compile(
    r"\b(one|two|three|four|five) (?=(?:case|patient|person|people|bone|level)s?\b(?! (?:does|do) not prove))", re.I
)
_RANGE = re.compile(rf"^ ?(?:to|and|-|\u2013) {_DIGITS}[ -]?({_UNIT})", re.IGNORECASE)
_DAY = re.compile(r"\bdays? $", re.IGNORECASE)
_HIDDEN = re.compile(r"\u201c[^\u201d]*\u201d|\b[TLCS]\d{1,2}\b|\bX-rays?\b")

_NO_PLACE = re.compile(
    r"\u201c[^\u201d]*\u201d|ultrasound of the heart|heart (?:rate|attack|failure|beat)|lung (?:scan|function)", re.I
)

PLACES: tuple[tuple[str, str], ...] = (
    ("lungs", r"lung arter(?:y|ies)|arter(?:y|ies) (?:that carry blood to|of|in) the lungs?|pulmonary \w+|"
              r"lungs?|\w*embol\w+|main arter(?:y|ies)|right main|left main"),
    ("hemiazygos_vein", r"hemiazygos(?: vein)?"),
    ("azygos_vein", r"azygos(?: vein)?"),
    ("inferior_vena_cava", r"(?:lower|inferior) vena cava"),
    ("superior_vena_cava", r"(?:upper|superior) vena cava"),
    ("brachiocephalic_vein", r"large vein above the heart|brachiocephalic vein"),
    ("heart", r"(?:(?:right|left) (?:side|part) of the )?heart|right (?:atrium|ventricle)|heart chambers?"),
    ("canal", r"spinal canal|canal of the spine|epidural space"),
    ("disc", r"discs?(?: of the spine)?|disk"),
    ("great", r"large veins?|great veins?|vena cava|venae cavae"),
    ("veins", r"(?:small |nearby |blood )?(?:veins?|vessels?)|bloodstream|plexus"),
)  # fmt: skip
TREATMENTS: tuple[tuple[str, str], ...] = (
    ("cement", r"during the operation|spine (?:fracture )?(?:surgery|operation|procedures?)|"
               r"surgery (?:of|on) the spine|vertebroplasty|kyphoplasty|"
               r"fracture (?:repair|stabili[sz]ation)(?: procedures?)?|spine fracture surgery"),
    ("anticoagulation", r"medicines? (?:to prevent|against|that slows|to slow)(?: new)? (?:blood )?clots|"
                        r"blood thinners?|anticoagula\w+|heparin|warfarin"),
    ("lysis", r"medicines? (?:to break up|that breaks? up|to dissolve|that dissolves?) clots|"
              r"thrombolys\w+|lysis|lytic drug|clot[- ]busting\w*"),
    ("catheter", r"catheters?|thin tube in a vein|thin tube"),
    ("clot removal", r"remov\w+ the clots?|clots? (?:was|were) removed|fixing the clots?|thrombectomy"),
    ("removal", r"surgeons|surgery|embolectomy"),
    ("watching", r"kept under watch|(?<!to )watched|monitor\w*|watchful waiting"),
    ("unnamed", r"aggressive therapy|new treatments?|this treatment"),
)  # fmt: skip
SYMPTOMS: tuple[tuple[str, str], ...] = (
    ("breath", r"troubles? (?:breathing|with (?:your|her|his|their|the) breath)|"
               r"trouble breathing|breathless\w*|short(?:ness)? of breath|struggling to breathe|dyspn\w+"),
    ("chest pain", r"chest pain|pain in the chest"),
    ("faint", r"faint(?:ed|ing)?|syncope"),
)  # fmt: skip
OUTCOMES: tuple[tuple[str, str], ...] = (
    ("gone", r"disappear\w*|dissolv\w+ (?:away|completely)|vanish\w*|all of the cement was gone|"
             r"was (?:completely|fully) gone"),
    ("stays", r"(?:remain\w*|stay\w*) (?:in (?:the )?body|behind)|still (?:was )?in the body"),
    ("died", r"died|death|fatal"),
    ("leak", r"leak\w*|escape[sd]?"),
    ("clot", r"(?:massive )?clots?|\w*thrombo\w+"),
)  # fmt: skip
_KINDS = (("treatment", TREATMENTS), ("place", PLACES), ("symptom", SYMPTOMS), ("outcome", OUTCOMES))
_CLAUSE = re.compile(
    r";|: |, (?=but|yet|and (?:it|they|the|not)|none|no |so |while|which|all |some |or about)| (?=and not\b)|"
    r" (?=but (?:none|not|all|some|the|it|into|can|very)\b)"
)
NEGATOR = re.compile(
    r"\b(?:no|not(?! only)|none|never|neither|nor|without|cannot|nothing|nobody)\b|n[o\u2019']t\b", re.IGNORECASE
)
_AFTER = re.compile(
    r"^\s*(?:itself )?(?:was|were|is|are|did|does|do|has|have|had|will)(?: (?:not|never|no)\b|n[\u2019']t\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Parcel):
    """A few words of a text that can be held against a run."""

    kind: str  # "number", "place", "treatment", "symptom", "outcome", "frequency" or "level"
    key: str  # what it means: a place, a treatment, a word of how often, or what a number measures
    words: str  # as the text has it
    told: Told
    clause: str  # the words around it that belong to it
    negated: bool = False
    value: float = 0.0  # of a number, in mL, mm, day, mmHg or as a share; a count as it is
    half: float = 0.0  # how far it may be rounded
    bound: str = ""  # "less", "more", "within" or ""


def claims_of(told: Told) -> list[Claim]:
    """All claims of a sentence, in the order of its words.

    Examples
    --------
    >>> one = Told(part="ARTICLE BODY", head="", text="The cement did not disappear for three months.")
    >>> [(claim.kind, claim.key, claim.words, claim.negated) for claim in claims_of(one)]
    [('outcome', 'gone', 'disappear', True), ('number', 'time', 'three months', False)]
    """
    found: list[Claim] = []
    for clause in _clauses(told.text):
        own = [*_numbers(clause, told), *_named(clause, told), *_levels(clause, told), *_frequencies(clause, told)]
        found += [claim for _, claim in sorted(own, key=lambda one: one[0])]
    return found


def _clauses(text: str) -> Iterator[str]:
    start = 0
    for cut in _CLAUSE.finditer(text):
        yield text[start : cut.start()]
        start = cut.end()
    yield text[start:]


def _negated(clause: str, start: int, end: int, *, behind: bool) -> bool:
    """Whether a word that says no stands before it in its clause, or a verb with one right behind it."""
    return NEGATOR.search(clause[:start]) is not None or (behind and _AFTER.match(clause[end:]) is not None)


# Numbers ----------------------------------------------------------------------------------------------------------


def _numbers(clause: str, told: Told) -> Iterator[tuple[int, Claim]]:
    plain = _HIDDEN.sub(lambda one: " " * len(one[0]), clause)
    for match in _ONE_IN.finditer(plain):
        n = _value(match[1])
        figures = len(match[1].replace(",", "").replace(".", "").rstrip("0")) or 1
        half = 1.0 / n * 0.5 * 10.0 ** (1 - max(figures, 2)) * 10.0
        yield match.start(), _number(match[0], "chance", 1.0 / n, half, _bound(plain[: match.start()]), clause, told)
    plain = _ONE_IN.sub(lambda one: " " * len(one[0]), plain)
    for match in _NUMBER.finditer(plain):
        unit = match[2] or _ranged(plain[match.end() :])
        day = _DAY.search(plain[: match.start()])
        if day and unit is None:
            unit = "day"
        what, scale = _measure(unit)
        half = 0.5 * 10.0 ** -(len(match[1].split(".")[1]) if "." in match[1] else 0) * scale
        shown = f"day {match[1]}" if day else match[0] if match[2] else f"{match[1]}{f' {unit}' if unit else ''}"
        yield (
            match.start(),
            _number(shown, what, _value(match[1]) * scale, half, _bound(plain[: match.start()]), clause, told),
        )
    for match in _SPELT.finditer(plain):
        if _LONGER.search(plain[: match.start()]):  # its last word alone would be another number
            continue
        what, scale = _measure(match[2])
        value = NUMBER_WORDS[match[1].lower()] * scale
        yield match.start(), _number(match[0], what, value, 0.5 * scale, _bound(plain[: match.start()]), clause, told)
    for match in _CASES.finditer(plain):
        noun = plain[match.end() :].split()[0].strip(".,")
        value = NUMBER_WORDS[match[1].lower()]
        yield match.start(), _number(f"{match[1]} {noun}", "count", value, 0.0, "", clause, told)


def _number(words: str, what: str, value: float, half: float, bound: str, clause: str, told: Told) -> Claim:
    return Claim(
        kind="number", key=what, words=words.strip(), told=told, clause=clause, value=value, half=half, bound=bound
    )


def _value(digits: str) -> float:
    return float(digits.rstrip(",").replace(",", ""))


def _ranged(rest: str) -> str | None:
    match = _RANGE.match(rest)
    return match[1] if match else None


def _measure(unit: str | None) -> tuple[str, float]:
    if unit is None:
        return "count", 1.0
    name = unit.lower()
    return UNITS[name] if name in UNITS else UNITS[name.removesuffix("s")]


def _bound(before: str) -> str:
    """What the words before a number make of it."""
    for name, words in (
        ("less", r"(?:less|smaller|fewer|lower|shorter) than|below|under"),
        ("more", r"(?:more|larger|longer|higher) than|above|over"),
        ("within", r"within"),
    ):
        if re.search(rf"\b(?:{words}) (?:about )?$", before, re.IGNORECASE):
            return name
    return ""


# Names ------------------------------------------------------------------------------------------------------------


def _named(clause: str, told: Told) -> Iterator[tuple[int, Claim]]:
    """Treatments, places, symptoms and outcomes; words that one of them takes are not read again as another."""
    plain = _NO_PLACE.sub(lambda one: " " * len(one[0]), clause)
    for kind, names in _KINDS:
        for key, words in names:
            for match in re.finditer(rf"\b(?:{words})\b", plain, re.IGNORECASE):
                claim = Claim(kind=kind, key=key, words=match[0], told=told, clause=clause,
                              negated=_negated(clause, *match.span(), behind=kind != "outcome"))  # fmt: skip
                yield match.start(), claim
                plain = plain[: match.start()] + " " * len(match[0]) + plain[match.end() :]


def _levels(clause: str, told: Told) -> Iterator[tuple[int, Claim]]:
    for match in re.finditer(r"\b[TL]\d{1,2}\b", re.sub(r"\u201c[^\u201d]*\u201d", "", clause)):
        yield match.start(), Claim(kind="level", key=match[0], words=match[0], told=told, clause=clause)


def _frequencies(clause: str, told: Told) -> Iterator[tuple[int, Claim]]:
    plain = clause
    for key, words in FORMS:
        for match in re.finditer(rf"\b(?:{words})\b", plain, re.IGNORECASE):
            before = NEGATOR.search(clause[: match.start()]) is not None
            yield (
                match.start(),
                Claim(kind="frequency", key=key, words=match[0], told=told, clause=clause, negated=before),
            )
            plain = plain[: match.start()] + " " * len(match[0]) + plain[match.end() :]
