"""After the dose: integration sessions and the call on the next day."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.actions import integration
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.refusal import BadFields, BadInput
from openkap.demo.telling import Telling
from tests.actions.day import booked, dosed
from tests.conftest import AT

HELD: dict[str, Any] = {
    "approach": "mbct",
    "parts": (("practice", "Breathing, ten minutes"), ("noticed", "The garden was there"), ("inquiry", "")),
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
    held = ready.folded().latest(IntegrationHeld).fact
    assert [(part.part, part.label, part.text) for part in held.parts] == [
        ("practice", "The practice", "Breathing, ten minutes"),
        ("noticed", "What was noticed", "The garden was there"),
    ]


def test_a_call_nobody_answered_is_still_owed(ready: Telling) -> None:
    """Not reached is charted, and the contact stays open."""
    visit = dosed(ready).visit
    integration.contact(ready.staff.therapist, ready.chart, at=NEXT, visit=visit, reached=False)
    assert not ready.status(NEXT).visits[0].contacted


@pytest.mark.parametrize(
    ("act", "fields"),
    [
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
    ("where", "changed"),
    [
        ("approach", {"approach": "dream"}),
        ("approach", {"approach": "group-circle"}),
        ("part-noticed", {"parts": (("practice", "Breathing"), ("noticed", " "))}),
        ("part-dream", {"parts": (*HELD["parts"], ("dream", "A house"))}),
        ("minutes", {"minutes": 0}),
    ],
)
def test_a_session_says_how_what_and_how_long(ready: Telling, where: str, changed: dict[str, Any]) -> None:
    """Each blank or unknown field is named, and a circle is no session of one person."""
    visit = dosed(ready).visit
    with pytest.raises((BadInput, BadFields)) as fault:
        integration.hold(ready.staff.therapist, ready.chart, at=NEXT, visit=visit, **HELD | changed)
    assert where in str(fault.value)
    assert not ready.folded().facts(IntegrationHeld)
