"""The answer in plain sentences: so many in a thousand, wide intervals, what is not known, and no advice."""

from __future__ import annotations

from dataclasses import dataclass

from azygos.evidence.risk.answer import Answer, Chance, Count
from azygos.evidence.risk.person import Disease, Look, Person, Procedure, Region
from azygos.ground.parcels import Parcel
from azygos.values.risk import OXYGEN, OXYGEN_HIGH_ML, OXYGEN_LOW_ML, PUFHS_AUC, PUFHS_SLOPE
from azygos.values.sources import references

FINDS = {
    Look.CT: "a chest CT planned for everybody finds cement in the lungs of",
    Look.ROUTINE_CT: "a chest CT made for other reasons finds cement in the lungs of",
    Look.FILM: "a chest film finds cement in the lungs of",
    Look.FLUOROSCOPY: "the screen during the session, or symptoms, tell of cement in the lungs of",
}
OVERLAP = "The two intervals overlap. That proves little: the published one is so wide that few answers miss it."
DISAGREE = "The two disagree: their intervals have no number in common."
ASK = "Ask your team what this means for you. These numbers are no advice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Parcel):
    """All sentences, by what they tell."""

    who: str
    headline: str
    published: tuple[str, ...]
    simulated: tuple[str, ...]
    compared: tuple[str, ...]
    harm: tuple[str, ...]  # symptoms, heart, deaths
    leak: tuple[str, ...]  # PUFHS
    not_known: tuple[str, ...]
    sources: tuple[str, ...]
    ask: str = ASK


def state(answer: Answer) -> Statement:
    """An answer as sentences.

    Examples
    --------
    >>> from azygos.evidence.risk import Look, Person, tell_risk
    >>> state(tell_risk(Person(look=Look.FILM))).who
    'Any patient: nothing else was told'
    """
    return Statement(
        who=who(answer.person),
        headline=_headline(answer),
        published=_published(answer),
        simulated=_simulated(answer),
        compared=_compared(answer),
        harm=_harm(answer),
        leak=_leak(answer),
        not_known=_not_known(answer),
        sources=_sources(answer),
    )


def in_thousand(share: float) -> str:
    """A share as so many in a thousand, with two figures.

    Examples
    --------
    >>> in_thousand(0.1143), in_thousand(0.0082), in_thousand(0.0001), in_thousand(0.0)
    ('110', '8', 'fewer than 1', '0')
    """
    many = 1000.0 * share
    if many == 0.0:
        return "0"
    if many < 0.95:
        return "fewer than 1"
    return f"{float(f'{many:.2g}'):.0f}" if many >= 9.5 else f"{many:.0f}"


def span(chance: Chance) -> str:
    """An interval in a thousand: ``8 to 580``."""
    return f"{in_thousand(chance.low)} to {in_thousand(chance.high)}"


def who(person: Person) -> str:
    """The patient in a phrase."""
    parts = []
    if person.levels is not None:
        parts.append("one level" if person.levels == 1 else f"{person.levels} levels")
    if person.region is not None:
        parts.append("in several regions" if person.region is Region.MIXED else f"in the {person.region} spine")
    if person.procedure is not None:
        parts.append("vertebroplasty" if person.procedure is Procedure.PVP else "kyphoplasty")
    if person.fracture_age_days is not None:
        age = person.fracture_age_days
        parts.append(f"a fracture {age:g} {'day' if age == 1.0 else 'days'} old")
    if person.disease is not None:
        parts.append(str(person.disease))
    if person.viscosity is not None:
        parts.append(f"cement of {person.viscosity} viscosity")
    if person.volume_ml is not None:
        parts.append(f"{person.volume_ml:g} mL of cement")
    told = ", ".join(parts)
    return told[:1].upper() + told[1:] if told else "Any patient: nothing else was told"


def _headline(answer: Answer) -> str:
    found = answer.published.chance
    return (
        f"Of 1,000 such patients, {FINDS[answer.person.look]} about {in_thousand(found.value)} by published evidence; "
        f"at the next centre it may be anything from {span(found)}."
    )


def _published(answer: Answer) -> tuple[str, ...]:
    told = answer.published
    base = told.base.new_centre
    sentences = [
        f"Before anything is known of the patient it is about {in_thousand(base.value)} in 1,000 ({span(base)}), from "
        f"{len(told.base.studies)} studies that looked this way: {', '.join(told.base.studies)}."
    ]
    if told.moved:
        names = [f"{_factor(one.factor, one.group)}: {in_thousand(one.alone.value)}" for one in told.moved]
        sentences.append(f"Each thing that is known would by itself make it, in 1,000: {'; '.join(names)}.")
        sentences.append(_shrunk(told.shrink))
    if told.clipped:
        was = told.before_clip
        sentences.append(
            f"{_together(len(told.moved))} would reach from {span(was)}, about {in_thousand(was.value)}; the answer is "
            f"held within {span(base)}, for no study has shown more."
        )
    return tuple(sentences)


def _together(factors: int) -> str:
    return "This factor" if factors == 1 else "Multiplied out, these factors"


def _shrunk(shrink: float) -> str:
    if shrink == 0.0:
        return "The published odds ratios count for nothing here, as asked, so the base rate is the answer."
    if shrink == 1.0:
        return "The published odds ratios count in full, as asked, though they rest on few emboli."
    how = "by half" if shrink == 0.5 else f"by a share of {shrink:g}"
    return f"The published odds ratios count {how} on the logarithm, for they rest on few emboli."


def _factor(factor: str, group: str) -> str:
    words = {"3+": "three levels or more", "1": "one level", "2": "two levels", "PVP": "vertebroplasty"}
    if factor == "fracture age":
        return f"fracture {group} old"
    if factor == "disease":
        return "myeloma" if group == "myeloma" else "no myeloma"
    return words.get(group, "kyphoplasty" if group == "PKP" else f"{group} levels")


def _simulated(answer: Answer) -> tuple[str, ...]:
    told = answer.simulated
    if told is None:
        return (f"Simulated: {answer.no_simulation}.",)
    seen = told.by(answer.person.look)
    alike = ", ".join(told.group) or "all of them"
    sentences = [
        f"In {told.table}, the same way to look finds cement in the lungs of about {in_thousand(seen.chance.value)} in "
        f"1,000 virtual patients ({span(seen.chance)}), counted in {told.patients:,} ({alike}).",
        f"Of that interval, {span(seen.by_chance)} is what chance leaves open; the rest is how well one sees, "
        f"which is assumed: {in_thousand(seen.dim)} with the poorest sight, {in_thousand(seen.sharp)} with the best.",
    ]
    if told.widened:
        sentences.append(f"Too few were just like this one, so {told.widened[-1]}.")
    if told.few:
        sentences.append("Even so they are few.")
    if len(told.strategies) > 1:
        sentences.append(f"They are counted over the strategies {', '.join(told.strategies)}, each patient once.")
    if told.plain < 0.99 * told.patients:
        sentences.append(f"They were drawn by importance and tell as much as {told.plain:,.0f} plain ones.")
    return tuple(sentences)


def _compared(answer: Answer) -> tuple[str, ...]:
    ratio, agree = answer.ratio, answer.agree
    if ratio is None or answer.simulated is None:
        return ()
    verdict = OVERLAP if agree else DISAGREE
    if answer.simulated.few:
        return (verdict, "There are too few virtual patients to compare the middles.", *_unused(answer))
    if ratio == 0.0:
        return (verdict, "No virtual patient of this group had any that would be seen.", *_unused(answer))
    more = ratio >= 1.0
    times = ratio if more else 1.0 / ratio
    if times < 1.25:
        return (verdict, "Their middles are about the same.", *_unused(answer))
    size = "more than 100" if times > 100.0 else f"{times:.2g}"
    return (
        verdict,
        f"The simulated middle is {size} times {'higher' if more else 'lower'}. {_why(more)}",
        *_unused(answer),
    )


def _why(more: bool) -> str:
    if more:
        return (
            "The model may let too much cement past, or readers may miss what it calls seen: in one study a CT read in "
            "the clinic's way found ten times less than others."
        )
    return (
        "The model may hold back too much cement, or readers may call things cement that are not; and the published "
        "factors, from one study, may not multiply as they are made to here."
    )


def _unused(answer: Answer) -> tuple[str, ...]:
    person, unused = answer.person, []
    if person.fracture_age_days is not None:
        unused.append("the age of the fracture, which moves the published answer")
    if person.disease in (Disease.MYELOMA, Disease.METASTASES):
        unused.append("the disease: no virtual patient has a tumour")
    if person.volume_ml is not None:
        unused.append("the volume asked about: each trial has its own")
    return (f"The simulation does not use {'; nor '.join(unused)}.",) if unused else ()


def _harm(answer: Answer) -> tuple[str, ...]:
    base = answer.published.symptomatic
    sentences = [
        f"Most of it is silent. However one looks, about {in_thousand(base.new_centre.value)} in 1,000 patients have "
        f"symptoms from cement in the lungs ({span(base.new_centre)} at the next centre), from "
        f"{_told_by(base.studies)}. What is known of the patient does not move this number, for no study tells how"
        f"{_side_by_side(answer)}.",
        _heart(answer.counts),
        _deaths(answer.counts),
    ]
    if answer.simulated is not None:
        told = answer.simulated
        sentences.append(
            f"In the simulation {in_thousand(told.symptomatic.value)} in 1,000 have symptoms within 14 days "
            f"({span(told.symptomatic)}), and {in_thousand(told.heart.value)} have cement in the heart "
            f"({span(told.heart)}); its symptoms rest on assumptions."
        )
    if answer.person.volume_ml is not None:
        sentences.append(_oxygen(answer.person.volume_ml))
    return tuple(sentence for sentence in sentences if sentence)


def _side_by_side(answer: Answer) -> str:
    """Where symptoms come near to all that is found, the two are not to be divided."""
    found, ill = answer.published.chance, answer.published.symptomatic.new_centre
    return "; it is from other studies than the first, so it is no share of it" if ill.value > 0.2 * found.value else ""


def _told_by(studies: tuple[str, ...]) -> str:
    """Counts that are not nought, and how many are."""
    some = [study for study in studies if not study.startswith("0 of ")]
    return f"{', '.join(some)} and none in {len(studies) - len(some)} other studies"


def _heart(counts: tuple[Count, ...]) -> str:
    found = [one for one in counts if one.outcome == "heart"]
    ill = {one.study: one.events for one in counts if one.outcome == "heart_symptomatic"}
    told = [
        f"{one.events} of {one.of:,} {one.unit}s in {one.study}"
        + (f", {ill[one.study]} of them with symptoms" if one.study in ill else "")
        for one in found
    ]
    return f"Cement in the heart was counted in {'; '.join(told)}; it was looked for on suspicion only." if told else ""


def _deaths(counts: tuple[Count, ...]) -> str:
    told = [
        f"{one.events} of {one.of:,} ({one.study}{', looked at after death' if one.note else ''})"
        for one in counts
        if one.outcome == "death"
    ]
    return f"Deaths put down to it: {', '.join(told)}. These are counts, not a rate for anybody."


def _oxygen(volume_ml: float) -> str:
    band = "low" if volume_ml < OXYGEN_LOW_ML else ("middle" if volume_ml <= OXYGEN_HIGH_ML else "high")
    share = OXYGEN[band]
    return (
        f"Of patients given {share.note}, {1000.0 * share.number:.2g} in 1,000 needed oxygen for cement in the lungs "
        "in one study of 3,175; three others found no link with the volume, so it moves no number here."
    )


def _leak(answer: Answer) -> tuple[str, ...]:
    found = answer.venous_leak
    if found is None:
        return ()
    middle = f"{100.0 * found.low:.1f} %"
    if found.unknown:
        middle = f"{100.0 * found.low:.1f} to {100.0 * found.high:.1f} %, depending on {', '.join(found.unknown)}"
    return (
        f"A leak into veins, which is no embolism: PUFHS gives {middle}. It was made in 272 patients with spinal "
        f"metastases and tells a patient with a leak from one without in {100.0 * PUFHS_AUC.number:.0f} of 100 pairs "
        f"(AUC {PUFHS_AUC.number:.2f}; calibration slope {PUFHS_SLOPE.number:.2f}, {PUFHS_SLOPE.low:.2f} to "
        f"{PUFHS_SLOPE.high:.2f}); we found no test of it elsewhere.",
    )


def _not_known(answer: Answer) -> tuple[str, ...]:
    told = answer.published
    sentences = [
        "We found no published model that predicts cement in the lungs; this is a base rate moved by a few factors, "
        "and nobody has held it against patients.",
        "All but one of these factors come from one study with 34 emboli, read on a routine CT; how many of the other "
        "studies' patients had them is assumed.",
    ]
    if told.not_told:
        sentences.append(f"Nothing was told of {', '.join(told.not_told)}; the answer is a mean over all it may be.")
    if answer.person.procedure is Procedure.PKP and answer.person.look in (Look.CT, Look.FLUOROSCOPY):
        sentences.append(
            "All studies that looked this way were of vertebroplasty; kyphoplasty is reached by an odds ratio alone."
        )
    if answer.person.region is Region.MIXED:
        sentences.append("No study gives emboli for levels in several regions; the published answer leaves region out.")
    if answer.person.viscosity is not None:
        sentences.append(
            "Cements have been compared by their leaks only. A ratio of leaks says nothing sure of emboli, and none is "
            "used; the viscosity moves only the simulated answer."
        )
    if answer.person.disease is Disease.MYELOMA:
        sentences.append(
            "Myeloma was compared with other cancers (7 of 37 against 3 of 41), not with osteoporosis, beside which it "
            "is set here."
        )
    if answer.person.disease is Disease.METASTASES:
        sentences.append("Metastases are taken like osteoporosis: one study of both found no difference (13 emboli).")
    if answer.person.look is Look.FLUOROSCOPY:
        sentences.append("The studies of this class mix what was seen on the screen with what only symptoms told.")
    return tuple(sentences)


def _sources(answer: Answer) -> tuple[str, ...]:
    """Every source of a sentence, once each though its title is cut elsewhere."""
    told, known = answer.published, references()
    found = [*told.base.sources, *told.symptomatic.sources, *(one.source for one in answer.counts)]
    found += [source for one in told.moved for source in one.sources]
    found += [known["pufhs2021"]] if answer.venous_leak else []
    found += [known["hsieh2019"]] if answer.person.volume_ml is not None else []
    return tuple({source.split()[-1]: source for source in reversed(found)}.values())[::-1]


def short_lines(statement: Statement) -> tuple[str, ...]:
    """The short answer for a terminal, a line each."""
    return (
        f"{statement.who}.",
        statement.headline,
        *statement.published,
        *statement.simulated,
        *statement.compared,
        *statement.harm,
        *statement.leak,
        f"Not known: {' '.join(statement.not_known)}",
        f"Sources: {len(statement.sources)}; with -o OUT they stand in report.html and result.json.",
        statement.ask,
    )
