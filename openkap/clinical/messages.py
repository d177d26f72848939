"""Messages between patient and team: the thread, and which of the patient's wait for an answer."""

from openkap.clinical.answers import Due
from openkap.clinical.case import Case, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.message import MessageSent, MessageSettled

ANSWERED = "message-answered"
"""The time a message may wait for an answer, and the due that says so."""
_WHO = "therapist"


def thread(case: Case) -> tuple[Entry, ...]:
    """Everything that was written, and how what needed no answer was settled, oldest first."""
    return tuple(sorted((*case.all(MessageSent), *case.all(MessageSettled)), key=order))


def waiting(case: Case) -> tuple[Entry, ...]:
    """What the patient wrote since the team last wrote or settled it, oldest first."""
    left: list[Entry] = []
    for entry in thread(case):
        if isinstance(entry.fact, MessageSent) and entry.fact.side == "patient":
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
    return (Due("message to answer", _WHO, by, ANSWERED),)
