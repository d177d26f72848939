"""What a person answers by themselves: each answer as it is given, and an intake that is sent."""

from openkap.clinical.entries.kind import kind


@kind("answer-saved")
class AnswerSaved:
    """One answer of a form in progress. A later answer to the same question stands; the earlier one stays."""

    form: str  # an instrument's id, or "intake"
    version: str  # hash of the form as it was asked
    run: str  # id of this filling in of the form
    question: str
    values: tuple[str, ...] = ()  # empty: left blank; ("unknown",): "I don't know"
    said_by: str = "patient"


@kind("intake-sent")
class IntakeSent:
    """The intake was looked through and sent; the facts that follow it in the ledger were read from it."""

    run: str
    version: str
    answered: int
    unknown: tuple[str, ...] = ()  # questions answered with "I don't know"
