"""The engine writes what is owed, once, for every open visit; and tells that it was away."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.actions import alert_engine, alerts, dosing
from openkap.actions.alert_engine import Engine, beat
from openkap.actions.alerts import Screen
from openkap.actions.door import Conflict
from openkap.clinical.alerts.lifecycle import standing
from openkap.clinical.entries import Entry
from openkap.clinical.entries import alerts as a
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Person, Telling
from openkap.demo.visiting import Visiting
from openkap.records import decoded
from openkap.records.models import BindingRow, ChartRow, DeviceRow, EngineRow, HeardRow
from openkap.records.policy import NotFound
from tests.actions.day import booked_and_checked, dosed
from tests.conftest import AT

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
HIGH = {"systolic": 190, "diastolic": 125}


def chart_signs(telling: Telling, visiting: Visiting, minute: float, **values: int) -> None:
    numbers = {name: value if name == "sedation" else Decimal(value) for name, value in values.items()}
    at = AT + minute * MINUTE
    dosing.chart_vitals(telling.staff.monitor, telling.chart, at=at, visit=visiting.visit, **numbers)


def listed(telling: Telling, visiting: Visiting, minute: float) -> list[tuple[str, str]]:
    found = standing(telling.folded(), visiting.visit, AT + minute * MINUTE)
    return [(alert.fact.alert, alert.state) for alert in found]


def step(engine: Engine, at: datetime) -> list[Entry]:
    """One look of an engine that was never away."""
    EngineRow.objects.update_or_create(id=1, defaults={"beat_at": at - SECOND})
    return engine.step(at)


@pytest.fixture
def room(ready: Telling) -> Visiting:
    return dosed(ready)


def test_it_raises_once_and_clears(ready: Telling, room: Visiting) -> None:
    """Two engines at the same second write one alert between them."""
    chart_signs(ready, room, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    first, second = Engine(), Engine()
    (entry,) = step(first, AT + 5 * MINUTE)
    assert (entry.fact.alert, entry.author, entry.via) == ("pressure-crisis", "system", "alerts")
    assert step(second, AT + 5 * MINUTE + SECOND) == []
    chart_signs(ready, room, 5.2, systolic=130, diastolic=80)
    assert [type(e.fact) for e in step(first, AT + 5.2 * MINUTE)] == [a.AlertCleared]
    assert listed(ready, room, 6) == [("pressure-crisis", "latched")]


def test_what_did_not_change_is_not_folded_again(
    ready: Telling, room: Visiting, django_assert_max_num_queries: object
) -> None:
    """A quiet second costs a handful of queries, however many visits there are, and no entry is decoded."""
    engine = Engine()
    step(engine, AT + MINUTE)
    before = decoded.chart(f"chart:{ready.chart}")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert engine.step(AT + MINUTE + SECOND) == []
    assert decoded.chart(f"chart:{ready.chart}") is before


def test_what_was_just_charted_does_not_wait_for_the_next_step(
    ready: Telling, room: Visiting, django_assert_num_queries: object
) -> None:
    """A glance looks where an entry came, and only there; where none did it costs one query."""
    engine = Engine()
    step(engine, AT + MINUTE)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert engine.glance(AT + 60 * MINUTE) == []  # checks are overdue by then: for the next step to find
    chart_signs(ready, room, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    (entry,) = engine.glance(AT + 5 * MINUTE)
    assert entry.fact.alert == "pressure-crisis"
    assert engine.glance(AT + 5 * MINUTE) == []


@pytest.mark.parametrize(("away", "told"), [(5, []), (5.1, [("engine-away", "active")])])
def test_it_tells_that_it_was_away(ready: Telling, room: Visiting, away: float, told: list[object]) -> None:
    """From its own heartbeat in the database, whichever process looks next."""
    Engine().step(AT + MINUTE)
    assert beat() == AT + MINUTE
    at = AT + MINUTE + away * SECOND
    Engine().step(at)
    assert listed(ready, room, 2) == told
    Engine().step(at + SECOND)
    assert listed(ready, room, 2) == [("engine-away", "latched")][: len(told)]


def test_the_most_urgent_is_written_first_and_the_rest_in_the_next_step(
    ready: Telling, room: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rooms and time for one write: the call goes out before what is only to be watched."""
    other = Telling(ready.staff, Person("Zoe", "Aalto", "female", date(1981, 1, 1), "none"), AT)
    other.made_ready(1)
    watched, loud = sorted([(ready, room), (other, dosed(other))], key=lambda one: one[0].chart)
    chart_signs(*watched, 5, systolic=168, diastolic=98, spo2=98, heart_rate=80, sedation=5)
    chart_signs(*loud, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    engine, clock = Engine(), iter([0.0, 0.1, 10.0])
    with monkeypatch.context() as slow:
        slow.setattr(alert_engine, "monotonic", lambda: next(clock))
        step(engine, AT + 5 * MINUTE)
    assert [name for name, _ in listed(*loud, 6)] == ["pressure-crisis"]
    assert listed(*watched, 6) == []
    step(engine, AT + 5 * MINUTE + SECOND)
    assert [name for name, _ in listed(*watched, 6)] == ["pressure-emergent"]


def test_a_gap_is_told_in_every_room_however_long_that_takes(
    ready: Telling, room: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time for one room a step: the second hears of the gap in the next, and the third step owes nothing."""
    other = Telling(ready.staff, Person("Zoe", "Aalto", "female", date(1981, 1, 1), "none"), AT)
    other.made_ready(1)
    rooms = [(ready, room), (other, dosed(other))]
    Engine().step(AT)
    engine, counts = Engine(), []
    for second in (30, 31, 32):
        clock = iter([0.0, 0.1, 10.0])
        with monkeypatch.context() as slow:
            slow.setattr(alert_engine, "monotonic", lambda clock=clock: next(clock))
            engine.step(AT + second * SECOND)
        told = [alert for one in rooms for alert, _ in listed(*one, 1)]
        counts.append(told.count("engine-away"))
    assert counts == [1, 2, 2]


def test_the_first_beat_ever_is_no_gap(ready: Telling, room: Visiting) -> None:
    Engine().step(AT + MINUTE)
    assert listed(ready, room, 2) == []


def test_a_bound_device_that_falls_silent(ready: Telling, room: Visiting) -> None:
    """Ten seconds after it was last heard; one that sends once a minute has its minute."""
    chart = ChartRow.objects.get(chart=ready.chart)
    DeviceRow.objects.create(
        device="d1", clinic=chart.clinic, name="Bed 1", language="hl7v2", registered_at=AT
    )
    bound = BindingRow.objects.create(
        chart=chart, clinic=chart.clinic, visit=room.visit, device="d1", since=AT, by="x"
    )
    light = HeardRow.objects.create(device="d1", at=AT + MINUTE, skew_ms=200)
    engine = Engine()
    step(engine, AT + MINUTE)
    assert step(engine, AT + MINUTE + 9 * SECOND) == []
    (entry,) = step(engine, AT + MINUTE + 10 * SECOND)
    assert entry.fact.alert == "feed-stale"
    light.at = AT + 2 * MINUTE
    light.save()
    assert [type(e.fact) for e in step(engine, AT + 2 * MINUTE)][:1] == [a.AlertCleared]
    step(engine, AT + 2 * MINUTE + 69 * SECOND)
    assert ("feed-stale", "active") not in listed(ready, room, 4)
    assert any(e.fact.alert == "feed-stale" for e in step(engine, AT + 2 * MINUTE + 70 * SECOND))
    bound.delete()
    step(engine, AT + 4 * MINUTE)
    assert ("feed-stale", "latched") in listed(ready, room, 5)


def test_a_device_whose_clock_is_off_refreshes_nothing(ready: Telling, room: Visiting) -> None:
    """More than a minute away it is not live, whatever it sends."""
    chart = ChartRow.objects.get(chart=ready.chart)
    BindingRow.objects.create(
        chart=chart, clinic=chart.clinic, visit=room.visit, device="d1", since=AT, by="x"
    )
    HeardRow.objects.create(device="d1", at=AT + MINUTE, skew_ms=60_001)
    assert any(e.fact.alert == "feed-stale" for e in step(Engine(), AT + MINUTE))


def test_two_nurses_acknowledge_at_once(ready: Telling, room: Visiting) -> None:
    """Both names are kept and the first stands; the same person twice is told so."""
    chart_signs(ready, room, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    (entry,) = step(Engine(), AT + 5 * MINUTE)
    terms = {"visit": room.visit, "raised": str(entry.id)}
    at = AT + 6 * MINUTE
    first, second = ready.staff.monitor, ready.staff.prescriber
    alerts.acknowledge(first, ready.chart, at=at, **terms)
    alerts.acknowledge(second, ready.chart, at=at, **terms)
    (found,) = standing(ready.folded(), room.visit, at)
    assert [receipt.who for receipt in found.acknowledged] == [first.user, second.user]
    with pytest.raises(BadInput, match="you have acknowledged this already"):
        alerts.acknowledge(first, ready.chart, at=at + SECOND, **terms)


def test_the_sound_rests_for_two_minutes(ready: Telling, room: Visiting) -> None:
    chart_signs(ready, room, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    (entry,) = step(Engine(), AT + 5 * MINUTE)
    at = AT + 6 * MINUTE
    alerts.silence(ready.staff.monitor, ready.chart, at=at, visit=room.visit, raised=str(entry.id))
    (found,) = standing(ready.folded(), room.visit, at)
    assert found.silenced_until == at + 2 * MINUTE
    with pytest.raises(BadInput, match="no such alert"):
        alerts.silence(ready.staff.monitor, ready.chart, at=at, visit=room.visit, raised="x")


def test_a_receipt_is_kept_once_for_each_screen_and_person(ready: Telling, room: Visiting) -> None:
    chart_signs(ready, room, 5, **HIGH, spo2=98, heart_rate=80, sedation=5)
    (entry,) = step(Engine(), AT + 5 * MINUTE)
    raised = [str(entry.id), "made up"]
    for who, screen, count in (
        (ready.staff.monitor, "Room 1", 1),
        (ready.staff.monitor, "Room 1", 0),
        (ready.staff.monitor, "Office", 1),
        (ready.staff.prescriber, "Office", 1),
    ):
        kept = alerts.receive(
            who,
            ready.chart,
            visit=room.visit,
            raised=raised,
            screen=Screen(screen, "shown"),
            at=AT + 6 * MINUTE,
        )
        assert len(kept) == count
    assert [entry.fact.to for entry in step(Engine(), AT + 6 * MINUTE)] == ["call list"]


def test_a_receipt_of_somebody_who_only_looks_is_none(ready: Telling, room: Visiting, people: dict) -> None:
    """An auditor's page does not count as being told."""
    with pytest.raises(NotFound):
        alerts.receive(
            people["auditor"], ready.chart, visit=room.visit, raised=[], screen=Screen("x", "shown"), at=AT
        )


def test_an_alert_is_no_news_to_a_form(ready: Telling, room: Visiting) -> None:
    """What the engine wrote since is not asked about; what a person charted is."""
    seen = ready.folded().seq
    dosing.observe(ready.staff.prescriber, ready.chart, at=AT + 11 * MINUTE, visit=room.visit, event="spoke")
    with pytest.raises(Conflict):
        dosing.observe(
            ready.staff.monitor,
            ready.chart,
            at=AT + 11 * MINUTE,
            seen=seen,
            visit=room.visit,
            event="tears",
        )
    seen = ready.folded().seq
    assert step(Engine(), AT + 11 * MINUTE)
    assert ready.folded().seq > seen
    dosing.observe(
        ready.staff.monitor, ready.chart, at=AT + 11 * MINUTE, seen=seen, visit=room.visit, event="tears"
    )


def test_a_visit_that_was_booked_alone_is_left_alone(ready: Telling) -> None:
    """Before the dose there is nothing to be overdue; a symptom speaks from arrival on."""
    visiting = booked_and_checked(ready)
    assert step(Engine(), AT + 300 * MINUTE) == []
    dosing.observe(
        ready.staff.monitor, ready.chart, at=AT + 300 * MINUTE, visit=visiting.visit, event="chest pain"
    )
    (entry,) = step(Engine(), AT + 300 * MINUTE)
    assert entry.fact.alert == "symptom"
