"""Many quick synthetic charts, for measuring: each is one import with a whole course in it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from openkap.actions.screening import import_record
from openkap.clinical.entries.dosing import (
    Discharged,
    DoseEnded,
    DoseGiven,
    VisitBooked,
    VisitClosed,
    VitalSigns,
)
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.clinical.entries.integration import IntegrationHeld, NextDayContact, PartWritten
from openkap.clinical.entries.preparation import Consented, Intention, PlanApproved, PreparationHeld
from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Score, ScreeningDecided
from openkap.clinical.quantity import MgPerKg, Milligrams
from openkap.demo import draw
from openkap.demo.telling import DEPRESSION, SERTRALINE
from openkap.protocol.load import shipped
from openkap.records.policy import Principal

Facts = Iterator[tuple[Any, datetime]]
DOSES = 6
PLAN: dict[str, Any] = {
    "indication": "Depression",
    "route": "iv",
    "sessions": DOSES,
    "every_days": 7,
    "reason": "synthetic",
}
TAKEN = {
    "systolic": Decimal(130),
    "diastolic": Decimal(80),
    "heart_rate": Decimal(75),
    "spo2": Decimal(97),
}
FAMILIES = ("Ash", "Birch", "Cedar", "Elder", "Hazel", "Larch", "Maple", "Oak", "Rowan", "Willow")
GIVEN = ("Ada", "Ben", "Cleo", "Dov", "Ebba", "Finn", "Gus", "Hana", "Ivo", "June")


def crowd(who: Principal, count: int, at: datetime) -> list[str]:
    """So many charts in the clinic of `who`, spread over the stages; their ids."""
    return [
        import_record(who, one(number, at), at=at, via="crowd", synthetic=True) for number in range(count)
    ]


def one(number: int, at: datetime, *, doses: int | None = None, signs: int = 4) -> IncomingRecord:
    """The record of one invented person, with up to six doses; `signs`: sets of vital signs a dose."""
    given = GIVEN[number % len(GIVEN)]
    family = f"{FAMILIES[number // len(GIVEN) % len(FAMILIES)]}{number}"
    wanted = number % 10 % (DOSES + 1) if doses is None else doses
    return IncomingRecord(
        person=IncomingPerson(
            family, given, date(1960 + number % 40, 1 + number % 12, 1 + number % 28), "female"
        ),
        facts=tuple(_course(number, at, wanted, signs)),
        not_understood=(),
        source="synthetic crowd",
        sha256=sha256(f"crowd {number}".encode()).hexdigest(),
    )


def _course(number: int, at: datetime, doses: int, signs: int) -> Facts:
    start = at - timedelta(days=7 * doses + 10)
    chance = draw.of(f"crowd {number}")
    yield DEPRESSION, start
    yield SERTRALINE, start
    for what, value, unit in (("systolic", 124, "mm[Hg]"), ("diastolic", 78, "mm[Hg]"), ("weight", 72, "kg")):
        yield Measurement(what=what, value=Decimal(value), unit=unit), start
    for rule in shipped().rules:
        if rule.ask and rule.stage == "screening":
            yield HistoryAnswered(question=rule.id, answer="no", said_by="patient"), start
    yield _score(number, 17), start
    if number % 10:
        yield from _ready(start + timedelta(days=2))
        for dose in range(doses):
            day = at - timedelta(days=7 * (doses - dose) - number % 7)
            yield from _dose(f"crowd-{number}-{dose}", dose, day, signs)
            yield _score(number, max(0, 17 - 2 * dose) + chance.randint(0, 2)), day + timedelta(days=3)
        if number % 30 == 1:
            yield from _comes_today(number, doses, at)


def _comes_today(number: int, doses: int, at: datetime) -> Facts:
    """One person in thirty has a visit within the next hours."""
    starts_at = at + timedelta(minutes=number % 240)
    visit = f"crowd-{number}-today"
    booked = VisitBooked(visit=visit, starts_at=starts_at, room="Room 2", route="iv", number=doses + 1)
    yield booked, at - timedelta(days=1)


def _score(number: int, total: int) -> Score:
    items = draw.items("phq9", total, draw.of(f"{number} {total}"))
    return Score(instrument="phq9", total=sum(items), items=items)


def _ready(at: datetime) -> Facts:
    text = shipped().consents["ketamine-treatment"]
    yield ScreeningDecided(decision="suitable", reason="synthetic"), at
    shown = {"document": text.id, "version": text.version, "text_sha256": text.sha256}
    yield Consented(signed_name="synthetic", **shown), at
    yield Intention(words="synthetic"), at
    yield PreparationHeld(minutes=50, note="synthetic"), at
    yield PlanApproved(mg_per_kg=MgPerKg(Decimal("0.5")), minutes=40, **PLAN), at


def _dose(visit: str, dose: int, at: datetime, signs: int) -> Facts:
    minute = timedelta(minutes=1)
    booked = VisitBooked(visit=visit, starts_at=at, room="Room 1", route="iv", number=dose + 1)
    yield booked, at - timedelta(days=1)
    yield DoseGiven(visit=visit, route="iv", amount=Milligrams(Decimal(36)), minutes=40), at
    for place in range(signs):
        yield VitalSigns(visit=visit, source="synthetic", **TAKEN), at + 40 * minute * (place + 1) / signs
    yield DoseEnded(visit=visit, given=Milligrams(Decimal(36))), at + 40 * minute
    yield Discharged(visit=visit, escort="synthetic", instructions_given=True), at + 150 * minute
    yield VisitClosed(visit=visit), at + 151 * minute
    yield NextDayContact(visit=visit, reached=True), at + timedelta(days=1)
    parts = (PartWritten("came-up", "What came up", "synthetic"),)
    yield IntegrationHeld(visit=visit, approach="open", parts=parts, minutes=50), at + timedelta(days=2)
