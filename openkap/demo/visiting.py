"""A dosing visit of a synthetic person, step by step, as far as the story needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from openkap.actions import alerts, balance, dosing
from openkap.actions.door import Action
from openkap.actions.screening import record_score
from openkap.clinical import balance as sums
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.micrograms import milligrams
from openkap.clinical.quantity import MgPerMl, Milligrams
from openkap.demo import bringing, draw
from openkap.demo.telling import Telling
from openkap.records.readings import Sample

CONCENTRATION = MgPerMl(Decimal(50))
LOT = "DEMO-LOT-2417"
SOURCE = "synthetic"
MONITOR = "synthetic monitor"
UNITS = {"systolic": "mm[Hg]", "diastolic": "mm[Hg]", "heart-rate": "/min", "spo2": "%"}
"""Signals of the synthetic monitor."""
ROW_EVERY = timedelta(seconds=15)
FELT = {
    "drowsy": ("silence", "Eyes closed, answers when spoken to"),
    "dizzy": ("dizziness", ""),
    "dissociation": ("spoke", "Says the body feels far away"),
    "nausea": ("nausea", ""),
}
"""What cohort.toml draws → (one-tap event, note)."""

EVENING_BEFORE = timedelta(hours=15)
DRAWN_BEFORE = timedelta(minutes=1)
WASTED_HOW = "Squirted into the drug-disposal gel"
DOSE_AFTER = timedelta(minutes=25)
LEAVES_AFTER = timedelta(minutes=100)  # counted from the end of the infusion
SPARSE, CLOSE = (20, 40), (10, 20, 30, 40)
"""Minutes after the dose at which signs were charted, in older sessions and in the latest one."""


@dataclass
class Visiting:
    """One visit. `starts_at` is when the patient was asked to come."""

    telling: Telling
    starts_at: datetime
    room: str = "Room 1"
    visit: str = ""

    def __post_init__(self) -> None:
        # From the hour alone, so that a restarted monitor goes on with the same curve.
        chance = draw.of(f"{self.telling.person.name} {self.starts_at.isoformat()}")
        self.body = draw.session(self.telling.body, chance)
        self.dose_at = self.starts_at + DOSE_AFTER

    @property
    def ends_at(self) -> datetime:
        """When the infusion ends."""
        return self.dose_at + timedelta(minutes=40)

    def booked(self, at: datetime) -> "Visiting":
        fields = {"starts_at": self.starts_at, "room": self.room, "route": "iv"}
        entry = self.telling.do(self.telling.staff.monitor, dosing.book, at, **fields)
        self.visit = entry.fact.visit
        bringing.way_home(self.telling, at)
        return self

    def arrived(self, at: datetime) -> None:
        """Checked in by two identifiers, the day's list answered, weighed."""
        weight = {"value": Decimal(str(self.body.weight)), "unit": "kg"}
        arrival = {"visit": self.visit, "identifiers": ("name", "birth date")}
        self.telling.do(self.telling.staff.monitor, dosing.arrive, at, **arrival)
        items = [item.id for item in self.telling.protocol.checklists["pre-dose"]]
        self._together(
            at + timedelta(minutes=5),
            *[(dosing.check, {"item": item, "answer": "yes"}) for item in items],
            (dosing.weigh, weight),
            (alerts.hear, {"screen": self.room, "heard": "yes", "sound": "off"}),
        )

    def signs(self, at: datetime, *, sedation: int = 5) -> None:
        """Vital signs as the curve has them at that moment."""
        values = self.body.signs((at - self.dose_at) / timedelta(minutes=1), 40)
        charted = {name.replace("-", "_"): Decimal(value) for name, value in values.items()}
        fields = {"visit": self.visit, "sedation": sedation, "source": SOURCE, **charted}
        self.telling.do(self.telling.staff.monitor, dosing.chart_vitals, at, **fields)

    def dosed(self) -> None:
        """The dose, by the plan and today's weight, confirmed by the prescriber as second person."""
        lots = self.telling.protocol.formulary.for_route("iv", self.dose_at.date())
        if lots:
            out = {"visit": self.visit, "lot": lots[0].id, "units": 1}
            self.telling.do(self.telling.staff.monitor, balance.draw, self.dose_at - DRAWN_BEFORE, **out)
        amount = self.confirmed(self.dose_at - timedelta(seconds=20))
        fields = {"visit": self.visit, "amount": amount, "identifiers": ("name", "birth date")}
        self.telling.do(self.telling.staff.monitor, dosing.start, self.dose_at, **fields)
        self.telling.doses += 1

    def confirmed(self, at: datetime, *, lot: str = LOT) -> Milligrams:
        """Worked out by the nurse with the vial in hand, and typed again by the prescriber."""
        stock = self.telling.protocol.formulary.for_route("iv", at.date())
        drawn = {"lot": stock[0].id if stock else lot, "concentration": CONCENTRATION}
        vial = {"visit": self.visit, **drawn}
        made = self.telling.do(self.telling.staff.monitor, dosing.prepare_dose, at, **vial).fact
        typed = {"visit": self.visit, "calculation": made.calculation, "amount": made.amount}
        self.telling.do(self.telling.staff.prescriber, dosing.confirm_dose, at, **typed)
        amount: Milligrams = made.amount
        return amount

    def given(self) -> Milligrams:
        entry = self.telling.folded().latest(DoseGiven, visit=self.visit)
        assert entry is not None, "the story gave no dose"
        amount: Milligrams = entry.fact.amount
        return amount

    def felt(self, at: datetime, name: str) -> None:
        event, note = FELT[name]
        fields = {"visit": self.visit, "event": event, "note": note}
        self.telling.do(self.telling.staff.monitor, dosing.observe, at, **fields)

    def ended(self, at: datetime, **late: datetime) -> None:
        """All of it went in. `effective_at`, when that is charted later."""
        fields = {"visit": self.visit, "given": self.given(), **late}
        self.telling.do(self.telling.staff.monitor, dosing.end_dose, at, **fields)

    def left(self, at: datetime, *, at_once: bool = False) -> None:
        """Last signs, the list for going home, discharge, and the visit closed; over a quarter of an hour."""
        minute = timedelta(minutes=0 if at_once else 1)
        self.signs(at - 8 * minute)
        items = [item.id for item in self.telling.protocol.checklists["discharge"]]
        answers = [(dosing.check_discharge, {"item": item, "answer": "yes"}) for item in items]
        self._together(at - 3 * minute, *answers)
        score = {"instrument": "aldrete", "items": (2, 2, 2, 2, 2), "by": "monitor"}
        self.telling.do(self.telling.staff.monitor, record_score, at - 3 * minute, **score)
        fields = {"visit": self.visit, "escort": "A friend", "instructions_given": True}
        self.telling.do(self.telling.staff.monitor, dosing.discharge, at, **fields)
        self.accounted(at + 2 * minute)
        self.telling.do(self.telling.staff.monitor, dosing.close_visit, at + 4 * minute, visit=self.visit)

    def accounted(self, at: datetime) -> None:
        """What is left of the vial is thrown away before the prescriber."""
        visit = next(one for one in self.telling.status(at).visits if one.id == self.visit)
        found = sums.balance(self.telling.folded(), visit, self.telling.protocol, at)
        if found.settled or not found.draws:
            return
        rest = {"drawn": found.draws[-1].id, "amount": milligrams(found.variance), "how": WASTED_HOW}
        nurse, witness = self.telling.staff.monitor, self.telling.staff.prescriber
        entry = self.telling.do(nurse, balance.waste, at, visit=self.visit, **rest)
        self.telling.do(witness, balance.witness, at, visit=self.visit, waste=str(entry.id))

    def to_dose(self) -> None:
        """From the door to the dose."""
        self.arrived(self.starts_at + timedelta(minutes=4))
        self.signs(self.dose_at - timedelta(minutes=3))
        self.dosed()

    def whole(self, *, close: bool = False) -> None:
        """The visit from door to door, in the past. `close`: charted as often as the route asks."""
        bringing.confirmed(self.telling, self.starts_at - EVENING_BEFORE)
        self.to_dose()
        chance = self.telling.chance
        happened = [(minute, "") for minute in (CLOSE if close else SPARSE)]
        happened += [(chance.randint(6, 38), name) for name in draw.events(chance)]
        for minute, name in sorted(happened):
            at = self.dose_at + timedelta(minutes=minute)
            if name:
                self.felt(at, name)
            else:
                self.signs(at, sedation=4 if minute < 40 else 5)
        self.ended(self.ends_at)
        self.left(self.ends_at + LEAVES_AFTER)

    def _together(self, at: datetime, *acts: tuple[Action, dict[str, Any]]) -> None:
        named = [(act, {"visit": self.visit, **fields}) for act, fields in acts]
        self.telling.together(self.telling.staff.monitor, at, *named)

    def monitored(self, since: datetime, until: datetime) -> None:
        """What the synthetic monitor sent between two moments, a row every quarter of a minute."""
        moments = [since]
        while moments[-1] + ROW_EVERY <= until:
            moments.append(moments[-1] + ROW_EVERY)
        sent = [sample for at in moments for sample in self.samples(at)]
        nurse, chart = self.telling.staff.monitor, self.telling.chart
        dosing.add_readings(nurse, chart, visit=self.visit, samples=sent, at=until)

    def samples(self, at: datetime) -> Iterator[Sample]:
        """One row of the synthetic monitor: the curve, with a little unrest."""
        values = self.body.signs((at - self.dose_at) / timedelta(minutes=1), 40)
        unrest = draw.of(f"{self.telling.person.name} {at.isoformat()}")
        for name, unit in UNITS.items():
            value = values[name] + (0 if name == "spo2" else unrest.choice((-1, 0, 0, 1)))
            yield Sample(
                id=uuid4(),
                chart=self.telling.chart,
                visit=self.visit,
                signal=name,
                value=Decimal(value),
                unit=unit,
                source=MONITOR,
                device_at=at,
            )
