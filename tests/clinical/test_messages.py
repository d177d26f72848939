"""Messages: what waits for an answer, since when, and what settles it."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical import messages
from openkap.clinical.answers import Due
from openkap.clinical.case import Case
from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.clinical.status import assess
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OURS, THEIRS = MessageSent(words="We call you", side="team"), MessageSent(words="Hello?", side="patient")
DONE = MessageSettled(how="Called")


@pytest.mark.parametrize(
    ("written", "waits"),
    [
        ([], []),
        ([THEIRS], [0]),
        ([THEIRS, THEIRS], [0, 1]),
        ([THEIRS, OURS], []),
        ([THEIRS, DONE], []),
        ([THEIRS, OURS, THEIRS], [2]),
        ([OURS], []),
        ([OURS, THEIRS], [1]),
    ],
)
def test_what_waits_is_what_the_patient_wrote_last(written: list[object], waits: list[int]) -> None:
    """Everything since the team last wrote, or settled it; the answer is owed from the first of these."""
    told = chart_of([(AT - HOUR, person()), *((AT + n * HOUR, fact) for n, fact in enumerate(written))])
    at = AT + 48 * HOUR
    case = Case(told, adopted(), at)
    assert [e.effective_at for e in messages.waiting(case)] == [AT + n * HOUR for n in waits]
    by = AT + waits[0] * HOUR + adopted().span("message-answered") if waits else None
    owed = tuple(Due("message to answer", "therapist", by, "message-answered") for _ in waits[:1])
    assert messages.due(case) == owed
    assert [due for due in assess(told, adopted(), at).due if due.rule == messages.ANSWERED] == list(owed)


def test_what_is_not_written_yet_does_not_wait() -> None:
    """A replay of yesterday knows nothing of today's message."""
    told = chart_of([(AT - HOUR, person()), (AT, THEIRS)])
    assert messages.waiting(Case(told, adopted(), AT - HOUR)) == ()
    assert len(messages.waiting(Case(told, adopted(), AT))) == 1
