"""What the simulated monitor does next in the running session, given the moment."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from openkap.actions import office
from openkap.actions.door import NotAllowed
from openkap.actions.dosing import LEFT_EARLY, add_readings
from openkap.clinical.answers import Visit
from openkap.clinical.dosing import UNDER_THE_DRUG, home_from
from openkap.clinical.refusal import BadInput
from openkap.demo import clinic as demo_clinic
from openkap.demo.seed import people
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.models import ChartRow
from openkap.records.policy import NotFound

REST = timedelta(minutes=10)
"""Between one session and the next, and after somebody ended one by hand."""
BEFORE_DOSE = timedelta(minutes=8)
"""How long before its dose a session that begins by itself came in at the door."""
LATE = timedelta(seconds=20)
"""How long a set of vital signs stays due before the simulated nurse charts it."""
NOT_UNDER_WAY = ("booked", "closed", "stopped")
SECONDS_BETWEEN = {"systolic": 60, "diastolic": 60, "heart-rate": 0, "spo2": 0}
"""The least between two values of a signal: a cuff measures once a minute, a sensor all the time."""

log = logging.getLogger("openkap.demo")


@dataclass
class Session:
    """The person whose story is "live", visit after visit."""

    telling: Telling
    sent: dict[str, datetime] = field(default_factory=dict)
    said: str = ""

    @classmethod
    def of_the_clinic(cls) -> "Session":
        """The session of the demonstration clinic in this database."""
        made = demo_clinic.found()
        assert made is not None, "the demonstration clinic is not filled yet"
        person = next(person for person in people() if person.story == "live")
        row = ChartRow.objects.get(clinic=made.id, given=person.given, family=person.family)
        return cls(Telling(demo_clinic.staff(made), person, row.opened_at, str(row.chart)))

    def step(self, now: datetime) -> None:
        """One moment of the session. Staff may do anything to it meanwhile; then their act stands."""
        self.telling.now = now
        try:
            # Half a step would be repeated at the next one, entry after entry.
            with transaction.atomic():
                self._step(now)
        except (BadInput, NotAllowed, NotFound) as refusal:
            if str(refusal) != self.said:
                self.said = str(refusal)
                log.warning("the simulated monitor waits: %s", refusal)

    def _step(self, now: datetime) -> None:
        visits = self.telling.status(now).visits
        running = [visit for visit in visits if visit.phase in UNDER_THE_DRUG]
        if running:
            self._go_on(running[-1], now)
        elif all(visit.phase in NOT_UNDER_WAY for visit in visits) and self._rested(now):
            self._begin(now)

    def _rested(self, now: datetime) -> bool:
        """Nobody has written in the chart for a while, so nobody is at work on it."""
        return now - self.telling.folded().entries[-1].recorded_at > REST

    def _go_on(self, visit: Visit, now: datetime) -> None:
        visiting = self._visiting(visit)
        self._send(visiting, now)
        leaves = home_from(visit, self.telling.protocol)
        if visit.dose_ended_at is None and now >= visiting.ends_at:
            visiting.ended(now, effective_at=visiting.ends_at)
        elif leaves and now >= leaves + REST:
            visiting.left(now, at_once=True)
        elif visit.next_check_at and now >= visit.next_check_at + LATE:
            visiting.signs(now, sedation=4 if visit.phase == "dosing" else 5)

    def _visiting(self, visit: Visit) -> Visiting:
        visiting = Visiting(self.telling, visit.starts_at, visit.room, visit.id)
        visiting.dose_at = visit.dose_at or visit.starts_at
        return visiting

    def _send(self, visiting: Visiting, now: datetime) -> None:
        samples = [sample for sample in visiting.samples(now) if self._is_time(sample.signal, now)]
        nurse, chart = self.telling.staff.monitor, self.telling.chart
        add_readings(nurse, chart, visit=visiting.visit, samples=samples, at=now)

    def _is_time(self, signal: str, now: datetime) -> bool:
        if signal in self.sent and (now - self.sent[signal]).total_seconds() < SECONDS_BETWEEN[signal]:
            return False
        self.sent[signal] = now
        return True

    def _begin(self, now: datetime) -> None:
        """The next session of the same person, with what has to come before it."""
        telling, before = self.telling, now - BEFORE_DOSE
        for task in telling.status(before).tasks:
            if task.task.startswith(LEFT_EARLY):
                closing = {
                    "outcome": "Telephoned: at home and well, a friend is there",
                    "follow_up": "Asked again before this session",
                }
                telling.do(telling.staff.monitor, office.close_task, before, task=task.task, **closing)
        for visit in telling.status(before).visits:
            if visit.dose_at and not visit.integration_held:
                telling.contacted(visit.id, before)
                telling.integrated(visit.id, before)
        telling.reviewed(before)
        if not telling.status(before).gates["book-visit"].allowed:
            telling.planned(before)
        visiting = Visiting(telling, before, "Room 1").booked(before)
        visiting.dose_at = now
        visiting.arrived(before)
        visiting.signs(now - timedelta(minutes=1))
        visiting.dosed()
