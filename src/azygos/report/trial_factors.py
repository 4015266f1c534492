"""What stands for every trial: credibility factors and their grades, what is absent, what to know of strategies.

Thirteen factors of verification, validation and applicability, named after ASME V&V 40 (2018), each with what azygos
has, where to check it, and a grade in words. It is no claim of conformity, and nobody but its authors has graded it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from azygos.ground.parcels import Parcel

Grade = Literal["good", "fair", "weak", "none"]
GRADES: tuple[Grade, ...] = ("none", "weak", "fair", "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor(Parcel):
    """One credibility factor."""

    area: str
    name: str
    grade: Grade
    has: str
    where: tuple[str, ...]  # files in the repository that show it
    gap: str


def _factor(area: str, name: str, grade: Grade, *, has: str, where: tuple[str, ...], gap: str) -> Factor:
    return Factor(area=area, name=name, grade=grade, has=has, where=where, gap=gap)


CODE, CALCULATION = "verification of the code", "verification of the calculation"
MODEL, COMPARATOR, ASSESSMENT = "validation: the model", "validation: the comparator", "validation: the assessment"
APPLICABILITY = "applicability"

FACTORS = (
    _factor(
        CODE,
        "software quality",
        "good",
        has="Open source; typed and linted; tests at every change, those of kernels with and without compilation; "
        "runs are redone from their record; the same input gives the same numbers with any number of workers.",
        where=("tests", "CONTRIBUTING.md", "docs/how-to/rerun.md"),
        gap="No certified quality system; no second implementation by others.",
    ),
    _factor(
        CODE,
        "numerical code verification",
        "good",
        has="Exact solutions for pressure, front, cannula, threads, cords, drag, plugs, vessel networks and the "
        "closed loop, most with orders of convergence.",
        where=("tests/verification", "docs/how-it-works/spine.md"),
        gap="Each part against its own solution; no exact solution of the whole journey exists.",
    ),
    _factor(
        CALCULATION,
        "discretisation error",
        "fair",
        has="Leak shares on finer and finer grids of the same bodies; the same "
        "trial patients on cells of 3 to 0.5\u00a0mm.",
        where=("tests/verification/test_leak_convergence.py", "docs/validation/trial_grid.md"),
        gap="On 1\u00a0mm, what enters veins is right within a tenth; all that leaks was 4 to 20\u00a0% too high in "
        "few patients, and for one patient a leak through a gap settles on no grid tried. The finest, 0.5\u00a0mm, "
        "stands for the truth.",
    ),
    _factor(
        CALCULATION,
        "solver error",
        "good",
        has="Accounts of cement close to a millionth in every room, or the patient is a failed row with its reason.",
        where=("tests/verification", "docs/how-it-works/spine.md"),
        gap="A failed patient is left out, and failures need not be alike under all strategies.",
    ),
    _factor(
        CALCULATION,
        "use error",
        "fair",
        has="Unknown keys and impossible values are refused; the trial file, all values and the hash of the code "
        "stand in the record; any patient can be replayed.",
        where=("docs/how-to/run-a-trial.md", "docs/reference/plan-file.md"),
        gap="Nobody but its authors has tried to use it wrongly.",
    ),
    _factor(
        MODEL,
        "model form",
        "weak",
        has="Equations, what is left out and why are written down room by room; mechanisms were switched on one by "
        "one.",
        where=("docs/how-it-works/spine.md", "docs/how-it-works/veins.md", "docs/how-it-works/lungs.md"),
        gap="Sharp-front flow on a coarse grid, cords as threads, a drawn and not a measured venous tree. Cords are "
        "thinner than those seen, and leaks rise too steeply from lumbar to thoracic levels.",
    ),
    _factor(
        MODEL,
        "model inputs",
        "weak",
        has="Every number has a unit, a range and a source, or says that it is assumed; uncertain ones are drawn "
        "patient by patient and screened.",
        where=("docs/reference/values.md", "docs/how-it-works/uncertainty.md"),
        gap="Many are assumed, among them some that matter most: the pressure at which marrow yields, veins and "
        "gaps, the operator. The population\u2019s correlations are from the literature, not from one cohort.",
    ),
    _factor(
        COMPARATOR,
        "test samples",
        "fair",
        has="Ten bench and clinical studies of injections, and published cohorts of emboli, leaks and symptoms.",
        where=("docs/validation/index.md",),
        gap="Mostly abstracts and tables; small samples; few emboli; none was made for this model.",
    ),
    _factor(
        COMPARATOR,
        "test conditions",
        "weak",
        has="What each source does not give is listed with the range that was taken for it.",
        where=("docs/validation/protocol.md", "docs/validation/protocol_journey.md"),
        gap="Volumes, rates, cement age and imaging are seldom printed together; what was looked with changes the "
        "published share more than anything a strategy does.",
    ),
    _factor(
        ASSESSMENT,
        "equivalency of inputs",
        "weak",
        has="Simulated sessions are drawn from the ranges that sources print.",
        where=("docs/validation/protocol_journey.md",),
        gap="Where a source is silent its patients may differ from ours in anything that matters.",
    ),
    _factor(
        ASSESSMENT,
        "comparison of outputs",
        "weak",
        has="Predictions and what would have failed them were frozen before each comparison; misses are published.",
        where=("docs/validation/index.md", "docs/validation/trial_incidence.md"),
        gap="The frequency of emboli was missed: 2\u00a0% by planned CT, where most cohorts saw 9 to 26\u00a0%. "
        "So were leaks at thoracic against lumbar levels, the effect of a cleft or of dense bone on leaks into veins, "
        "and of a side opening.",
    ),
    _factor(
        APPLICABILITY,
        "relevance of the quantities of interest",
        "fair",
        has="The outcomes are those that cohorts report; cement counts as seen by the limits of the imaging that "
        "would look for it.",
        where=("docs/validation/trial_incidence.md",),
        gap="Validation is of shares and odds ratios one at a time; no study has measured a paired difference in "
        "embolism.",
    ),
    _factor(
        APPLICABILITY,
        "relevance of the validation to the context of use",
        "weak",
        has="One published trial of viscosity and leaks was predicted; more such comparisons stand beside it, "
        "and emboli by procedure.",
        where=("docs/validation/trial184.md", "docs/validation/trial_incidence.md"),
        gap="No strategy\u2019s effect on emboli can be held against a trial: none was large enough to count them.",
    ),
)
"""The thirteen factors as they stand for every trial."""

ABSENT = (
    (
        "The fracture\u2019s age",
        "is drawn and changes nothing, although a cohort saw more emboli after fresh fractures: healing, oedema and "
        "what fresh marrow lets through are not modelled.",
    ),
    (
        "The operator\u2019s skill and learning",
        "are the same under each strategy: a new technique is as practised as the old one.",
    ),
    (
        "Benefit",
        "is not modelled: no pain, no strength, no refracture. A strategy that puts in less cement pays no price here.",
    ),
    (
        "Harm other than by cement and fat in vessels",
        "is absent: needle injury, bleeding, infection, heat, pressed nerves. Cement in the canal is a volume, not a"
        " palsy.",
    ),
    (
        "Time, dose and cost",
        "are not counted: a longer wait, more fluoroscopy or a dearer cement is free.",
    ),
    (
        "Vessels that answer",
        "are absent: no spasm, no swelling of the wall; clot on cement is a choice of the trial file.",
    ),
    (
        "Treatment",
        "is not given: everybody\u2019s course is the one without.",
    ),
)
"""What no strategy can show here, because the mechanism is not in the model."""

CAUTIONS: Mapping[str, str] = {
    "cement": (
        "Why thick cement leaks less in this model rests mostly on marrow that must yield, a pressure that nobody "
        "has measured (docs/validation/viscosity_mechanisms.md)."
    ),
    "age_at_start_min": "How much faster a cement ages at body heat differs between sources (2.4 to 4.7-fold); what a "
    "wait does hangs on it.",
    "opening": "The model missed what a side opening does (docs/validation/heini.md): do not choose an opening by it.",
    "marrow_vented_share": (
        "A vent hole\u2019s effect on fat was calibrated, and the fall of arterial pressure that it would spare is not "
        "predicted (docs/validation/fat.md)."
    ),
    "clot": "Whether clot grows on cement is a choice here, not a finding: nobody knows.",
    "procedure": "What a balloon does to marrow and to veins is assumed.",
    "balloon_ml": "What a balloon does to marrow and to veins is assumed.",
    "stops_on_seen_leak": "How often an operator sees a leak comes from one study; how soon they stop is assumed.",
    "gets_up_after_h": "How cement moves when a patient gets up has no study behind it.",
    "tip_from_front_share": "Where veins run in bone is drawn, in part from assumed ranges; what a tip\u2019s "
    "place does hangs on it.",
}
"""What to know of the model where strategies differ in one key."""
