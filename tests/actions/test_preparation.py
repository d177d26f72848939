"""Consent, intention, and the session."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from openkap.actions import preparation
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.office import Refused
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import Principal
from tests.actions.day import dosed
from tests.clinical.charts import adopted
from tests.conftest import AT

DOCUMENT = "ketamine-treatment"


def signed() -> dict[str, str]:
    text = adopted().consents[DOCUMENT]
    return {"document": DOCUMENT, "text_sha256": preparation.text_hash(text), "signed_name": "Ada Berg"}


def test_a_signature_covers_the_text_that_was_shown(ready: Telling, patient: Principal) -> None:
    """The patient signs; the entry holds the version and the hash of exactly that text."""
    preparation.consent(patient, ready.chart, at=AT, **signed())
    kept = ready.folded().latest(Consented)
    text = adopted().consents[DOCUMENT]
    assert kept.fact.text_sha256 == sha256(text.text.encode()).hexdigest()
    assert kept.fact.version == text.version
    assert kept.author == patient.user


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_sha256": "0" * 64}, "text_sha256"),
        ({"text_sha256": ""}, "text_sha256"),
        ({"document": "other"}, "document"),
        ({"signed_name": "  "}, "signed_name"),
    ],
)
def test_another_text_or_no_name_is_no_signature(ready: Telling, changed: dict[str, str], field: str) -> None:
    """A text that changed since it was shown, an unknown one, or a blank name is refused by field."""
    before = len(ready.folded().facts(Consented))
    with pytest.raises(BadInput) as fault:
        preparation.consent(ready.staff.therapist, ready.chart, at=AT, **signed() | changed)
    assert fault.value.where == field
    assert len(ready.folded().facts(Consented)) == before


def test_nobody_signs_under_the_drug(ready: Telling, patient: Principal) -> None:
    """From the dose until the next morning a signature is refused and that is recorded; then it is taken."""
    dosed(ready)
    span = adopted().span("impaired-after-dose")
    for after in (timedelta(0), span - timedelta(seconds=1)):
        with pytest.raises(NotAllowed) as refusal:
            preparation.consent(patient, ready.chart, at=AT + after, **signed())
        assert [reason.rule for reason in refusal.value.because] == ["consent-needs-sobriety"]
    assert ready.folded().latest(Refused).fact.action == "sign-consent"
    assert preparation.consent(patient, ready.chart, at=AT + span, **signed()).fact


def test_consent_may_be_taken_back_even_then(ready: Telling, patient: Principal) -> None:
    """Under the drug too, "no" counts."""
    dosed(ready)
    preparation.withdraw_consent(patient, ready.chart, at=AT, document=DOCUMENT, said="Stop")
    assert ready.folded().latest(ConsentWithdrawn).fact.said == "Stop"


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        (preparation.set_intention, {"words": " \n"}, "words"),
        (preparation.hold_preparation, {"minutes": 0, "note": "x"}, "minutes"),
        (preparation.hold_preparation, {"minutes": 50, "note": ""}, "note"),
        (preparation.withdraw_consent, {"document": "other"}, "document"),
    ],
)
def test_blank_and_impossible_fields_are_named(
    ready: Telling, act: Any, fields: dict[str, Any], field: str
) -> None:
    """No words, no minutes, no note, no such document."""
    with pytest.raises(BadInput) as fault:
        act(ready.staff.therapist, ready.chart, at=AT, **fields)
    assert fault.value.where == field
