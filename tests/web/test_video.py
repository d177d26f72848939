"""The two pages of a call: who may ask what, and that messages go to the other side of one call alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from openkap.actions import calling
from openkap.clinical.entries.home import VideoAdmitted, VideoAsked, VideoChanged
from openkap.records import signals
from openkap.records.models import SignalRow
from tests.web.course import Course
from tests.web.test_sit import home, invited, opened

__all__ = ["home"]
Role = Callable[[str], Client]


@pytest.fixture
def call(home: Course, as_role: Role) -> tuple[Course, str, Client, Client]:
    """A chart, the sitter's path, the browser that opened it, and the monitor's."""
    path = invited(home, as_role)
    return home, path, opened(path), as_role("monitor")


def clinic(home: Course) -> str:
    return f"/charts/{home.chart}/visits/h1/video/"


Call = tuple[Course, str, Client, Client]


def test_a_call_from_the_waiting_room_to_the_picture(call: Call) -> None:
    """Asked, let in, seen, lost, seen again; each is told once however often the page says it."""
    home, path, mine, monitor = call
    for _ in range(2):
        assert mine.post(f"{path}video/ask/").status_code == 302
    assert "Somebody waits to be let in" in monitor.get(clinic(home)).content.decode()
    assert monitor.post(f"{clinic(home)}in/").status_code == 302
    for to in ("connected", "connected", "lost", "lost", "connected"):
        assert monitor.post(f"{clinic(home)}tell/", {"to": to}).status_code == 204
    for _ in range(2):
        assert mine.post(f"{path}video/tell/").status_code == 204
    assert len(home.facts(VideoAsked)) == len(home.facts(VideoAdmitted)) == 1
    assert [fact.to for fact in home.facts(VideoChanged)] == ["connected", "lost", "connected", "lost"]


def test_nobody_hears_the_other_before_they_are_let_in(call: Call) -> None:
    """Neither side may send, and nothing is kept."""
    home, path, mine, monitor = call
    mine.post(f"{path}video/ask/")
    assert mine.post(f"{path}video/send/", {"body": "{}"}).status_code == 400
    assert monitor.post(f"{clinic(home)}send/", {"body": "{}"}).status_code == 400
    assert not SignalRow.objects.exists()


def test_another_browser_with_the_same_link_is_turned_away(call: Call) -> None:
    """It may ask nothing, say nothing and hear nothing."""
    _, path, mine, _ = call
    mine.post(f"{path}video/ask/")
    for what in ("ask", "send", "tell"):
        assert Client().post(f"{path}video/{what}/", {"body": "{}"}).status_code == 404
    assert Client().get(f"{path}video/stream/").status_code == 404


def line(home: Course, side: str) -> calling.Line:
    return calling.Line(UUID(home.chart), "h1", side, open=lambda: None, way=lambda: {"iceServers": []})


def test_a_message_goes_to_the_other_side_alone(call: Call) -> None:
    """And not to one who holds a newer link."""
    home, path, mine, monitor = call
    mine.post(f"{path}video/ask/")
    at_home, in_clinic = line(home, signals.HOME), line(home, signals.CLINIC)
    assert [event.kind for event in at_home.look("")] == ["stands"], "no way is named to who waits"
    in_clinic.look("")
    monitor.post(f"{clinic(home)}in/")
    monitor.post(f"{clinic(home)}send/", {"body": "offer"})
    heard = at_home.look("0")
    assert [event.kind for event in heard] == ["way", "stands", "signal"]
    assert heard[-1].data == {"body": "offer"}
    assert [event.kind for event in in_clinic.look("0")] == ["way", "stands"]
    monitor.post(f"/charts/{home.chart}/visits/h1/sitter/link/")
    assert [event.data["admitted"] for event in line(home, signals.HOME).look("0")] == [False]


@pytest.mark.parametrize(("longer", "status"), [(0, 204), (1, 400)])
def test_a_message_has_a_longest(call: Call, longer: int, status: int) -> None:
    """What no browser sends is refused."""
    home, path, mine, monitor = call
    mine.post(f"{path}video/ask/")
    monitor.post(f"{clinic(home)}in/")
    body = "x" * (calling.LONGEST_MESSAGE + longer)
    assert mine.post(f"{path}video/send/", {"body": body}).status_code == status


def test_messages_are_forgotten_after_minutes(home: Course) -> None:
    """They are no record."""
    one, at = signals.Call(UUID(home.chart), "h1", "link"), datetime.now(UTC)
    signals.put(one, signals.HOME, "old", at - signals.KEPT - timedelta(seconds=1))
    signals.put(one, signals.HOME, "new", at)
    assert [body for _, body in signals.to(signals.CLINIC, one, 0)] == ["new"]


def test_a_camera_is_for_the_two_pages_of_a_call(call: Call) -> None:
    """No other page may use one, and nothing else of the policy is loosened."""
    home, path, mine, monitor = call
    pages = [(monitor, clinic(home)), (mine, path), (monitor, f"/charts/{home.chart}/visits/h1/")]
    got = [client.get(page) for client, page in pages]
    assert ["camera=(self)" in one["Permissions-Policy"] for one in got] == [True, True, False]
    assert len({one["Content-Security-Policy"] for one in got}) == 1


def test_who_only_reads_sees_no_picture(home: Course, as_role: Role) -> None:
    """An auditor reads what was written, and watches nobody."""
    assert as_role("auditor").get(clinic(home)).status_code == 404
