"""The continuity pack: a chart in one file, to be read by anybody and taken in by another OpenKAP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone

from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.protocol import Protocol
from openkap.clinical.status import assess
from openkap.records import packed
from openkap.records.models import Clinic
from openkap.records.policy import Principal
from openkap.web import people, portal_words
from openkap.web.sentences import QUIET, sentence

NAME = "my-record"
PAGE, README = "record.html", "README.txt"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read."""

    at: datetime
    says: str
    by: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class RouteTotal:
    """What was given by one route."""

    route: str
    title: str
    doses: int
    mg: Decimal


def made(who: Principal, chart: Chart, protocol: Protocol, at: datetime) -> bytes:
    """The pack of a chart that `who` may read: a page that needs no network, and what makes it again."""
    clinic = Clinic.objects.get(id=chart.person.clinic)
    told = {"clinic": clinic.name, "at": at, "name": f"{chart.person.given_name} {chart.person.family_name}"}
    with timezone.override(ZoneInfo(clinic.time_zone)):
        page = render_to_string("pack/record.html", told | _page(who, chart, protocol, at))
        readme = render_to_string("pack/readme.txt", told)
    parts = {README: readme.encode(), PAGE: page.encode()}
    return packed.packed(parts | packed.chart_parts(chart.subject.removeprefix("chart:")), at=at)


def _page(who: Principal, chart: Chart, protocol: Protocol, at: datetime) -> dict[str, object]:
    status = assess(chart, protocol, at)
    visits = [visit for visit in status.visits if visit.dose_at]
    return {
        "person": chart.person,
        "synthetic": chart.person.synthetic,
        "course": status.course,
        "visits": visits,
        "totals": list(_totals(visits, protocol)),
        "scores": portal_words.my_scores(status.course, protocol),
        "days": _by_day(_lines(who, chart, protocol)),
    }


def _totals(visits: list[Visit], protocol: Protocol) -> Iterator[RouteTotal]:
    for route in dict.fromkeys(visit.route for visit in visits):
        given = [visit for visit in visits if visit.route == route]
        mg = sum((visit.given_mg or Decimal(0) for visit in given), Decimal(0))
        known = protocol.routes.get(route)
        yield RouteTotal(route, known.title if known else route, sum(len(visit.doses) for visit in given), mg)


def _lines(who: Principal, chart: Chart, protocol: Protocol) -> Iterator[Line]:
    """Everything that was written, in the order in which it happened."""
    told = [entry for entry in chart.entries if not isinstance(entry.fact, QUIET)]
    names = people.names(who, {entry.author for entry in told})
    corrected = {entry.supersedes for entry in chart.entries if entry.supersedes}
    for entry in sorted(told, key=_when):
        by = names.get(entry.author, entry.author if not people.is_id(entry.author) else "a colleague")
        yield Line(entry.effective_at, sentence(entry, protocol), by, entry.id in corrected)


def _when(entry: Entry) -> tuple[datetime, int]:
    return entry.effective_at, entry.seq


def _by_day(lines: Iterator[Line]) -> list[tuple[date, list[Line]]]:
    days: dict[date, list[Line]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line.at).date(), []).append(line)
    return list(days.items())
