"""Fill the demonstration clinic, once. The same seed and the same moment make the same clinic."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from openkap.clinical.moments import utc
from openkap.demo import clinic as demo_clinic
from openkap.demo.clinic import Staff
from openkap.demo.stories import STORIES
from openkap.demo.telling import Person, Telling
from openkap.records.models import Clinic

ADOPTED_BEFORE = timedelta(days=400)
"""Before anybody of people.toml came."""


def people() -> list[Person]:
    """Everybody in people.toml."""
    rows = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))
    return [Person(**row) for row in rows["person"]]


def seed(now: datetime, *, time_zone: str = "UTC", tell: Callable[[str], None] = print) -> Clinic:
    """The demonstration clinic, made if it is not there yet. One transaction a person."""
    there = demo_clinic.found()
    if there is not None:
        tell("the demonstration clinic is already filled")
        return there
    everybody = people()
    with transaction.atomic():
        made = demo_clinic.make(time_zone)
        team = demo_clinic.staff(made)
        demo_clinic.sign_off(made, utc(now))
        demo_clinic.adopt(team, utc(now) - ADOPTED_BEFORE)
        demo_clinic.stock(team, utc(now) - ADOPTED_BEFORE)
        demo_clinic.keep_hours(team, utc(now))
        for person in everybody:
            fill(team, person, utc(now))
    tell(f"filled {made.name} with {len(everybody)} synthetic people")
    return made


def fill(team: Staff, person: Person, now: datetime) -> str:
    """One person's course so far; the id of their chart."""
    telling = Telling(team, person, now)
    with transaction.atomic():
        STORIES[person.story](telling)
        if person.signs_in:
            telling.patient()
    return telling.chart
