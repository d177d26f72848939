"""Consent: understood, signed over the text that was shown, explained, and taken back at any moment."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from openkap.actions import consent
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.office import Refused
from openkap.clinical.entries.preparation import (
    Consented,
    ConsentExplained,
    ConsentWithdrawn,
    UnderstandingAnswered,
)
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound, Principal
from tests.actions.day import dosed
from tests.clinical.charts import adopted
from tests.conftest import AT

DOCUMENT = "ketamine-treatment"
TEXT = adopted().consents[DOCUMENT]
SHOWN = {"document": DOCUMENT, "text_sha256": TEXT.sha256}
SIGNED = SHOWN | {"signed_name": "Ada Berg"}
LOCK = adopted().span("impaired-after-dose")


def understood(of: Telling, who: Principal, *, at: Any = AT) -> None:
    for one in TEXT.questions:
        consent.answer(who, of.chart, at=at, question=one.id, answer=one.right, **SHOWN)


def test_a_signature_covers_the_text_that_was_shown(ready: Telling, patient: Principal) -> None:
    """The patient signs; the entry holds the version and the hash of exactly that text."""
    understood(ready, patient)
    consent.sign(patient, ready.chart, at=AT, **SIGNED)
    kept = ready.folded().latest(Consented)
    assert kept.fact.text_sha256 == sha256(TEXT.text.encode()).hexdigest()
    assert (kept.fact.version, kept.author, kept.fact.witness) == (TEXT.version, patient.user, None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_sha256": "0" * 64}, "text_sha256"),
        ({"text_sha256": ""}, "text_sha256"),
        ({"text_sha256": TEXT.earlier[0].sha256}, "text_sha256"),
        ({"document": "other"}, "document"),
        ({"signed_name": "  "}, "signed_name"),
        ({}, "questions"),
    ],
)
def test_another_text_or_no_name_is_no_signature(ready: Telling, changed: dict[str, str], field: str) -> None:
    """A text not in force, an unknown one, a blank name, or open questions: refused by field."""
    before = len(ready.folded().facts(Consented))
    with pytest.raises(BadInput) as fault:
        consent.sign(ready.staff.therapist, ready.chart, at=AT, **SIGNED | changed)
    assert fault.value.where == field
    assert len(ready.folded().facts(Consented)) == before


def test_a_wrong_answer_is_kept_and_can_be_tried_again(ready: Telling, patient: Principal) -> None:
    """One question wrong keeps the signature away; the right answer opens it; both attempts stay."""
    first = TEXT.questions[0]
    wrong = next(choice for choice in first.choices if choice != first.right)
    understood(ready, patient)
    ready.folded()
    consent.sign(patient, ready.chart, at=AT, **SIGNED)
    for one in TEXT.questions[1:]:
        consent.answer(patient, ready.chart, at=AT, question=one.id, answer=one.right, **SHOWN)
    consent.answer(patient, ready.chart, at=AT, question=first.id, answer=wrong, **SHOWN)
    with pytest.raises(BadInput, match="1 of the questions about the text is open"):
        consent.sign(patient, ready.chart, at=AT, **SIGNED)
    consent.answer(patient, ready.chart, at=AT, question=first.id, answer=first.right, **SHOWN)
    assert consent.sign(patient, ready.chart, at=AT, **SIGNED).fact
    tries = [e.fact for e in ready.folded().all(UnderstandingAnswered) if e.author == patient.user]
    assert [fact.right for fact in tries if fact.question == first.id] == [True, False, True]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"question": "other"}, "question"),
        ({"answer": "Perhaps"}, "answer"),
        ({"text_sha256": "0"}, "text_sha256"),
    ],
)
def test_an_answer_that_was_not_offered_is_refused(
    ready: Telling, patient: Principal, changed: dict[str, str], field: str
) -> None:
    """Only the questions and choices of the text that was shown."""
    one = TEXT.questions[0]
    fields = SHOWN | {"question": one.id, "answer": one.right} | changed
    with pytest.raises(BadInput) as fault:
        consent.answer(patient, ready.chart, at=AT, **fields)
    assert fault.value.where == field


def test_nobody_signs_or_answers_under_the_drug(ready: Telling, patient: Principal) -> None:
    """From the dose until the next morning both are refused and that is recorded; then they are taken."""
    dosed(ready)
    one = TEXT.questions[0]
    for after in (timedelta(0), LOCK - timedelta(seconds=1)):
        for act, fields in (
            (consent.sign, SIGNED),
            (consent.answer, SHOWN | {"question": one.id, "answer": one.right}),
        ):
            with pytest.raises(NotAllowed) as refusal:
                act(patient, ready.chart, at=AT + after, **fields)
            assert [reason.rule for reason in refusal.value.because] == ["consent-needs-sobriety"]
    assert ready.folded().latest(Refused).fact.action == "sign-consent"
    understood(ready, patient, at=AT + LOCK)
    assert consent.sign(patient, ready.chart, at=AT + LOCK, **SIGNED).fact


def test_consent_taken_back_under_the_drug_calls_somebody(ready: Telling, patient: Principal) -> None:
    """Under the drug too, "no" counts at once: the dose's gate names it, and a task waits for a person."""
    visiting = dosed(ready)
    consent.withdraw(patient, ready.chart, at=AT, document=DOCUMENT, said="Stop")
    assert ready.folded().latest(ConsentWithdrawn).fact.said == "Stop"
    status = ready.status(AT)
    assert [task.task for task in status.tasks] == [f"consent-withdrawn-{visiting.visit}"]
    assert "dose-needs-consent" in {reason.rule for reason in status.gates["start-dose"].because}


def test_consent_taken_back_outside_the_drug_opens_no_task(ready: Telling, patient: Principal) -> None:
    """The gate is enough; and what only allowed a touch opens none even then."""
    consent.withdraw(patient, ready.chart, at=AT, document=DOCUMENT)
    assert not ready.status(AT).tasks
    consent.withdraw(patient, ready.chart, at=AT, document="touch")
    assert not ready.status(AT).tasks


def test_the_nurse_takes_a_withdrawal_but_hands_over_no_consent(ready: Telling) -> None:
    """Whoever is in the room writes down a "no"; the text is gone through by a clinician."""
    monitor = ready.staff.monitor
    assert consent.withdraw(monitor, ready.chart, at=AT, document=DOCUMENT).fact
    for act, fields in ((consent.sign, SIGNED), (consent.explain, {"document": DOCUMENT, "note": "x"})):
        with pytest.raises(NotFound):
            act(monitor, ready.chart, at=AT, **fields)


def test_a_counter_note_names_the_role_and_needs_words(ready: Telling) -> None:
    """The prescriber's and the therapist's notes stand beside the consent under their roles."""
    notes = ready.folded().facts(ConsentExplained)
    assert {fact.role for fact in notes} == {"prescriber", "therapist"}
    for fields, field in (
        ({"document": DOCUMENT, "note": " "}, "note"),
        ({"document": "other", "note": "x"}, "document"),
    ):
        with pytest.raises(BadInput) as fault:
            consent.explain(ready.staff.prescriber, ready.chart, at=AT, **fields)
        assert fault.value.where == field
