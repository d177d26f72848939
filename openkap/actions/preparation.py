"""Preparation: intention, and the session with the therapist."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, positive
from openkap.clinical.entries.preparation import Intention, PreparationHeld


@action("intention.set")
def set_intention(act: Act, *, words: str) -> None:
    """The patient's intention in their own words."""
    act.write(Intention(words=needed(words, "words", "Write it in the patient's own words")))


@action("preparation.hold")
def hold_preparation(act: Act, *, minutes: int, note: str) -> None:
    """A preparation session between therapist and patient took place."""
    act.write(PreparationHeld(minutes=positive(minutes, "minutes"), note=needed(note, "note")))
