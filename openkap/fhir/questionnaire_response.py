"""QuestionnaireResponse: a completed PHQ-9 or GAD-7, answer by answer."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from openkap.clinical.protocol import Instrument
from openkap.fhir.dates import date_in, not_after
from openkap.fhir.element import Node, NotRead, group, groups, text
from openkap.fhir.observation import score
from openkap.fhir.outcome import Known, NotUsed, Outcome, Taken, Unclear
from openkap.fhir.units import number_in

COMPLETED: Final = ("completed", "amended")
ORDINAL: Final = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
ANSWERS: Final = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
"""LOINC answer list LL358-3, shared by PHQ-9 and GAD-7: from "Not at all" to "Nearly every day"."""

Answers = dict[str, dict[int, int]]  # instrument → item number from 0 → score


def read(resource: Node, known: Known) -> Iterator[Outcome]:
    """One score for each instrument all of whose items are answered. Nothing incomplete is guessed at."""
    asked = list(_asked(resource, known))
    if not asked:
        yield NotUsed(text(resource, "questionnaire") or "no questionnaire named")
        return
    status = text(resource, "status")
    if status not in COMPLETED:
        raise NotRead(f"status {status!r} is not completed: not taken" if status else "status is missing")
    when = not_after(date_in(resource, "authored"), known.at)
    if when is None:
        raise NotRead("it is not said when this was answered, so it is not taken")
    for instrument in {found.id: found for found, _, _ in asked}.values():
        try:
            yield Taken(_score(instrument, asked), when.start)
        except NotRead as fault:
            yield Unclear(str(fault))


Asked = tuple[Instrument, int, Node]  # the instrument, the item from 0 (-1: the total), the item as answered


def _asked(node: Node, known: Known) -> Iterator[Asked]:
    """Every answered item that belongs to an instrument, however deep it is grouped."""
    for item in groups(node, "item"):
        code = _loinc(item)
        if code in known.items:
            yield (*known.items[code], item)
        elif code in known.totals:
            yield known.totals[code], -1, item
        yield from _asked(item, known)
        for answer in groups(item, "answer"):
            yield from _asked(answer, known)


def _loinc(item: Node) -> str:
    """The item's LOINC code, which senders write as the linkId: "44250-9", "/44250-9", "/44249-1/44250-9"."""
    return text(item, "linkId").rsplit("/", 1)[-1]


def _score(instrument: Instrument, asked: list[Asked]) -> object:
    items: dict[int, int] = {}
    totals: list[int] = []
    for found, number, item in asked:
        if found.id != instrument.id:
            continue
        value = _value(instrument, item)
        if number < 0:
            totals.append(value)
        elif items.setdefault(number, value) != value:
            raise NotRead(f"{instrument.title}: item {number + 1} is answered twice, differently")
    return _whole(instrument, items, totals)


def _whole(instrument: Instrument, items: dict[int, int], totals: list[int]) -> object:
    if not items and totals:
        return score(instrument, totals[0])
    if len(items) < len(instrument.items):
        raise NotRead(
            f"{instrument.title}: {len(items)} of {len(instrument.items)} items answered: not taken"
        )
    answers = tuple(items[n] for n in range(len(instrument.items)))
    if any(total != sum(answers) for total in totals):
        raise NotRead(f"{instrument.title}: the total says {totals[0]}, the answers add up to {sum(answers)}")
    return score(instrument, sum(answers), answers)


def _value(instrument: Instrument, item: Node) -> int:
    answers = groups(item, "answer")
    if len(answers) != 1:
        raise NotRead(f"{instrument.title}: {text(item, 'linkId')} has {len(answers)} answers")
    value = _number(instrument, answers[0])
    if value != value.to_integral_value():
        raise NotRead(f"{instrument.title}: {text(item, 'linkId')} is answered {value}, not a whole number")
    is_item = text(item, "linkId") and _loinc(item) != instrument.loinc_total
    if is_item and not 0 <= value < len(instrument.answers):
        raise NotRead(
            f"{instrument.title}: {text(item, 'linkId')} is answered {value}, which is no answer to it"
        )
    return int(value)


def _number(instrument: Instrument, answer: Node) -> Decimal:
    for key in ("valueInteger", "valueDecimal"):
        if key in answer:
            return number_in(answer, key)
    coding = group(answer, "valueCoding")
    for extension in groups(coding, "extension"):
        if text(extension, "url") in ORDINAL:
            return number_in(extension, "valueDecimal")
    code, words = text(coding, "code"), text(coding, "display").lower()
    if code in ANSWERS:
        return Decimal(ANSWERS[code])
    known_words = [spoken.lower() for spoken in instrument.answers]
    if words in known_words:
        return Decimal(known_words.index(words))
    raise NotRead(f"{instrument.title}: the answer {words or code or 'given'!r} is not one of its answers")
