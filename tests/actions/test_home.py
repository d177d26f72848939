"""Treatment at home: where it is, the law there, and a booking that asks for both."""

from datetime import date, timedelta
from typing import Any

import pytest

from openkap.actions import home as act
from openkap.actions.door import NotAllowed
from openkap.actions.dosing import book, check
from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.home import HomeNamed
from openkap.clinical.entries.office import Refused
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.ledger import Draft, append
from openkap.records.policy import NotFound
from tests.actions.day import booked
from tests.conftest import AT

HOME = {
    "address": "12 Elm Street, flat 3",
    "region": "US-CA",
    "time_zone": "America/Los_Angeles",
    "emergency_number": "911",
    "phone": "555 0100",
}
LAW: dict[str, Any] = {"region": "US-CA", "allows": "yes", "source": "the board", "until": date(2027, 3, 31)}


def test_a_home_is_written_down_whole(ready: Telling) -> None:
    """Every part of it is needed by whoever sends help."""
    act.name_home(ready.staff.monitor, ready.chart, at=AT, **HOME)
    assert ready.folded().facts(HomeNamed) == [HomeNamed(**HOME)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", " "),
        ("region", "California"),
        ("region", "us-ca"),
        ("time_zone", "PST8"),
        ("emergency_number", ""),
        ("emergency_number", "911 or the hospital"),
        ("phone", ""),
    ],
)
def test_a_part_that_is_missing_or_unknown_is_refused(ready: Telling, field: str, value: str) -> None:
    """By its own field; nothing is guessed from the others."""
    with pytest.raises(BadInput) as fault:
        act.name_home(ready.staff.monitor, ready.chart, at=AT, **(HOME | {field: value}))
    assert fault.value.where == field


@pytest.mark.parametrize(
    ("field", "value"), [("allows", "maybe"), ("source", ""), ("region", ""), ("until", date(2026, 1, 1))]
)
def test_what_the_law_says_has_a_source_and_a_last_day(ready: Telling, field: str, value: Any) -> None:
    """A day that is over settles nothing."""
    with pytest.raises(BadInput) as fault:
        act.look_up_law(ready.staff.prescriber, ready.chart, at=AT, **(LAW | {field: value}))
    assert fault.value.where == field


def test_the_law_is_for_a_prescriber_to_look_up(ready: Telling) -> None:
    """Nobody else may."""
    with pytest.raises(NotFound):
        act.look_up_law(ready.staff.monitor, ready.chart, at=AT, **LAW)


def test_a_visit_at_home_asks_a_gate_of_its_own(ready: Telling) -> None:
    """What lets a visit be booked in the clinic is not enough, and the refusal is kept."""
    starts = AT + timedelta(days=1)
    with pytest.raises(NotAllowed) as refusal:
        book(ready.staff.prescriber, ready.chart, at=AT, starts_at=starts, route="iv", place="home")
    assert {"home-infusion", "home-law"} <= {reason.rule for reason in refusal.value.because}
    assert ready.folded().latest(Refused).fact.action == "treat-at-home"
    assert not ready.folded().facts(VisitBooked)


def test_nobody_books_a_place_that_is_neither(ready: Telling) -> None:
    """A hotel is no home."""
    with pytest.raises(BadInput) as fault:
        book(ready.staff.prescriber, ready.chart, at=AT, starts_at=AT, route="iv", place="hotel")
    assert fault.value.where == "place"


def booked_at_home(ready: Telling) -> str:
    """A visit at home as the ledger has it; whether it may be booked is asked elsewhere."""
    fact = VisitBooked(visit="h1", starts_at=AT, room="At home", route="sublingual", number=1, place="home")
    append([Draft(f"chart:{ready.chart}", fact, AT)], author="test", via="test", at=AT)
    return "h1"


def test_where_the_patient_is_is_said_live(ready: Telling) -> None:
    """What was named is copied into the entry, so that it shows what was confirmed."""
    visit = booked_at_home(ready)
    named = act.name_home(ready.staff.monitor, ready.chart, at=AT, **HOME)
    said = {"here": "yes", "number_read": "yes"}
    made = act.confirm_home(ready.staff.monitor, ready.chart, at=AT, visit=visit, **said).fact
    assert (made.home, made.address, made.emergency_number) == (str(named.id), HOME["address"], "911")


@pytest.mark.parametrize("field", ["here", "number_read"])
def test_a_no_is_no_confirmation(ready: Telling, field: str) -> None:
    """Somebody who is elsewhere has another home, another law and another ambulance."""
    visit = booked_at_home(ready)
    act.name_home(ready.staff.monitor, ready.chart, at=AT, **HOME)
    said = {"here": "yes", "number_read": "yes"} | {field: "no"}
    with pytest.raises(BadInput) as fault:
        act.confirm_home(ready.staff.monitor, ready.chart, at=AT, visit=visit, **said)
    assert fault.value.where == field


def test_without_a_home_nothing_can_be_confirmed(ready: Telling) -> None:
    """It is named first, and its law looked up."""
    with pytest.raises(BadInput, match="no home is named"):
        act.confirm_home(
            ready.staff.monitor,
            ready.chart,
            at=AT,
            visit=booked_at_home(ready),
            here="yes",
            number_read="yes",
        )


@pytest.mark.parametrize("field", ["name", "phone"])
def test_a_sitter_has_a_name_and_a_number(ready: Telling, field: str) -> None:
    """Both are needed to call them."""
    sitter = {"name": "Ruth Okafor", "phone": "555 0111"} | {field: " "}
    with pytest.raises(BadInput) as fault:
        act.name_sitter(ready.staff.monitor, ready.chart, at=AT, visit=booked_at_home(ready), **sitter)
    assert fault.value.where == field


def test_a_visit_in_the_clinic_has_no_sitter(ready: Telling) -> None:
    """Nor a line of the checklist that only a home has."""
    visit = booked(ready).visit
    with pytest.raises(BadInput, match="in the clinic"):
        act.name_sitter(ready.staff.monitor, ready.chart, at=AT, visit=visit, name="Ruth", phone="555")
    with pytest.raises(BadInput, match="'sitter-sober' is not known here"):
        check(ready.staff.monitor, ready.chart, at=AT, visit=visit, item="sitter-sober", answer="yes")
