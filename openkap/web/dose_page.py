"""What the room shows of the drug: the sum and who stands by it, the dose that runs, what was given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from openkap.actions.dosing import preview_dose
from openkap.clinical import confirming, ordered, sprays, weighing
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.confirming import Prepared
from openkap.clinical.doses import Dose, called
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.drug import DosePrepared, SiteChecked
from openkap.clinical.gates import verdict
from openkap.clinical.infusion import rounded
from openkap.clinical.moments import in_words
from openkap.clinical.ordered import Order
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import MgPerHour, MlPerHour, plain
from openkap.clinical.refusal import BadInput
from openkap.records import policy, read
from openkap.records.read import NotFound
from openkap.web import drawn_from, people
from openkap.web.words import local

SUM_EMPTY = "The sum appears here once the lot is chosen or the concentration typed."
SUM_EMPTY_COUNTED = "The sum appears here once the lot is chosen."


@dataclass(frozen=True, slots=True)
class Running:
    """The open dose, with what the page counts down to."""

    dose: Dose
    kind: str  # "infusion" · "lozenge" · "spray"
    mg: str  # by the rates recorded, or by devices used: "17.5 mg"
    of: str  # "35 mg"
    rate: str  # "52.5 mg/h = 1.05 mL/h"; "" while paused
    until: datetime | None  # the syringe is empty, the holding is over, the next device may be used
    why_not: str  # why the next device has to wait, "" once it may be used
    next_device: int
    site: str  # the last look at the vein, in words
    site_at: datetime | None


@dataclass(frozen=True, slots=True)
class DoseLine:
    """One dose given in this visit, as its sum and a line of the rest."""

    line: str
    rest: str


def of(request: HttpRequest, chart: Chart, visit: Visit) -> dict[str, Any]:
    """Everything templates/room/dose.html and templates/room/drug*.html need."""
    case = Case(chart, request.protocol, request.at, visit.id)
    order = ordered.order(case)
    route = request.protocol.routes[visit.route]
    found = ordered.worked_out(case, None)
    booster = order is not None and order.booster
    return {
        "order": order,
        "booster": booster,
        "booster_line": _booster_words(case) if visit.doses else "",
        "sum_empty": SUM_EMPTY if route.drawn_up else SUM_EMPTY_COUNTED,
        "sum_line": _asked_sum(request, chart, visit) if order else "",
        "beside": found.beside if found else "",
        **_second(request, confirming.prepared(case), order),
        **_now(_running(case, visit, route, request.at), request.at),
        "doses": visit.doses,
        "dose_lines": tuple(_line(entry, dose, route) for entry, dose in _told(chart, visit)),
        "given_line": f"{plain(visit.given_mg)} mg" if visit.given_mg is not None else "",
        **drawn_from.offered(request, visit.route),
    }


def _booster_words(case: Case) -> str:
    """Why no booster may be given now, "" when the rest of the gate decides."""
    bars = ordered.given_already(case)
    return bars[0].says if bars else ""


def _second(request: HttpRequest, done: Prepared | None, order: Order | None) -> dict[str, Any]:
    """`prepared` and what this person may do with it."""
    author = done.entry.author if done else ""
    confirmer = done.confirmed.author if done and done.confirmed else ""
    names = people.names(request.principal, {author, confirmer} - {""})
    may = policy.may(request.principal, "dose.confirm")
    role = request.principal.acts_as in request.protocol.confirms_dose
    waits = done is not None and not done.void and done.confirmed is None
    return {
        "prepared": done,
        "blind": waits and may and role and author != request.principal.user,
        "rests_on": _rests_on(done.entry.fact, order) if done and order else "",
        "prepared_by": names.get(author, "a colleague"),
        "confirmed_by": names.get(confirmer, "a colleague"),
        "confirms_dose": request.protocol.confirms_dose,
    }


def _rests_on(fact: DosePrepared, order: Order) -> str:
    """What the second person works the dose out from: the whole line without its results."""
    by = f" {weighing.IDEAL_WORDS}" if fact.weight_by == weighing.IDEAL else ""
    ordered_ = f"{order.per_kg} × {fact.weight}{by}" if order.per_kg else str(order.fixed)
    return ", ".join((ordered_, *([str(fact.concentration)] if fact.concentration else [])))


def _running(case: Case, visit: Visit, route: Route, at: datetime) -> Running | None:
    dose = next((one for one in reversed(visit.doses) if one.open), None)
    if dose is None:
        return None
    kind = "infusion" if dose.minutes else "spray" if dose.device else "lozenge"
    until = {
        "infusion": dose.empty_at(at),
        "lozenge": dose.hold_until,
        "spray": sprays.next_from(dose, route),
    }[kind]
    mg = dose.by_rates(at) if dose.minutes else dose.given
    looked = case.latest(SiteChecked, visit=visit.id)
    return Running(
        dose=dose,
        kind=kind,
        mg=f"{plain(mg)} mg",
        of=str(dose.ordered),
        rate="" if dose.paused else _rate(dose),
        until=until,
        why_not=sprays.too_soon(dose, route, at),
        next_device=len(dose.devices) + 1,
        site=_site(looked.fact) if looked else "",
        site_at=looked.effective_at if looked else None,
    )


def _now(running: Running | None, at: datetime) -> dict[str, Any]:
    """`running`, its countdown as it stands without JavaScript, and what becomes of a lozenge."""
    until = running.until if running else None
    words = "" if until is None else f"in {in_words(until - at)}" if until > at else "now"
    return {
        "running": running,
        "until_words": words,
        "after_hold": running.dose.after_hold if running else "",
    }


def _told(chart: Chart, visit: Visit) -> list[tuple[Entry, Dose]]:
    """Each dose with the entry it was begun by."""
    entries = {called(entry): entry for entry in chart.all(DoseGiven) if entry.fact.visit == visit.id}
    return [(entries[dose.id], dose) for dose in visit.doses]


def _line(entry: Entry, dose: Dose, route: Route) -> DoseLine:
    fact = entry.fact
    over = f"over {fact.minutes} min" if fact.minutes and "over" not in fact.arithmetic else ""
    ended = f"ended at {local(dose.ended_at):%H:%M}, {plain(dose.given)} mg given" if dose.ended_at else ""
    parts = (
        f"{'Booster' if dose.booster else route.title} at {local(dose.began_at):%H:%M}",
        over,
        f"lot {fact.lot}" if fact.lot else "",
        dose.then,
        ended,
    )
    return DoseLine(fact.arithmetic or str(fact.amount), ", ".join(part for part in parts if part))


def _rate(dose: Dose) -> str:
    """The rate that runs, in mg/h and, where the strength is charted, in mL/h."""
    if not dose.rates:
        return ""
    exact = dose.rates[-1].mg_per_hour
    shown = str(MgPerHour(rounded(exact)))
    if dose.concentration is None:
        return shown
    return f"{shown}, {MlPerHour(rounded(exact / Fraction(dose.concentration.value)))}"


def _site(fact: SiteChecked) -> str:
    found = [word for word, there in (("pain", fact.pain), ("swelling", fact.swelling)) if there]
    return " and ".join(found) or "no pain, no swelling"


def _asked_sum(request: HttpRequest, chart: Chart, visit: Visit) -> str:
    """The sum for what was just typed, in this form or in the address."""
    typed = request.POST if request.POST.get("form") == "prepare" else request.GET
    wanted = "lot" if request.protocol.formulary.lots else "concentration"
    if not typed.get(wanted):
        route = request.protocol.routes[visit.route]
        return SUM_EMPTY if route.drawn_up else SUM_EMPTY_COUNTED
    try:
        chart_id = UUID(chart.subject.partition(":")[2])
        return sum_line(request, chart_id, visit.id, typed) or SUM_EMPTY
    except BadInput as fault:
        return str(fault)


def sum_line(request: HttpRequest, chart_id: UUID, visit: str, sent: Mapping[str, str]) -> str:
    """The dose as one line of arithmetic, "" while plan or weight is missing."""
    route = _route(request, chart_id, visit)
    concentration = drawn_from.concentration(request, route, sent)
    found = preview_dose(
        request.principal, str(chart_id), at=request.at, visit=visit, concentration=concentration
    )
    return found.line if found else ""


def drawn_up(request: HttpRequest, chart_id: UUID, visit: str) -> bool:
    """Whether the dose of this visit comes out of a vial, so that its strength is asked for."""
    return bool(request.protocol.routes[_route(request, chart_id, visit)].drawn_up)


def _route(request: HttpRequest, chart_id: UUID, visit: str) -> str:
    chart = read.chart(request.principal, str(chart_id), permission="visit.read", log=False)
    found = next((v for v in Case(chart, request.protocol, request.at).visits if v.id == visit), None)
    if found is None:
        raise NotFound
    return found.route


def gate_is_closed(request: HttpRequest, chart_id: UUID, visit: str) -> bool:
    """Whether the dose may not be given now, at this visit."""
    chart = read.chart(request.principal, str(chart_id), permission="visit.read", log=False)
    return not verdict("start-dose", chart, request.protocol, request.at, visit).allowed
