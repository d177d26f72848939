"""One synthetic person's course, told through the real actions at past moments.

Each method is one step a clinic takes. The moments are counted back from the day the clinic is made, so the
board is always of today; everything else comes from the person's own fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from openkap.actions import (
    asking,
    consent,
    insights,
    integration,
    maintenance,
    office,
    planning,
    preparation,
    screening,
)
from openkap.actions.door import Action, together
from openkap.clinical.answers import Status
from openkap.clinical.asking import form_named
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Medicine, Problem
from openkap.clinical.entries.words import Code, StopAgreed
from openkap.clinical.forms import next_question
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import MgPerKg
from openkap.clinical.status import assess
from openkap.demo import bringing, draw
from openkap.demo.clinic import Staff
from openkap.records import read
from openkap.records.accounts import create_user
from openkap.records.in_force import in_force
from openkap.records.models import User
from openkap.records.policy import Principal, principal_of

VIA = "demo"
DEPRESSION = Problem(
    text="Recurrent depressive disorder, current episode moderate",
    codes=(Code("icd10cm", "F33.1", "Major depressive disorder, recurrent, moderate"),),
)
SERTRALINE = Medicine(text="Sertraline 100 mg", codes=(Code("rxnorm", "36437", "sertraline"),))
RISKS = "Off-label use, risks, other choices and cost talked through; said back in own words"
COURSE = "What it may feel like, limits of touch, how to stop"
AT_HOME = {
    "called": ("Goldie",),
    "phone": ("555 0142",),
    "emergency-name": ("Fern Thistlewood",),
    "emergency-relation": ("my sister",),
    "emergency-phone": ("555 0177",),
    "medicines-any": ("yes",),
    "medicines-list": ("Zoloft, one in the morning", "St John's wort now and then"),
    "cyp-inducer": ("yes",),
    "thyroid-hormone": ("unknown",),
}
"""What somebody at home says to the intake; "no" to all the rest."""
BEFORE_FIRST_DOSE_DAYS = 16
EVERY_DAYS = 7
SESSIONS = 6


@dataclass(frozen=True, slots=True)
class Person:
    """One row of people.toml."""

    given: str
    family: str
    sex: str
    born: date
    story: str
    doses: int = 0
    days: int = 0  # since the last dose
    minutes: int = 0  # until today's visit
    signs_in: str = ""  # the name of their account, for those who have one

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass
class Telling:
    """A course being told. `chart` is "" until the record has come in."""

    staff: Staff
    person: Person
    now: datetime
    chart: str = ""
    chance: Random = field(init=False)
    course: draw.Course = field(init=False)
    body: draw.Body = field(init=False)
    doses: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.chance = draw.of(self.person.name)
        self.course = draw.course(self.chance)
        self.body = draw.body(self.chance)

    def patient(self) -> Principal:
        """The person themselves, with an account that opens their own chart."""
        user = User.objects.filter(username=self.person.signs_in).first() or create_user(
            self.person.signs_in,
            name=self.person.name,
            role="patient",
            clinic=self.staff.clinic,
            chart=UUID(self.chart),
        )
        return principal_of(user)

    # --- time and looking ---

    def day(self, before: int, hour: int, minute: int = 0) -> datetime:
        """That many days before today, at a clock time of the clinic, never later than now."""
        zone = ZoneInfo(self.staff.clinic.time_zone)
        today = self.now.astimezone(zone).date()
        moment = datetime.combine(today - timedelta(days=before), time(hour, minute), zone)
        return min(moment.astimezone(self.now.tzinfo), self.now)

    @property
    def protocol(self) -> Protocol:
        return in_force(str(self.staff.clinic.id))

    def folded(self) -> Chart:
        return read.chart(self.staff.prescriber, self.chart, log=False)

    def status(self, at: datetime) -> Status:
        return assess(self.folded(), self.protocol, at)

    def do(self, who: Principal, act: Action, at: datetime, **fields: Any) -> Entry:
        return act(who, self.chart, at=at, via=VIA, **fields)

    def together(self, who: Principal, at: datetime, *acts: tuple[Action, dict[str, Any]]) -> None:
        together(who, self.chart, acts, at=at, via=VIA)

    # --- screening ---

    def record_comes_in(self, at: datetime, *extra: object, answered: bool = True) -> None:
        """A synthetic record is imported, with the intake questions answered or not yet asked."""
        facts = [*self._background(), *extra, *(self._answers() if answered else ())]
        born = self.person.born
        record = IncomingRecord(
            person=IncomingPerson(self.person.family, self.person.given, born, self.person.sex),
            facts=tuple((fact, at - timedelta(minutes=5)) for fact in facts),
            not_understood=(),
            source="synthetic demonstration record",
            sha256=sha256(f"synthetic {self.person.name} {born}".encode()).hexdigest(),
            identifiers=(Identifier(system="urn:openkap:demonstration", value=self._number()),),
        )
        self.chart = screening.import_record(self.staff.prescriber, record, at=at, via=VIA, synthetic=True)
        joining = (self.staff.therapist, self.staff.monitor)
        named = [{"user": one.user, "name": one.name, "role": one.role} for one in joining]
        self.together(self.staff.prescriber, at, *[(office.join_care_team, one) for one in named])

    def _number(self) -> str:
        return f"DEMO-{int(sha256(self.person.name.encode()).hexdigest(), 16) % 1_000_000:06d}"

    def _background(self) -> Sequence[object]:
        height = Decimal(round(self.chance.gauss(171, 8)))
        return (
            DEPRESSION,
            SERTRALINE,
            Measurement(what="weight", value=Decimal(str(self.body.weight)), unit="kg"),
            Measurement(what="height", value=height, unit="cm"),
        )

    def _answers(self) -> Sequence[object]:
        asked = [rule for rule in self.protocol.rules if rule.ask and rule.stage == "screening"]
        return [HistoryAnswered(question=rule.id, answer="no", said_by="patient") for rule in asked]

    def intake_begun(self, at: datetime, parts: int, more: int) -> None:
        """The patient answers so many parts of the intake at home, and some questions of the next."""
        who, chart = self.patient(), self.folded()
        form = form_named("intake", chart, self.protocol)
        assert form is not None, "the protocol has no intake"
        answers: dict[str, tuple[str, ...]] = {}
        done = [group.id for group in form.parts[:parts]]
        while question := next_question(form, answers):
            group = form.group_of(question.id)
            if group is None or (group.id not in done and (more := more - 1) < 0):
                return
            answers[question.id] = AT_HOME.get(question.id, ("no",))
            saved = {"form": form.id, "version": form.version, "question": question.id}
            at += timedelta(seconds=40)
            self.do(who, asking.save_answer, at, values=answers[question.id], **saved)

    def measured(self, at: datetime, pressure: tuple[int, int] | None = None) -> None:
        """Blood pressure, pulse and the two tests of screening."""
        high, low = pressure or (round(min(self.body.systolic, 132)), round(min(self.body.diastolic, 84)))
        pair = {"systolic": Decimal(high), "diastolic": Decimal(low)}
        pulse = {"what": "heart-rate", "value": Decimal(round(self.body.heart_rate)), "unit": "/min"}
        tests = ["urine-drug-screen", *(["pregnancy-test"] if self.person.sex == "female" else [])]
        self.together(
            self.staff.monitor,
            at,
            (screening.measure_blood_pressure, pair),
            (screening.measure, pulse),
            *[(screening.record_result, {"what": test, "value": "negative"}) for test in tests],
        )

    def scored(self, at: datetime, *, item9: int = 0) -> None:
        """Both questionnaires, where the course stands after the doses so far."""
        scores = []
        for instrument in draw.ITEMS:
            total = self.course.total(instrument, self.doses, self.chance)
            marked = item9 if instrument == "phq9" else 0
            items = draw.items(instrument, max(total, marked), self.chance, item9=marked)
            scores.append((screening.record_score, {"instrument": instrument, "items": items}))
        self.together(self.staff.therapist, at, *scores)

    def decided(
        self, at: datetime, decision: str = "suitable", reason: str = "", until: date | None = None
    ) -> None:
        """The prescriber decides, accepting every finding there is."""
        accepted = tuple(dict.fromkeys(finding.rule.id for finding in self.status(at).findings))
        why = reason or "Two adequate antidepressant trials; risks discussed"
        fields = {"decision": decision, "reason": why, "accepted": accepted, "until": until}
        self.do(self.staff.prescriber, screening.decide, at, **fields)

    def screened(self, before: int) -> None:
        """The whole of screening, that many days ago, ending in "suitable"."""
        self.record_comes_in(self.day(before, 9))
        self.measured(self.day(before, 9, 20))
        self.scored(self.day(before, 9, 40))
        self.decided(self.day(before, 10))

    # --- preparation ---

    def consented(self, at: datetime) -> None:
        """The questions answered, the text signed, and what either clinician notes about it."""
        text = self.protocol.consents["ketamine-treatment"]
        shown = {"document": text.id, "text_sha256": text.sha256}
        answers = [{"question": one.id, "answer": one.right} for one in text.questions]
        self.together(self.staff.therapist, at, *[(consent.answer, shown | one) for one in answers])
        self.do(self.staff.therapist, consent.sign, at, signed_name=self.person.name, **shown)
        for who, note in ((self.staff.prescriber, RISKS), (self.staff.therapist, COURSE)):
            self.do(who, consent.explain, at, document=text.id, note=note)

    def prepared(self, at: datetime) -> None:
        """The intention, the preparation session, and what the patient brings to it."""
        words = self.chance.choice(draw.cohort()["words"]["intentions"])
        self.do(self.staff.therapist, preparation.set_intention, at, words=words)
        note = "What to expect, the music, how to ask for a hand"
        self.do(self.staff.therapist, preparation.hold_preparation, at, minutes=60, note=note)
        bringing.words(self, at + timedelta(minutes=20))
        bringing.permissions(self, at + timedelta(minutes=40))

    def planned(self, at: datetime) -> None:
        """Six infusions a week apart, by weight; signed twice."""
        stands = self.chart and self.folded().latest(PlanApproved)
        self.do(
            self.staff.prescriber,
            planning.approve_plan,
            at,
            indication="Major depressive disorder, treatment-resistant",
            route="iv",
            sessions=SESSIONS,
            every_days=EVERY_DAYS,
            reason="Usual starting dose",
            mg_per_kg=MgPerKg(Decimal("0.5")),
            minutes=40,
            changed_because="The series before it was given and reviewed" if stands else None,
            route_reason="The route of the trials, and it can be stopped",
            integrations=1,
            checkpoints=(SESSIONS // 2, SESSIONS),
            instruments=tuple(draw.ITEMS),
            stops=tuple(StopAgreed(rule.says, rule.id) for rule in self.protocol.planning.stops),
        )
        plan = self.folded().latest(PlanApproved)
        fields = {"plan_id": str(plan.id), "signed_name": self.staff.therapist.name}
        self.do(self.staff.therapist, planning.countersign, at + timedelta(minutes=5), **fields)

    def made_ready(self, before: int) -> None:
        """Screening and preparation done. `before`: how many days ago the first dose was."""
        self.screened(before + BEFORE_FIRST_DOSE_DAYS)
        self.consented(self.day(before + 9, 14))
        self.prepared(self.day(before + 9, 15))
        self.planned(self.day(before + 7, 10))

    # --- integration and maintenance ---

    def contacted(self, visit: str, at: datetime) -> None:
        self.do(self.staff.therapist, integration.contact, at, visit=visit, reached=True)

    def integration_booked(self, visit: str, at: datetime, starts_at: datetime) -> None:
        self.do(self.staff.therapist, integration.book, at, visit=visit, starts_at=starts_at)

    def integrated(self, visit: str, at: datetime) -> None:
        said = draw.cohort()["words"]
        came_up, intention, what = self.chance.choice(said["insights"])
        fields = {"visit": visit, "approach": "open", "parts": (("came-up", came_up),), "minutes": 50}
        self.do(self.staff.therapist, integration.hold, at, **fields)
        found = {"visit": visit, "words": came_up, "intention": intention, "step": (what, "this week", "")}
        noted = self.do(self.staff.therapist, insights.note_insight, at, **found)
        went, words = self.chance.choice(said["went"])
        told = at + timedelta(hours=18)
        if told < self.now:
            step = f"{noted.fact.insight}-1"
            self.do(self.staff.therapist, insights.tell_step, told, step=step, went=went, words=words)

    def reviewed(
        self, at: datetime, outcome: str = "continue", reason: str = "Better, and well tolerated"
    ) -> None:
        asked = {"urinary_symptoms": "no", "misuse_concern": "no"}
        self.do(self.staff.prescriber, maintenance.review, at, outcome=outcome, reason=reason, **asked)

    def course_closed(self, at: datetime) -> None:
        reason = "Well for months; returns to the referring psychiatrist"
        self.do(self.staff.prescriber, maintenance.close, at, reason=reason)
