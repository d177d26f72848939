"""The integration sessions a clinic owes now, as they can be placed; and what is booked already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical import integration
from openkap.clinical.answers import Due
from openkap.clinical.case import Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.integration import IntegrationBooked, IntegrationHeld
from openkap.clinical.placing import Hour, Wanted
from openkap.clinical.protocol import Protocol
from openkap.records import decoded
from openkap.records.models import ChartRow, TeamRow, User


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is booked. `therapist`: sign-in name, or "" where the care team has none."""

    chart: str
    name: str  # of the patient
    therapist: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What is to be placed, whose it is, and what was booked before."""

    wanted: tuple[Wanted, ...]
    named: dict[str, str]  # id of what is wanted → "Ada Berg, integration session after dose 2"
    visits: dict[str, tuple[str, str]]  # the same id → (chart, visit)
    sessions: tuple[Session, ...]

    @property
    def booked(self) -> frozenset[tuple[str, datetime]]:
        """(therapist, when) of every session that is booked."""
        return frozenset((one.therapist, one.starts_at) for one in self.sessions if one.therapist)


def owed(clinic: str, protocol: Protocol, at: datetime) -> Owed:
    """Every session that is owed, or will be for a dose that is booked, and has no time yet."""
    rows = list(ChartRow.objects.filter(clinic=clinic).order_by("chart"))
    teams = _teams()
    charts = decoded.charts([f"chart:{row.chart}" for row in rows])
    wanted, named, visits, sessions = [], {}, {}, []
    for row in rows:
        case = Case(charts[f"chart:{row.chart}"], protocol, at)
        team = tuple(teams.get(str(row.chart), ()))
        whose = (str(row.chart), row.name, team[0] if team else "")
        sessions += [Session(*whose, when) for when in _booked(case)]
        for one, due in _of(case, str(row.chart), team):
            wanted.append(one)
            named[one.id] = f"{row.name}, {due.what}"
            visits[one.id] = (str(row.chart), due.visit)
    return Owed(tuple(wanted), named, visits, tuple(sessions))


def free(hours: list[Hour], taken: frozenset[tuple[str, datetime]]) -> list[Hour]:
    """The hours in which nothing booked begins."""
    busy: dict[str, list[datetime]] = {}
    for therapist, when in taken:
        busy.setdefault(therapist, []).append(when)
    return [
        hour
        for hour in hours
        if not any(hour.starts_at <= when < hour.ends_at for when in busy.get(hour.therapist, ()))
    ]


def _of(case: Case, chart: str, team: tuple[str, ...]) -> Iterator[tuple[Wanted, Due]]:
    waits = {entry.fact.visit for entry in _talks(case) if entry.fact.starts_at > case.at}
    for number, due in enumerate((*integration.due(case), *integration.ahead(case))):
        if due.rule != integration.SESSION or due.visit in waits:
            continue
        visit = next(one for one in case.visits if one.id == due.visit)
        after = (visit.dose_at or visit.starts_at) + case.protocol.span("integration-from")
        yield Wanted(f"{chart}-{number}", max(after, case.at), due.at, team), due


def _talks(case: Case) -> tuple[Entry, ...]:
    return integration.talks(case.all(IntegrationBooked), case.visits)


def _booked(case: Case) -> list[datetime]:
    held = {fact.visit for fact in case.chart.facts(IntegrationHeld)}
    facts = (entry.fact for entry in _talks(case))
    return [fact.starts_at for fact in facts if fact.starts_at > case.at and fact.visit not in held]


def _teams() -> dict[str, list[str]]:
    """Chart → sign-in names of the therapists who care for the person, whoever joined first in front."""
    names = dict(User.objects.filter(role="therapist").values_list("id", "username"))
    found: dict[str, list[str]] = {}
    for chart, user in TeamRow.objects.order_by("id").values_list("chart_id", "user"):
        known = next((name for id, name in names.items() if str(id) == str(user)), "")
        if known:
            found.setdefault(str(chart), []).append(known)
    return found
