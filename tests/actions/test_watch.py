"""What a live page is told about one visit."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from openkap.actions import dosing, preparation
from openkap.actions.watch import Watch, follow, look_each, position
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.live import Event
from openkap.records.models import AccessRow
from openkap.records.policy import NotFound, Principal
from tests.actions.day import booked, dosed
from tests.actions.test_feed import samples, send
from tests.conftest import AT


def watch(telling: Telling, visit: str, who: Principal | None = None) -> Watch:
    return Watch(who or telling.staff.monitor, UUID(telling.chart), visit)


def looked(one: Watch, after: str = "") -> Sequence[Event]:
    """One look of one listener, or what it fails with."""
    (news,) = look_each([(one, after)])
    if isinstance(news, Exception):
        raise news
    return news


def test_entries_readings_and_the_phase_are_told_in_order(ready: Telling) -> None:
    """Everything of the visit from the beginning: charted signs, events, device values, where it stands."""
    visiting = dosed(ready)
    dosing.observe(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, event="tears")
    send(visiting, samples(visiting, 2))
    events = looked(watch(ready, visiting.visit))
    kinds = [event.kind for event in events]
    assert kinds.count("vitals") == 1
    assert kinds[-4:] == ["event", "reading", "reading", "phase"]
    assert events[-2].data["value"] == "71"
    assert [position(event.id) for event in events] == sorted(position(event.id) for event in events)


def test_a_page_that_was_away_hears_only_what_it_missed(ready: Telling) -> None:
    """From any id that was sent, the rest follows, each once."""
    visiting = dosed(ready)
    send(visiting, samples(visiting, 3))
    told = [event for event in looked(watch(ready, visiting.visit)) if event.kind != "phase"]
    for place, event in enumerate(told):
        rest = [e for e in looked(watch(ready, visiting.visit), event.id) if e.kind != "phase"]
        assert [(e.kind, e.data) for e in rest] == [(e.kind, e.data) for e in told[place + 1 :]]


def test_other_visits_and_other_facts_are_not_told(ready: Telling) -> None:
    """An intention and another visit's booking are none of this room's business."""
    first, second = booked(ready), booked(ready)
    preparation.set_intention(ready.staff.therapist, ready.chart, at=AT, words="canary")
    events = looked(watch(ready, first.visit))
    assert "canary" not in str(events)
    assert second.visit not in str(events)


def test_the_phase_is_told_when_it_changes(ready: Telling) -> None:
    """Told once, silent while nothing changes, told again after the dose."""
    visiting = booked(ready)
    eye = watch(ready, visiting.visit)
    assert [e.data["phase"] for e in looked(eye) if e.kind == "phase"] == ["booked"]
    assert looked(eye, f"{ready.folded().seq}-0") == []
    dosing.arrive(
        ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, identifiers=("name", "photo")
    )
    told = looked(eye, f"{ready.folded().seq - 1}-0")
    assert [e.data.get("phase") for e in told if e.kind == "phase"] == ["arrived"]


def test_a_late_entry_says_how_late(ready: Telling) -> None:
    """Charted twenty minutes after: both times are told."""
    visiting = booked(ready)
    then = AT - timedelta(minutes=20)
    dosing.observe(
        ready.staff.monitor, ready.chart, at=AT, effective_at=then, visit=visiting.visit, event="tears"
    )
    (event,) = [e for e in looked(watch(ready, visiting.visit)) if e.kind == "event"]
    assert event.data["late"] == "20 min"
    assert event.data["at"] == then.isoformat()
    assert event.data["recorded_at"] == AT.isoformat()


def test_a_look_is_logged_once_and_refused_to_strangers(ready: Telling, patient: Principal) -> None:
    """The page's first look stands in the access log; a patient or another clinic sees nothing."""
    visiting = booked(ready)
    before = AccessRow.objects.filter(permission="visit.read").count()
    eye = watch(ready, visiting.visit)
    looked(eye)
    looked(eye)
    assert AccessRow.objects.filter(permission="visit.read").count() == before + 1
    stranger = Principal(user="x", name="X", role="monitor", clinic="none")
    for who in (patient, stranger):
        with pytest.raises(NotFound):
            looked(watch(ready, visiting.visit, who))


def test_many_listeners_each_hear_their_own(ready: Telling, patient: Principal) -> None:
    """One look for all: each its own visit behind its own last id, and who may not look fails alone."""
    first, second = dosed(ready), booked(ready)
    send(first, samples(first, 3))
    eyes = [watch(ready, first.visit), watch(ready, second.visit), watch(ready, first.visit)]
    alone = [list(looked(eye)) for eye in eyes]
    place = next(event.id for event in alone[0] if event.kind == "reading")
    for repeat in (False, True):
        fresh = [watch(ready, eye.visit) for eye in eyes]
        if repeat:
            for eye in fresh:
                looked(eye)
                eye.phase = ""
        barred = watch(ready, first.visit, patient)
        barred.looked_at = AT if repeat else None
        asks = [(fresh[0], ""), (barred, ""), (fresh[1], ""), (fresh[2], place)]
        one, refused, other, behind = look_each(asks)
        kinds = [[event.kind for event in news if event.kind != "phase"] for news in (one, other, behind)]
        assert isinstance(refused, NotFound)
        assert kinds[0] == [event.kind for event in alone[0] if event.kind != "phase"]
        assert kinds[1] == [event.kind for event in alone[1] if event.kind != "phase"]
        assert kinds[2] == ["reading", "reading"]


@pytest.mark.parametrize("made_up", ["x", "1-", "-1", "1-2-3", "٣-1", "1" * 19 + "-0", "0-" + "1" * 5000])
def test_a_made_up_id_is_refused(made_up: str) -> None:
    """Only ids that were sent are understood; an empty one is the beginning."""
    assert position("") == (0, 0)
    assert position("12-7") == (12, 7)
    assert position("9" * 18 + "-0") == (10**18 - 1, 0)
    with pytest.raises(BadInput):
        position(made_up)


@pytest.mark.django_db(transaction=True)
def test_a_stream_ends_with_a_beat_at_the_latest(ready: Telling) -> None:
    """Followed as a page does: the entries of the visit arrive, and then the beat."""
    visiting = booked(ready)

    async def gathered() -> list[str]:
        kinds = []
        async for events in follow(ready.staff.monitor, ready.chart, visiting.visit):
            kinds += [event.kind for event in events]
            if "beat" in kinds:
                return kinds
        return kinds

    began = datetime.now(UTC)
    assert asyncio.run(gathered()) == ["entry", "phase", "beat"]
    assert datetime.now(UTC) - began < timedelta(seconds=4)
