"""The sitter's page: a link of one use, one browser, two buttons; nothing else opens by it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from openkap.actions import sitter
from openkap.clinical.entries.dosing import DoseGiven, Observed, VisitBooked, VisitStopped
from openkap.clinical.entries.home import SitterInvited, SitterJoined, SitterNamed
from openkap.clinical.quantity import Milligrams
from openkap.records.models import EntryRow
from openkap.records.sitters import digest
from tests.clinical.charts import at_home
from tests.web.course import Course

Role = Callable[[str], Client]


@pytest.fixture
def home(course: Course) -> Course:
    """A dose at home five seconds ago, as the ledger has it."""
    course.visit = "h1"
    course.writes(at_home())
    course.writes(
        VisitBooked(
            visit="h1", starts_at=course.at, room="At home", route="sublingual", number=1, place="home"
        )
    )
    course.writes(DoseGiven(visit="h1", route="sublingual", amount=Milligrams.parse("300", "mg")))
    return course


def invited(home: Course, as_role: Role) -> str:
    """The path of a link, as the clinic sees it once."""
    made = as_role("monitor").post(f"/charts/{home.chart}/visits/h1/sitter/link/", {"form": "sitter-link"})
    found = re.search(rf"/sit/{home.chart}/[\w-]+/", made.content.decode())
    assert found
    return found[0]


def opened(path: str) -> Client:
    client = Client()
    assert client.post(f"{path}open/").status_code == 302
    return client


def test_the_link_is_kept_as_a_digest_alone(home: Course, as_role: Role) -> None:
    """Whoever reads the whole database cannot open it."""
    token = invited(home, as_role).rstrip("/").rpartition("/")[2]
    assert [fact.link_sha256 for fact in home.facts(SitterInvited)] == [digest(token)]
    assert not any(token in str(row.body) for row in EntryRow.objects.all())


def test_looking_at_a_link_uses_nothing_up(home: Course, as_role: Role) -> None:
    """A preview in a messenger opens it by GET: nothing of the patient, and the sitter can still start."""
    path = invited(home, as_role)
    shown = Client().get(path).content.decode()
    assert "Start on this telephone" in shown and "Elm Street" not in shown
    assert not home.facts(SitterJoined)
    assert "All is well" in opened(path).get(path).content.decode()


def test_one_browser_and_no_other(home: Course, as_role: Role) -> None:
    """The second one is told so, sees no address and can say nothing."""
    path = invited(home, as_role)
    mine, other = opened(path), Client()
    assert "Elm Street" in mine.get(path).content.decode()
    assert other.post(f"{path}open/").status_code == 400
    shown = other.get(path).content.decode()
    assert "another browser" in shown and "Elm Street" not in shown
    assert other.post(f"{path}say/", {"event": sitter.WELL}).status_code == 400
    assert not home.facts(Observed)


def test_what_is_pressed_is_stored_once_with_its_minute(home: Course, as_role: Role) -> None:
    """Sent twice because the network went away in between."""
    path = invited(home, as_role)
    mine, id, then = opened(path), str(uuid4()), home.at + timedelta(seconds=1)
    for _ in range(2):
        mine.post(f"{path}say/", {"event": sitter.HELP, "id": id, "pressed_at": then.isoformat()})
    assert [fact.event for fact in home.facts(Observed)] == [sitter.HELP]
    assert home.newest(Observed).effective_at == then


@pytest.mark.parametrize(
    ("event", "minutes", "now"),
    [(sitter.HELP, 4, False), (sitter.HELP, 5, True), (sitter.WELL, 5, False)],
)
def test_a_call_for_help_rings_however_late_it_comes_through(
    home: Course, as_role: Role, event: str, minutes: int, now: bool
) -> None:
    """What is charted five minutes late alerts nobody: help is said now, with how long it waited."""
    path = invited(home, as_role)
    mine, id, then = opened(path), str(uuid4()), datetime.now(UTC) - timedelta(minutes=minutes)
    for _ in range(2):
        assert (
            mine.post(f"{path}say/", {"event": event, "id": id, "pressed_at": then.isoformat()}).status_code
            == 302
        )
    said = home.newest(Observed)
    assert said.effective_at == (said.recorded_at if now else then)
    assert said.fact.note == (f"Pressed {minutes} min before it came through" if now else "")


def test_a_sitter_says_nothing_but_what_sitters_say(home: Course, as_role: Role) -> None:
    """No other event of the room, no other page, no chart."""
    path = invited(home, as_role)
    mine = opened(path)
    assert mine.post(f"{path}say/", {"event": "nausea"}).status_code == 400
    assert mine.get(f"/charts/{home.chart}/").status_code == 302
    assert not home.facts(Observed)


def test_a_newer_link_ends_the_one_before(home: Course, as_role: Role) -> None:
    """A link that went to the wrong person is taken back by making another."""
    path = invited(home, as_role)
    mine = opened(path)
    invited(home, as_role)
    assert mine.get(path).status_code == 404


def test_an_expired_link_opens_nothing(home: Course) -> None:
    """Expired and unknown look alike."""
    home.writes(SitterInvited(visit="h1", link_sha256=digest("old"), expires_at=home.at))
    assert Client().get(f"/sit/{home.chart}/old/").status_code == 404
    assert Client().get(f"/sit/{home.chart}/none/").status_code == 404


def test_when_the_visit_is_over_so_is_the_page(home: Course, as_role: Role) -> None:
    """Nothing is asked and nothing is taken any more."""
    path = invited(home, as_role)
    mine = opened(path)
    home.writes(VisitStopped(visit="h1", reason="feels unwell"))
    assert "It is over" in mine.get(path).content.decode()
    mine.post(f"{path}say/", {"event": sitter.WELL})
    assert not home.facts(Observed)


def test_a_visit_in_the_clinic_has_no_link(course: Course, as_role: Role) -> None:
    """Its own staff is in the room."""
    course.writes(VisitBooked(visit="c1", starts_at=course.at, room="Room 1", route="im", number=1))
    made = as_role("monitor").post(f"/charts/{course.chart}/visits/c1/sitter/link/", {})
    assert made.status_code == 400
    assert not course.facts(SitterInvited)


def test_the_second_screen_says_where_help_has_to_go(home: Course, as_role: Role) -> None:
    """Several homes at once: each with its address, its number and when its sitter is asked."""
    home.writes(SitterNamed(visit="h1", name="Ruth Okafor", phone="555 0111"))
    shown = as_role("monitor").get("/rooms/").content.decode()
    for part in ("12 Elm Street", "<b>911</b>", "sitter Ruth Okafor 555 0111", "Sitter <b data-until="):
        assert part in shown
