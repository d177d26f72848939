"""The chart page: the map, the story, what is next, what happened."""

import html
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from openkap.actions import screening
from openkap.clinical.entries.screening import NotUnderstood
from openkap.records.ledger import Draft, append
from openkap.web import words
from tests.web.course import Course
from tests.web.test_board import words_of

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]


def chart(as_role: Roles, course: Course, role: str = "prescriber", query: str = "") -> str:
    return words_of(as_role(role).get(f"/charts/{course.chart}/{query}"))


def test_a_new_chart_says_what_is_next_and_what_will_be_here(as_role: Roles, course: Course) -> None:
    """The map, one next step, and an empty story that explains itself."""
    page = chart(as_role, course)
    assert "Answer the open screening questions" in page
    assert "No scores yet" in page
    assert "Chart opened for Ada Berg" in page


def test_the_header_says_who_on_every_page(as_role: Roles, course: Course) -> None:
    """Name, date of birth, age, allergies, dose today; "none on record" is not "none"."""
    page = as_role("prescriber").get(f"/charts/{course.chart}/").content.decode()
    header = page.partition('class="k-who"')[2].partition("</section>")[0]
    for part in ("Ada Berg", "1 January 1980", "Allergies", "none on record", "Dose today"):
        assert part in header


def test_what_blocks_the_next_step_is_said_with_who_can_lift_it(as_role: Roles, course: Course) -> None:
    """Every reason of the status is a sentence on the page, and its role stands under it."""
    blocks = course.status().blocks
    assert blocks
    page = html.unescape(chart(as_role, course))
    for reason in blocks:
        assert reason.says in page.partition("Waiting for")[2]
        assert words.lifters(reason.who, reason.override) in page


def test_late_entries_show_both_times(as_role: Roles, course: Course) -> None:
    """When it happened stands left; who recorded it, and when, stands beside the day."""
    happened = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    course.does(
        "monitor", screening.measure, effective_at=happened, what="heart-rate", value=Decimal(71), unit="/min"
    )
    page = chart(as_role, course)
    told = page.partition("Heart rate 71 a minute")
    assert told[0].rstrip().endswith("10:30")
    assert "2 March 2026 Monitor, monitor, recorded" in told[0]


def test_entries_of_now_show_one_time(as_role: Roles, course: Course) -> None:
    """No second time where both are the same."""
    course.does("monitor", screening.measure, what="heart-rate", value=Decimal(71), unit="/min")
    assert "recorded" not in chart(as_role, course)


@pytest.mark.parametrize(("answers", "folded"), [(2, False), (3, True)])
def test_many_answers_at_once_are_one_line_that_opens(
    as_role: Roles, course: Course, answers: int, folded: bool
) -> None:
    """Three answers of one minute fold; two stay two lines."""
    course.at = course.at.replace(second=10)
    rules = [unknown.rule.id for unknown in course.status().unknown if unknown.rule.ask][:answers]
    for rule in rules:
        course.does("prescriber", screening.answer_history, question=rule, answer="no")
    assert (f"{answers} screening questions answered" in chart(as_role, course)) == folded


def test_what_was_not_understood_is_listed_and_not_told_as_a_story(as_role: Roles, course: Course) -> None:
    """The line is on the page once, in its own section."""
    line = NotUnderstood(where="Bundle.entry[3]", what="the unit 'furlong' is not known")
    append([Draft(f"chart:{course.chart}", line, course.at)], author="test", via="test", at=course.at)
    page = chart(as_role, course)
    assert page.count("furlong") == 1
    assert page.index("furlong") < page.index("What happened")


def test_text_of_a_record_is_never_markup(as_role: Roles, open_chart: Callable[..., str]) -> None:
    """A name that looks like a script is shown as it was written."""
    name = "<script>alert(1)</script>"
    page = as_role("prescriber").get(f"/charts/{open_chart(family_name=name)}/").content.decode()
    assert name not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_auditor_reads_and_the_manager_does_not(as_role: Roles, course: Course) -> None:
    """Reading is a permission of its own."""
    assert as_role("auditor").get(f"/charts/{course.chart}/").status_code == 200
    assert as_role("manager").get(f"/charts/{course.chart}/").status_code == 404


def test_search_finds_by_part_of_a_name(as_role: Roles, open_chart: Callable[..., str]) -> None:
    """Case and accents do not matter; the other person is not shown."""
    open_chart(family_name="Müller", given_name="Zoë")
    open_chart(family_name="Other")
    page = words_of(as_role("therapist").get("/charts/?q=zoe+mull"))
    assert "Zoë Müller" in page and "Other" not in page


def test_a_search_that_finds_nobody_says_what_to_try(as_role: Roles) -> None:
    """Nothing found is not an empty table."""
    assert "Nobody found" in words_of(as_role("therapist").get("/charts/?q=%00nobody&stage=dosing"))
