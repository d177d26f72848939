"""Consent: understood, signed, explained, and taken back at any moment."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical import dosing
from openkap.clinical.consent import open_questions
from openkap.clinical.consent_text import ConsentText
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.preparation import (
    Consented,
    ConsentExplained,
    ConsentWithdrawn,
    UnderstandingAnswered,
)
from openkap.clinical.refusal import BadInput

WITHDRAWN = "consent-withdrawn"
"""How the id of the task begins that a consent taken back under the drug opens."""


@action("consent.sign")
def answer(act: Act, *, document: str, text_sha256: str, question: str, answer: str) -> None:
    """One answer to a question about the text that was shown. Right or wrong, it is kept."""
    text = _shown(act, document, text_sha256)
    asked = {known.id: known for known in text.questions}
    one = asked[one_of(question, asked, "question")]
    one_of(answer, one.choices, "answer")
    act.pass_gate("sign-consent")
    act.write(
        UnderstandingAnswered(
            document=document,
            version=text.version,
            text_sha256=text_sha256,
            question=question,
            answer=answer,
            right=answer == one.right,
        )
    )


@action("consent.sign")
def sign(act: Act, *, document: str, text_sha256: str, signed_name: str, witness: str = "") -> None:
    """The patient signs the text that was shown, which must be the text in force. Never while impaired."""
    text = _shown(act, document, text_sha256)
    needed(signed_name, "signed_name", "Sign with your full name")
    act.pass_gate("sign-consent")
    if waiting := open_questions(act.case, text):
        what = f"{len(waiting)} of the questions about the text {'is' if len(waiting) == 1 else 'are'} open"
        raise BadInput("questions", what, "Answer them first; a wrong answer can be tried again")
    act.write(
        Consented(
            document=document,
            version=text.version,
            text_sha256=text_sha256,
            signed_name=signed_name,
            witness=witness or None,
        )
    )


@action("consent.withdraw")
def withdraw(act: Act, *, document: str, said: str = "") -> None:
    """Consent is taken back. Possible at any time, impaired or not; under the drug it calls somebody."""
    text = act.protocol.consents[one_of(document, act.protocol.consents, "document")]
    act.write(ConsentWithdrawn(document=document, said=said))
    under = next((visit for visit in act.case.visits if visit.phase in dosing.UNDER_THE_DRUG), None)
    if text.required and under is not None:
        what = "The patient took back consent under the drug: give no more, keep watching, go and ask"
        task = f"{WITHDRAWN}-{under.id}"
        act.write(TaskOpened(task=task, what=what, rule="dose-needs-consent"))


@action("consent.explain")
def explain(act: Act, *, document: str, note: str) -> None:
    """The counter-note of whoever went through the text with the patient."""
    text = act.protocol.consents[one_of(document, act.protocol.consents, "document")]
    needed(note, "note", "Write what was talked about and how it was understood")
    act.write(ConsentExplained(document=document, version=text.version, role=act.who.role, note=note))


def _shown(act: Act, document: str, text_sha256: str) -> ConsentText:
    """The text in force, if it is the one that was shown."""
    text = act.protocol.consents[one_of(document, act.protocol.consents, "document")]
    if text_sha256 != text.sha256:
        raise BadInput("text_sha256", "the text has changed since it was shown", "Read it again, then sign")
    return text
