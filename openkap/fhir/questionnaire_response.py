"""QuestionnaireResponse: a completed instrument, answer by answer."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from openkap.clinical import scoring
from openkap.clinical.instruments import Instrument
from openkap.clinical.refusal import BadInput
from openkap.fhir.dates import date_in, not_after
from openkap.fhir.element import Node, NotRead, group, groups, text
from openkap.fhir.observation import score
from openkap.fhir.outcome import Answered, Known, NotUsed, Outcome, Taken, Unclear
from openkap.fhir.units import number_in

COMPLETED: Final = ("completed", "amended")
ORDINAL: Final = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
NO_YES: Final = ("no", "yes")
SNOMED_NO_YES: Final = ("373067005", "373066001")


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
    for instrument in _meant(asked):
        try:
            yield Taken(_score(instrument, asked), when.start)
        except NotRead as fault:
            yield Unclear(str(fault))


def forms(answered: list[Answered], known: Known) -> Iterator[tuple[str, Outcome]]:
    """What each form says, after where it was found: its answers, so that a lone one is at least seen."""
    given: dict[str, list[Node]] = {}
    for one in answered:
        given.setdefault(one.at, []).append(one.item)
    for at, items in given.items():
        form = {"status": "completed", "authored": at, "item": items}
        where = f"Observations of {at} ({', '.join(_shown(one) for one in items)})"
        try:
            for outcome in read(form, known):
                yield where, outcome
        except NotRead as fault:
            yield where, Unclear(str(fault))


def _shown(one: Node) -> str:
    (answer,) = one["answer"]
    ((_, value),) = answer.items()
    return f"{one['linkId']}: {text(value, 'display') if isinstance(value, dict) else value}"


Asked = tuple[Instrument, int, Node]  # the instrument, the item from 1 (0: the total), the item as answered


def _asked(node: Node, known: Known) -> Iterator[Asked]:
    """Every answered item that belongs to an instrument, however deep it is grouped."""
    for item in groups(node, "item"):
        code = _loinc(item)
        for instrument, number in known.items.get(code, ()):
            yield instrument, number, item
        if code in known.totals:
            yield known.totals[code], 0, item
        yield from _asked(item, known)
        for answer in groups(item, "answer"):
            yield from _asked(answer, known)


def _meant(asked: list[Asked]) -> list[Instrument]:
    """The instruments these items make. Two items of the PHQ-9 alone are a PHQ-2, and nine are no PHQ-2."""
    found: dict[str, tuple[Instrument, set[str]]] = {}
    for instrument, _, item in asked:
        found.setdefault(instrument.id, (instrument, set()))[1].add(_loinc(item))
    meant = []
    for instrument, codes in found.values():
        others = [(o, c) for o, c in found.values() if o is not instrument]
        part = any(codes < more for _, more in others)
        smaller = any(codes == same and len(o.items) < len(instrument.items) for o, same in others)
        if not part and not smaller:
            meant.append(instrument)
    return meant


def _loinc(item: Node) -> str:
    """The item's LOINC code, which senders write as the linkId: "44250-9", "/44250-9", "/44249-1/44250-9"."""
    return text(item, "linkId").rsplit("/", 1)[-1]


def _score(instrument: Instrument, asked: list[Asked]) -> object:
    items: dict[int, int] = {}
    totals: list[int] = []
    for found, number, item in asked:
        if found.id != instrument.id:
            continue
        value = _value(instrument, number, item)
        if not number:
            totals.append(value)
        elif items.setdefault(number, value) != value:
            raise NotRead(f"{instrument.title}: item {number} is answered twice, differently")
    return _whole(instrument, items, totals)


def _whole(instrument: Instrument, items: dict[int, int], totals: list[int]) -> object:
    if not items and totals:
        return score(instrument, totals[0])
    given = tuple(items.get(number) for number in range(1, max(items) + 1))
    try:
        answers = scoring.checked(instrument, given)
    except BadInput as fault:
        raise NotRead(f"{instrument.title}: {fault.what}: not taken") from None
    added = scoring.total(instrument, answers)
    if any(total != added for total in totals):
        raise NotRead(f"{instrument.title}: the total says {totals[0]}, the answers add up to {added}")
    return score(instrument, added, answers)


def _value(instrument: Instrument, number: int, item: Node) -> int:
    answers = groups(item, "answer")
    if len(answers) != 1:
        raise NotRead(f"{instrument.title}: {text(item, 'linkId')} has {len(answers)} answers")
    value = _number(instrument, number, answers[0])
    if value != value.to_integral_value():
        raise NotRead(f"{instrument.title}: {text(item, 'linkId')} is answered {value}, not a whole number")
    if number and not 0 <= value < len(instrument.answers_of(number)):
        raise NotRead(
            f"{instrument.title}: {text(item, 'linkId')} is answered {value}, which is no answer to it"
        )
    return int(value)


def _number(instrument: Instrument, number: int, answer: Node) -> Decimal:
    for key in ("valueInteger", "valueDecimal"):
        if key in answer:
            return number_in(answer, key)
    coding = group(answer, "valueCoding")
    for extension in groups(coding, "extension"):
        if text(extension, "url") in ORDINAL:
            return number_in(extension, "valueDecimal")
    said = answer.get("valueBoolean")
    code, words = text(coding, "code"), text(coding, "display").lower()
    spoken = tuple(answer.lower() for answer in instrument.answers_of(number)) if number else ()
    known_codes = (instrument.items[number - 1].codes or instrument.codes) if number else ()
    if spoken == NO_YES and isinstance(said, bool):
        return Decimal(int(said))
    if spoken == NO_YES and code in SNOMED_NO_YES:
        return Decimal(SNOMED_NO_YES.index(code))
    for known, given in ((known_codes, code), (spoken, words)):
        if given in known:
            return Decimal(known.index(given))
    raise NotRead(f"{instrument.title}: the answer {words or code or 'given'!r} is not one of its answers")
