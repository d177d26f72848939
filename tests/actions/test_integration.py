"""After the dose: integration sessions and the call on the next day."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.actions import integration
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from tests.actions.day import booked, dosed
from tests.conftest import AT

HELD: dict[str, Any] = {
    "approach": "mbct",
    "insight": "The garden was there",
    "action": "Ten minutes outside",
    "minutes": 50,
}
NEXT = AT + timedelta(days=1)


def test_an_integration_session_belongs_to_its_dose(ready: Telling) -> None:
    """Booked, reached, held: the visit says so and nothing is owed for it any more."""
    visit = dosed(ready).visit
    therapist = ready.staff.therapist
    integration.book(therapist, ready.chart, at=NEXT, visit=visit, starts_at=NEXT + timedelta(days=1))
    integration.contact(therapist, ready.chart, at=NEXT, visit=visit, reached=True)
    integration.hold(therapist, ready.chart, at=NEXT, visit=visit, **HELD)
    found = ready.status(NEXT).visits[0]
    assert (found.integration_held, found.contacted) == (True, True)
    assert ready.folded().latest(IntegrationHeld).fact.action == "Ten minutes outside"


def test_a_call_nobody_answered_is_still_owed(ready: Telling) -> None:
    """Not reached is charted, and the contact stays open."""
    visit = dosed(ready).visit
    integration.contact(ready.staff.therapist, ready.chart, at=NEXT, visit=visit, reached=False)
    assert not ready.status(NEXT).visits[0].contacted


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (integration.book, {"starts_at": NEXT}),
        (integration.hold, HELD),
        (integration.contact, {"reached": True}),
    ],
)
def test_without_a_dose_there_is_nothing_to_integrate(
    ready: Telling, act: Any, fields: dict[str, Any]
) -> None:
    """A visit that was only booked is refused by field."""
    with pytest.raises(BadInput) as fault:
        act(ready.staff.therapist, ready.chart, at=NEXT, visit=booked(ready).visit, **fields)
    assert fault.value.where == "visit"


@pytest.mark.parametrize(
    ("name", "value"), [("approach", "dream"), ("insight", ""), ("action", " "), ("minutes", 0)]
)
def test_a_session_says_how_what_and_how_long(ready: Telling, name: str, value: Any) -> None:
    """Each blank or unknown field is named."""
    visit = dosed(ready).visit
    with pytest.raises(BadInput) as fault:
        integration.hold(ready.staff.therapist, ready.chart, at=NEXT, visit=visit, **HELD | {name: value})
    assert fault.value.where == name
