"""What was given, in the words of a person who reads their own record: day by day, and in all."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from openkap.clinical.answers import Course, Visit
from openkap.clinical.case import times
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.web import words

COLUMNS = ("Day", "Visit", "How", "Given")


def doses(visits: Sequence[Visit], protocol: Protocol) -> tuple[tuple[str, str, str, str], ...]:
    """A row of COLUMNS for each visit with a dose, in the order given."""
    return tuple(_dose(visit, protocol) for visit in visits)


def totals(course: Course, visits: Sequence[Visit], protocol: Protocol) -> tuple[str, ...]:
    """All of it, the last 30 days, and each route by itself where there is more than one."""
    return tuple(_totals(course, visits, protocol))


def _dose(visit: Visit, protocol: Protocol) -> tuple[str, str, str, str]:
    given = f"{plain(visit.given_mg)} mg" if visit.given_mg is not None else "not written down"
    return words.day(visit.dose_at), str(visit.number), _route(visit.route, protocol), given


def _totals(course: Course, visits: Sequence[Visit], protocol: Protocol) -> Iterator[str]:
    recent = plain(course.last_30_days_mg)
    yield f"In all {plain(course.lifetime_mg)} mg; in the last 30 days {recent} mg."
    routes = list(dict.fromkeys(visit.route for visit in visits))
    for route in routes if len(routes) > 1 else ():
        given = [visit for visit in visits if visit.route == route]
        mg = sum((visit.given_mg or Decimal(0) for visit in given), Decimal(0))
        yield f"{_route(route, protocol)}: {plain(mg)} mg on {times(len(given), 'day')}."


def _route(name: str, protocol: Protocol) -> str:
    known = protocol.routes.get(name)
    return known.title if known else name
