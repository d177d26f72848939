"""The header of every chart page: who this is, before anything else is read."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical import drills
from openkap.clinical.answers import Status
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.screening import Allergy
from openkap.clinical.quantity import plain
from openkap.web import words
from openkap.web.door import link

RUNNING = ("arrived", "checked", "dosing", "peak watch", "recovery")


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    given: str
    born: str
    age: str
    sex: str
    allergies: str
    dose: str
    flags: tuple[str, ...]
    href: str
    synthetic: bool


def who(chart: Chart, status: Status) -> Who:
    """What must be seen on top of every page about this person."""
    person = chart.person
    return Who(
        name=f"{person.given_name} {person.family_name}".strip(),
        given=person.given_name or person.family_name,
        born=words.day(person.birth_date),
        age=f"{words.years(person.birth_date, words.local(status.at).date())} years",
        sex=words.SEXES.get(person.sex, person.sex),
        allergies=_allergies(chart),
        dose=_dose(chart, status),
        flags=_flags(chart, status),
        href=link("chart", chart=chart.subject.partition(":")[2]),
        synthetic=person.synthetic,
    )


def _allergies(chart: Chart) -> str:
    """Missing is not "none": nobody may have asked."""
    texts = [fact.text for fact in chart.facts(Allergy) if fact.status == "active"]
    return ", ".join(dict.fromkeys(texts)) or "none on record"


def _dose(chart: Chart, status: Status) -> str:
    visit = status.visit
    if visit and _same_day(visit.dose_at, status.at):
        given = chart.latest(DoseGiven, visit=visit.id)
        amount = str(given.fact.amount) if given else f"{plain(visit.given_mg)} mg"
        return f"{words.route(visit.route)} {amount} at {words.clock(visit.dose_at)}"
    if visit and _same_day(visit.starts_at, status.at) and (plan := chart.latest(PlanApproved)):
        return f"{plan_words(plan.fact)}, planned"
    return "none"


def plan_words(plan: PlanApproved) -> str:
    """ "IV 0.5 mg/kg" """
    return f"{words.route(plan.route)} {plan.mg_per_kg or plan.fixed}"


def _same_day(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and words.local(moment).date() == words.local(at).date()


def _flags(chart: Chart, status: Status) -> tuple[str, ...]:
    flags = ["Drill: nobody is here"] if drills.begun(chart) else []
    flags += [f"Open safety task: {task.what}" for task in status.tasks]
    if chart.person.deceased_at:
        flags.append(f"Died {words.day(chart.person.deceased_at)}")
    if status.visit and status.visit.phase in RUNNING:
        flags.append(f"In the room: {status.visit.phase}")
    return tuple(flags)
