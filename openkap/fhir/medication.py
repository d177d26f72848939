"""MedicationRequest, MedicationStatement, MedicationDispense, MedicationAdministration: medicines on file.

Statuses are read by their R4 definitions. A "completed" request has been carried out, and whether the person
still takes it is not said: kept as unknown, so that somebody asks. A "completed" statement says it is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from openkap.clinical.entries.screening import Medicine
from openkap.fhir.concept import Concept, concept, needed
from openkap.fhir.dates import Dated, date_in, not_after
from openkap.fhir.element import Node, NotRead, flag, group, text
from openkap.fhir.outcome import Known, Outcome, Taken, Unclear

_REQUEST = {
    "active": "active",
    "on-hold": "unknown",
    "completed": "unknown",
    "unknown": "unknown",
    "stopped": "stopped",
    "cancelled": "stopped",
}
_STATEMENT = {
    "active": "active",
    "on-hold": "unknown",
    "unknown": "unknown",
    "intended": "unknown",
    "completed": "stopped",
    "stopped": "stopped",
    "not-taken": "stopped",
}
_DISPENSE = {
    "in-progress": "active",
    "on-hold": "unknown",
    "completed": "unknown",
    "unknown": "unknown",
    "stopped": "stopped",
}
_GIVEN = {"in-progress": "active", "on-hold": "unknown", "completed": "unknown", "unknown": "unknown"} | {
    "stopped": "stopped"
}
_NOT_AN_ORDER = ("proposal", "option")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of resource says whether, and since when, a medicine is taken."""

    status: dict[str, str]
    dates: tuple[str, ...]


KINDS = {
    "MedicationRequest": Kind(_REQUEST, ("authoredOn",)),
    "MedicationStatement": Kind(_STATEMENT, ("effectiveDateTime", "effectivePeriod", "dateAsserted")),
    "MedicationDispense": Kind(_DISPENSE, ("whenHandedOver", "whenPrepared")),
    "MedicationAdministration": Kind(_GIVEN, ("effectiveDateTime", "effectivePeriod")),
}


def read(resource: Node, known: Known) -> Iterator[Outcome]:
    """One medicine. It counts from its first date, else from now, and says which."""
    kind = KINDS[resource["resourceType"]]
    said = text(resource, "status")
    _refuse_what_was_never_given(resource, said, kind)
    what = _medicine(resource, known)
    when = not_after(date_in(resource, *kind.dates), known.at)
    status, ended, doubt = _course(resource, kind.status[said], known)
    fact = Medicine(
        text=what.words, codes=what.codes, status=status, since=when.first if when else None, ended_on=ended
    )
    yield Taken(fact, when.start if when else known.at)
    doubts = (what.doubt, _said_doubt(said, kind, what), _date_doubt(when), doubt)
    yield from (Unclear(doubt) for doubt in doubts if doubt)


def _refuse_what_was_never_given(resource: Node, said: str, kind: Kind) -> None:
    if flag(resource, "doNotPerform"):
        raise NotRead("an order not to give this medicine (doNotPerform): not taken as a medicine")
    intent = text(resource, "intent")
    if intent in _NOT_AN_ORDER:
        raise NotRead(f"intent {intent!r} is not an order: not taken")
    if said not in kind.status:
        raise NotRead(f"status {said!r}: not taken" if said else "status is missing")


def _medicine(resource: Node, known: Known) -> Concept:
    """What it is, written in the resource itself or in the Medication it refers to."""
    named = concept(resource, "medicationCodeableConcept")
    if named:
        return named
    pointer = group(resource, "medicationReference")
    reference, words = text(pointer, "reference"), text(pointer, "display")
    meant = known.find(reference, resource) if reference else None
    if meant is not None and meant.get("resourceType") == "Medication":
        return needed(meant, "code")
    if words:
        return Concept(
            words, (), f"the medicine {reference!r} is not in the file: kept as the words {words!r}"
        )
    if reference:
        raise NotRead(f"refers to {reference[:80]!r}, which is not a Medication in this file")
    raise NotRead("no medicine is named")


def _course(resource: Node, status: str, known: Known) -> tuple[str, date | None, str]:
    ended = date_in({"end": text(group(resource, "effectivePeriod"), "end")}, "end")
    if ended is None:
        return status, None, ""
    if ended.start > known.at:
        return status, None, ""  # a course that is still running
    if status == "active":
        return "unknown", None, f"said to be active and to have ended on {ended.words}: ask"
    return status, min(ended.last, known.at.date()), ""


def _said_doubt(said: str, kind: Kind, what: Concept) -> str:
    if said == "active" or kind.status[said] != "unknown":
        return ""
    return f"{what.words}: status {said!r} does not say whether it is still taken: ask"


def _date_doubt(when: Dated | None) -> str:
    if when is None:
        return "no date: kept as on file at the time of reading"
    return f"known only since {when.words}: kept as {when.first}" if when.partial else ""
