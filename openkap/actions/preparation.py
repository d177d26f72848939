"""Preparation: consent, intention, and the session with the therapist."""

from hashlib import sha256

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of, positive
from openkap.clinical.entries.preparation import (
    Consented,
    ConsentWithdrawn,
    Intention,
    PreparationHeld,
)
from openkap.clinical.protocol import ConsentText
from openkap.clinical.refusal import BadInput


def text_hash(document: ConsentText) -> str:
    """sha-256 (hex) of the text exactly as shown, UTF-8."""
    return sha256(document.text.encode()).hexdigest()


@action("consent.sign")
def consent(act: Act, *, document: str, text_sha256: str, signed_name: str) -> None:
    """The patient signs the text that was shown, which must be the text in force. Never while impaired."""
    text = act.protocol.consents[one_of(document, act.protocol.consents, "document")]
    if text_sha256 != text_hash(text):
        raise BadInput("text_sha256", "the text has changed since it was shown", "Read it again, then sign")
    needed(signed_name, "signed_name", "Sign with your full name")
    act.pass_gate("sign-consent")
    act.write(
        Consented(document=document, version=text.version, text_sha256=text_sha256, signed_name=signed_name)
    )


@action("consent.sign")
def withdraw_consent(act: Act, *, document: str, said: str = "") -> None:
    """Consent is taken back. Possible at any time, impaired or not."""
    one_of(document, act.protocol.consents, "document")
    act.write(ConsentWithdrawn(document=document, said=said))


@action("intention.set")
def set_intention(act: Act, *, words: str) -> None:
    """The patient's intention in their own words."""
    act.write(Intention(words=needed(words, "words", "Write it in the patient's own words")))


@action("preparation.hold")
def hold_preparation(act: Act, *, minutes: int, note: str) -> None:
    """A preparation session between therapist and patient took place."""
    act.write(PreparationHeld(minutes=positive(minutes, "minutes"), note=needed(note, "note")))
