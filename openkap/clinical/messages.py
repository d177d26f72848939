"""Messages between patient and team: the thread, and which of the patient's wait for an answer."""

from openkap.clinical.answers import Due
from openkap.clinical.case import Case, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.clinical.entries.reminders import ReminderFailed

ANSWERED = "message-answered"
"""The time a message may wait for an answer, and the due that says so."""
_WHO = "therapist"


def thread(case: Case) -> tuple[Entry, ...]:
    """Everything that was written, what did not go out, and how what needed no answer was settled."""
    kinds = (MessageSent, MessageSettled, ReminderFailed)
    return tuple(sorted((entry for kind in kinds for entry in case.all(kind)), key=order))


def waiting(case: Case) -> tuple[Entry, ...]:
    """What the patient wrote, and what did not reach them, since the team last wrote or settled it."""
    left: list[Entry] = []
    for entry in thread(case):
        theirs = isinstance(entry.fact, MessageSent) and entry.fact.side == "patient"
        if theirs or isinstance(entry.fact, ReminderFailed):
            left.append(entry)
        else:
            left.clear()
    return tuple(left)


def due(case: Case) -> tuple[Due, ...]:
    """The first message that waits, by when it is answered."""
    waits = waiting(case)
    if not waits:
        return ()
    by = waits[0].effective_at + case.protocol.span(ANSWERED)
    failed = isinstance(waits[0].fact, ReminderFailed)
    what = "reminder that did not go out: reach them another way" if failed else "message to answer"
    return (Due(what, _WHO, by, ANSWERED),)
