"""A clinic with one person whose course can be told as far as a test needs."""

from collections.abc import Callable
from datetime import date

import pytest

from openkap.demo.clinic import Staff
from openkap.demo.telling import Person, Telling
from openkap.records.policy import Principal
from tests.conftest import AT


@pytest.fixture
def staff(clinic: object, people: dict[str, Principal]) -> Staff:
    return Staff(clinic, people["director"], people["prescriber"], people["therapist"], people["monitor"])


@pytest.fixture
def telling(staff: Staff) -> Telling:
    """Ada Berg, of whom nothing is known yet. "Now" is 14 May 2026, 10:00 UTC."""
    return Telling(staff, Person("Ada", "Berg", "female", date(1980, 1, 1), "none"), AT)


@pytest.fixture
def record(telling: Telling) -> Telling:
    """Her record came in and the intake questions are answered."""
    telling.record_comes_in(telling.day(20, 9))
    return telling


@pytest.fixture
def ready(telling: Telling) -> Telling:
    """Screened, consented, prepared, with a plan: a dose may be booked."""
    telling.made_ready(1)
    return telling


@pytest.fixture
def patient(ready: Telling) -> Principal:
    """Ada herself, signed in."""
    clinic = str(ready.staff.clinic.id)
    return Principal(user="ada", name="Ada Berg", role="patient", clinic=clinic, chart=ready.chart)


@pytest.fixture
def facts() -> Callable[[Telling, type], list[object]]:
    """What stands in the chart of one kind."""
    return lambda telling, kind: telling.folded().facts(kind)
