"""Device readings: stored, refused, and sealed when the visit closes."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.actions import dosing
from openkap.clinical.entries.dosing import ReadingsSealed
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records import read
from openkap.records.policy import NotFound, Principal
from openkap.records.readings import Sample, digest, store
from openkap.records.verify import verify
from tests.actions.day import booked, dosed
from tests.conftest import AT


def samples(visiting: Visiting, count: int = 3) -> list[Sample]:
    return [
        Sample(
            id=uuid4(),
            chart=visiting.telling.chart,
            visit=visiting.visit,
            signal="heart-rate",
            value=Decimal(70 + number),
            unit="/min",
            source="test",
            device_at=AT + timedelta(seconds=number),
        )
        for number in range(count)
    ]


def send(visiting: Visiting, sent: list[Sample], who: Principal | None = None) -> int:
    telling = visiting.telling
    return dosing.add_readings(
        who or telling.staff.monitor, telling.chart, visit=visiting.visit, samples=sent, at=AT
    )


def test_readings_are_kept_in_the_order_they_came(ready: Telling) -> None:
    """Three in, three out, numbered; sent again, still three."""
    visiting = booked(ready)
    sent = samples(visiting)
    assert send(visiting, sent) == 3
    assert send(visiting, sent) == 3
    stored = read.readings(ready.staff.monitor, ready.chart, visiting.visit)
    assert [reading.thousandths for reading in stored] == [70_000, 71_000, 72_000]


def test_readings_of_another_visit_are_refused_whole(ready: Telling) -> None:
    """A device bound to one visit cannot write into another; nothing of the batch is kept."""
    visiting = booked(ready)
    sent = samples(visiting)
    with pytest.raises(BadInput, match="another visit"):
        send(visiting, [*sent, replace(sent[0], id=uuid4(), visit="other")])
    assert read.readings(ready.staff.monitor, ready.chart, visiting.visit) == []


def test_readings_need_a_visit_that_goes_on(ready: Telling) -> None:
    """No such visit, and a stopped visit, are refused with a sentence each."""
    visiting = booked(ready)
    with pytest.raises(BadInput, match="no such visit"):
        dosing.add_readings(ready.staff.monitor, ready.chart, visit="other", samples=[], at=AT)
    dosing.stop(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, reason="x")
    with pytest.raises(BadInput, match="stopped"):
        send(visiting, samples(visiting))


def test_who_may_not_send_readings(ready: Telling, patient: Principal) -> None:
    """Neither the patient nor another clinic's nurse."""
    visiting = booked(ready)
    stranger = Principal(user="x", name="X", role="monitor", clinic=str(uuid4()))
    for who in (patient, stranger):
        with pytest.raises(NotFound):
            send(visiting, samples(visiting), who)


def test_closing_a_visit_seals_its_readings(ready: Telling) -> None:
    """The digest of everything that came is in the ledger, in the same append as the closing."""
    visiting = dosed(ready)
    send(visiting, samples(visiting, 5))
    visiting.ended(visiting.ends_at)
    visiting.left(visiting.ends_at + timedelta(minutes=100))
    sealed = ready.folded().latest(ReadingsSealed).fact
    assert sealed == digest(ready.chart, visiting.visit)
    assert sealed.count == 5
    assert verify() == []


def test_sealing_while_it_runs(ready: Telling) -> None:
    """Sealed at three and again at five; with nothing sent there is nothing to seal."""
    visiting = dosed(ready)
    seal = {"at": AT, "visit": visiting.visit}
    with pytest.raises(BadInput, match="no device"):
        dosing.seal_readings(ready.staff.monitor, ready.chart, **seal)
    for count in (3, 2):
        send(visiting, samples(visiting, count))
        dosing.seal_readings(ready.staff.monitor, ready.chart, **seal)
    assert [fact.count for fact in ready.folded().facts(ReadingsSealed)] == [3, 5]


@pytest.mark.parametrize("over", [False, True])
def test_readings_that_waited_until_after_the_end_are_not_kept(ready: Telling, *, over: bool) -> None:
    """They passed the first question before the visit stopped: it is asked again where they are kept."""
    visiting = booked(ready)
    sent = samples(visiting)
    if not over:
        assert len(store(sent, received_at=AT)) == 3
        return
    store(sent[:1], received_at=AT)
    dosing.stop(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, reason="x")
    assert len(store(sent[:1], received_at=AT)) == 1
    with pytest.raises(BadInput, match="sealed"):
        store(sent, received_at=AT)
    assert digest(ready.chart, visiting.visit) == ready.folded().latest(ReadingsSealed).fact
