"""What many open rooms are told at once is what each would be told alone."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from openkap.demo.clinic import Staff
from openkap.demo.telling import Person, Telling
from openkap.records import read, rooms
from openkap.records.policy import Principal
from openkap.records.rooms import Asked
from tests.actions.day import dosed
from tests.actions.test_feed import samples, send
from tests.conftest import AT


@pytest.fixture
def ready(clinic: object, people: dict[str, Principal]) -> Telling:
    """A chart in which a dose may be booked."""
    staff = Staff(clinic, people["director"], people["prescriber"], people["therapist"], people["monitor"])
    telling = Telling(staff, Person("Ada", "Berg", "female", date(1980, 1, 1), "none"), AT)
    telling.made_ready(1)
    return telling


@pytest.fixture
def patient(ready: Telling) -> Principal:
    """The person of the chart, signed in."""
    clinic = str(ready.staff.clinic.id)
    return Principal(user="ada", name="Ada Berg", role="patient", clinic=clinic, chart=ready.chart)


@pytest.fixture
def visit(ready: Telling) -> str:
    """A visit with three readings."""
    visiting = dosed(ready)
    send(visiting, samples(visiting, 3))
    return visiting.visit


def test_each_place_of_the_readings_is_kept(
    ready: Telling, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at a time: a chunk that ends between two listeners of one visit loses nothing."""
    monkeypatch.setattr(rooms, "AT_A_TIME", 2)
    who = ready.staff.monitor
    found = rooms.news([Asked(who, UUID(ready.chart), visit, after) for after in range(5)])
    assert [[row.number for row in news[1]] for news in found if news] == [[1, 2, 3], [2, 3], [3], [], []]
    assert {news[0].seq for news in found if news} == {ready.folded().seq}


def test_it_opens_for_whom_a_chart_opens_and_for_nobody_else(
    ready: Telling, visit: str, patient: Principal
) -> None:
    """Every role, on the care team and not, of this clinic and another, for a chart and for none."""
    staff = ready.staff
    stranger = Principal(
        user=str(uuid4()), name="Not on the team", role="therapist", clinic=staff.therapist.clinic
    )
    other = Principal(user=str(uuid4()), name="Elsewhere", role="prescriber", clinic=str(uuid4()))
    everybody = [staff.monitor, staff.prescriber, staff.therapist, staff.director, stranger, other, patient]
    charts = [ready.chart, str(uuid4())]
    asked = [Asked(who, UUID(chart), visit, 0) for who in everybody for chart in charts]
    opened = [news is not None for news in rooms.news(asked)]
    assert opened == [read.may_open(one.who, str(one.chart_id), "visit.read") for one in asked]
    assert 0 < sum(opened) < len(asked)


def test_it_asks_the_database_as_often_for_many_as_for_one(
    ready: Telling, visit: str, django_assert_num_queries: Callable[..., object]
) -> None:
    """Four questions: where charts belong, who is on their teams, how far they have come, what came in."""
    one = Asked(ready.staff.monitor, UUID(ready.chart), visit, 0)
    for asked in ([one], [one] * 50):
        with django_assert_num_queries(4):  # type: ignore[attr-defined]
            rooms.news(asked)
    assert rooms.news([]) == []
