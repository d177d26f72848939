"""A patient's first week on a small phone, by keyboard, as a screen reader would be told of it.

The server lives some days ahead and is started anew for each day. Everything is typed and pressed by her; the
staff's side runs through the actions.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clinical.charts import adopted
from tests.filled import Filled
from tests.journeys.keys import tab_to
from tests.journeys.test_room_walks import Server
from tests.journeys.walk import Walk, said
from tests.journeys.week import PASSWORD, ROSALIND
from tests.records.process import ROOT, run

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
LATER = Path(__file__).with_name("later")
NAMELESS = re.compile(r"^ *- (?:button|link|textbox|radio|checkbox|combobox|slider|heading)(?: \[|:|$)", re.M)
"""What a screen reader would call by its kind alone."""
BIG = ".portal-big:not([href^='tel:'], [href^='sms:'])"


def ahead(days: int) -> dict[str, str]:
    return {"PYTHONPATH": f"{LATER}:{ROOT}", "WALK_DAYS_AHEAD": str(days)} if days else {}


class Week:
    """The clinic on one day after the other, and her phone. `told`: the title of every page she came to."""

    def __init__(self, server: Server, chromium: Any) -> None:
        self.server, self.walk, self.day = server, Walk(chromium, server.demo), 0
        context = chromium.new_context(viewport=PHONE, reduced_motion="reduce", timezone_id="UTC")
        self.page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.walk.faults.append(f"{self.page.url}: {error}"))

    def staff(self, *does: str) -> None:
        for one in does:
            program = f"from tests.journeys import week; week.{one}()"
            made = run(self.server.home, program, **ahead(self.day))
            assert made.returncode == 0, made.stderr

    def dawns(self, *does: str) -> None:
        """The next day: what the staff does, and she signs in, for yesterday's sign-in is over."""
        self.day += 1
        self.server.end()
        self.server.more = ahead(self.day)
        self.server.start()
        self.staff(*does)
        self.page.goto(f"{self.server.demo.address}/me/")
        self.sign_in()

    def sign_in(self) -> None:
        assert "/sign-in/" in self.page.url
        self.hears()
        self.types("username", ROSALIND.signs_in)
        self.types("password", PASSWORD)
        self.leads("Enter")
        assert self.page.url.endswith("/me/")
        self.hears()

    def types(self, name: str, words: str) -> None:
        tab_to(self.page, f"[name={name}]", most=150)
        self.page.keyboard.type(words)

    def leads(self, key: str) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def enters(self, selector: str, most: int = 150) -> None:
        """Tab to it, Enter, and listen to the page it leads to."""
        tab_to(self.page, selector, most=most)
        self.leads("Enter")
        self.hears()

    def hears(self) -> None:
        """One heading that says where she is, no level left out, one main part, a name for everything."""
        page = self.page
        tree = page.locator("body").aria_snapshot()
        assert not NAMELESS.search(tree), NAMELESS.findall(tree)
        levels = [int(level) for level in re.findall(r"- heading .*\[level=(\d)\]", tree)]
        assert levels.count(1) == 1, tree
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), levels
        assert len(re.findall(r"^ *- main", tree, re.M)) == 1
        assert page.evaluate("document.documentElement.lang") == "en"
        assert re.fullmatch(r".+ · .+|.+", page.title())
        self.walk.look(page)

    def finds(self, words: str) -> None:
        assert words in said(self.page), said(self.page)


@pytest.fixture
def week(filled_demo: Filled, tmp_path: Path, chromium: Any) -> Iterator[Week]:
    made = Week(Server(filled_demo.copy(tmp_path / "home")), chromium)
    made.staff("cleared")
    yield made
    made.server.end()


def test_the_first_week(week: Week) -> None:
    """Sign-in to saved record: consent, questions, getting ready, the dose, rest, small step, answer."""
    signs(week)
    week.staff("prepared")
    asks_herself(week)
    week.dawns("dosed")
    rests(week)
    week.dawns("called")
    goes_on(week)
    week.dawns("answered")
    reads_back(week)
    week.dawns()
    takes_along(week)
    week.page.context.close()
    week.walk.close()
    assert week.walk.faults == []


def signs(week: Week) -> None:
    """The consent part by part, its questions, her name; then what she hopes for."""
    page = week.page
    page.goto(f"{week.server.demo.address}/me/")
    week.sign_in()
    week.enters(BIG)
    while "part=questions" not in page.url:
        week.enters(".portal-steps__on")
    questions = {one.asks: one.right for one in adopted().consents["ketamine-treatment"].questions}
    while page.locator("[name=answer]").count():
        right = questions[re.sub(r"\s+", " ", page.locator("legend").inner_text()).strip()]
        tab_to(page, "[name=answer]")
        page.keyboard.press("Space")
        while page.locator("[name=answer]:checked").get_attribute("value") != right:
            page.keyboard.press("ArrowDown")
        week.enters(".portal-big")
        assert page.get_by_role("status").filter(has_text="That is right").count() == 1
    week.enters(".portal-steps__on")
    week.types("signed_name", ROSALIND.name)
    week.enters(".portal-big")
    page.goto(f"{week.server.demo.address}/me/")
    week.finds("What do you hope for?")
    week.enters(BIG)
    week.types("words", "To be out in the garden again")
    week.enters(".portal-big")
    week.finds("“To be out in the garden again”")


def asks_herself(week: Week) -> None:
    """The day before: what to eat and drink; a page of the journal; two minutes of breathing."""
    page, address = week.page, week.server.demo.address
    page.goto(f"{address}/me/")
    week.finds("Please read what to eat, drink and take before your next dose")
    week.enters(BIG)
    tab_to(page, "[name=confirmed]")
    page.keyboard.press("Space")
    week.enters(".portal-big")
    week.finds("Your team can see that you are ready")
    week.enters("[href='/me/journal/']")
    week.enters(".portal-big")
    week.types("text", "I am a little afraid of tomorrow")
    page.locator("#note-kept", has_text="Kept at").wait_for()
    week.enters(".portal-big")
    week.finds("Only you can read it here")
    page.goto(f"{address}/me/practice/")
    week.enters("[href='/me/practice/slow-breathing/']")
    week.types("minutes", "2")
    week.enters("#practice-form .portal-big")
    week.finds("Slow breathing, 2 min")


def rests(week: Week) -> None:
    """The evening of the dose: nothing to sign, help first, and what happened is told the next day."""
    week.finds("There is nothing to sign and nothing to decide")
    week.enters(BIG)
    assert week.page.locator("main a").nth(1).get_attribute("href") == "tel:988"
    week.page.goto(f"{week.server.demo.address}/me/consent/touch/?part=sign")
    week.hears()
    week.finds("There is nothing to sign today")


def goes_on(week: Week) -> None:
    """The next day: how the small step went, and a message to the team."""
    week.finds("Sit in the garden for ten minutes")
    week.enters("[href='/me/steps/']")
    week.enters("[href^='/me/steps/']:not([href='/me/steps/'])")
    tab_to(week.page, "[name=went]")
    week.page.keyboard.press("Space")
    week.types("words", "There were bees")
    week.enters(".portal-big")
    week.finds("It is written down in your words")
    tells(week)
    week.page.goto(f"{week.server.demo.address}/me/messages/")
    week.hears()
    week.finds("Nobody watches this around the clock")
    week.types("words", "I sat in the garden")
    week.enters(".portal-big")
    week.finds("Your message is sent")


def tells(week: Week) -> None:
    """How the dose was, in her words."""
    page = week.page
    page.goto(f"{week.server.demo.address}/me/")
    week.enters("[href='/me/days/']")
    week.enters(".portal-big")
    week.types("words", "Wide and quiet")
    tab_to(page, "[name=felt]")
    page.keyboard.press("Space")
    tab_to(page, "[name=descriptors]")
    page.keyboard.press("Space")
    week.enters(".portal-big")
    week.finds("“Wide and quiet”")
    week.finds("Good: calm")


def reads_back(week: Week) -> None:
    week.finds("there is an answer")
    week.enters("[href='/me/messages/']")
    week.finds("That is good to hear")
    week.page.goto(f"{week.server.demo.address}/me/journal/")
    week.finds("I am a little afraid of tomorrow")


def takes_along(week: Week) -> None:
    """Her dose with its milligrams, who looked, and all of it as one file."""
    week.enters("[href='/me/record/']")
    week.finds("What you were given")
    assert re.search(r"\d mg", said(week.page))
    tab_to(week.page, "[download]")
    with week.page.expect_download() as saved:
        week.page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "my-record.zip"
