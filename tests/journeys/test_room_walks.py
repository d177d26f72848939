"""Bad moments in the room, walked against a server that is really killed and really comes back."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error

from tests.browser import Demo
from tests.filled import OPENKAP, Filled, address, said_by
from tests.journeys.test_live_room import live_room
from tests.journeys.walk import Walk, said
from tests.records.process import ROOT, environment

pytestmark = pytest.mark.browser
TABLET = {"width": 1180, "height": 820}
FIVE_MINUTES = "05:00"


class Server:
    """A demonstration clinic of this module's own, on a port that stays its own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        self.more: dict[str, str] = {}  # of the environment
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*OPENKAP, "demo", "--port", str(self.port), "--home", str(self.home)],
            cwd=ROOT,
            env=environment(self.home, **self.more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.demo = Demo(address(said_by(self.process)), self.home)

    def kill(self) -> None:
        """No goodbye: SIGKILL to the process that serves."""
        os.kill(self.process.pid, signal.SIGKILL)
        self._gone()

    def end(self) -> None:
        self.process.terminate()
        self._gone()

    def _gone(self) -> None:
        self.process.wait(timeout=20)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def server(
    filled_demo: Filled,
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Any,
) -> Iterator[Server]:
    made = Server(filled_demo.copy(tmp_path_factory.mktemp("room-walks") / "home"))
    yield made
    made.end()


@contextmanager
def tablet(chromium: Any, server: Server, **options: Any) -> Iterator[tuple[Any, str]]:
    """A tablet on its side in the room where a dose runs, and the room's address."""
    context = chromium.new_context(viewport=TABLET, reduced_motion="reduce", **options)
    page = context.new_page()
    page.set_default_timeout(20_000)
    server.demo.sign_in(page, "monitor")
    room = live_room(page, server.demo)
    yield page, server.demo.address + room
    context.close()


def tap(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def sound_pages(chromium: Any, server: Server, page: Any, *paths: str) -> None:
    """axe on what is open, and on these pages of the room, in both schemes."""
    walk = Walk(chromium, server.demo)
    walk.look(page)
    for path in paths:
        page.goto(path)
        walk.look(page)
    assert walk.faults == []


def all_sent(page: Any) -> None:
    """Nothing waits on the tablet any more."""
    for _ in range(80):
        with suppress(Error):  # a form that was sent opens its room in the middle of the question
            if page.evaluate("openkapStore.all().then(all => all.every(one => one.refused))"):
                return
        page.wait_for_timeout(250)
    pytest.fail("it still waits")


def times_written(page: Any, room: str, what: str) -> int:
    tab = page.context.new_page()  # a form that was sent opens its room, which would take this page's place
    tab.goto(f"{room}corrections/")
    count: int = tab.locator(".k-written p", has_text=what).count()
    tab.close()
    return count


def test_vomiting(chromium: Any, server: Server) -> None:
    """A tap, the adverse event with its grade, and how it ended."""
    with tablet(chromium, server) as (page, room):
        tap(page, "Vomiting")
        page.get_by_text("Recorded: vomiting", exact=True).wait_for()
        page.get_by_role("link", name="Adverse event, graded").click()
        page.get_by_label("What", exact=True).select_option("vomiting")
        page.get_by_label("2 moderate").check()
        page.get_by_label("What was done").select_option("watched more closely")
        page.get_by_label("How it stands").select_option("getting better")
        page.get_by_label("Was it the drug").select_option("likely the drug")
        page.get_by_role("button", name="Record the adverse event").click()
        page.get_by_text("Recorded with its grade.").wait_for()
        assert "vomiting, grade 2 (moderate)" in said(page)
        sound_pages(chromium, server, page, f"{room}adverse/?term=nausea", room)


def test_panic(chromium: Any, server: Server) -> None:
    """Less stimulation first, then the medical lead, then a medicine by order; each with its minute."""
    with tablet(chromium, server) as (page, room):
        tap(page, "Anxiety")
        page.get_by_text("Recorded: anxiety", exact=True).wait_for()
        for step in ("Lower stimulation", "Call the medical lead"):
            page.locator("#rescue > summary").click()
            with page.expect_navigation():
                page.locator("#rescue").get_by_role("button", name=re.compile(step)).click()
        page.locator("#rescue > summary").click()
        page.get_by_text("A rescue medicine went in").click()
        page.get_by_label("Medicine", exact=True).select_option("midazolam")
        page.get_by_label("Dose, as it was ordered").fill("1 mg")
        page.get_by_label("How", exact=True).select_option("IV")
        with page.expect_navigation():
            page.get_by_role("button", name="Record the medicine").click()
        assert "Ordered by: nothing was chosen" in said(page)
        assert page.get_by_label("Dose, as it was ordered").input_value() == "1 mg"
        page.get_by_label("Ordered by").select_option(index=1)
        with page.expect_navigation():
            page.get_by_role("button", name="Record the medicine").click()
        assert times_written(page, room, "Rescue medicine: Midazolam 1 mg") == 1
        assert times_written(page, room, "Rescue step: Call the medical lead") == 1


def test_the_patient_takes_a_touch_back(chromium: Any, server: Server) -> None:
    """It holds at once: the next touch is warned about on its button, and shown when given all the same."""
    with tablet(chromium, server) as (page, room):
        page.keyboard.press("w")
        page.locator(".event-asks[open] button").get_by_text("Holding my hand").click()
        page.get_by_text("Taken back. It holds from now on", exact=True).wait_for()
        page.goto(room)
        page.get_by_text("Touch given…").click()
        button = page.locator(".event-asks[open] button.is-warned", has_text="Holding my hand")
        assert "not allowed: taken back" in button.inner_text()
        sound_pages(chromium, server, page)
        button.click()
        page.get_by_text(re.compile("Outside what the patient allows: holding my hand")).first.wait_for()
        assert times_written(page, room, "Outside what the patient allows") == 1


def before(page: Any, server: Server) -> None:
    """The room of somebody who has come and had no dose yet."""
    page.goto(f"{server.demo.address}/board/")
    for path in [link.get_attribute("href") for link in page.locator("a[href*='/visits/']").all()]:
        page.goto(server.demo.address + path)
        if page.locator(".room-columns--before").count() and page.locator("#vitals form").count():
            return
    raise AssertionError("nobody waits for a dose in the demonstration")


def test_escort_missing_pressure_high_then_fire(chromium: Any, server: Server) -> None:
    """Both stand in the way of the dose, in words. Then the alarm: two taps from a page of the chart."""
    with tablet(chromium, server) as (page, _):
        before(page, server)
        escort = page.locator("#check-item-escort")
        if not escort.is_visible():
            page.get_by_text("Show the answers").click()
        if escort.get_by_text("Change").count():
            escort.get_by_text("Change").click()
        escort.locator("input[value=no]").check(force=True)
        with page.expect_navigation():
            page.get_by_role("button", name="Record the answers").click()
        assert "No adult is confirmed to take the patient home" in said(page)
        page.get_by_label("Systolic").fill("152")
        page.get_by_label("Diastolic").fill("94")
        with page.expect_navigation():
            page.get_by_role("button", name="Record vital signs").click()
        assert re.search("blood pressure.*above", said(page), re.IGNORECASE)
        sound_pages(chromium, server, page)
        room = page.url
        page.goto(f"{room}corrections/")
        page.get_by_text("Emergency", exact=True).click()
        sound_pages(chromium, server, page)
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("^Fire")).click()
        assert "The visit is stopped" in said(page)
        tap(page, "Spoke")
        page.get_by_text("Recorded: spoke", exact=True).wait_for()
        assert times_written(page, room, "Visit stopped: Fire alarm") == 1


def test_network_cut_for_five_minutes_mid_dose(chromium: Any, server: Server) -> None:
    """What is charted waits on the tablet, with its minute; back again it is sent in order, once."""
    with tablet(chromium, server) as (page, room):
        page.clock.install()
        page.goto(room)
        page.get_by_text("Connected", exact=True).wait_for()
        page.context.set_offline(True)
        tap(page, "Dizziness")
        page.get_by_label("Systolic").fill("133")
        page.get_by_label("Diastolic").fill("82")
        page.get_by_role("button", name="Record vital signs").click()
        page.get_by_text(re.compile("^2 entries wait on this tablet")).wait_for()
        page.locator(".room-stop > summary").click()
        page.get_by_label("Why it stops").fill("Enough for today")
        page.get_by_role("button", name="Stop this visit").click()
        page.get_by_text("This needs the server, which cannot be reached").wait_for()
        assert page.get_by_label("Why it stops").input_value() == "Enough for today"
        page.clock.fast_forward(FIVE_MINUTES)
        page.get_by_text(re.compile("^Not connected: what you see is from")).wait_for()
        page.context.set_offline(False)
        page.clock.fast_forward(6000)
        all_sent(page)
        assert times_written(page, room, "Seen: dizziness") == 1
        assert times_written(page, room, "blood pressure 133/82") == 1


def test_an_answer_that_was_lost_is_no_second_entry(chromium: Any, server: Server) -> None:
    """The server stored it and the line broke: sent again it is the same one. What is refused comes back."""
    with tablet(chromium, server) as (page, room):
        lost = []

        def lose(route: Any) -> None:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()

        page.route("**/observe/", lose)
        tap(page, "Repositioned")
        page.get_by_text(re.compile("^Kept on this tablet at .*: Repositioned")).wait_for()
        assert lost[:1] == [302]
        page.unroute("**/observe/")
        all_sent(page)
        assert times_written(page, room, "Seen: repositioned") == 1
        page.goto(room)
        page.route("**/vitals/", lambda route: route.abort())
        page.get_by_label("Systolic").fill("80")
        page.get_by_label("Diastolic").fill("120")
        page.get_by_role("button", name="Record vital signs").click()
        page.get_by_text(re.compile("^1 entry waits on this tablet")).wait_for()
        page.unroute("**/vitals/")
        page.get_by_text("Not recorded: these came back").wait_for()
        sound_pages(chromium, server, page)
        page.get_by_role("button", name="Put it back into its form").click()
        assert page.get_by_label("Systolic").input_value() == "80"
        page.locator("#returned").wait_for(state="hidden")


def test_server_killed_mid_entry(chromium: Any, server: Server) -> None:
    """kill -9, and the room still opens on the tablet; started again, every entry is there once."""
    with tablet(chromium, server) as (page, room):
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        before = {what: times_written(page, room, what) for what in ("Seen: tears", "Seen: silence")}
        page.goto(room)
        server.kill()
        try:
            tap(page, "Tears")
            page.get_by_text(re.compile("^1 entry waits on this tablet")).wait_for()
            page.goto(room)
            page.get_by_role("heading", name="The server cannot be reached").wait_for()
            tap(page, "Silence")
            page.get_by_text(re.compile("^2 entries wait on this tablet")).wait_for()
            assert "Berg" not in page.content()
            sound_pages(chromium, server, page)
        finally:
            server.start()
        page.locator("#room[data-stream]").wait_for(timeout=60_000)
        all_sent(page)
        for what, count in before.items():
            assert times_written(page, room, what) == count + 1


def test_signing_out_leaves_nothing_on_the_tablet(chromium: Any, server: Server) -> None:
    """What waits is told before it is dropped; afterwards there is no store and no key."""
    with tablet(chromium, server) as (page, room):
        page.route("**/observe/", lambda route: route.abort())
        tap(page, "Laughter")
        page.get_by_text(re.compile("^1 entry waits on this tablet")).wait_for()
        kept = "indexedDB.databases().then(all => all.map(one => one.name))"
        assert page.evaluate(kept) == ["openkap-room"]
        page.goto(f"{room}corrections/")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("1 not sent yet").wait_for()
        with page.expect_navigation():
            page.get_by_role("button", name="Sign out").click()
        assert page.evaluate(kept) == []


def test_by_keyboard_dimmed_and_on_a_clock_change_night(chromium: Any, server: Server) -> None:
    """Letters tap, the dimmer is remembered, and the hour that comes twice is named."""
    with tablet(chromium, server) as (page, room):
        page.keyboard.press("i")
        page.get_by_text("Recorded: insight", exact=True).wait_for()
        page.keyboard.press("4")
        page.get_by_text("Recorded: sedation 4 of 5", exact=True).wait_for()
        page.keyboard.press("v")
        assert page.evaluate("document.activeElement.name") == "systolic"
        page.keyboard.press("t")
        assert page.evaluate("document.activeElement.value") == "t", "no letter taps while somebody types"
        page.locator("#dimmer").click()
        page.locator("#letters").click()
        page.goto(room)
        assert page.evaluate("document.documentElement.dataset.dim") == "dim"
        page.keyboard.press("v")
        assert page.evaluate("document.activeElement.name") != "systolic", "letters are off"
        sound_pages(chromium, server, page)
        page.locator("#room").evaluate("room => { room.dataset.zone = 'Europe/Zurich'; }")
        wall = "at => openkapRoom.wall(Date.parse(at))"
        first, second = (page.evaluate(wall, f"2026-10-25T0{hour}:30:00Z") for hour in (0, 1))
        assert first != second
        assert first[:8] == second[:8] == "02:30:00"
        assert page.evaluate(wall, "2026-10-25T12:00:00Z") == "13:00:00"
