"""A dosing visit in the hands of a clumsy, interrupted nurse: everything drawn from one seed.

Each step either does what the screen asks for next, or something else a person might do: too early, twice,
with the wrong number, for the wrong visit. What is refused stays refused; the day goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

from openkap.actions import alerts, dosing
from openkap.actions.door import Action, NotAllowed
from openkap.actions.screening import record_score
from openkap.clinical.answers import Visit
from openkap.clinical.case import Case
from openkap.clinical.confirming import Prepared, prepared
from openkap.clinical.dosing import visits
from openkap.clinical.entries import Entry
from openkap.clinical.entries.alerts import SoundTested
from openkap.clinical.entries.balance import DrugDrawn
from openkap.clinical.entries.dosing import Checked, DischargeChecked, VitalSigns, Weighed
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import CONCENTRATION, Visiting
from openkap.records.policy import Principal
from tests.trials import alarms, drug

STEPS = 90
"""More than any visit needs, so that most days end closed or stopped and some are cut off."""
CLUMSY = 0.3
"""How often something else happens than what comes next."""


@dataclass
class Day:
    """One visit, booked unless it is named. `stored` is what was acknowledged, in order; `refused` counts
    what was not.
    """

    telling: Telling
    seed: int
    at: datetime
    visit: str = ""
    stored: list[Entry] = field(default_factory=list)
    chance: Random = field(init=False)
    phases: list[str] = field(default_factory=list, init=False)
    refused: int = field(default=0, init=False)
    _last: tuple[Principal, Action, dict[str, Any]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        if not self.visit:
            starts_at = self.at + timedelta(minutes=5)
            self.visit = Visiting(self.telling, starts_at).booked(self.at).visit

    def lived(self) -> "Day":
        watch = alarms.Watch(self.at, self.at)
        for _ in range(STEPS):
            self.at += timedelta(seconds=self.chance.choice((10, 40, 90, 240, 600)))
            self.stored += watch.until(self.at, self.chance.random)
            now = self.now()
            self.phases.append(now.phase)
            if now.phase == "closed":
                return self
            alarms.answer(self)
            wild = self.chance.random() < CLUMSY
            (self.chance.choice(SLIPS) if wild else NEXT[now.phase])(self)
        return self

    # --- looking ---

    def now(self) -> Visit:
        found = visits(self.telling.folded(), self.telling.protocol, self.at)
        return next(visit for visit in found if visit.id == self.visit)

    def open_line(self, checklist: str, kind: type[Any]) -> str:
        """The first line of a list that nobody answered, or ""."""
        answered = {fact.item for fact in self.telling.folded().facts(kind) if fact.visit == self.visit}
        lines = (line.id for line in self.telling.protocol.checklists[checklist])
        return next((line for line in lines if line not in answered), "")

    # --- doing ---

    def do(self, act: Action, who: Principal | None = None, **fields: Any) -> None:
        """Tried once; what a person would read as an answer is an answer."""
        who = who or self.telling.staff.monitor
        fields = {"visit": self.visit, "id": uuid4()} | fields
        self._last = (who, act, fields)
        try:
            self.stored.append(act(who, self.telling.chart, at=self.at, via="trial", **fields))
        except (BadInput, NotAllowed):
            self.refused += 1

    def arrive(self) -> None:
        self.do(dosing.arrive, identifiers=("name", "birth date"))

    def prepare(self) -> None:
        """The next open line of the list, the weight, the pressure; then the dose."""
        if line := self.open_line("pre-dose", Checked):
            answer = "no" if self.chance.random() < 0.01 else "yes"
            return self.do(dosing.check, item=line, answer=answer)
        if self.telling.folded().latest(Weighed, visit=self.visit) is None:
            kg = Decimal(str(self.telling.body.weight)) + self.chance.randint(-5, 5)
            return self.do(dosing.weigh, value=kg, unit="kg")
        if self.telling.folded().latest(SoundTested, visit=self.visit, heard="yes") is None:
            heard = "no" if self.chance.random() < 0.03 else "yes"
            return self.do(alerts.hear, screen="Room 1", heard=heard, sound="off")
        signs = self.telling.folded().latest(VitalSigns, visit=self.visit)
        if signs is None or self.at - signs.effective_at > timedelta(minutes=10):
            return self.signs(high=self.chance.random() < 0.1)
        if (done := self.worked_out()) is None or done.void:
            return self.do(dosing.prepare_dose, concentration=CONCENTRATION, lot=drug.lot(self))
        if done.confirmed is None:
            sum_ = done.entry.fact
            typed = {"calculation": sum_.calculation, "amount": sum_.amount}
            return self.do(dosing.confirm_dose, self.telling.staff.prescriber, **typed)
        drawn = self.telling.folded().latest(DrugDrawn, visit=self.visit)
        if drawn is None and self.chance.random() > drug.FORGOTTEN:
            return drug.take_out(self)
        return self.dose()

    def worked_out(self) -> Prepared | None:
        case = Case(self.telling.folded(), self.telling.protocol, self.at, self.visit)
        return prepared(case)

    def signs(self, *, high: bool = False) -> None:
        top = self.chance.randint(142, 190) if high else self.chance.randint(105, 138)
        self.do(
            dosing.chart_vitals,
            systolic=Decimal(top),
            diastolic=Decimal(top - self.chance.randint(40, 55)),
            heart_rate=Decimal(self.chance.randint(58, 105)),
            spo2=Decimal(self.chance.choice((99, 98, 97, 96, 92, 88) if high else (99, 98, 97))),
            sedation=self.chance.choice((5, 5, 4, 3)) if high else 5,
        )

    def dose(self, **changed: Any) -> None:
        done = self.worked_out()
        amount = done.entry.fact.amount if done else None
        fields = {"amount": amount, "identifiers": ("name", "birth date")}
        self.do(dosing.start, **fields | changed)

    def watch(self) -> None:
        """Signs when they are due, else an event; the end of the infusion when its time has come."""
        now = self.now()
        if now.next_check_at and self.at >= now.next_check_at:
            return self.signs(high=self.chance.random() < 0.2)
        if now.phase == "dosing" and now.dose_at and self.at >= now.dose_at + timedelta(minutes=40):
            return self.do(dosing.end_dose, given=Milligrams(now.given_mg))
        return self.do(
            dosing.observe,
            event=self.chance.choice([one.id for one in self.telling.protocol.room.events if not one.asks]),
        )

    def send_home(self) -> None:
        if line := self.open_line("discharge", DischargeChecked):
            return self.do(dosing.check_discharge, item=line, answer="yes")
        if self.chance.random() < 0.7:
            return self.signs()
        score = {"instrument": "aldrete", "items": (2,) * 5, "by": "monitor"}
        self.telling.do(self.telling.staff.monitor, record_score, self.at, **score)
        return self.do(dosing.discharge, escort="A friend", instructions_given=True)

    def close(self) -> None:
        """The vial is accounted for first; a person who forgets that is refused."""
        if self.chance.random() < 0.2 or not drug.account(self):
            self.do(dosing.close_visit)

    # --- what else a person might do ---

    def again(self) -> None:
        """Pressed twice: the same id, the same words."""
        if self._last is None:
            return
        who, act, fields = self._last
        try:
            act(who, self.telling.chart, at=self.at, via="trial", **fields)
        except (BadInput, NotAllowed):
            self.refused += 1

    def already_given(self) -> None:
        if self.chance.random() < 0.2:
            amount = Milligrams(Decimal(self.chance.choice((20, 35, 50))))
            self.dose(amount=amount, already_given=True)

    def wrong_number(self) -> None:
        self.dose(amount=Milligrams(Decimal(self.chance.choice((3, 350, 3500)))))

    def stop(self) -> None:
        if self.chance.random() < 0.15:
            self.do(dosing.stop, reason="Fire alarm")

    def nonsense(self) -> None:
        self.do(dosing.chart_vitals, systolic=Decimal(80), diastolic=Decimal(120))

    def end_early(self) -> None:
        given = Milligrams(Decimal(self.chance.randint(0, 60)))
        self.do(dosing.end_dose, given=given, early=True, reason="Asked to stop")

    def elsewhere(self) -> None:
        self.do(dosing.observe, visit=str(UUID(int=self.seed)), event="nausea")


Step = Callable[[Day], None]
NEXT: dict[str, Step] = {
    "booked": Day.arrive,
    "arrived": Day.prepare,
    "checked": Day.prepare,
    "dosing": Day.watch,
    "peak watch": Day.watch,
    "recovery": Day.send_home,
    "discharged": Day.close,
    "stopped": Day.close,
}
SLIPS: tuple[Step, ...] = (
    Day.again,
    Day.dose,
    Day.wrong_number,
    Day.already_given,
    Day.end_early,
    Day.stop,
    Day.nonsense,
    Day.elsewhere,
    Day.send_home,
    Day.close,
    Day.arrive,
    drug.take_out,
    drug.spill,
    drug.witness,
    drug.give_up,
    lambda day: day.signs(high=True),
)
