"""Charts for tests, told as a story: what was written, and when it happened."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import SoundTested
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    DischargeChecked,
    Discharged,
    DoseEnded,
    DoseGiven,
    VisitBooked,
    VisitClosed,
    VitalSigns,
    Weighed,
)
from openkap.clinical.entries.drug import DoseConfirmed, DosePrepared
from openkap.clinical.entries.home import HomeNamed
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.entries.preparation import (
    Consented,
    Intention,
    PlanApproved,
    PlanCountersigned,
    PreparationHeld,
)
from openkap.clinical.entries.screening import Score, ScreeningDecided
from openkap.clinical.gates import verdict
from openkap.clinical.ordered import worked_out
from openkap.clinical.protocol import Adoption, Protocol
from openkap.clinical.quantity import Kilograms, MgPerKg, Milligrams
from openkap.clinical.rules import Reason
from openkap.protocol.load import shipped

SUBJECT = "chart:1"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PRE_DOSE = ("identity", "fasting", "escort", "medicines", "suicide-check", "room-ready")
DISCHARGE = (
    "steady",
    "no-symptoms",
    "pressure",
    "suicide-check",
    "escort",
    "driving",
    "contact",
)

AUTHORS: dict[type, str] = {PlanCountersigned: "therapist", DoseConfirmed: "second"}
NOTHING = Milligrams(Decimal(0))

Fact = tuple[str, datetime, Any]
"""A name to leave it out by, when it happened, the fact."""


@cache
def adopted() -> Protocol:
    """The protocol that ships, taken into use as it is."""
    return replace(shipped(), adoption=Adoption("Dr Amara Obi", datetime(2026, 1, 5, 9, 0, tzinfo=UTC)))


def chart_of(facts: Collection[tuple[datetime, Any]], subject: str = SUBJECT) -> Chart:
    """The chart these dated facts make, written in this order at the moment each happened."""
    written: list[Entry] = []
    for seq, (at, fact) in enumerate(facts, 1):
        author = AUTHORS.get(type(fact), "staff")
        named = _worked_out(_named(fact, written), written, at)
        written.append(Entry(UUID(int=seq), subject, seq, named, at, at, author, "test"))
    return fold(subject, written)


def _named(fact: Any, before: list[Entry]) -> Any:
    """A countersignature without a plan's id is under the plan written last."""
    plans = [entry.id for entry in before if isinstance(entry.fact, PlanApproved)]
    if not isinstance(fact, PlanCountersigned) or fact.plan or not plans:
        return fact
    return replace(fact, plan=str(plans[-1]))


def _worked_out(fact: Any, before: list[Entry], at: datetime) -> Any:
    """A sum that names no calculation is the one the chart makes; a confirmation is of the one before it."""
    if isinstance(fact, DosePrepared) and not fact.plan:
        made = worked_out(
            Case(fold(SUBJECT, before), adopted(), at, fact.visit), fact.concentration, fact.lot
        )
        if made is None:
            return fact
        weighed = str(made.weighed.id) if made.weighed else None
        return replace(
            fact,
            number=made.order.number,
            calculation=made.calculation,
            plan=str(made.order.plan.id),
            amount=made.amount,
            arithmetic=made.line,
            weighed=weighed,
            weight=made.weight,
        )
    sums = (
        [e.fact for e in before if isinstance(e.fact, DosePrepared) and e.fact.visit == fact.visit]
        if (isinstance(fact, DoseConfirmed) and not fact.calculation)
        else []
    )
    return replace(fact, calculation=sums[-1].calculation, amount=sums[-1].amount) if sums else fact


def at_home(region: str = "US-CA", time_zone: str = "America/Los_Angeles") -> HomeNamed:
    """A home with an address, in that region and zone."""
    where = {"region": region, "time_zone": time_zone}
    return HomeNamed(address="12 Elm Street, flat 3", emergency_number="911", phone="555 0100", **where)


def and_then(chart: Chart, *more: tuple[datetime, Any]) -> Chart:
    """The chart with more facts written after it."""
    return chart_of([*((e.effective_at, e.fact) for e in chart.entries), *more], chart.subject)


def without(facts: Collection[Fact], *names: str) -> Chart:
    """The chart with the facts of these names never written."""
    return chart_of([(at, fact) for name, at, fact in facts if name not in names])


def person(**changed: Any) -> ChartOpened:
    """An adult with nothing on file."""
    known: dict[str, Any] = {
        "family_name": "Okafor",
        "given_name": "Ada",
        "birth_date": date(1988, 4, 2),
        "sex": "female",
        "clinic": "clinic",
        "synthetic": True,
    }
    return ChartOpened(**{**known, **changed})


def consent(protocol: Protocol | None = None) -> Consented:
    """A signature under the consent as the protocol has it."""
    text = (protocol or adopted()).consents["ketamine-treatment"]
    return Consented(
        document=text.id,
        version=text.version,
        text_sha256=text.sha256,
        signed_name="Ada Okafor",
    )


def phq9(*items: int) -> Score:
    """A PHQ-9 with these answers; "2, 2, 2, 2, 2, 2, 2, 2, 0" when none are given."""
    answers = items or (2,) * 8 + (0,)
    return Score(instrument="phq9", total=sum(answers), items=answers)


def plan(route: str = "im", **changed: Any) -> PlanApproved:
    """Six doses of 0.5 mg/kg, one a week."""
    known: dict[str, Any] = {
        "indication": "depression",
        "route": route,
        "sessions": 6,
        "every_days": 7,
        "reason": "two trials failed",
        "mg_per_kg": MgPerKg(Decimal("0.5")),
        "minutes": 40 if route == "iv" else 0,
    }
    return PlanApproved(**{**known, **changed})


def countersigned() -> PlanCountersigned:
    """The therapist's signature under the plan written last."""
    return PlanCountersigned(plan="", signed_name="Tove Therapist")


def vitals(visit: str, systolic: int = 128, diastolic: int | None = 80, **changed: Any) -> VitalSigns:
    """A full set of vital signs."""
    known: dict[str, Any] = {
        "systolic": Decimal(systolic),
        "diastolic": None if diastolic is None else Decimal(diastolic),
        "heart_rate": Decimal(72),
        "spo2": Decimal(98),
        "sedation": 5,
    }
    return VitalSigns(visit=visit, **{**known, **changed})


def sum_made(visit: str, lot: str = "L1") -> DosePrepared:
    """The next dose worked out by the chart as it stands then."""
    return DosePrepared(
        visit=visit, number=1, calculation="", plan="", amount=NOTHING, arithmetic="", lot=lot
    )


def sum_confirmed(visit: str) -> DoseConfirmed:
    """A second person typed the milligrams of the sum written last."""
    return DoseConfirmed(visit=visit, calculation="", amount=NOTHING, role="prescriber")


def prepared_facts(at: datetime, **plan_changes: Any) -> list[Fact]:
    """Screened, prepared and planned in the three weeks before `at`; no visit yet."""
    return [
        ("person", at - 21 * DAY, person()),
        ("score", at - 20 * DAY, phq9()),
        ("decision", at - 14 * DAY, ScreeningDecided(decision="suitable", reason="history taken")),
        ("consent", at - 10 * DAY, consent()),
        ("preparation", at - 8 * DAY, PreparationHeld(minutes=60, note="")),
        ("intention", at - 8 * DAY, Intention(words="to sleep again")),
        ("plan", at - 7 * DAY, plan(**plan_changes)),
        ("countersignature", at - 7 * DAY, countersigned()),
    ]


def day_facts(at: datetime, visit: str = "v1", number: int = 1, route: str = "im") -> list[Fact]:
    """A visit booked a week ahead, arrived 40 min ago, every check made, vital signs 4 min old."""
    booked = VisitBooked(visit=visit, starts_at=at - 30 * MINUTE, room="Room 1", route=route, number=number)
    checks: list[Fact] = [
        (item, at - 20 * MINUTE, Checked(visit=visit, item=item, answer="yes")) for item in PRE_DOSE
    ]
    return [
        ("visit", at - 6 * DAY, booked),
        ("arrival", at - 40 * MINUTE, Arrived(visit=visit, identifiers=("name", "birth date"))),
        *checks,
        ("sound", at - 16 * MINUTE, SoundTested(visit=visit, screen="Room 1", heard="yes", sound="off")),
        ("weight", at - 15 * MINUTE, Weighed(visit=visit, weight=Kilograms(Decimal(70)), typed="70 kg")),
        ("vitals", at - 4 * MINUTE, vitals(visit)),
        ("sum", at - 2 * MINUTE, sum_made(visit)),
        ("second", at - MINUTE, sum_confirmed(visit)),
    ]


def ready_facts(at: datetime, route: str = "im") -> list[Fact]:
    """Everything the first dose needs, in place at `at`."""
    return [*prepared_facts(at, route=route), *day_facts(at, route=route)]


def ready_chart(at: datetime, route: str = "im") -> Chart:
    """A chart whose first dose may be started at `at`."""
    return without(ready_facts(at, route))


def given(visit: str, mg: str = "35", route: str = "im", **changed: Any) -> DoseGiven:
    """A dose of 35 mg."""
    minutes = 40 if route == "iv" else 0
    known: dict[str, Any] = {"route": route, "amount": Milligrams(Decimal(mg)), "minutes": minutes}
    return DoseGiven(visit=visit, **{**known, **changed})


def ended(visit: str, mg: str = "35") -> DoseEnded:
    return DoseEnded(visit=visit, given=Milligrams(Decimal(mg)))


def home_facts(at: datetime, visit: str = "v1") -> list[Fact]:
    """Every discharge check made, and vital signs, a minute before `at`."""
    checks: list[Fact] = [
        (item, at - MINUTE, DischargeChecked(visit=visit, item=item, answer="yes")) for item in DISCHARGE
    ]
    score = Score(instrument="aldrete", total=9, items=(2, 2, 2, 2, 1), by="monitor")
    return [*checks, ("last vitals", at - MINUTE, vitals(visit)), ("recovery", at - MINUTE, score)]


def dose_and_after(at: datetime, number: int, mg: str = "35") -> list[Fact]:
    """A whole visit with an IM dose at `at`, closed, called after, and integrated two days later."""
    visit = f"v{number}"
    return [
        *day_facts(at, visit, number),
        ("dose", at, given(visit, mg)),
        *home_facts(at + 2 * HOUR, visit),
        ("discharge", at + 2 * HOUR, Discharged(visit=visit, escort="sister", instructions_given=True)),
        ("closing", at + 2 * HOUR + MINUTE, VisitClosed(visit=visit)),
        ("call", at + 20 * HOUR, NextDayContact(visit=visit, reached=True)),
        (
            "session",
            at + 2 * DAY,
            IntegrationHeld(visit=visit, approach="open", minutes=50),
        ),
    ]


def course_facts(at: datetime, doses: int, **plan_changes: Any) -> list[Fact]:
    """A course with the first dose at `at` and one a week after it, each closed and integrated."""
    weeks = [dose_and_after(at + (n - 1) * 7 * DAY, n) for n in range(1, doses + 1)]
    return [*prepared_facts(at, **plan_changes), *(fact for week in weeks for fact in week)]


def refused(chart: Chart, action: str, at: datetime, visit: str = "v1") -> dict[str, Reason]:
    """Why this action may not be done, by rule id. Empty when it may."""
    return {reason.rule: reason for reason in verdict(action, chart, adopted(), at, visit).because}


def said(chart: Chart, action: str, at: datetime, rule: str, visit: str = "v1") -> str:
    """What one rule says against the action; "" when it says nothing."""
    reason = refused(chart, action, at, visit).get(rule)
    return reason.says if reason else ""
