"""The board and the list of charts of a clinic of 1,000 people, and one chart of 1,000 entries."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from bench.row import Row, quicker

CHARTS = 1_000
ENTRIES = 1_000
TIMES = 40


def rows() -> list[Row]:
    """p95 in milliseconds; the page around it is measured with the pages."""
    who, at = _clinic_of_a_thousand(), datetime.now(UTC)
    from openkap.records import decoded, read

    subject = _long_chart(who)
    return [
        quicker("fold and assess a chart of 1,000 entries", _p95(_fold_and_assess(subject)), 5.0, "ms"),
        quicker("read that chart again, nothing new", _p95(lambda: decoded.chart(subject)), 5.0, "ms"),
        quicker("the board of 1,000 patients", _p95(lambda: read.board(who, at)), 50.0, "ms"),
        quicker("the list of 1,000 patients", _p95(lambda: read.charts(who)), 50.0, "ms"),
        quicker("a search among them", _p95(lambda: read.charts(who, "berg 7")), 50.0, "ms"),
    ]


def _fold_and_assess(subject: str) -> Callable[[], object]:
    from openkap.clinical.chart import fold
    from openkap.clinical.status import assess
    from openkap.protocol.load import shipped
    from openkap.records import decoded

    chart, at = decoded.chart(subject), datetime.now(UTC)
    assert chart is not None
    entries = chart.entries
    return lambda: assess(fold(subject, entries), shipped(), at)


def _clinic_of_a_thousand() -> Any:
    """The prescriber of a clinic with 1,000 charts, 30 visits today and a task on every hundredth chart."""
    from openkap.records.accounts import create_clinic, create_user
    from openkap.records.ledger import append
    from openkap.records.policy import principal_of

    clinic, now = create_clinic(f"Bench {uuid4()}"), datetime.now(UTC)
    drafts = [draft for number in range(CHARTS) for draft in _person(number, str(clinic.id), now)]
    for start in range(0, len(drafts), 500):
        append(drafts[start : start + 500], author="bench", via="bench", at=now)
    return principal_of(create_user(f"bench-{uuid4()}", name="Bench", role="prescriber", clinic=clinic))


def _person(number: int, clinic: str, now: datetime) -> list[Any]:
    from openkap.clinical.entries.dosing import VisitBooked
    from openkap.clinical.entries.office import TaskOpened
    from openkap.clinical.entries.person import ChartOpened
    from openkap.clinical.entries.screening import Measurement, Problem, Score
    from openkap.records.ledger import Draft

    name = ("Berg", "Keller", "Rossi", "Novak")[number % 4]
    facts: list[Any] = [
        ChartOpened(
            family_name=f"{name} {number}", given_name="Ada", birth_date=date(1980, 1, 1), sex="female",
            clinic=clinic, synthetic=True,
        ),
        Problem(text="Major depressive disorder"),
        Score(instrument="phq9", total=14),
        Measurement(what="weight", value=Decimal("70.5"), unit="kg"),
    ]  # fmt: skip
    if number < 30:
        starts_at = now + timedelta(minutes=number)
        facts.append(VisitBooked(visit=f"v{number}", starts_at=starts_at, room="Blue", route="iv", number=1))
    if number % 100 == 0:
        facts.append(TaskOpened(task=f"t{number}", what="Suicide item positive", rule="phq9-item-9"))
    subject = f"chart:{uuid4()}"
    return [Draft(subject, fact, now) for fact in facts]


def _long_chart(who: Any) -> str:
    from openkap.clinical.entries.dosing import Observed, VitalSigns
    from openkap.records.ledger import Draft, append

    now = datetime.now(UTC)
    drafts = _person(1, who.clinic, now)
    subject = drafts[0].subject
    for number in range(ENTRIES - len(drafts)):
        at = now + timedelta(seconds=number)
        fact: Any = Observed(visit="v1", event="spoke")
        if number % 2:
            fact = VitalSigns(
                visit="v1", systolic=Decimal(128), diastolic=Decimal(78), heart_rate=Decimal(72)
            )
        drafts.append(Draft(subject, fact, at))
    append(drafts, author="bench", via="bench", at=now + timedelta(hours=1))
    return subject


def _p95(work: Callable[[], object]) -> float:
    """Milliseconds that 95 of 100 runs stay under, once warm."""
    work()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.quantiles(times, n=20)[-1]
