"""What a person answers by themselves: each answer as it is given, and an intake that is sent."""

from openkap.clinical.entries.kind import kind
from openkap.clinical.forms import Question


@kind("answer-saved")
class AnswerSaved:
    """One answer of a form in progress. A later answer to the same question stands; the earlier one stays."""

    form: str  # an instrument's id, "intake", or the id of an asked form
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


@kind("form-asked")
class FormAsked:
    """The team asks this person a form from elsewhere, kept whole: its file is not needed again."""

    name: str  # what its file calls it: an address, an id or a title
    title: str
    parts: tuple[Question, ...]
    notice: str = ""
    version: str  # hash of the form under that name
    source: str  # name of the file
    url: str = ""
    source_version: str = ""  # as the file calls itself
    left_out: tuple[str, ...] = ()  # a sentence for each thing of the file that is not asked


@kind("form-taken-back")
class FormTakenBack:
    """The team does not ask this form any more. What was answered stays in the ledger, unsent."""

    form: str
    title: str
    reason: str = ""


@kind("form-sent")
class FormSent:
    """An asked form was looked through and sent. Its answers are those saved under the run."""

    form: str
    title: str
    version: str  # hash of the form as it was asked
    run: str
    answered: int
