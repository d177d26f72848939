"""Consents as pages show them: whether one stands, what changed since it was signed, and the copy of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from openkap.clinical import consent
from openkap.clinical.case import Case, order
from openkap.clinical.consent_text import Changed, ConsentQuestion, ConsentText, changes
from openkap.clinical.entries import Entry
from openkap.clinical.entries.preparation import (
    Consented,
    ConsentExplained,
    ConsentWithdrawn,
    UnderstandingAnswered,
)
from openkap.clinical.protocol import Protocol
from openkap.records.read import NotFound
from openkap.web import people

IN_CLINIC = "clinic-device"
"""How a signature came that the patient gave on the clinic's own device."""


@dataclass(frozen=True, slots=True)
class Document:
    """One consent and where this person stands with it."""

    text: ConsentText
    signed: Entry | None  # the newest signature, if it was not taken back
    last: Entry | None  # the newest signature, taken back or not
    withdrawn: Entry | None  # when `last` was taken back
    outdated: bool  # what was signed is not what is in force
    changed: tuple[Changed, ...]  # since `last`
    lost: bool  # the words of `last` are nowhere any more
    open: tuple[ConsentQuestion, ...]  # questions still to be answered
    explained: tuple[Entry, ...]  # counter-notes, oldest first
    opens_at: datetime | None  # when the patient may sign again after a dose

    @property
    def tried(self) -> bool:
        return len(self.open) < len(self.text.questions)


def case_of(frame: dict[str, Any]) -> Case:
    """The chart of a page, asked about now."""
    return Case(frame["chart"], frame["protocol"], frame["status"].at)


def documents(frame: dict[str, Any]) -> list[Document]:
    """Every consent there is, what no dose goes without first."""
    texts = sorted(frame["protocol"].consents.values(), key=lambda text: not text.required)
    return [document(case_of(frame), text) for text in texts]


def document(case: Case, text: ConsentText) -> Document:
    signed = consent.standing(case, text.id)
    last = case.latest(Consented, document=text.id)
    before = text.as_signed(last.fact.text_sha256) if last else None
    return Document(
        text=text,
        signed=signed,
        last=last,
        withdrawn=None if signed or not last else case.latest(ConsentWithdrawn, document=text.id),
        outdated=signed is not None and signed.fact.text_sha256 != text.sha256,
        changed=changes(before, text) if before else (),
        lost=last is not None and before is None,
        open=consent.open_questions(case, text),
        explained=tuple(case.all(ConsentExplained, document=text.id)),
        opens_at=consent.opens_at(case),
    )


def named(protocol: Protocol, name: str) -> ConsentText:
    """The consent of that id, or NotFound."""
    if name not in protocol.consents:
        raise NotFound
    return protocol.consents[name]


def last_answers(case: Case, text: ConsentText) -> dict[str, Entry]:
    """The newest answer to each question about this very text, since it was signed last."""
    signed = case.latest(Consented, document=text.id)
    answers = case.all(UnderstandingAnswered, document=text.id, text_sha256=text.sha256)
    return {e.fact.question: e for e in answers if signed is None or order(e) > order(signed)}


def copy(request: HttpRequest, frame: dict[str, Any], text: ConsentText) -> dict[str, Any]:
    """What a signed copy shows: the very words, who signed, when and how. NotFound when nobody signed."""
    case = case_of(frame)
    last = case.latest(Consented, document=text.id)
    if last is None:
        raise NotFound
    notes = case.all(ConsentExplained, document=text.id)
    names = people.names(request.principal, {last.author, *(note.author for note in notes)})
    return {
        "text": text,
        "as_signed": text.as_signed(last.fact.text_sha256),
        "signed": last,
        "handed_over_by": names.get(last.author, "") if last.via == IN_CLINIC else "",
        "withdrawn": None
        if consent.standing(case, text.id)
        else case.latest(ConsentWithdrawn, document=text.id),
        "explained": [{"note": note, "by": names.get(note.author, "")} for note in notes],
    }
