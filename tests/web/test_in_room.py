"""The pages around the room: taps, adverse events, rescue, corrections; what was first stays to be read."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from openkap.clinical.entries import room as e
from openkap.clinical.entries.dosing import Observed, VitalSigns
from openkap.records import read
from tests.web.course import Course
from tests.web.test_dosing import Role, facts, room, words


@pytest.fixture
def dosed(course: Course) -> Course:
    """An infusion that is running."""
    return course.cleared().prepared().booked().checked().dosed()


def sent(course: Course, as_role: Role, to: str, by: str = "monitor", **fields: Any) -> str:
    """What the room says after a form was sent to it."""
    client = as_role(by)
    answer = client.post(room(course, to), fields, follow=True)
    assert answer.status_code == 200, words(answer)
    return words(answer)


def standing(course: Course, kind: type) -> Any:
    return read.chart(course.people["monitor"], course.chart, log=False).latest(kind)


def test_taps_ratings_and_rescue(dosed: Course, as_role: Role) -> None:
    """Each is one form; the room says it, and the timeline has it."""
    assert "Recorded: tears." in sent(dosed, as_role, "observe/", form="events", event="tears")
    assert "sedation 3 of 5" in sent(dosed, as_role, "sedation/", form="sedation", level="3")
    assert "uneasy" in sent(dosed, as_role, "dissociation/", form="dissociation", level="uneasy")
    assert "Stay and observe" in sent(dosed, as_role, "rescue/step/", form="rescue", step="observe")
    said = sent(dosed, as_role, "rescue/step/", form="rescue", sign="chest pain")
    assert "Emergency call" in said
    assert "The emergency is over" in said, "the form that ends it is there"
    assert standing(dosed, e.RescueStep).fact.sign == "chest pain"
    assert "never a target" in said


def test_a_touch_after_taking_back_is_warned_about_before_and_after(dosed: Course, as_role: Role) -> None:
    """The button says it, the answer says it, the timeline says it."""
    taken = sent(dosed, as_role, "observe/", form="events", event="permission withdrawn", about="touch-hand")
    assert "It holds from now on" in taken
    assert "not allowed: taken back" in taken
    told = sent(dosed, as_role, "observe/", form="events", event="touch given", about="touch-hand")
    assert "Outside what the patient allows: holding my hand, but it was taken back" in told
    assert as_role("monitor").post(room(dosed, "observe/"), {"event": "touch given"}).status_code == 400


def test_two_taps_for_an_emergency_from_every_page_of_the_chart(dosed: Course, as_role: Role) -> None:
    """One opens it, one says which. Fire stops the visit, and what happens outside can still be charted."""
    for page in ("", "corrections/", "adverse/"):
        assert 'value="fire"' in as_role("monitor").get(room(dosed, page)).content.decode()
    assert 'value="fire"' in as_role("monitor").get(f"/charts/{dosed.chart}/").content.decode()
    assert 'value="fire"' not in as_role("auditor").get(f"/charts/{dosed.chart}/").content.decode()
    told = sent(dosed, as_role, "emergency/", form="emergency", what="fire", id=str(uuid4()))
    assert "The visit is stopped" in told
    assert "Visit stopped: Fire alarm" in told
    assert "Recorded: nausea" in sent(dosed, as_role, "observe/", form="events", event="nausea")


def test_a_medicine_needs_the_one_who_ordered_it(dosed: Course, as_role: Role) -> None:
    """Nothing is filled in; what was typed comes back."""
    html = as_role("monitor").get(room(dosed)).content.decode()
    assert re.search(r'name="dose"[^>]* value=""', html)
    fields = {"form": "medicine", "medicine": "ondansetron", "dose": "4 mg", "way": "IV"}
    answer = as_role("monitor").post(room(dosed, "rescue/medicine/"), fields)
    assert answer.status_code == 400
    assert 'value="4 mg"' in answer.content.decode()
    orders = dosed.people["prescriber"].user
    assert "recorded" in sent(dosed, as_role, "rescue/medicine/", ordered_by_user=orders, **fields)


def test_an_adverse_event_is_reported_and_followed(dosed: Course, as_role: Role) -> None:
    """The form asks for all of it; a fault keeps what was chosen."""
    fields = {
        "form": "report",
        "id": str(uuid4()),
        "term": "nausea",
        "grade": "2",
        "action": "watched more closely",
        "outcome": "unchanged",
    }
    answer = as_role("monitor").post(room(dosed, "adverse/report/"), fields)
    assert answer.status_code == 400
    assert re.search(r'value="2"[^>]* checked', answer.content.decode())
    told = sent(dosed, as_role, "adverse/report/", relation="possibly the drug", **fields)
    assert "Adverse event: nausea, grade 2 (moderate)" in told
    course = {"grade": "2", "action": "medicine given", "outcome": "over"}
    over = {"form": "follow", "event": fields["id"], "ended_at": wall(datetime.now(UTC)), **course}
    assert "followed up: grade 2 (moderate), over" in sent(dosed, as_role, "adverse/follow/", **over)


def wall(moment: datetime) -> str:
    """As the clock of the test clinic shows it."""
    return f"{moment.astimezone(ZoneInfo('Europe/Zurich')):%H:%M}"


def test_a_late_entry_shows_both_times(dosed: Course, as_role: Role) -> None:
    """When it happened stands first; when it was written stands beside it."""
    then = datetime.now(UTC) - timedelta(minutes=7)
    sent(dosed, as_role, "observe/", form="events", event="tears", happened=wall(then))
    told = words(as_role("monitor").get(room(dosed, "corrections/")))
    assert standing(dosed, Observed).effective_at == then.replace(second=0, microsecond=0)
    assert re.search(rf"{wall(then)} .*Seen: tears .*recorded \d\d:\d\d", told)
    wrong = as_role("monitor").post(
        room(dosed, "observe/"), {"form": "note", "event": "note", "note": "Calm", "happened": "soon"}
    )
    assert wrong.status_code == 400
    assert "Calm" in wrong.content.decode()


def test_a_correction_keeps_the_first_value_in_sight(dosed: Course, as_role: Role) -> None:
    """In the list, in the room, on the tile; whoever did not write it has no way to correct it."""
    signs = standing(dosed, VitalSigns)
    to = f"corrections/{signs.id}/"
    form = as_role("monitor").get(room(dosed, to)).content.decode()
    assert re.search(r'name="was-systolic"[^>]* value="124"', form)
    assert as_role("therapist").get(room(dosed, to)).status_code == 404
    typed = {name: value for name, value in re.findall(r'name="(was-[a-z0-9_]+)"[^>]* value="([^"]*)"', form)}
    fields = {**typed, "form": "correct", "was-systolic": "142", "happened": ""}
    assert as_role("monitor").post(room(dosed, to + "correct/"), fields).status_code == 400
    told = sent(dosed, as_role, to + "correct/", **fields, reason="Misread")
    assert "blood pressure 142/78" in told
    html = as_role("monitor").get(room(dosed)).content.decode()
    assert re.search(r"<s>Vital signs: blood pressure 124/78[^<]*</s> Corrected: Misread", html)
    tile = html[html.index('data-tile="blood-pressure"') :][:900]
    assert "142/78" in tile
    assert re.search(r"<s>124/78</s>", tile)


def test_an_undone_tap_is_struck_through(dosed: Course, as_role: Role) -> None:
    """Undo is a correction: the line stays, with the reason."""
    sent(dosed, as_role, "observe/", form="events", event="laughter")
    tap = standing(dosed, Observed)
    undo = {"form": "undo", "reason": "Entered by mistake"}
    told = sent(dosed, as_role, f"corrections/{tap.id}/out/", **undo)
    assert "Taken out: Entered by mistake" in told
    assert not facts(dosed, Observed)
    assert "<s>Seen: laughter</s>" in as_role("monitor").get(room(dosed)).content.decode()


def test_what_a_tablet_keeps_is_about_nobody(dosed: Course, client: Client) -> None:
    """The page without a server, the worker and the manifest are the same for everybody, and name nobody."""
    from openkap.web.away import WORKER

    listed = re.findall(r'^  "(/[^"]*)",$', WORKER.read_text(), re.MULTILINE)
    assert listed
    served: Callable[[str], Any] = client.get
    for path in ("/room/away/", "/room-worker.js", "/room.webmanifest"):
        answer = served(path)
        assert answer.status_code == 200
        assert "Berg" not in answer.content.decode()
    for path in listed:
        assert served(path).status_code == 200 or path.startswith("/static/vendor/"), path
