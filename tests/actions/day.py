"""A dosing day as far as a test needs it."""

from datetime import timedelta
from typing import Any

from openkap.actions import dosing
from openkap.actions.dose import worked_out
from openkap.clinical.entries import Entry
from openkap.demo.telling import Telling
from openkap.demo.visiting import CONCENTRATION, Visiting
from tests.conftest import AT


def booked(telling: Telling) -> Visiting:
    """A visit half an hour ago to which nobody has come yet."""
    return Visiting(telling, AT - timedelta(minutes=30)).booked(AT - timedelta(hours=1))


def booked_and_checked(telling: Telling) -> Visiting:
    """Everything of the day done: the dose may start at AT."""
    visiting = booked(telling)
    visiting.arrived(AT - timedelta(minutes=20))
    visiting.signs(AT - timedelta(minutes=3))
    visiting.dose_at = AT
    return visiting


def give(visiting: Visiting, *, later: timedelta = timedelta(0), **changed: Any) -> Entry:
    """The dose as the plan has it, or with fields changed."""
    telling = visiting.telling
    found = worked_out(telling.folded(), visiting.visit, CONCENTRATION)
    fields: dict[str, Any] = {
        "visit": visiting.visit,
        "amount": found.amount if found else None,
        "concentration": CONCENTRATION,
        "lot": "L1",
        "identifiers": ("name", "birth date"),
    }
    return dosing.start(telling.staff.monitor, telling.chart, at=AT + later, **fields | changed)


def dosed(telling: Telling) -> Visiting:
    """The infusion runs since AT."""
    visiting = booked_and_checked(telling)
    give(visiting)
    return visiting
