"""A session at home in two browsers: their pictures go through coturn, are cut, and come back."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.browser import FLAGS, Demo, chromium_path
from tests.filled import OPENKAP, Filled, address, demonstration
from tests.journeys import steps
from tests.journeys.walk import Walk, said, unfold
from tests.records.process import ROOT, environment

pytestmark = pytest.mark.browser

CAMERAS = (*FLAGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SOON = 30_000
STATS = """async () => {
  const all = [...(await openkapCall.peer.getStats()).values()];
  const of = (id) => all.find((one) => one.id === id);
  const pair = all.find((one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded");
  const video = all.find((one) => one.type === "inbound-rtp" && one.kind === "video");
  const way = pair && [of(pair.localCandidateId).candidateType, of(pair.remoteCandidateId).candidateType];
  return { frames: video?.framesDecoded || 0, way };
}"""
"""How many pictures came, and by which kind of way."""
LAST = "The rest of the medicine is not confirmed to be locked away"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def relay(home: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """`openkap turn` on loopback, killed on leaving if it was not before."""
    command = [*OPENKAP, "turn", "--address", "127.0.0.1", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment(home), **quiet) as coturn:  # type: ignore[call-overload]
        try:
            yield coturn
        finally:
            coturn.kill()
            coturn.wait(timeout=10)


@pytest.fixture(scope="module")
def port() -> int:
    """Where the relay listens while it runs."""
    if chromium_path() is None:
        pytest.skip("There is no Chromium here; install it to walk the pages.")
    return free_port()


@pytest.fixture(scope="module")
def clinic(port: int, filled_demo: Filled, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration of its own that knows the relay."""
    home = filled_demo.copy(tmp_path_factory.mktemp("home-session") / "home")
    with demonstration(home, OPENKAP_TURN=f"turn:127.0.0.1:{port}") as said_first:
        yield Demo(address(said_first), home)


@pytest.fixture
def browsers(port: int) -> Iterator[tuple[Any, Any]]:
    """Two browsers, each with a camera that shows a made-up picture: one in the clinic, one at home."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = [play.chromium.launch(executable_path=chromium_path(), args=list(CAMERAS)) for _ in range(2)]
        yield made[0], made[1]
        for browser in made:
            browser.close()


def room_of(walk: Walk, name: str) -> str:
    """The path of the room of somebody's only visit."""
    page = walk.tab("monitor")
    page.goto(f"{walk.demo.address}/charts/?stage=dosing")
    chart = page.locator("tbody th a", has_text=name).get_attribute("href")
    page.goto(f"{walk.demo.address}{chart}visits/")
    paths = page.locator("a[href*='/visits/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return next(path for path in paths if re.search(r"/visits/[^/]+/$", path))


def link_of(walk: Walk, room: str) -> str:
    """The sitter's link, as the clinic sees it once."""
    page = walk.to("monitor", room)
    walk.press(page, "Make a link for the sitter")
    walk.look(page)
    return str(page.locator("code").inner_text())


def opened(walk: Walk, browser: Any, link: str) -> Any:
    """The sitter's page on a small telephone, opened and looked at."""
    page = browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.set_default_timeout(SOON)
    page.on("pageerror", lambda error: walk.faults.append(f"sitter: {error}"))
    page.goto(link)
    walk.look(page)
    page.get_by_role("button", name="Start on this telephone").click()
    page.get_by_role("button", name="All is well").wait_for()
    walk.look(page)
    return page


def grows(page: Any) -> list[str]:
    """Pictures come; the kinds of the way they take."""
    before = page.evaluate(STATS)["frames"]
    for _ in range(SOON // 500):
        page.wait_for_timeout(500)
        now = page.evaluate(STATS)
        if now["frames"] > before + 5:
            return list(now["way"])
    raise AssertionError(f"no picture came beyond {before}")


def state(page: Any, says: str) -> None:
    page.locator("#call-state", has_text=says).wait_for(timeout=SOON)


def settle(walk: Walk, room: str) -> Any:
    """Everything of the day but that the rest is locked away; the nurse's page."""
    page = walk.to("monitor", room)
    steps.arrive(walk, page)
    unfold(page)
    where = page.locator("form[action$='/home/']")
    for name in ("here", "number_read"):
        where.locator(f"input[name={name}][value=yes]").check()
    walk.press(page, "Record where they are")
    unfold(page)
    who = page.locator("form[action$='/sitter/']")
    who.get_by_label("Name").fill("Ivo Larkmead")
    who.get_by_label("Telephone").fill("555 0162")
    walk.press(page, "Write down the sitter")
    steps.answer(walk, page, "check", home_kept="no")
    steps.weigh(walk, page)
    steps.hear(page)
    sober(walk, room)
    page = walk.to("monitor", room)
    steps.vitals(walk, page)
    return page


def sober(walk: Walk, room: str) -> None:
    """Whether they are sober is asked on the day; early, what the demonstration said may still hold."""
    page = walk.to("monitor", f"{room.partition('visits/')[0]}screening/")
    unfold(page)
    asked = page.locator("form.k-ask", has=page.locator("input[name^=answer-intoxication]"))
    if not asked.count():
        return
    asked.locator("input[name^=answer-intoxication][value=no]").check()
    asked.locator("select[name=said_by]").first.select_option("patient")
    with page.expect_navigation():
        asked.get_by_role("button", name="Record the answers").click()


def test_a_session_at_home(clinic: Demo, browsers: tuple[Any, Any], port: int) -> None:
    """Let in, seen, asked, unlocked by the last answer, dosed; the relay dies, rings, and comes back."""
    if shutil.which("turnserver") is None:
        pytest.skip("There is no coturn here; install it to send a picture through a relay.")
    walk = Walk(browsers[0], clinic)
    room = room_of(walk, "Ferrybridge")
    at_home = opened(walk, browsers[1], link_of(walk, room))
    at_home.get_by_role("button", name="Let the clinic see and hear us").click()
    state(at_home, "Waiting until the clinic lets you in")
    with relay(clinic.home, port) as coturn:
        video = walk.tab("monitor").context.new_page()
        video.goto(f"{clinic.address}{room}video/")
        walk.press(video, "Let them in")
        state(video, "Connected")
        state(at_home, "The clinic sees and hears you")
        assert grows(video) == grows(at_home) == ["relay", "relay"]
        walk.look(video)
        page = settle(walk, room)
        mg = steps.milligrams(steps.work_out(walk, page, "lozenge"))
        steps.second(walk, room, mg)
        page = walk.to("monitor", room)
        assert "Missing before the dose (1)" in page.locator("#gate").inner_text()
        assert LAST in page.locator("#gate").inner_text()
        steps.give(walk, page, mg)
        assert LAST in said(page), "the attempt is refused by the last answer"
        page = walk.to("monitor", room)
        steps.answer(walk, page, "check")
        assert "Everything the clinic asks for is in place" in page.locator("#gate").inner_text()
        steps.give(walk, page, mg)
        assert "The dose is recorded" in said(page)
        coturn.kill()
        state(video, "Not connected since")
        state(at_home, "The clinic does not see you")
        page.locator("#bar").get_by_text("Nobody sees the patient: the video is lost").wait_for(timeout=SOON)
        assert re.search(r"Emergency call in [0-2]:[0-5]\d", video.locator("#call-plan").inner_text())
        walk.look(video)
    with relay(clinic.home, port):
        state(video, "Connected")
        assert grows(video) == ["relay", "relay"]
        video.locator("#call-plan").wait_for(state="hidden", timeout=SOON)
        page.locator("#home").get_by_text("Seen by video since").wait_for(timeout=SOON)
    walk.close()
    assert walk.faults == []


def test_a_sitter_who_is_not_heard_rings_beside_the_address_and_the_numbers(
    clinic: Demo, browsers: tuple[Any, Any]
) -> None:
    """A dose of twenty minutes ago and no word: both screens ring until the sitter answers."""
    walk = Walk(browsers[0], clinic)
    room = room_of(walk, "Marshgate")
    at_home = opened(walk, browsers[1], link_of(walk, room))
    page = walk.to("monitor", room)
    unfold(page)
    given = page.locator("form[action$='/given-already/']")
    given.get_by_label("How much was given").fill("100")
    given.get_by_label("When it was given").fill(f"{datetime.now(UTC) - timedelta(minutes=20):%H:%M}")
    walk.press(page, "Record the dose that was given")
    rings = "The sitter has not been heard from"
    page.locator("#bar .alert", has_text=rings).wait_for(timeout=SOON)
    stands = page.locator("#home").inner_text()
    assert all(part in stands for part in ("Call 911", "7 Ferry Lane", "Sitter, Ivo Larkmead: 555 0162"))
    second = walk.to("prescriber", "/rooms/")
    there = second.locator("section", has_text="Marshgate")
    there.locator(".alert", has_text=rings).wait_for(timeout=SOON)
    stands = there.inner_text()
    assert all(part in stands for part in ("911", "7 Ferry Lane", "555 0162", "555 0161"))
    at_home.get_by_text("Please answer now").wait_for(timeout=SOON)
    walk.look(at_home)
    at_home.get_by_role("button", name="All is well").click()
    at_home.get_by_text("Next answer by").wait_for(timeout=SOON)
    over = page.locator("#bar .alert", has_text=rings).filter(has_text="stays here until somebody")
    over.wait_for(timeout=SOON)
    walk.close()
    assert walk.faults == []
