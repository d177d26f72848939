"""What is seen, rated and done in the room, each kind of entry as one sentence of the timeline."""

from collections.abc import Callable, Iterable
from typing import Any

from openkap.clinical.entries import dosing as d
from openkap.clinical.entries import room as e
from openkap.clinical.protocol import Protocol
from openkap.web import words

EMERGENCIES = {"medical": "Emergency declared: medical", "fire": "Emergency declared: fire, everybody leaves"}


def _says(of: Iterable[Any], id: str) -> str:
    """What the protocol calls it, or its id when the protocol no longer has it."""
    return next((one.says for one in of if one.id == id), words.name(id))


def _and(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def _observed(fact: d.Observed, protocol: Protocol) -> str:
    event = protocol.room.event(fact.event)
    said = event.says.lower() if event else words.name(fact.event)
    about = _says(protocol.permissions.values(), fact.about).lower() if fact.about else ""
    seen = f"Seen: {said}{f', {about}' if about else ''}"
    return _and(seen, fact.note, f"Outside what the patient allows: {fact.outside}" if fact.outside else "")


def _term(fact: e.AdverseEvent, protocol: Protocol) -> str:
    return fact.what or _says(protocol.room.terms, fact.term)


def _grade(grade: int, protocol: Protocol) -> str:
    word = next((one.word for one in protocol.room.grades if one.grade == grade), "")
    return f"grade {grade}{f' ({word})' if word else ''}"


def _adverse(fact: e.AdverseEvent, protocol: Protocol) -> str:
    since = f"from {words.clock(fact.started_at)}"
    until = f" to {words.clock(fact.ended_at)}" if fact.ended_at else ""
    return (
        f"Adverse event: {_term(fact, protocol).lower()}, {_grade(fact.grade, protocol)}, {since}{until}. "
        f"Done: {fact.action}. Outcome: {fact.outcome}. Relation: {fact.relation}"
    )


def _followed(fact: e.AdverseEventFollowed, protocol: Protocol) -> str:
    ended = f", ended {words.clock(fact.ended_at)}" if fact.ended_at else ""
    said = f"Adverse event followed up: {_grade(fact.grade, protocol)}, {fact.outcome}{ended}"
    return _and(said, f"Done: {fact.action}", fact.note)


def _dissociation(fact: e.DissociationRated, protocol: Protocol) -> str:
    return _and(f"Dissociation: {_says(protocol.room.dissociation, fact.level).lower()}", fact.note)


def _step(fact: e.RescueStep, protocol: Protocol) -> str:
    sign = f"On {_says(protocol.room.signs, fact.sign).lower()}" if fact.sign else ""
    return _and(f"Rescue step: {_says(protocol.room.ladder, fact.step)}", sign, fact.note)


def _medicine(fact: e.RescueMedicineGiven, protocol: Protocol) -> str:
    name = fact.what or _says(protocol.room.medicines, fact.medicine)
    given = f"Rescue medicine: {name} {fact.dose}, {fact.way}, ordered by {fact.ordered_by}"
    return _and(given, fact.reason)


def _corrected(fact: e.Corrected) -> str:
    done = "Taken out, it does not stand" if fact.void else "Corrected"
    return f"{done}: {fact.reason}"


SENTENCES: dict[type, Callable[[Any], str]] = {
    e.SedationRated: lambda f: f"Sedation {f.level} of 5 (MOAA/S)",
    e.EmergencyDeclared: lambda f: EMERGENCIES.get(f.what, f"Emergency declared: {f.what}"),
    e.EmergencyOver: lambda f: f"Emergency over: {f.outcome}",
    e.Corrected: _corrected,
}
WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {
    d.Observed: _observed,
    e.DissociationRated: _dissociation,
    e.AdverseEvent: _adverse,
    e.AdverseEventFollowed: _followed,
    e.RescueStep: _step,
    e.RescueMedicineGiven: _medicine,
}
