"""The one module that holds a feed against limits: off, until the director turns it on by name."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.actions import device_limits as act
from openkap.actions.alert_engine import Engine
from openkap.actions.device_limits import DeviceEngine
from openkap.actions.feed import add_readings
from openkap.clinical.alerts.lifecycle import standing
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.models import BindingRow, ChartRow
from openkap.records.policy import NotFound
from openkap.records.readings import Sample
from tests.actions.day import dosed
from tests.conftest import AT

SECOND = timedelta(seconds=1)


@pytest.fixture
def room(ready: Telling) -> Visiting:
    """A dose runs and a device is bound."""
    made = dosed(ready)
    chart = ChartRow.objects.get(chart=ready.chart)
    BindingRow.objects.create(
        chart=chart, clinic=chart.clinic, visit=made.visit, device="d1", since=AT, by="x"
    )
    return made


def send(room: Visiting, seconds: int, spo2: int) -> None:
    at = AT + seconds * SECOND
    telling = room.telling
    sample = Sample(uuid4(), telling.chart, room.visit, "spo2", Decimal(spo2), "%", "monitor", at)
    add_readings(telling.staff.monitor, telling.chart, visit=room.visit, samples=[sample], at=at)


def turn(room: Visiting, on: bool) -> None:
    director = room.telling.staff.director
    act.switch(director, on=on, signed_name=director.name, reason="ward policy 7", at=AT)


def listed(room: Visiting, seconds: int) -> list[tuple[str, str]]:
    found = standing(room.telling.folded(), room.visit, AT + seconds * SECOND)
    return [(alert.fact.alert, alert.state) for alert in found]


def test_it_is_off_until_the_director_turns_it_on(room: Visiting) -> None:
    """The worst values of a device raise nothing, in this engine or in the other."""
    send(room, 1, 70)
    assert DeviceEngine().step(AT + SECOND) == []
    assert Engine().step(AT + SECOND) == []
    assert act.stands(room.telling.staff.monitor) is None


def test_turned_on_it_raises_and_clears_by_itself(room: Visiting) -> None:
    turn(room, True)
    engine = DeviceEngine()
    send(room, 1, 70)
    (entry,) = engine.step(AT + SECOND)
    assert (entry.fact.alert, entry.fact.family, entry.via) == ("feed-oxygen-act", "device", "device limits")
    assert engine.step(AT + 2 * SECOND) == []
    assert Engine().step(AT + 2 * SECOND) == []  # the other engine leaves it alone
    send(room, 3, 98)
    engine.step(AT + 3 * SECOND)
    assert listed(room, 3) == [("feed-oxygen-act", "latched")]
    assert act.stands(room.telling.staff.monitor).fact.signed_name == room.telling.staff.director.name


def test_turned_off_what_stood_is_cleared(room: Visiting) -> None:
    """And nothing new is raised."""
    turn(room, True)
    engine = DeviceEngine()
    send(room, 1, 70)
    engine.step(AT + SECOND)
    turn(room, False)
    engine.step(AT + 2 * SECOND)
    assert listed(room, 2) == [("feed-oxygen-act", "latched")]
    send(room, 3, 60)
    assert engine.step(AT + 3 * SECOND) == []


def test_limits_that_changed_are_off_until_signed_again(
    room: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(room, True)
    clinic = room.telling.staff.director.clinic
    assert act.is_on(clinic)
    monkeypatch.setattr("openkap.actions.device_limits.device_limits", lambda: type("L", (), {"hash": "x"}))
    assert not act.is_on(clinic)


def test_nobody_but_the_director_turns_it_on(room: Visiting) -> None:
    """Not a prescriber, and not under another's name."""
    staff = room.telling.staff
    with pytest.raises(NotFound):
        act.switch(staff.prescriber, on=True, signed_name=staff.prescriber.name, reason="x", at=AT)
    with pytest.raises(BadInput, match="Type your own name to sign"):
        act.switch(staff.director, on=True, signed_name="Somebody Else", reason="x", at=AT)
    with pytest.raises(BadInput, match="Write why"):
        act.switch(staff.director, on=True, signed_name=staff.director.name, reason=" ", at=AT)
