"""An infusion that began at `DOSE`, told in minutes from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from openkap.clinical.alerts.judge import UNHEARD, Heard, Judged, look
from openkap.clinical.alerts.lifecycle import history, owed
from openkap.clinical.chart import Chart, fold
from openkap.clinical.dosing import visits
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Observed, VitalSigns
from openkap.clinical.protocol import Protocol
from tests.clinical.charts import MINUTE, adopted, given, prepared_facts, vitals, without
from tests.clinical.charts import day_facts as day

DOSE = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
VISIT = "v1"


def minute(number: float) -> datetime:
    return DOSE + number * MINUTE


class Room:
    """A chart that grows: each entry with the moment it happened and the moment it was written."""

    def __init__(self, protocol: Protocol | None = None, route: str = "iv") -> None:
        self.protocol = protocol or adopted()
        self.route = route
        before = without([*prepared_facts(DOSE, route=route), *day(DOSE, VISIT, route=route)])
        self.entries = list(before.entries)
        self.write(0, given(VISIT, route=route))

    @property
    def chart(self) -> Chart:
        return fold("chart:1", self.entries)

    def write(
        self,
        at: float,
        fact: Any,
        *,
        written: float | None = None,
        corrects: UUID | None = None,
        who: str = "ines",
    ) -> UUID:
        seq = len(self.entries) + 1
        happened, recorded = minute(at), minute(at if written is None else written)
        made = Entry(UUID(int=seq), "chart:1", seq, fact, happened, recorded, who, "test", corrects)
        self.entries.append(made)
        return made.id

    def chart_vitals(
        self, at: float, *, written: float | None = None, corrects: UUID | None = None, **values: Any
    ) -> UUID:
        """The named values alone."""
        numbers = {n: v if n == "sedation" else Decimal(str(v)) for n, v in values.items()}
        return self.write(at, VitalSigns(visit=VISIT, **numbers), written=written, corrects=corrects)

    def full_set(self, at: float, **changed: Any) -> UUID:
        return self.write(at, vitals(VISIT, **changed))

    def tap(self, at: float, event: str, *, written: float | None = None) -> UUID:
        return self.write(at, Observed(visit=VISIT, event=event), written=written)

    def looked(self, at: float, heard: Heard = UNHEARD) -> dict[str, Judged]:
        return {one.rule.id: one for one in self._look(at, heard)}

    def state(self, rule: str, at: float, heard: Heard = UNHEARD) -> str:
        return self.looked(at, heard)[rule].state

    def _look(self, at: float, heard: Heard) -> tuple[Judged, ...]:
        (visit,) = (v for v in visits(self.chart, self.protocol, minute(at)) if v.id == VISIT)
        return look(self.chart, self.protocol, minute(at), visit, heard)

    def owed(self, at: float, heard: Heard = UNHEARD) -> tuple[Any, ...]:
        told = history(self.chart, VISIT, minute(at))
        return owed(self._look(at, heard), told, self.protocol.alerting.channels, VISIT, minute(at))

    def step(self, at: float, heard: Heard = UNHEARD) -> list[Any]:
        """What the engine writes at this minute."""
        facts = list(self.owed(at, heard))
        for fact in facts:
            self.write(at, fact, who="engine")
        return facts


def with_number(name: str, value: object) -> Protocol:
    """The protocol with a number that a clinic set for itself."""
    protocol = adopted()
    known = protocol.numbers.get(name) or next(u.number for u in protocol.unset if u.id == name)
    assert known is not None
    return replace(protocol, numbers={**protocol.numbers, name: replace(known, value=value)})


SECOND = timedelta(seconds=1)
