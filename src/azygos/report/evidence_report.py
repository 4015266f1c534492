"""The report of ``azygos evidence``: how often, by how one looks; what moves it; where it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from azygos import __version__
from azygos.evidence import (
    IMAGING,
    OUTCOMES,
    PROCEDURES,
    ClassEstimate,
    Evidence,
    LeftOut,
    Pooled,
    Shares,
    Study,
    Variant,
    Weighed,
)
from azygos.report.evidence_figures import draw_forest, draw_variants
from azygos.report.page import GAP, NOTHING, number, plural, render
from azygos.values.evidence import BETA_SCALE, MU_MEAN, MU_SD, TAU_SCALE

FIRST = "planned_ct"
PRIORS = (
    ("mu_mean", MU_MEAN, "middle of a typical centre's logit"),
    ("mu_sd", MU_SD, "its standard deviation"),
    ("beta_scale", BETA_SCALE, "standard deviation of a class's own term"),
    ("tau_scale", TAU_SCALE, "scale of the half-normal of the spread between centres"),
)
NOT_KNOWN = (
    "How much of what a planned CT finds a film would find in the same patients: no study has looked at both.",
    "Whether the low counts on CT (0 of 51 under CT fluoroscopy, 34 of 1,782 in routine reading) come from the way of "
    "injecting or from the way of reading.",
    "How often cement stays in the heart: the only count is of patients in whom it was suspected.",
    "How often emboli make symptoms, outside one cancer centre: one event in 854 patients of the other seven published"
    " cohorts.",
    "How many of the emboli on film and at fluoroscopy are the large ones: sizes are hardly reported.",
)


def write_evidence_report(evidence: Evidence, path: Path) -> None:
    """Write the report: one file with all its pictures inside and no address outside it.

    The same evidence gives the same bytes.
    """
    path.write_text(make_evidence_report(evidence), encoding="utf-8", newline="\n")


def make_evidence_report(evidence: Evidence) -> str:
    """The report as text of HTML."""
    first = evidence.of("embolus")
    return render(
        "evidence.html",
        version=__version__,
        headline=headline(evidence),
        added=[_added(one) for one in evidence.answers if one.before is not None],
        added_rows=[_study_row(study) for study in evidence.studies if study.added],
        looks=[_class_row(one) for one in first.pooled.classes],
        looks_top=max(one.new_centre.high for one in first.pooled.classes),
        how_sure=how_sure(evidence),
        how_done=how_done(evidence),
        movers=movers(first),
        variants=draw_variants(first.variants, FIRST),
        answers=[_answer(one) for one in evidence.answers],
        odds=[
            {"words": IMAGING[name], "odds": f"{number(m, 1)} ({number(low, 1)} to {number(high, 1)})"}
            for name, (m, low, high) in evidence.imaging_odds.items()
        ],
        used=[_study_row(study) for study in evidence.studies if _enters(study, evidence)],
        unused=[_study_row(study) for study in evidence.studies if not _enters(study, evidence)],
        errors=evidence.printed_errors,
        unknown=NOT_KNOWN,
        assumptions=_assumptions(evidence),
        notes=_notes(evidence),
    )


# ---------------------------------------------------------------------------------------------
# Sentences


def headline(evidence: Evidence) -> str:
    """How often, by how one looks: the widest truth first."""
    planned = evidence.of("embolus").pooled.of(FIRST)
    film = evidence.of("embolus").pooled.of("film")
    return (
        f"Where everybody has a chest CT, cement is found in the lung of {_of_hundred(planned.new_centre)} of 100 "
        f"after vertebroplasty or kyphoplasty in a centre not yet seen; where everybody has a chest film, of "
        f"{_of_hundred(film.new_centre)}. In a typical centre: {_percent(planned.typical.middle)} "
        f"({_interval(planned.typical)}) and {_percent(film.typical.middle)} ({_interval(film.typical)})."
    )


def how_sure(evidence: Evidence) -> str:
    """What limits it, in two sentences."""
    pooled = evidence.of("embolus").pooled
    middle, low, high = pooled.tau
    odds = evidence.imaging_odds.get("film")
    says = (
        f"Centres differ far more than chance explains: spread {number(middle, 2)} ({number(low, 2)} to "
        f"{number(high, 2)}) on the logit scale, a factor of {number(math.exp(middle), 1)} in odds or more for one "
        "centre in three. So the interval of a centre not yet seen is the one to tell, not that of a typical one."
    )
    if odds is None:
        return says
    m, odds_low, odds_high = odds
    return (
        f"{says} A planned CT finds {number(m, 1)} times the odds of a film ({number(odds_low, 1)} to "
        f"{number(odds_high, 1)}): a few cohorts a class cannot settle how much the picture alone does."
    )


def how_done(evidence: Evidence) -> str:
    """The method in a line."""
    first = evidence.of("embolus").pooled
    looked = sum(one.looked_at for one in first.classes)
    return (
        f"{plural(len(first.studies), 'cohort')} with {looked:,}{GAP}patients or sessions pooled by a random-effects "
        "binomial model with a term for how one looked; the posterior is taken on a grid, without chance in it."
    )


def movers(first: Weighed) -> list[str]:
    """What moves the first answer most, in sentences."""
    stated = first.variants[0].pooled.of(FIRST)
    told = [v for v in first.variants[1:] if any(one.name == FIRST for one in v.pooled.classes)]
    choices = [v for v in told if v.what.startswith("with") or v.what.endswith("alone")]
    priors = [v for v in told if v not in choices]
    found = [
        f"Priors: between those tried, the upper end of a new centre at a planned CT moves from "
        f"{_span([v.pooled.of(FIRST).new_centre.high for v in priors])}, the typical centre from "
        f"{_span([v.pooled.of(FIRST).typical.middle for v in priors])}."
    ]
    for variant in choices:
        now = variant.pooled.of(FIRST)
        found.append(
            f"{variant.words[0].upper()}{variant.words[1:]}: typical centre {_percent(now.typical.middle)} instead of "
            f"{_percent(stated.typical.middle)}, a new centre {_interval(now.new_centre)} instead of "
            f"{_interval(stated.new_centre)}."
        )
    odd = [left for left in first.left_out if left.tail < 0.05]
    for left in odd:
        events, n = left.study.of
        found.append(
            f"{left.study.name} ({events} of {n}) fits the other studies badly: a new centre would count as far out in "
            f"{number(100.0 * left.tail, 1)}{GAP}% of cases."
        )
    return found


def summarise_evidence(evidence: Evidence) -> list[str]:
    """The answer for a terminal."""
    lines = ["Cement in the lung after vertebroplasty or kyphoplasty, by how one looks (95 %):"]
    for one in evidence.of("embolus").pooled.classes:
        lines.append(
            f"  {one.words}: a centre not yet seen {_interval(one.new_centre)}, a typical one "
            f"{_percent(one.typical.middle)} ({_interval(one.typical)}); {plural(one.studies, 'study', 'studies')}"
        )
    for weighed in evidence.answers:
        if weighed.before is not None:
            lines += [f"With your cohort, {line}" for line in _changes(weighed)]
    return [line.replace(GAP, " ") for line in lines]


def _changes(weighed: Weighed) -> list[str]:
    """Before and after of each class that holds a cohort of the reader's, or that moves by half a point."""
    assert weighed.before is not None
    return [
        f"{weighed.question.words.lower()}{_apart(weighed.pooled, now)}: a centre not yet seen "
        f"{_interval(now.new_centre)} (before: {_interval(was.new_centre)}), a typical one "
        f"{_percent(now.typical.middle)} (before: {_percent(was.typical.middle)})"
        for was, now in zip(weighed.before.classes, weighed.pooled.classes, strict=True)
        if was.studies != now.studies
    ]


def _apart(pooled: Pooled, found: ClassEstimate) -> str:
    return f", {found.words}" if len(pooled.classes) > 1 else ""


# ---------------------------------------------------------------------------------------------
# Numbers


def _percent(share: float) -> str:
    """A share as percent: a decimal below 10."""
    value = 100.0 * share
    return number(value, 0 if value >= 9.95 else 1) + GAP + "%"


def _interval(shares: Shares) -> str:
    low, high = 100.0 * shares.low, 100.0 * shares.high
    return f"{number(low, 0 if low >= 9.95 else 1)} to {_percent(shares.high)}" if high > 0.0 else _percent(0.0)


def _of_hundred(shares: Shares) -> str:
    low = 100.0 * shares.low
    return f"{'fewer than 1' if low < 1.0 else number(low, 0)} to {number(100.0 * shares.high, 0)}"


def _span(values: Sequence[float]) -> str:
    return f"{_percent(min(values))} to {_percent(max(values))}"


# ---------------------------------------------------------------------------------------------
# Tables


def _class_row(one: ClassEstimate) -> dict[str, Any]:
    return {
        "words": one.words if one.name != "all" else "all together",
        "studies": str(one.studies),
        "count": f"{one.events:,} of {one.looked_at:,}",
        "new": _interval(one.new_centre),
        "typical": f"{_percent(one.typical.middle)} ({_interval(one.typical)})",
        "mean": _percent(one.new_centre.mean),
        "low": round(100.0 * one.new_centre.low, 2),
        "high": round(100.0 * one.new_centre.high, 2),
        "typical_low": round(100.0 * one.typical.low, 2),
        "typical_high": round(100.0 * one.typical.high, 2),
        "middle": round(100.0 * one.typical.middle, 2),
    }


def _answer(weighed: Weighed) -> dict[str, Any]:
    middle, low, high = weighed.pooled.tau
    return {
        "words": weighed.question.words,
        "remark": weighed.question.remark,
        "unit": weighed.question.unit,
        "rows": [_class_row(one) for one in weighed.pooled.classes],
        "tau": f"{number(middle, 2)} ({number(low, 2)} to {number(high, 2)})",
        "forest": draw_forest(weighed),
        "left_out": [_left_row(left) for left in weighed.left_out],
        "sensitivity": [_variant_row(v, one) for v in weighed.variants for one in v.pooled.classes],
        "told_apart": len(weighed.pooled.classes) > 1,
    }


def _left_row(left: LeftOut) -> dict[str, str]:
    events, n = left.study.of
    return {
        "name": left.study.name,
        "count": f"{events:,} of {n:,}",
        "own": f"{_percent(left.own.middle)} ({_interval(left.own)})",
        "shrunk": f"{_percent(left.shrunk.middle)} ({_interval(left.shrunk)})",
        "typical": f"{_percent(left.typical.middle)} ({_interval(left.typical)})",
        "new": _interval(left.new_centre),
        "tau": number(left.tau[0], 2),
        "tail": number(left.tail, 2 if left.tail >= 0.1 else 3),
    }


def _variant_row(variant: Variant, one: ClassEstimate) -> dict[str, str]:
    return {
        "what": variant.words,
        "class": one.words if one.name != "all" else NOTHING,
        "typical": f"{_percent(one.typical.middle)} ({_interval(one.typical)})",
        "new": _interval(one.new_centre),
        "tau": number(variant.pooled.tau[0], 2),
    }


def _added(weighed: Weighed) -> dict[str, Any]:
    assert weighed.before is not None
    return {
        "words": weighed.question.words,
        "rows": [
            {
                "words": now.words if now.name != "all" else "all together",
                "studies": f"{was.studies} \u2192 {now.studies}",
                "new": f"{_interval(was.new_centre)} \u2192 {_interval(now.new_centre)}",
                "typical": f"{_percent(was.typical.middle)} ({_interval(was.typical)}) \u2192 "
                f"{_percent(now.typical.middle)} ({_interval(now.typical)})",
            }
            for was, now in zip(weighed.before.classes, weighed.pooled.classes, strict=True)
        ],
        "tau": f"{number(weighed.before.tau[0], 2)} \u2192 {number(weighed.pooled.tau[0], 2)}",
    }


def _enters(study: Study, evidence: Evidence) -> bool:
    return any(study in one.pooled.studies for one in evidence.answers)


def _study_row(study: Study) -> dict[str, str]:
    shown = study.events is not None and study.n is not None
    remarks = [study.note, "" if study.counts in ("", "as printed") else f"Count: {study.counts}.", study.printed_error]
    return {
        "row": study.row,
        "name": study.name,
        "outcome": OUTCOMES[study.outcome],
        "count": f"{study.events:,} of {study.n:,} {study.unit}s" if shown else NOTHING,
        "procedure": PROCEDURES[study.procedure],
        "imaging": IMAGING[study.imaging],
        "population": study.population,
        "why": "" if study.usable else study.use.removeprefix("no: "),
        "note": " ".join(part for part in remarks if part),
        "source": study.source,
        "link": f"doi:{study.link}" if study.link.startswith("10.") else study.link.split("//")[-1],
    }


def _assumptions(evidence: Evidence) -> list[dict[str, Any]]:
    rows = [
        {
            "name": f"evidence.{name.upper()}",
            "plain": words,
            "value": f"{getattr(evidence.prior, name):g} (tried: {value.low:g} to {value.high:g})",
            "here": "",
            "source": value.source,
            "note": value.note,
        }
        for name, value, words in PRIORS
    ]
    return [{"kind": "fixed", "words": "assumed: the priors", "rows": rows}]


def _notes(evidence: Evidence) -> list[str]:
    unused = [study for study in evidence.studies if not study.usable]
    memory = sum("memory" in study.use for study in unused)
    text = sum("full text" in study.use for study in unused)
    return [
        f"{plural(len(unused), 'count')} of the table did not enter, each with its reason below; "
        f"{memory} of them are recalled and not yet verified, {text} could not be seen without the full text.",
        "Mostly abstracts and excerpts were read, not full papers.",
        "Where a study counts sessions they stand for patients. Emboli: 78 sessions of 75 patients (Kim YJ 2009), 69 "
        "of 64 (Choe 2004, of which 65 are counted); heart: 1,854 of 1,512 (Fadili Hassani 2019), so per patient it "
        "is 4.8 instead of 3.9 %.",
        "Arms of one study were added up, so that one centre counts once.",
        "Populations (osteoporosis, cancer) and procedures are pooled in the question of emboli: there are too few "
        "cohorts to tell them apart as well.",
    ]
