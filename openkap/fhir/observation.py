"""Observation: measurements, pressure by its components, answers and totals of instruments, word results."""

from collections.abc import Iterator

from openkap.clinical.entries.screening import Measurement, Problem, Result, Score
from openkap.clinical.instruments import Instrument
from openkap.clinical.protocol import MeasurementKind
from openkap.fhir.concept import Concept, needed
from openkap.fhir.dates import Dated, date_in, not_after
from openkap.fhir.element import Node, NotRead, group, groups, text
from openkap.fhir.outcome import Answered, Known, NotUsed, Outcome, Taken, Unclear
from openkap.fhir.result import PREGNANCY_STATUS, pregnancy, word
from openkap.fhir.units import number_in, quantity_of, value_in

FINAL = ("final", "amended", "corrected")
_CODED = "valueCodeableConcept"
_NO_UNIT = ("", "1", "{score}", "{total}", "{points}", "score", "points", "(score)")


def read(resource: Node, known: Known) -> Iterator[Outcome]:
    """Every value this program asks about. A blood pressure is two measurements at one instant."""
    whole = needed(resource, "code")
    parts = [(whole, "", resource), *_components(resource)]
    used = [part for part in parts if _is_used(part[0], known)]
    if not used:
        if not any(what.code_in("loinc") for what, _, _ in parts):
            raise NotRead(f"{whole.words}: no LOINC code, so its value is not taken")
        yield NotUsed(whole.words)
        return
    when = _moment(resource, known)
    for what, part, node in used:
        try:
            if code := _item(what, known):
                yield Answered(_answer(code, node), when.words)
            else:
                yield Taken(_fact(what, node, known), when.start)
        except NotRead as fault:
            yield Unclear(str(fault), part)
    if when.partial:
        yield Unclear(f"{whole.words}: known only as {when.words}, so it counts from {when.first}")


def _components(resource: Node) -> list[tuple[Concept, str, Node]]:
    return [
        (needed(part, "code"), f"component[{n}]", part)
        for n, part in enumerate(groups(resource, "component"))
        if "code" in part
    ]


def _item(what: Concept, known: Known) -> str:
    """The code by which this is one item of an instrument, or "" where it is none."""
    return next((code for code in what.code_in("loinc") if code in known.items), "")


def _answer(code: str, node: Node) -> Node:
    """The Observation, or a part of one, as an item of a QuestionnaireResponse. NotRead without an answer."""
    if _CODED in node:
        said = needed(node, _CODED)
        coding = next(iter(groups(group(node, _CODED), "coding")), {})
        answer: Node = {"valueCoding": {**coding, "display": text(coding, "display") or said.words}}
    elif "valueQuantity" in node:
        answer = {"valueDecimal": number_in(group(node, "valueQuantity"), "value")}
    elif "valueInteger" in node:
        answer = {"valueInteger": node["valueInteger"]}
    else:
        raise NotRead("it is answered neither with a code nor with a number: not taken")
    return {"linkId": code, "answer": [answer]}


def _is_used(what: Concept, known: Known) -> bool:
    return bool(_item(what, known)) or any(
        code in known.measurements
        or code in known.totals
        or code in known.results
        or code == PREGNANCY_STATUS
        for code in what.code_in("loinc")
    )


def _moment(resource: Node, known: Known) -> Dated:
    status = text(resource, "status")
    if status not in FINAL:
        raise NotRead(
            f"status {status!r} is not final: not taken" if status else "status is missing: not taken"
        )
    when = date_in(resource, "effectiveDateTime", "effectiveInstant", "effectivePeriod")
    if when is None:
        raise NotRead("it is not said when this was measured, so it is not taken")
    not_after(when, known.at)
    return when


def _fact(what: Concept, node: Node, known: Known) -> Measurement | Score | Result | Problem:
    codes = what.code_in("loinc")
    kinds = {
        known.measurements[code].id: known.measurements[code] for code in codes if code in known.measurements
    }
    if len(kinds) > 1:
        raise NotRead(f"its codes name different measurements: {', '.join(sorted(kinds))}")
    for kind in kinds.values():
        return _measurement(kind, node)
    for code in codes:
        if code in known.totals:
            return score(known.totals[code], _total(known.totals[code], node))
    if PREGNANCY_STATUS in codes:
        return pregnancy(node)
    return Result(what=next(known.results[code] for code in codes if code in known.results), value=word(node))


def _measurement(kind: MeasurementKind, node: Node) -> Measurement:
    if "valueQuantity" not in node and "dataAbsentReason" in node:
        raise NotRead(f"{kind.title} was not obtained (dataAbsentReason)")
    return Measurement(
        what=kind.id, value=value_in(quantity_of(node, kind), kind), unit=kind.unit, source="record"
    )


def _total(instrument: Instrument, node: Node) -> int:
    if "valueQuantity" in node:
        quantity = node["valueQuantity"] if isinstance(node["valueQuantity"], dict) else {}
        unit = text(quantity, "code") or text(quantity, "unit")
        if unit not in _NO_UNIT:
            raise NotRead(f"{instrument.title} is a count, and is given in {unit}")
        number = number_in(quantity, "value")
    else:
        number = number_in(node, "valueInteger")
    if number != number.to_integral_value():
        raise NotRead(f"{instrument.title} total of {number} is not a whole number")
    return int(number)


def score(instrument: Instrument, total: int, items: tuple[int | None, ...] = ()) -> Score:
    """A total within the instrument's range, or NotRead: an impossible total is never charted."""
    if instrument.how == "sum" and not 0 <= total <= (instrument.highest or 0):
        raise NotRead(f"{instrument.title} total of {total} lies outside 0–{instrument.highest}: not taken")
    return Score(instrument=instrument.id, total=total, items=items, by="record")
