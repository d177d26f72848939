"""One sheet for a dosing day on which the screens go dark: what must be known, and lines to write on."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from openkap.clinical.answers import Visit
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.person import ContactGiven
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.screening import Allergy
from openkap.clinical.formulary import unset_words
from openkap.clinical.moments import in_words
from openkap.clinical.protocol import Protocol
from openkap.reports.session_record import Reader
from openkap.reports.typeset import typeset


@dataclass(frozen=True, slots=True)
class SessionCard:
    title: str
    clinic: str
    synthetic: bool
    facts: tuple[tuple[str, str], ...]
    made: str


def session_card(chart: Chart, visit: Visit, protocol: Protocol, at: datetime, reader: Reader) -> SessionCard:
    """What the room would show before the dose, as known at `at`."""
    person = chart.person
    return SessionCard(
        title=f"Paper card, visit {visit.number}",
        clinic=reader.clinic,
        synthetic=person.synthetic,
        facts=(
            ("Patient", f"{person.given_name} {person.family_name}"),
            ("Born", f"{person.birth_date.day} {person.birth_date:%B %Y}"),
            ("Allergies", ", ".join(dict.fromkeys(_allergies(chart))) or "none on record"),
            ("In an emergency", _contact(chart)),
            *_dose(chart, visit, protocol, reader),
            *_route(visit, protocol),
        ),
        made=f"Printed {reader.moment(at)}, chart entry {chart.seq}, head {reader.head[:16]}",
    )


def as_pdf(card: SessionCard, *, made: datetime) -> bytes:
    """The card to print before the dose. `made` is aware."""
    return typeset("session_card", json.dumps(asdict(card), ensure_ascii=False), made=made)


def _allergies(chart: Chart) -> list[str]:
    return [fact.text for fact in chart.facts(Allergy) if fact.status == "active"]


def _contact(chart: Chart) -> str:
    entry = chart.latest(ContactGiven)
    if entry is None or not entry.fact.emergency_phone:
        return "nobody is on record"
    return f"{entry.fact.emergency_name} {entry.fact.emergency_phone}".strip()


def _dose(chart: Chart, visit: Visit, protocol: Protocol, reader: Reader) -> list[tuple[str, str]]:
    plan, weighed = chart.latest(PlanApproved), chart.latest(Weighed, visit=visit.id)
    ordered = str(plan.fact.mg_per_kg or plan.fact.fixed) if plan else "no plan is approved"
    weight = f"{weighed.fact.weight}, {reader.moment(weighed.effective_at)}" if weighed else "not taken yet"
    most = protocol.formulary.most(visit.route)
    limits = [f"{most.dose} in one dose" if most and most.dose else ""]
    limits.append(f"{most.session} in one visit" if most and most.session else "")
    limits.append(unset_words(protocol.formulary, visit.route))
    said = "; ".join(one for one in limits if one)
    return [("Order", ordered), ("Weight", weight), ("The most of this clinic", said)]


def _route(visit: Visit, protocol: Protocol) -> list[tuple[str, str]]:
    route = protocol.routes.get(visit.route)
    if route is None:
        return [("Route", visit.route)]
    length = f", over {route.minutes} min" if route.minutes else ""
    return [
        ("Route", f"{route.title}{length}, {visit.room}"),
        ("Vital signs", f"every {in_words(route.check_every)}"),
        ("Home at the earliest", f"{in_words(route.earliest_discharge)} after the last of the drug"),
    ]
