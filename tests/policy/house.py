"""Two clinics with two patients and seven roles each; every chart carries words found nowhere else."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from openkap.clinical.entries.asking import FormAsked
from openkap.clinical.entries.dosing import Observed, VisitBooked
from openkap.clinical.entries.history import (
    AsaClass,
    ClearanceLetter,
    PdmpQueried,
    SubstanceUse,
    TreatmentTrial,
)
from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold
from openkap.clinical.entries.integration import IntegrationHeld, PartWritten
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import ChartOpened, Identifier, JoinedCareTeam
from openkap.clinical.entries.preparation import Intention, PlanApproved, PreparationHeld
from openkap.clinical.entries.readiness import OwnWords
from openkap.clinical.entries.screening import (
    Allergy,
    Medicine,
    NotUnderstood,
    Problem,
    Score,
    ScreeningDecided,
)
from openkap.clinical.forms import Form, Question
from openkap.clinical.quantity import Milligrams
from openkap.records.accounts import create_clinic, create_user
from openkap.records.ledger import Draft, append

CLINICAL = (
    "problem",
    "medicine",
    "allergy",
    "unread",
    "intention",
    "goal",
    "note",
    "plan",
    "event",
    "insight",
    "came-up",
    "step",
    "went",
    "task",
    "decision",
    "trial",
    "substance",
    "query",
    "letter",
    "class",
    "form",
)


@dataclass
class Planted:
    """One chart, and the words that betray it."""

    id: str
    clinic: str
    visit: str
    task: str
    form: str
    step: str
    name: str  # what the clinic's own staff may see in a list
    secrets: tuple[str, ...]  # what only someone who may open the chart may see


@dataclass
class House:
    """Everyone and everything of the two clinics."""

    charts: list[Planted] = field(default_factory=list)
    users: dict[str, Any] = field(default_factory=dict)  # "north prescriber" → account
    teams: dict[str, str] = field(
        default_factory=dict
    )  # therapist's account name → the one chart they are on


def gathered(word: dict[str, str]) -> list[Any]:
    """What a clinician writes down beside the record."""
    return [
        TreatmentTrial(
            treatment="antidepressant",
            what=word["trial"],
            outcome="no-response",
            adequate="yes",
            this_episode="yes",
        ),
        SubstanceUse(substance=word["substance"], how="x", last_use="x"),
        PdmpQueried(showed="expected", note=word["query"]),
        ClearanceLetter(
            rule="heart-failure",
            specialty="Cardiology",
            signed_by="x",
            written_on=date(2026, 1, 1),
            opinion="may",
            says=word["letter"],
        ),
        AsaClass(asa=2, reason=word["class"]),
    ]


def weeks_after(word: dict[str, str], visit: str, step: str) -> list[Any]:
    """A session, an insight, its step and how that went."""
    parts = (PartWritten("came-up", "What came up", word["insight"]),)
    return [
        IntegrationHeld(visit=visit, approach="open", parts=parts, minutes=50),
        InsightNoted(insight="i", visit=visit, words=word["came-up"]),
        StepAgreed(step=step, visit=visit, what=word["step"], when="x", insight="i"),
        StepTold(step=step, went="partly", words=word["went"]),
    ]


def asked(word: str) -> FormAsked:
    """A form from elsewhere with one question."""
    parts = (Question("aneurysm", word, "text"),)
    made = Form("x", word, parts)
    return FormAsked(name=made.id, title=made.title, parts=parts, version=made.version, source="x.json")


def plant(clinic: Any, name: str, therapist: Any | None) -> Planted:
    now = datetime.now(UTC)
    chart, visit, task, step = str(uuid4()), f"visit-{name}", f"task-{name}", f"step-{name}"
    word = {kind: f"canary-{name}-{kind}" for kind in CLINICAL}
    facts: list[Any] = [
        ChartOpened(
            family_name=f"Canary{name}",
            given_name="Ada",
            birth_date=date(1980, 1, 1),
            sex="female",
            clinic=str(clinic.id),
        ),
        Identifier(system="urn:test", value=f"number-{name}"),
        Problem(text=word["problem"]),
        Medicine(text=word["medicine"]),
        Allergy(text=word["allergy"]),
        NotUnderstood(where="Bundle.entry[1]", what=word["unread"]),
        Score(instrument="phq9", total=18, items=(2,) * 9),
        ScreeningDecided(decision="deferred", reason=word["decision"]),
        *gathered(word),
        Intention(words=word["intention"]),
        OwnWords(about="goals", words=word["goal"]),
        PreparationHeld(minutes=50, note=word["note"]),
        PlanApproved(
            indication=word["plan"],
            route="iv",
            sessions=6,
            every_days=3,
            reason="x",
            fixed=Milligrams.parse("35", "mg"),
        ),
        VisitBooked(visit=visit, starts_at=now + timedelta(minutes=5), room="Room 1", route="iv", number=1),
        Observed(visit=visit, event="spoke", note=word["event"]),
        *weeks_after(word, visit, step),
        TaskOpened(task=task, what=word["task"], rule="suicide-item"),
    ]
    if therapist:
        facts.append(JoinedCareTeam(user=str(therapist.id), name=therapist.name, role="therapist"))
    form = uuid4()
    drafts = [Draft(f"chart:{chart}", fact, now) for fact in facts]
    drafts.append(Draft(f"chart:{chart}", asked(word["form"]), now, id=form))
    append(drafts, author="test", via="test", at=now)
    return Planted(
        chart, str(clinic.id), visit, task, f"form-{form}", step, f"Canary{name}", tuple(word.values())
    )


def may_see(house: House, name: str, chart: Planted) -> tuple[bool, bool]:
    """(the name in a list, what is inside the chart): written again, apart from the product's policy."""
    user = house.users[name]
    if user.role == "patient":
        own = str(user.chart) == chart.id
        return own, own
    ours = str(user.clinic_id) == chart.clinic
    inside = (
        user.role in ("director", "prescriber", "monitor", "auditor") or house.teams.get(name) == chart.id
    )
    return ours, ours and inside


def build() -> House:
    built = House()
    for place in ("north", "south"):
        clinic = create_clinic(place.title(), demonstration=False, time_zone="UTC")
        for role in ("director", "prescriber", "therapist", "monitor", "manager", "auditor"):
            name = f"{place} {role}"
            built.users[name] = create_user(f"{place}-{role}", name=name, role=role, clinic=clinic)
        for number in ("one", "two"):
            therapist = built.users[f"{place} therapist"] if number == "one" else None
            chart = plant(clinic, f"{place}{number}", therapist)
            built.charts.append(chart)
            if therapist:
                built.teams[f"{place} therapist"] = chart.id
            name = f"{place} patient {number}"
            built.users[name] = create_user(
                f"{place}-patient-{number}", name=name, role="patient", clinic=clinic, chart=chart.id
            )
    return built
