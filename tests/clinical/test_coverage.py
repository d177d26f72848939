"""Follow-up of doses: each session and call by its own time, to the second, and the figures they come to."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.case import Case
from openkap.clinical.coverage import CALL, IN_TIME, LATE, MISSING, NOT_YET, SESSION, figure, followed
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from tests.clinical.charts import DAY, adopted, and_then, course_facts, given, ready_chart, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HELD = IntegrationHeld(visit="v1", approach="open", minutes=50)
REACHED, MISSED = (NextDayContact(visit="v1", reached=reached) for reached in (True, False))


@pytest.mark.parametrize(
    ("what", "fact", "after", "asked", "state"),
    [
        (SESSION, HELD, 3 * DAY, 9 * DAY, IN_TIME),
        (SESSION, HELD, 3 * DAY + SECOND, 9 * DAY, LATE),
        (SESSION, HELD, 4 * DAY, 3 * DAY, NOT_YET),
        (SESSION, HELD, 4 * DAY, 3 * DAY + SECOND, MISSING),
        (CALL, REACHED, DAY, 9 * DAY, IN_TIME),
        (CALL, REACHED, DAY + SECOND, 9 * DAY, LATE),
        (CALL, MISSED, DAY, 9 * DAY, MISSING),
        (CALL, MISSED, DAY / 2, DAY, NOT_YET),
    ],
)
def test_each_by_its_own_time(
    what: str, fact: object, after: timedelta, asked: timedelta, state: str
) -> None:
    """At the very end of its time it is in time; a call that reached nobody is none."""
    chart = and_then(ready_chart(AT), (AT, given("v1")), (AT + after, fact))
    (one,) = [f for f in followed(Case(chart, adopted(), AT + asked)) if f.what == what]
    assert one.state == state
    assert one.done == (AT + after if state in (IN_TIME, LATE) else None)


def test_the_next_dose_ends_the_time_of_a_session() -> None:
    """A dose within the window: the session was owed before it, and the later dose owes its own."""
    chart = and_then(ready_chart(AT), (AT, given("v1")), (AT + DAY, given("v2")), (AT + 2 * DAY, HELD))
    every = followed(Case(chart, adopted(), AT + 9 * DAY))
    states = {(f.visit.id, f.what): (f.by, f.state) for f in every}
    assert states["v1", SESSION] == (AT + DAY, LATE)
    assert states["v2", SESSION] == (AT + 4 * DAY, MISSING)


def test_the_figures_count_what_fell_due() -> None:
    """Two doses well followed, two without session or call; what is not yet due is in no share."""
    told = followed(Case(without(course_facts(AT, 2)), adopted(), AT + 30 * DAY))
    assert figure(told, SESSION).share == figure(told, CALL).share == 1
    bare = followed(Case(without(course_facts(AT, 2), "session", "call"), adopted(), AT + 30 * DAY))
    both = figure((*told, *bare), SESSION)
    assert (both.counts[IN_TIME], both.counts[MISSING], both.due, both.share) == (2, 2, 4, 0.5)
    fresh = and_then(ready_chart(AT), (AT, given("v1")))
    assert figure(followed(Case(fresh, adopted(), AT + SECOND)), CALL).share is None
    assert followed(Case(ready_chart(AT), adopted(), AT)) == ()
