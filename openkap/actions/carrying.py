"""A whole chart that comes in as it was elsewhere: every entry with its author, number and hash."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from openkap.actions.door import guarded
from openkap.clinical.entries.office import ChartRegistered
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import decoded, ledger, readings
from openkap.records.accounts import close, create_clinic
from openkap.records.carried import Carried
from openkap.records.models import Clinic, User
from openkap.records.models.people import ROLES
from openkap.records.policy import Principal

VIA = "carried"


@guarded("system.operate")
def take_in(who: Principal, carried: Carried, *, at: datetime, clinic: str = "") -> str:
    """The chart, all of it or nothing; its id. `clinic`: whose it is from now on; "": whose it was.

    In its own clinic it is the very chart; a clinic that is not here is made again. Elsewhere one entry
    follows, which says whose it is now.
    """
    with transaction.atomic():
        home = _there(clinic) if clinic else _own(carried.clinic)
        _people(carried.people, home)
        ledger.carry_in(carried.entries)
        if carried.readings:
            readings.carry_in(carried.readings)
        _register(who, carried.chart, str(home.id), utc(at))
    return carried.chart


def _there(clinic: str) -> Clinic:
    found = Clinic.objects.filter(id=clinic).first()
    if found is None:
        raise BadInput("clinic", "there is no such clinic here", "Choose one that is")
    return found


def _own(said: Mapping[str, Any]) -> Clinic:
    """The clinic that wrote the chart."""
    found = Clinic.objects.filter(id=said["id"]).first()
    if found:
        return found
    demonstration = bool(said["demonstration"])
    return create_clinic(
        said["name"], time_zone=said["time_zone"], demonstration=demonstration, id=UUID(said["id"])
    )


def _people(people: Iterable[Mapping[str, str]], clinic: Clinic) -> None:
    """Names for those who wrote. Nobody can sign in to such an account, and a patient's is not among them."""
    for one in people:
        if one["role"] not in ROLES or one["role"] == "patient":
            continue
        if not User.objects.filter(id=one["id"]).exists():
            made = User(id=UUID(one["id"]), username=f"carried-{one['id']}", name=one["name"][:200])
            made.role, made.clinic = one["role"], clinic
            made.set_unusable_password()
            made.save(force_insert=True)
            close(made)


def _register(who: Principal, chart_id: str, clinic: str, at: datetime) -> None:
    """The clinic's own ledger knows of the chart; a clinic that is new to it is named in the chart, too."""
    subject = f"chart:{chart_id}"
    chart = decoded.chart(subject)
    assert chart is not None, "it was just carried in"
    drafts = [ledger.Draft(f"clinic:{UUID(clinic)}", ChartRegistered(chart=chart_id), at)]
    if chart.person.clinic != clinic:
        opened = chart.all(ChartOpened)[-1]
        drafts.append(ledger.Draft(subject, replace(chart.person, clinic=clinic), at, supersedes=opened.id))
    ledger.append(drafts, author=who.user, via=VIA, at=max(at, chart.entries[-1].recorded_at))
