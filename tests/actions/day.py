"""A dosing day as far as a test needs it."""

from datetime import timedelta
from typing import Any

from openkap.actions import dosing
from openkap.clinical.case import Case
from openkap.clinical.confirming import prepared
from openkap.clinical.entries import Entry
from openkap.clinical.entries.drug import DosePrepared
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from tests.conftest import AT


def booked(telling: Telling) -> Visiting:
    """A visit half an hour ago to which nobody has come yet."""
    return Visiting(telling, AT - timedelta(minutes=30)).booked(AT - timedelta(hours=1))


def booked_and_checked(telling: Telling) -> Visiting:
    """Everything of the day done, the sum confirmed: the dose may start at AT."""
    visiting = booked(telling)
    visiting.arrived(AT - timedelta(minutes=20))
    visiting.signs(AT - timedelta(minutes=3))
    visiting.dose_at = AT
    visiting.confirmed(AT - timedelta(minutes=2), lot="L1")
    return visiting


def give(visiting: Visiting, *, later: timedelta = timedelta(0), **changed: Any) -> Entry:
    """The dose as it was worked out, or with fields changed."""
    telling = visiting.telling
    fields: dict[str, Any] = {
        "visit": visiting.visit,
        "amount": sum_of(visiting),
        "identifiers": ("name", "birth date"),
    }
    return dosing.start(telling.staff.monitor, telling.chart, at=AT + later, **fields | changed)


def sum_of(visiting: Visiting) -> Milligrams | None:
    """The milligrams worked out for this visit; where nobody has, nurse and second person do it now."""
    telling = visiting.telling
    chart = telling.folded()
    made = chart.latest(DosePrepared, visit=visiting.visit)
    done = prepared(Case(chart, telling.protocol, AT, visiting.visit))
    if made and not (done and done.void):
        amount: Milligrams = made.fact.amount
        return amount
    try:
        return visiting.confirmed(AT, lot="L1")
    except BadInput:
        return None


def dosed(telling: Telling) -> Visiting:
    """The infusion runs since AT."""
    visiting = booked_and_checked(telling)
    give(visiting)
    return visiting
