"""Reminders: placed once, worded so that anybody may read them, tried again with patience, missed aloud."""

import re
from datetime import timedelta

import pytest

from openkap.actions import messages, reminding
from openkap.actions.door import NotAllowed
from openkap.clinical.case import Case
from openkap.clinical.entries.reminders import ReminderFailed
from openkap.clinical.messages import due
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.accounts import create_user
from openkap.records.models import OutboxRow
from openkap.records.policy import Principal, principal_of
from tests.actions.day import dosed
from tests.conftest import AT

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CLINICAL = re.compile(
    r"ketamin|dose|dosing|depress|suicid|therap|treat|clinic|session|drug|medic|psych|health|mood|PHQ", re.I
)


@pytest.fixture
def ada(ready: Telling) -> Principal:
    """Ada with an account and an address."""
    clinic = ready.staff.clinic
    who = principal_of(create_user("ada", name="Ada Berg", role="patient", clinic=clinic, chart=ready.chart))
    reminding.choose(who, ready.chart, at=AT - 9 * HOUR, channel="email", address="ada@mail.example")
    return who


def booked(ready: Telling, starts_at: object) -> None:
    Visiting(ready, starts_at).booked(AT - 8 * HOUR)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ahead", "rows"), [(24 * HOUR + SECOND, 0), (24 * HOUR, 1), (SECOND, 1), (timedelta(0), 0)]
)
def test_a_visit_is_reminded_of_the_day_before(
    ready: Telling, ada: Principal, ahead: timedelta, rows: int
) -> None:
    """From a day before until it begins; however often it is looked at, once."""
    booked(ready, AT + ahead)
    assert [reminding.place(AT), reminding.place(AT)] == [rows, 0]
    assert OutboxRow.objects.count() == rows


def test_nothing_in_it_says_what_it_is_about(ready: Telling, ada: Principal) -> None:
    """Every subject and body that there is, against the words of the trade and the names in the chart."""
    booked(ready, AT + 20 * HOUR)
    messages.send(ready.staff.therapist, ready.chart, at=AT, words="Your dose is higher now")
    assert reminding.place(AT + SECOND) == 2
    for row in OutboxRow.objects.all():
        said = f"{row.subject} {row.body}"
        assert not CLINICAL.search(said), said
        for name in ("Ada", "Berg", ready.staff.therapist.name, ready.staff.clinic.name, "higher"):
            assert name not in said
        assert "nobody watches it" in said


def test_whoever_wants_none_gets_none(ready: Telling, ada: Principal) -> None:
    """Also where an address stood before."""
    reminding.choose(ada, ready.chart, at=AT - HOUR, channel="none")
    booked(ready, AT + 20 * HOUR)
    assert reminding.place(AT) == 0


@pytest.mark.parametrize(
    ("channel", "address"),
    [("email", "ada"), ("email", "a@b\nBcc: all@b.example"), ("sms", "ada"), ("sms", "12"), ("fax", "1")],
)
def test_an_address_that_is_none_is_refused(
    ready: Telling, ada: Principal, channel: str, address: str
) -> None:
    with pytest.raises(BadInput):
        reminding.choose(ada, ready.chart, at=AT, channel=channel, address=address)


def test_no_new_way_is_opened_on_the_day_of_a_dose(ready: Telling, ada: Principal) -> None:
    """Stopping is always heard."""
    dosed(ready)
    with pytest.raises(NotAllowed):
        reminding.choose(ada, ready.chart, at=AT + HOUR, channel="sms", address="+1 555 0142")
    reminding.choose(ada, ready.chart, at=AT + HOUR, channel="none")


def test_it_is_tried_with_longer_pauses_and_then_told(ready: Telling, ada: Principal) -> None:
    """Six tries; then the chart says that it did not reach them, and the board owes them a word."""
    booked(ready, AT + 20 * HOUR)
    reminding.place(AT)
    at, tries = AT, 0
    while rows := reminding.waiting(at):
        tries += 1
        assert reminding.waiting(at - SECOND) == []
        reminding.again(rows[0], "421 busy", at)
        rows[0].refresh_from_db()
        at = rows[0].next_try_at
    assert (tries, OutboxRow.objects.get().state) == (6, "refused")
    (failed,) = ready.folded().facts(ReminderFailed)
    assert (failed.channel, failed.why) == ("email", "421 busy")
    at += HOUR
    (owed,) = due(Case(ready.folded(), ready.protocol, at))
    assert owed.what == "reminder that did not go out: reach them another way"
    messages.settle(ready.staff.therapist, ready.chart, at=at, how="Called her")
    assert due(Case(ready.folded(), ready.protocol, at + SECOND)) == ()


def test_what_comes_too_late_is_not_sent(ready: Telling, ada: Principal) -> None:
    """An appointment that has begun is not reminded of; that it was not is told."""
    booked(ready, AT + HOUR)
    reminding.place(AT)
    assert len(reminding.waiting(AT + HOUR - SECOND)) == 1
    assert reminding.waiting(AT + HOUR) == []
    assert OutboxRow.objects.get().state == "too late"
    assert len(ready.folded().facts(ReminderFailed)) == 1
