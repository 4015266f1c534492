"""What the facts of a run say of a claim: supported, contradicted, or not checkable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from azygos.brief.claims import Claim
from azygos.brief.facts import Fact, Facts
from azygos.brief.published import MEANINGS
from azygos.ground.parcels import Parcel

VERDICTS = ("supported", "contradicted", "not checkable")
TINY = 5e-4  # cement that no text speaks of [mL]

PUBLISHED = re.compile(
    r"\bstud(?:y|ies)\b|\breal patients\b|\bleaflets?\b|\bone team\b|\bpeople with\b|\bof these \d+, only\b|\bsigns?\b",
    re.I,
)
POSSIBLE = re.compile(r"\b(?:can|could|may|might|if|whether|would|sometimes|imagine)\b|\?$", re.I)
GENERAL = re.compile(r"\b(?:patients|people|trials|you|your|future|imagine|everyone|watch for)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Parcel):
    """A claim with what the run makes of it."""

    claim: Claim
    verdict: str  # one of VERDICTS
    says: str  # what the run or a source says, or why it cannot be checked
    rests: tuple[str, ...] = ()  # ids of facts


class Ground:
    """The facts that a claim is held against, with the words around the claim."""

    def __init__(self, facts: Facts, claim: Claim) -> None:
        self.facts, self.claim, self.run = facts, claim, facts.run
        self.text, self.clause = claim.told.text, claim.clause
        named = re.findall(r"\b[TL]\d{1,2}\b", self.text) or re.findall(r"\b[TL]\d{1,2}\b", claim.told.head)
        self.levels = [level for level in named if f"bone.{level}" in facts]

    def number(self, id: str) -> float:
        """The number of a fact; zero where the run does not hold it."""
        fact = self.facts.get(id)
        return 0.0 if fact is None or isinstance(fact.value, str) else fact.number

    def matching(self, pattern: str) -> list[Fact]:
        """Facts whose id fits, of the bones that the text speaks of where it names any."""
        found = [fact for fact in self.facts if re.fullmatch(pattern, fact.id)]
        near = [fact for fact in found if any(fact.id.startswith(f"bone.{level}.") for level in self.levels)]
        return near or found

    @property
    def published(self) -> bool:
        """Whether the sentence speaks of what studies or leaflets say."""
        return PUBLISHED.search(self.text) is not None

    @property
    def possible(self) -> bool:
        """Whether the sentence says only that something can be."""
        return POSSIBLE.search(self.text) is not None

    @property
    def general(self) -> bool:
        """Whether the sentence speaks of people and not of this run."""
        return GENERAL.search(self.text) is not None

    def meaning(self) -> str | None:
        """The fact behind a sentence that explains a word and says nothing of the run."""
        return next((f"word.{one.term}" for one in MEANINGS if one.sentence == self.text), None)

    # Verdicts

    def supported(self, *ids: str) -> Verdict:
        """With the facts that say so."""
        kept = tuple(id for id in ids if id in self.facts)
        return Verdict(claim=self.claim, verdict="supported", says=self.told(kept), rests=kept)

    def contradicted(self, *ids: str, says: str = "") -> Verdict:
        """With the facts that say otherwise."""
        kept = tuple(id for id in ids if id in self.facts)
        return Verdict(claim=self.claim, verdict="contradicted", says=says or self.told(kept), rests=kept)

    def unknown(self, says: str, *ids: str) -> Verdict:
        """With why."""
        kept = tuple(id for id in ids if id in self.facts)
        return Verdict(claim=self.claim, verdict="not checkable", says=says, rests=kept)

    def of_state(self, state: bool | None, ids: tuple[str, ...], why: str) -> Verdict:
        """A claim that something is so, or with a no that it is not, against whether it is; None is not known."""
        if state is None:
            return self.unknown(why, *ids)
        right = state is not self.claim.negated
        return self.supported(*ids) if right else self.contradicted(*ids)

    def told(self, ids: tuple[str, ...]) -> str:
        """A few facts in one line."""
        return "; ".join(one_line(self.facts[id]) for id in ids[:3]) + (" ..." if len(ids) > 3 else "")


def one_line(fact: Fact) -> str:
    """A fact as a table shows it.

    Examples
    --------
    >>> one_line(Fact(id="a", what="cement that went in", kind="volume", value=7.937, unit="mL", pointers=("/a",)))
    'cement that went in: 7.937 mL'
    """
    if isinstance(fact.value, str):
        return f"{fact.what}: {fact.value}"
    ends = "" if fact.low is None or fact.high is None else f" ({fact.low:.4g} to {fact.high:.4g})"
    return f"{fact.what}: {fact.value:.4g}{ends}{' ' + fact.unit if fact.unit else ''}"
