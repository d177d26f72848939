"""One finding: gone past by two, its words confirmed or denied, a letter beside it; and what is new since."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from openkap.actions import history, screening
from openkap.clinical.entries.office import Override, Seconded
from openkap.clinical.entries.screening import MatchJudged, Medicine, Problem
from openkap.clinical.entries.words import Code
from openkap.records.accounts import create_user
from tests.web.course import Course
from tests.web.test_board import words_of
from tests.web.test_screening import SCHIZOPHRENIA, address, facts, has

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]
BIPOLAR = Problem(text="Bipolar depression", codes=(Code("icd10cm", "F31.30"),))
WORDS = {"form": "words-psychosis-0", "of": "problem", "value_set": "psychosis", "text": "hx of psychosis"}


def test_two_people_go_past_it(as_role: Roles, course: Course, clinic: object) -> None:
    """The first one's page offers no confirmation; another prescriber's does, and a forged one is refused."""
    has(course, BIPOLAR)
    first, second = as_role("prescriber"), Client()
    second.force_login(create_user("second@test", name="Second", role="prescriber", clinic=clinic))
    sent = {"form": "bipolar", "rule": "bipolar", "reason": "Lithium goes on"}
    page = words_of(first.post(address(course, "override/"), sent, follow=True))
    assert "waits for another prescriber" in page and "Confirm as second person" not in page
    assert "The finding stands until another prescriber confirms." in page
    refused = first.post(address(course, "second/"), {"form": "second", "rule": "bipolar"})
    assert refused.status_code == 400 and "You went past this yourself" in words_of(refused)
    assert "Confirm as second person" in words_of(second.get(address(course)))
    told = words_of(second.post(address(course, "second/"), {"rule": "bipolar"}, follow=True))
    assert "Prescriber, prescriber; confirmed by Second, prescriber." in told
    assert (len(facts(course, Override)), len(facts(course, Seconded))) == (1, 1)


def test_words_are_confirmed_or_denied(as_role: Roles, course: Course) -> None:
    """A denial without a reason is refused; with one the finding is gone and the reason is on the page."""
    has(course, Problem(text="hx of psychosis"))
    prescriber = as_role("prescriber")
    assert "“hx of psychosis” was taken for" in words_of(prescriber.get(address(course)))
    assert prescriber.post(address(course, "words/"), WORDS | {"so": "no"}).status_code == 400
    assert facts(course, MatchJudged) == []
    sent = WORDS | {"so": "no", "reason": "It was her mother"}
    page = words_of(prescriber.post(address(course, "words/"), sent, follow=True))
    assert "Stops treatment Treatment should not go ahead" not in page
    assert "It was her mother" in page.partition("Confirmed or denied")[2]


def test_what_was_said_about_words_can_be_changed(as_role: Roles, course: Course) -> None:
    """With a reason, on the same page, and both stand in the ledger."""
    has(course, Problem(text="hx of psychosis"))
    prescriber = as_role("prescriber")
    prescriber.post(address(course, "words/"), WORDS | {"so": "yes"})
    assert "Change this" in words_of(prescriber.get(address(course)))
    again = WORDS | {"form": "judged-0", "so": "no"}
    assert prescriber.post(address(course, "words/"), again).status_code == 400
    page = words_of(prescriber.post(address(course, "words/"), again | {"reason": "Her mother"}, follow=True))
    assert "It is so after all, because" in page
    assert [fact.so for fact in facts(course, MatchJudged)] == ["yes", "no"]


def test_words_that_would_silence_a_finding_wait_for_a_person(as_role: Roles, course: Course) -> None:
    """Lithium by its words alone covers nobody until it is confirmed."""
    has(course, Problem(text="Bipolar", codes=(Code("icd10cm", "F31.9"),)))
    has(course, Medicine(text="took lithium as a teenager, stopped"))
    prescriber = as_role("prescriber")
    page = words_of(prescriber.get(address(course))).partition("Cannot tell yet")[2]
    assert "“took lithium as a teenager, stopped” was taken for" in page
    words = {"of": "medicine", "value_set": "mood-stabiliser", "text": "took lithium as a teenager, stopped"}
    sent = words | {"form": "words-bipolar-uncovered-0", "so": "no", "reason": "Long ago"}
    page = words_of(prescriber.post(address(course, "words/"), sent, follow=True))
    assert "was taken for" not in page


def test_confirmed_words_lose_their_mark(as_role: Roles, course: Course) -> None:
    """One click; the finding stays, as certain."""
    has(course, Problem(text="hx of psychosis"))
    page = words_of(as_role("prescriber").post(address(course, "words/"), WORDS | {"so": "yes"}, follow=True))
    assert "A psychotic disorder" in page and "please confirm" not in page


def test_a_letter_is_shown_beside_its_finding(as_role: Roles, course: Course) -> None:
    """And lifts nothing."""
    has(course, Problem(text="Heart failure", codes=(Code("icd10cm", "I50.9"),)))
    course.does(
        "prescriber",
        history.record_letter,
        rule="heart-failure",
        specialty="Cardiology",
        signed_by="Dr Vane",
        written_on=course.at.date(),
        opinion="may",
        says="Compensated",
    )
    page = words_of(as_role("prescriber").get(address(course)))
    told = page.partition("Settle first")[2].partition("Know")[0]
    assert "Heart failure" in told and "Cardiology, Dr Vane" in told and "Compensated" in told


def test_what_is_new_since_the_decision_is_told_everywhere(as_role: Roles, course: Course) -> None:
    """Screening page, chart and board name the finding; the page asks to decide again."""
    course.cleared()
    prescriber = as_role("prescriber")
    assert "New since the decision" not in words_of(prescriber.get(address(course)))
    has(course, SCHIZOPHRENIA)
    page = words_of(prescriber.get(address(course)))
    told = page.partition("New since the decision of")[2]
    assert "1 finding is new" in told and "decide again" in told and "Schizophrenia" in told
    assert "Look at what is new" in words_of(prescriber.get(f"/charts/{course.chart}/"))
    board = words_of(prescriber.get("/board/"))
    assert "New since clearance: A psychotic disorder, now or ever" in board


def test_a_decision_shows_its_protocol_and_what_was_open(as_role: Roles, course: Course) -> None:
    """Version and hash stand beside the signature."""
    course.cleared()
    page = words_of(as_role("auditor").get(address(course)))
    entry = course.status()
    assert entry and "Under protocol 2026.11," in page and "What could not be told then" in page


def test_the_page_for_the_patient_is_kind_and_about_the_signed_reasons(
    as_role: Roles, course: Course
) -> None:
    """Nothing before a decision; after one the plain words of the rules, and not the clinician's own note."""
    course.does("monitor", screening.measure_blood_pressure, systolic=Decimal(168), diastolic=Decimal(102))
    has(course, SCHIZOPHRENIA)
    prescriber = as_role("prescriber")
    assert prescriber.get(address(course, "not-now/")).status_code == 404
    course.does("prescriber", screening.decide, decision="not-suitable", reason="Inner note")
    page = words_of(prescriber.get(address(course, "not-now/")))
    assert "Dear Ada" in page and "things felt real that others did not share" in page
    assert "nobody’s fault" in page and "988" in page and "Inner note" not in page
    assert "The page for the patient" in words_of(prescriber.get(address(course)))
