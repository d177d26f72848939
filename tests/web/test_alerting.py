"""Alerts in the room and on the board of all rooms: shown, acknowledged, silenced, passed on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.actions import alerts as act
from openkap.actions.alert_engine import Engine
from openkap.clinical.alerts.lifecycle import standing
from openkap.clinical.chart import Chart
from openkap.clinical.entries.alerts import AlertSeen, SoundChosen
from openkap.records import read
from openkap.records.models import EngineRow
from tests.web.course import Course

Role = Callable[[str], Client]


@pytest.fixture
def room(course: Course) -> Course:
    """A dose runs and the pressure is at the limit for a call: one high alert stands."""
    course.cleared().prepared().booked().checked().dosed().measured(systolic=190, diastolic=125)
    step(-timedelta(seconds=60))
    return course


def step(later: timedelta) -> None:
    """One look of an engine that was never away."""
    at = datetime.now(UTC) + later
    EngineRow.objects.update_or_create(id=1, defaults={"beat_at": at})
    Engine().step(at)


def address(room: Course, more: str = "") -> str:
    return f"/charts/{room.chart}/visits/{room.visit}/{more}"


def _chart(room: Course) -> Chart:
    return read.chart(room.people["prescriber"], room.chart, log=False)


def raised(room: Course) -> str:
    return standing(_chart(room), room.visit, datetime.now(UTC))[0].raised


def page(client: Client, where: str) -> str:
    return client.get(where).content.decode()


def test_an_open_alert_takes_the_place_of_the_bar(room: Course, as_role: Role) -> None:
    """With shape and word, the values and the limit, what to do, and what comes then."""
    html = page(as_role("monitor"), address(room))
    bar = re.search(r'<section class="room-bar[^"]*" id="bar".*?</section>', html, re.S)
    assert bar
    for words in (
        "▲▲▲ Now:",
        "Blood pressure is at the clinic’s limit for a call",
        "systolic blood pressure 190 mmHg (limit: at least 180)",
        "Repeat in 5 min with the right cuff",
        "Call the medical lead → Stop the drug → Rescue medicine by the prescriber’s order → Emergency call",
        "assumed: no published number was found",
        "Acknowledge",
        "Silence 2 min",
    ):
        assert words in bar[0]


def test_both_nurses_are_told_and_the_first_stands(room: Course, as_role: Role) -> None:
    """The second reads whose name stands; the bar names both."""
    form = {"raised": raised(room), "screen": "Room 1"}
    first, second = as_role("monitor"), as_role("prescriber")
    one = first.post(address(room, "alerts/acknowledge/"), form, follow=True).content.decode()
    two = second.post(address(room, "alerts/acknowledge/"), form, follow=True).content.decode()
    assert "Acknowledged with your name. It stays here until it is over." in one
    assert re.search(r"Monitor, monitor acknowledged this first, at \d\d:\d\d:\d\d: that stands", two)
    html = page(first, address(room))
    assert re.search(r"Acknowledged by Monitor, monitor at [\d:]+; also by Prescriber, prescriber at", html)
    assert "data-sounds" not in html


def test_a_silence_is_counted_down_and_offered_no_second_time(room: Course, as_role: Role) -> None:
    client = as_role("monitor")
    said = client.post(
        address(room, "alerts/silence/"), {"raised": raised(room)}, follow=True
    ).content.decode()
    assert re.search(r"The sound rests until \d\d:\d\d:\d\d\.", said)
    assert "Silent for <b data-until=" in said
    assert "Silence 2 min" not in said


def test_what_is_no_alert_is_refused(room: Course, as_role: Role) -> None:
    """On the page itself, with a sentence."""
    answer = as_role("monitor").post(address(room, "alerts/acknowledge/"), {"raised": "made-up"})
    assert answer.status_code == 400
    assert "There is no such alert in this visit" in answer.content.decode()


def test_a_screen_gives_its_receipt_once(room: Course, as_role: Role) -> None:
    client, form = as_role("monitor"), {"raised": [raised(room)], "screen": "Room 1", "how": "shown"}
    for _ in range(2):
        assert client.post(address(room, "alerts/seen/"), form).status_code == 204
    assert [fact.screen for fact in room.facts(AlertSeen)] == ["Room 1"]
    assert client.get(address(room, "alerts/seen/")).status_code == 405
    assert client.post(address(room, "alerts/seen/"), form | {"how": "guessed"}).status_code == 400


def test_a_screen_is_named_once_and_chooses_its_sound_for_each_visit(room: Course, as_role: Role) -> None:
    """The name stays with the tablet; the choice is an entry with its visit, and is shown."""
    client = as_role("monitor")
    assert 'data-sound="off"' in page(client, address(room))
    client.post(address(room, "sound/"), {"screen": "Tablet 7", "sound": "earpiece"})
    html = page(client, address(room))
    assert 'data-sound="earpiece"' in html
    assert 'data-screen="Tablet 7"' in html
    (fact,) = room.facts(SoundChosen)
    assert (fact.screen, fact.sound) == ("Tablet 7", "earpiece")
    assert 'data-sound="off"' in page(as_role("therapist"), address(room))
    too_long = client.post(address(room, "sound/"), {"screen": "x" * 41, "sound": "off"})
    assert "This name is too long" in too_long.content.decode()


def test_all_rooms_on_one_board(room: Course, as_role: Role) -> None:
    """Room, phase, minute, charted values with their age, open alerts; acknowledged from there."""
    client = as_role("monitor")
    html = page(client, "/rooms/")
    for words in ("190/125", "minute ", "Blood pressure is at the clinic’s limit for a call"):
        assert words in html
    form = {"raised": raised(room), "from": "board"}
    answer = client.post(address(room, "alerts/acknowledge/"), form)
    assert answer["Location"] == "/rooms/"
    assert "data-sounds" not in page(client, "/rooms/")


def test_the_second_screen_sounds_for_a_silent_room_and_takes_over_what_nobody_saw(
    room: Course, as_role: Role
) -> None:
    """For a room that sounds itself it stays quiet, until thirty seconds went by without a receipt."""
    client = as_role("prescriber")
    html = page(client, "/rooms/")
    assert "data-sounds" in html and "data-elsewhere" in html
    room.does("monitor", act.choose_sound, visit=room.visit, screen="Room 1", sound="aloud")
    assert "data-sounds" not in page(client, "/rooms/")
    step(-timedelta(seconds=30))
    html = page(client, "/rooms/")
    assert "data-sounds" in html and "data-receipt" in html
    assert "Went on to: second screen" in html


def test_the_second_screen_shows_nobody_to_whoever_may_not_look(room: Course, as_role: Role) -> None:
    assert as_role("manager").get("/rooms/").status_code == 404
    assert as_role("manager").get("/rooms/stream/").status_code == 404


def test_a_quiet_clinic_says_so(course: Course, as_role: Role) -> None:
    assert "No visit is open." in page(as_role("monitor"), "/rooms/")


def test_the_director_alone_turns_the_feed_limits_on(room: Course, as_role: Role) -> None:
    """The page says what it means; the room says that they are on and what stays primary."""
    director = as_role("director")
    assert "The bedside monitor stays the primary alarm either way." in page(director, "/devices/limits/")
    form = {"to": "on", "signed_name": "Director", "reason": "ward policy 7"}
    assert as_role("prescriber").post("/devices/limits/switch/", form).status_code == 404
    for role in ("monitor", "auditor", "therapist"):
        told = page(as_role(role), "/devices/limits/")
        assert "The limits" in told and "A medical director turns them on or off" in told
    unsigned = director.post("/devices/limits/switch/", form | {"signed_name": "Somebody"})
    assert unsigned.status_code == 400
    said = director.post("/devices/limits/switch/", form, follow=True).content.decode()
    assert "The limits on the device feed are on." in said
    assert "Limits on the device feed are on" in page(as_role("monitor"), address(room))
