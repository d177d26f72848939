"""The context of the dosing room's page: what is read, for whom, and what of it is shown."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from openkap.clinical import home, plan_weighing
from openkap.clinical.answers import Visit
from openkap.clinical.arithmetic import KG_PER_LB
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    DischargeChecked,
    VisitBooked,
    Weighed,
)
from openkap.clinical.entries.preparation import Intention, PlanApproved
from openkap.clinical.moments import in_words, parse_moment
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Kilograms, Pounds
from openkap.clinical.rules import MeasurementOut
from openkap.clinical.status import assess
from openkap.records import policy, read
from openkap.records.competence import recorded
from openkap.records.read import NotFound
from openkap.web import (
    alert_bar,
    dose_page,
    drill_room,
    drug_shown,
    feed,
    home_shown,
    pages,
    ready,
    recovery_shown,
    room,
    room_buttons,
    room_forecast,
    room_lines,
    vitals,
)
from openkap.web.door import link
from openkap.web.sending import sending
from openkap.web.who import plan_words

LOOK_LOGGED_EVERY = timedelta(minutes=10)
SEDATION_LEVELS = (
    ("5", "readily"),
    ("4", "slowly"),
    ("3", "when called loudly"),
    ("2", "when shaken"),
    ("1", "to pain"),
    ("0", "not at all"),
)
"""MOAA/S: how the patient answers, in short words."""
MAY = {
    "arrive": "visit.arrive",
    "check": "visit.check",
    "observe": "visit.observe",
    "give": "dose.give",
    "discharge": "visit.discharge",
    "close": "visit.close",
    "stop": "visit.close",
}


def of(request: HttpRequest, chart_id: UUID, visit_id: str) -> dict[str, Any]:
    """Everything templates/room needs. Raises NotFound for a chart or visit that is absent or not yours."""
    chart = read.chart(
        request.principal, str(chart_id), permission="visit.read", log=_first_look(request, visit_id)
    )
    status = assess(chart, request.protocol, request.at)
    visit = next((v for v in status.visits if v.id == visit_id), None)
    if visit is None:
        raise NotFound
    frame = pages.frame(request, chart, status, here="dosing")
    part = room.part_of(visit.phase)
    current = status.visit is not None and status.visit.id == visit.id
    steps = _steps(chart, visit, request.protocol)
    gates = status.gates if current else {}
    dose = dose_page.of(request, chart, visit)
    return frame | {
        "visit": visit,
        "part": part,
        "phases": room.PHASE_WORDS,
        "route": request.protocol.routes[visit.route],
        "can": {name: policy.may(request.principal, permission) for name, permission in MAY.items()},
        "bar": room.bar(visit, status, request.at),
        **alert_bar.of(request, chart, visit),
        "gate": gates.get("start-dose"),
        "missing": room.missing(gates.get("start-dose"), steps["checks"], request.protocol),
        "discharge_missing": room.missing(gates.get("discharge"), steps["discharge_asks"], request.protocol),
        "close_gate": gates.get("close-visit"),
        "unstaffed": _unstaffed(request, chart, visit) if part == "before" else (),
        "still": "still" in request.GET or request.method == "POST",
        "here_url": link("visit", chart=chart_id, visit=visit.id),
        "stream": link("visit-stream", chart=chart_id, visit=visit.id),
        "zone": timezone.get_current_timezone_name(),
        **_time_words(visit, request.at),
        **_readings(request, chart, visit),
        "sending": sending(chart, visit.id, request.protocol, request.at),
        **room_forecast.behind(chart, visit.id, request.protocol, request.at),
        **_happened(request, chart, visit, blind=dose["blind"]),
        "ready": ready.in_the_room(Case(chart, request.protocol, request.at)),
        **room_buttons.offered(
            Case(chart, request.protocol, request.at, visit.id),
            may=policy.may(request.principal, "visit.observe"),
        ),
        **steps,
        **_plan(chart),
        **home_shown.of(chart, visit, request.protocol, request.at),
        **dose,
        **drill_room.in_room(chart, request.at),
        **drug_shown.of(request, chart, visit),
        **recovery_shown.of(request, chart, visit),
    }


def _unstaffed(request: HttpRequest, chart: Chart, visit: Visit) -> tuple[plan_weighing.Weighed, ...]:
    """What the route needs and nobody here is signed off in: said before the dose, never in its way."""
    route, staff = request.protocol.routes[visit.route], recorded(chart.person.clinic)
    return plan_weighing.unstaffed(route, request.protocol, staff, timezone.localtime(request.at).date())


def _first_look(request: HttpRequest, visit: str) -> bool:
    """Whether this look is to be logged: a page that draws itself again is the same look for a while."""
    looked = request.session.get("looked", {})
    if looked.get("visit") == visit:
        since = request.at - parse_moment(looked["at"], "session")
        if since < LOOK_LOGGED_EVERY:
            return False
    request.session["looked"] = {"visit": visit, "at": request.at.isoformat()}
    return True


def _time_words(visit: Visit, at: datetime) -> dict[str, str]:
    """The clock and the countdown as they stand without JavaScript."""
    since = in_words(at - visit.dose_at) if visit.dose_at else ""
    due = visit.next_check_at
    if due is None:
        return {"since": since, "next_check_words": ""}
    words = f"in {in_words(due - at)}" if due >= at else room.late_words(due, at)
    return {"since": since, "next_check_words": words}


def _readings(request: HttpRequest, chart: Chart, visit: Visit) -> dict[str, Any]:
    protocol = request.protocol
    device, last = feed.of_visit(request.principal, chart.subject.partition(":")[2], visit.id)
    everything = vitals.charted(chart, visit.id) + device
    points = [point for point in everything if point.at <= request.at]
    fresh = protocol.span("device-reading-fresh")
    tiles = vitals.tiles(points, request.at, by_hand=_fresh_by_hand(visit, protocol), by_device=fresh)
    return {
        "tiles": tiles,
        "rows": vitals.rows(points),
        "after": f"{chart.seq}-{last}",
        "device_fresh_s": int(fresh.total_seconds()),
        "sedation_levels": SEDATION_LEVELS,
    }


def _fresh_by_hand(visit: Visit, protocol: Protocol) -> timedelta:
    """How long a value charted by hand stands: as long as the gate takes it, then the time of one check."""
    gate = protocol.rule("blood-pressure-before-dose").when
    if room.part_of(visit.phase) == "before" and isinstance(gate, MeasurementOut):
        return gate.within
    return protocol.routes[visit.route].check_every


def _happened(request: HttpRequest, chart: Chart, visit: Visit, *, blind: bool) -> dict[str, Any]:
    everything = room_lines.happened(chart, visit, request.protocol, request.principal, blind=blind)
    intention = chart.latest(Intention)
    return {
        "everything": everything,
        "last": room_lines.newest_written(everything)[: room.LAST_WRITTEN_OUT],
        "intention": intention.fact.words if intention else "",
    }


def _steps(chart: Chart, visit: Visit, protocol: Protocol) -> dict[str, Any]:
    """The steps before the dose and before going home, each with what was answered."""
    checks = room.asks(chart, visit.id, home.lines(protocol, visit.place), Checked)
    weighed = chart.latest(Weighed, visit=visit.id)
    born = chart.person.birth_date
    name = f"{chart.person.given_name} {chart.person.family_name}"
    return {
        "arrived": chart.latest(Arrived, visit=visit.id),
        "checks": checks,
        "all_yes": all(ask.answer == "yes" for ask in checks),
        "checked_count": sum(bool(ask.answer) for ask in checks),
        "discharge_asks": room.asks(chart, visit.id, protocol.checklists["discharge"], DischargeChecked),
        "weighed": weighed,
        "weight_both": both_units(weighed.fact.weight) if weighed else "",
        "identifier_options": [
            ("name", f"their name: {name}"),
            ("birth date", f"their birth date: {born.day} {born:%B %Y}"),
        ],
        "yes_no": ("yes", "no"),
    }


def both_units(weight: Kilograms) -> str:
    """ "70 kg (154.3 lb)": both, whichever was typed."""
    pounds = Pounds((weight.value / KG_PER_LB).quantize(Decimal("0.1")))
    return f"{weight} ({pounds})"


def _plan(chart: Chart) -> dict[str, Any]:
    approved = chart.latest(PlanApproved)
    plan = approved.fact if approved else None
    return {"plan": plan, "plan_line": plan_words(plan) if plan else ""}


def place_of(request: HttpRequest, chart_id: UUID, visit: str) -> str:
    """Where a visit is, as it was booked. Raises NotFound unless this person may watch it."""
    chart = read.chart(request.principal, str(chart_id), permission="visit.read", log=False)
    booked = chart.latest(VisitBooked, visit=visit)
    if booked is None:
        raise NotFound
    return booked.fact.place or home.CLINIC


def must_see(request: HttpRequest, chart_id: UUID, visit: str) -> None:
    """Raises NotFound unless this person may watch this visit."""
    chart = read.chart(request.principal, str(chart_id), permission="visit.read", log=False)
    if not any(booked.visit == visit for booked in chart.facts(VisitBooked)):
        raise NotFound
