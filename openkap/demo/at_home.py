"""A synthetic person who takes lozenges at home: what is settled before, and the day as far as it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from openkap.actions import consent, dosing, planning, screening, sitter, supply, video
from openkap.actions import home as act
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.words import StopAgreed
from openkap.clinical.gates import OF_THE_HOME
from openkap.demo import bringing, draw
from openkap.demo.clinic import ONE
from openkap.demo.telling import EVERY_DAYS, Telling
from openkap.records.policy import Principal
from openkap.records.sitters import holder

HOME = {
    "address": "7 Ferry Lane, second floor, door on the left",
    "region": "US-CA",
    "time_zone": "America/Los_Angeles",
    "emergency_number": "911",
    "phone": "555 0161",
}
SITTER = {"name": "Ivo Larkmead", "phone": "555 0162"}
SESSIONS = 4
LAW_HOLDS = timedelta(days=90)
SCALES: dict[str, dict[str, Any]] = {
    "cssrs": {"items": (0, 0, None, None, None, 0, None)},
    "audit-c": {"items": (1, 0, 0)},
    "dast10": {"total": 0},
}
"""What is asked beside the two questionnaires of everybody."""


@dataclass
class AtHome:
    """One visit at home."""

    of: Telling
    visit: str = ""

    def settled(self, before: int) -> "AtHome":
        """Screened for the home, signed for, planned, and the medicine of one session sent."""
        of = self.of
        of.screened(before + 14)
        self._asked(of.day(before + 13, 9))
        of.consented(of.day(before + 9, 14))
        self._signed(of.day(before + 9, 15))
        of.prepared(of.day(before + 8, 15))
        self._planned(of.day(before + 7, 10))
        of.scored(of.day(before + 3, 9))
        self._sober(of.day(before + 2, 8))
        sent = {"units": 1, "each": ONE, "lot": "DEMO-LOT-2419", "by": "Courier, parcel 4471"}
        of.do(of.staff.prescriber, supply.send, of.day(before + 2, 9), **sent)
        return self

    def _asked(self, at: datetime) -> None:
        """Where home is, the law there, and what is asked only for the home."""
        of = self.of
        of.do(of.staff.monitor, act.name_home, at, **HOME)
        law = {"region": HOME["region"], "allows": "yes", "source": "Made up for the demonstration"}
        of.do(of.staff.prescriber, act.look_up_law, at, **law, until=(of.now + LAW_HOLDS).date())
        asked = [rule for rule in of.protocol.rules if rule.gate == OF_THE_HOME and rule.ask]
        answers = {"home-telemedicine": "yes"}
        said = [
            {"question": one.id, "answer": answers.get(one.id, "no"), "said_by": one.ask_of} for one in asked
        ]
        of.together(of.staff.prescriber, at, *[(screening.answer_history, one) for one in said])
        scores = [{"instrument": name, **given} for name, given in SCALES.items()]
        of.together(of.staff.therapist, at, *[(screening.record_score, one) for one in scores])

    def _sober(self, at: datetime) -> None:
        sober = {"question": "intoxication", "answer": "no", "said_by": "patient"}
        self.of.do(self.of.staff.monitor, screening.answer_history, at, **sober)

    def _signed(self, at: datetime) -> None:
        text, of = self.of.protocol.consents["at-home"], self.of
        shown = {"document": text.id, "text_sha256": text.sha256}
        answers = [shown | {"question": one.id, "answer": one.right} for one in text.questions]
        if answers:
            of.together(of.staff.therapist, at, *[(consent.answer, one) for one in answers])
        of.do(of.staff.therapist, consent.sign, at, signed_name=of.person.name, **shown)

    def _planned(self, at: datetime) -> None:
        of = self.of
        of.do(
            of.staff.prescriber,
            planning.approve_plan,
            at,
            indication="Major depressive disorder, treatment-resistant",
            route="sublingual",
            sessions=SESSIONS,
            every_days=EVERY_DAYS,
            reason="The lowest dose of the published range, two hours from the clinic",
            fixed=ONE,
            route_reason="No needle, and it can be taken at home",
            hold_minutes=10,
            after_hold="spit",
            integrations=1,
            checkpoints=(SESSIONS // 2, SESSIONS),
            instruments=tuple(draw.ITEMS),
            stops=tuple(StopAgreed(rule.says, rule.id) for rule in of.protocol.planning.stops),
        )
        plan = of.folded().latest(PlanApproved)
        fields = {"plan_id": str(plan.id), "signed_name": of.staff.therapist.name}
        of.do(of.staff.therapist, planning.countersign, at + timedelta(minutes=5), **fields)

    def booked(self, starts_at: datetime, at: datetime) -> "AtHome":
        self._sober(at - timedelta(minutes=5))
        fields = {"starts_at": starts_at, "route": "sublingual", "place": "home"}
        self.visit = self.of.do(self.of.staff.monitor, dosing.book, at, **fields).fact.visit
        bringing.confirmed(self.of, at + timedelta(minutes=30))
        return self

    def let_in(self, at: datetime) -> Principal:
        """The sitter is named, opens a link nobody has kept, and is let in by video."""
        self._monitor(act.name_sitter, at, **SITTER)
        link = {"link_sha256": sha256(f"{self.of.person.name} {at}".encode()).hexdigest()}
        self._monitor(sitter.invite, at, **link)
        there = holder(self.of.chart, str(self.of.staff.clinic.id), self.visit)
        self.of.do(there, sitter.join, at, visit=self.visit, browser_sha256=link["link_sha256"], **link)
        self.of.do(there, video.ask, at, visit=self.visit, **link)
        self._monitor(video.let_in, at)
        self._monitor(video.see, at + timedelta(seconds=5))
        return there

    def arrived(self, at: datetime) -> None:
        """Two identifiers by video, where they are, and half of the day's list."""
        self._monitor(dosing.arrive, at, identifiers=("name", "birth date"))
        self._monitor(act.confirm_home, at, here="yes", number_read="yes")
        items = ("sitter-sober", "sitter-stays", "fasting", "medicines")
        for item in items:
            self._monitor(dosing.check, at + timedelta(minutes=1), item=item, answer="yes")

    def _monitor(self, what: Any, at: datetime, **fields: Any) -> None:
        self.of.do(self.of.staff.monitor, what, at, visit=self.visit, **fields)
