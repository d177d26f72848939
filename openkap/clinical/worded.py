"""What was matched by its words alone, and what a clinician has said about that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, kind_of
from openkap.clinical.entries.screening import Allergy, MatchJudged, Medicine, Problem
from openkap.clinical.matching import Hit, belongings
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import AllergyTo, ConditionOn, MedicineOn, Rule, parts_of
from openkap.clinical.sought import newest

KINDS: dict[type, type] = {ConditionOn: Problem, MedicineOn: Medicine, AllergyTo: Allergy}
"""The entries each kind of condition looks among."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text on file that a value set took for its own."""

    of: str  # "problem" · "medicine" · "allergy"
    value_set: str
    text: str


def judgement(hit: Hit, value_set: str, chart: Chart, at: datetime) -> Entry | None:
    """What a clinician said last about these words, if they were matched by words and anybody did.

    It speaks for the records it was said about: the same words in a later one are asked about anew.
    """
    if not hit.by_words:
        return None
    said = words_of(hit, value_set)
    where = (("text", said.text), ("value_set", value_set), ("of", said.of))
    found = newest(chart, MatchJudged, at, where)
    return found if found is not None and found.seq > hit.entry.seq else None


def words_of(hit: Hit, value_set: str) -> Words:
    fact = hit.entry.fact
    text = fact.text or next((code.display for code in fact.codes if code.display), "")
    return Words(kind_of(fact), value_set, text)


def unjudged(rule: Rule, chart: Chart, protocol: Protocol, at: datetime) -> tuple[Words, ...]:
    """What this rule matched by words alone and nobody has confirmed or denied yet, each once."""
    return tuple(words for words, said in matched(rule, chart, protocol, at).items() if said is None)


def matched(rule: Rule, chart: Chart, protocol: Protocol, at: datetime) -> dict[Words, Entry | None]:
    """All that this rule matched by words alone, with what was said about it; None: not of every record."""
    found: dict[Words, Entry | None] = {}
    for hit, name in _hits(rule, chart, protocol):
        if hit.by_words and hit.entry.effective_at <= at:
            said, words = judgement(hit, name, chart, at), words_of(hit, name)
            found[words] = said if found.get(words, said) is not None else None
    return found


def _hits(rule: Rule, chart: Chart, protocol: Protocol) -> Iterator[tuple[Hit, str]]:
    known = belongings(chart, protocol)
    for part in parts_of(rule.when):
        if isinstance(part, ConditionOn | MedicineOn | AllergyTo):
            yield from ((hit, part.value_set) for hit in known.of(KINDS[type(part)], part.value_set))
