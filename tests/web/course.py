"""A course told through the actions, up to where a test wants to begin. Every step is the real one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from openkap.actions import alerts, consent, dosing, office, planning, preparation, screening
from openkap.actions.door import together
from openkap.clinical.consent_text import ConsentText
from openkap.clinical.quantity import MgPerKg, MgPerMl, Milligrams
from openkap.clinical.status import assess
from openkap.records import read
from openkap.records.ledger import Draft, append
from tests.clinical.charts import adopted

PLAN = {
    "indication": "Major depressive disorder, treatment-resistant",
    "route": "iv",
    "sessions": 6,
    "every_days": 3,
    "reason": "Two antidepressants without response",
    "mg_per_kg": MgPerKg(Decimal("0.5")),
    "minutes": 40,
}
SIGNS = {"systolic": 124, "diastolic": 78, "heart_rate": 70, "spo2": 98}


class Course:
    """One chart and the people around it. `at` moves on two seconds with every step."""

    def __init__(self, people: Mapping[str, Any], chart: str, at: datetime) -> None:
        self.people, self.chart, self.at = people, chart, at
        self.visit = ""

    def status(self) -> Any:
        chart = read.chart(self.people["prescriber"], self.chart, log=False)
        return assess(chart, adopted(), datetime.now(UTC))

    def does(self, by: str, action: Any, /, **fields: Any) -> Any:
        self.at += timedelta(seconds=2)
        return action(self.people[by], self.chart, at=self.at, **fields)

    def does_all(self, by: str, action: Any, *fields: Mapping[str, Any]) -> None:
        """One action many times, as the lines of one form."""
        self.at += timedelta(seconds=2)
        together(self.people[by], self.chart, [(action, each) for each in fields], at=self.at)

    def facts(self, kind: type) -> list[Any]:
        """What stands in the chart of one kind."""
        return read.chart(self.people["prescriber"], self.chart, log=False).facts(kind)

    def newest(self, kind: type) -> Any:
        """The newest standing entry of one kind."""
        return read.chart(self.people["prescriber"], self.chart, log=False).all(kind)[-1]

    def writes(self, fact: Any) -> None:
        """A fact no action makes any more, such as a signature under an earlier text."""
        self.at += timedelta(seconds=2)
        append([Draft(f"chart:{self.chart}", fact, self.at)], author="test", via="test", at=self.at)

    def cleared(self) -> "Course":
        """Every open question is answered with no, and the prescriber decides "suitable"."""
        therapist = self.people["therapist"]
        self.does(
            "prescriber", office.join_care_team, user=therapist.user, name=therapist.name, role="therapist"
        )
        self.does("monitor", screening.measure_blood_pressure, systolic=Decimal(122), diastolic=Decimal(76))
        asked = [one.rule.id for one in self.status().unknown if one.rule.ask]
        answers = [{"question": question, "answer": "no"} for question in asked]
        self.does_all("prescriber", screening.answer_history, *answers)
        findings = tuple(finding.rule.id for finding in self.status().findings)
        self.does("prescriber", screening.decide, decision="suitable", reason="Clear", accepted=findings)
        return self

    def prepared(self) -> "Course":
        """Consent, session, intention, first score, plan."""
        text = adopted().consents["ketamine-treatment"]
        self.understood(text)
        shown = {"document": text.id, "text_sha256": text.sha256}
        self.does("therapist", consent.sign, signed_name="Ada Berg", **shown)
        self.does("therapist", preparation.hold_preparation, minutes=50, note="What may come up")
        self.does("therapist", preparation.set_intention, words="To feel less alone")
        self.does("therapist", screening.record_score, instrument="phq9", items=(2, 2, 2, 2, 2, 2, 2, 2, 0))
        return self.planned(**PLAN)

    def planned(self, **plan: Any) -> "Course":
        """The prescriber approves, the therapist countersigns."""
        approved = self.does("prescriber", planning.approve_plan, **plan)
        signed = {"plan_id": str(approved.id), "signed_name": self.people["therapist"].name}
        self.does("therapist", planning.countersign, **signed)
        return self

    def understood(self, text: ConsentText) -> "Course":
        """Every question about the text is answered rightly."""
        shown = {"document": text.id, "text_sha256": text.sha256}
        answers = [{"question": one.id, "answer": one.right, **shown} for one in text.questions]
        self.does_all("therapist", consent.answer, *answers)
        return self

    def booked(self) -> "Course":
        starts = self.at + timedelta(minutes=30)
        entry = self.does("prescriber", dosing.book, starts_at=starts, room="Room 1", route="iv")
        self.visit = entry.fact.visit
        return self

    def checked(self) -> "Course":
        """Arrived, answered, weighed, measured: the gate is open."""
        self.does("monitor", dosing.arrive, visit=self.visit, identifiers=("name", "birth date"))
        items = adopted().checklists["pre-dose"]
        self.does_all(
            "monitor",
            dosing.check,
            *({"visit": self.visit, "item": item.id, "answer": "yes"} for item in items),
        )
        self.does("monitor", dosing.weigh, visit=self.visit, value=Decimal(70), unit="kg")
        self.does("monitor", alerts.hear, visit=self.visit, screen="Room 1", heard="yes", sound="off")
        return self.measured().confirmed()

    def confirmed(self) -> "Course":
        """The monitor works the dose out, the prescriber types the milligrams again."""
        vial = {"concentration": MgPerMl(Decimal(50)), "lot": "K-2231"}
        made = self.does("monitor", dosing.prepare_dose, visit=self.visit, **vial).fact
        typed = {"calculation": made.calculation, "amount": made.amount}
        self.does("prescriber", dosing.confirm_dose, visit=self.visit, **typed)
        return self

    def measured(self, **signs: int) -> "Course":
        given = {name: Decimal(value) for name, value in (SIGNS | signs).items()}
        self.does("monitor", dosing.chart_vitals, visit=self.visit, sedation=5, **given)
        return self

    def dosed(self) -> "Course":
        self.does(
            "monitor",
            dosing.start,
            visit=self.visit,
            amount=Milligrams(Decimal(35)),
            identifiers=("name", "birth date"),
        )
        return self

    def ended(self) -> "Course":
        self.does("monitor", dosing.end_dose, visit=self.visit, given=Milligrams(Decimal(35)))
        return self
