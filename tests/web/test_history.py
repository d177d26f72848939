"""What is gathered beside the record: each form stores what was typed, or says what is wrong and keeps it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from openkap.clinical.entries import history as h
from tests.web.course import Course
from tests.web.test_board import words_of
from tests.web.test_screening import SCHIZOPHRENIA, facts, has

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]

TRIAL = {
    "form": "trial",
    "treatment": "antidepressant",
    "what": "Sertraline",
    "dose": "150 mg a day",
    "weeks": "10",
    "adherence": "full",
    "outcome": "no-response",
    "this_episode": "yes",
    "adequate": "yes",
    "reason": "Full dose, taken daily",
}
LETTER = {
    "form": "letter",
    "rule": "heart-failure",
    "specialty": "Cardiology",
    "signed_by": "Dr Vane",
    "written_on": "2026-01-05",
    "valid_until": "2026-02-05",
    "opinion": "may-with-conditions",
    "says": "Ejection fraction 55 %",
}
FORMS: list[tuple[str, dict[str, str], str, type, str, str]] = [
    ("trial/", TRIAL, "weeks", h.TreatmentTrial, "Sertraline 150 mg a day, 10 weeks", "1.5"),
    ("letter/", LETTER, "says", h.ClearanceLetter, "Cardiology, Dr Vane, 5 January 2026", ""),
    (
        "substance/",
        {"form": "substance", "substance": "Cannabis", "how": "smoked nightly", "last_use": "yesterday"},
        "how",
        h.SubstanceUse,
        "Cannabis, smoked nightly, last taken yesterday",
        "",
    ),
    (
        "query/",
        {"form": "query", "effective_at": "2026-05-01T09:30", "showed": "expected", "reference": "R-7"},
        "effective_at",
        h.PdmpQueried,
        "Nothing but what was expected (reference R-7)",
        "soon",
    ),
    (
        "asa/",
        {"form": "asa", "asa": "3", "reason": "COPD"},
        "reason",
        h.AsaClass,
        "Class III. COPD",
        "",
    ),
    (
        "stop-bang/",
        {"form": "stop-bang", "snores": "yes", "tired": "yes", "stops_breathing": "no"}
        | {"high_pressure": "yes", "thick_neck": "no", "heavy": "unknown"},
        "snores",
        h.StopBang,
        "3 to 4 of 8, intermediate risk",
        "often",
    ),
]


def address(course: Course, end: str = "") -> str:
    return f"/charts/{course.chart}/screening/history/{end}"


@pytest.mark.parametrize("form", FORMS, ids=[form[0] for form in FORMS])
def test_a_form_stores_or_says_what_is_wrong(
    as_role: Roles, course: Course, form: tuple[str, dict[str, str], str, type, str, str]
) -> None:
    """With one field wrong nothing is stored and the form stands open; then it is on the page."""
    end, sent, field, kind, says, wrong = form
    prescriber = as_role("prescriber")
    refused = prescriber.post(address(course, end), sent | {field: wrong})
    assert refused.status_code == 400 and facts(course, kind) == []
    assert "<details open" in refused.content.decode().replace('class="k-details" ', "")
    stored = prescriber.post(address(course, end), sent, follow=True)
    assert len(facts(course, kind)) == 1
    assert says in words_of(stored)


def test_a_letter_past_its_day_says_so(as_role: Roles, course: Course) -> None:
    """It stays on the page, marked."""
    as_role("prescriber").post(address(course, "letter/"), LETTER)
    page = words_of(as_role("auditor").get(address(course)))
    assert "out of date" in page.partition("Letters")[2].partition("Tests and measurements")[0]


def test_who_only_reads_gets_no_form(as_role: Roles, course: Course) -> None:
    """The auditor sees the lists; the monitor may not judge the class."""
    assert "Add a treatment" not in words_of(as_role("auditor").get(address(course)))
    monitor = words_of(as_role("monitor").get(address(course)))
    assert "Add a treatment" in monitor and "Judge the class" not in monitor
    assert as_role("monitor").post(address(course, "asa/"), {"asa": "2", "reason": "x"}).status_code == 404


def test_the_pregnancy_test_says_that_nobody_set_how_long_it_holds(as_role: Roles, course: Course) -> None:
    """THR-PREG-2 is a gap, and the page says it instead of guessing."""
    from openkap.actions import screening

    course.does("monitor", screening.record_result, what="pregnancy-test", value="negative")
    page = words_of(as_role("prescriber").get(address(course)))
    told = page.partition("Pregnancy test")[2]
    assert told.strip().startswith("negative") and "how long it holds is not set in this clinic" in told


def test_the_time_of_a_query_is_when_it_was_asked(as_role: Roles, course: Course) -> None:
    """The clinic's own time, kept as an instant."""
    sent: dict[str, Any] = FORMS[3][1]
    as_role("prescriber").post(address(course, "query/"), sent)
    from openkap.records import read

    entry = read.chart(course.people["prescriber"], course.chart, log=False).latest(h.PdmpQueried)
    assert entry.effective_at == datetime(2026, 5, 1, 7, 30, tzinfo=UTC)


def test_a_line_is_corrected_by_another_that_takes_its_place(as_role: Roles, course: Course) -> None:
    """The form opens filled in; the new line keeps the day of the old one, which stays in the ledger."""
    from openkap.records import read

    prescriber = as_role("prescriber")
    prescriber.post(address(course, "trial/"), TRIAL)
    (old,) = read.chart(course.people["prescriber"], course.chart, log=False).all(h.TreatmentTrial)
    page = prescriber.get(address(course), {"correct": str(old.id)}).content.decode()
    assert f'name="supersedes" value="{old.id}"' in page and 'value="Sertraline"' in page
    wrong = TRIAL | {"supersedes": str(old.id), "weeks": "1.5"}
    assert (
        f'name="supersedes" value="{old.id}"'
        in prescriber.post(address(course, "trial/"), wrong).content.decode()
    )
    sent = TRIAL | {"supersedes": str(old.id), "adequate": "no", "reason": "Three weeks only", "weeks": "3"}
    told = words_of(prescriber.post(address(course, "trial/"), sent, follow=True))
    assert "Three weeks only" in told and "Full dose, taken daily" not in told
    (new,) = read.chart(course.people["prescriber"], course.chart, log=False).all(h.TreatmentTrial)
    assert (new.supersedes, new.effective_at) == (old.id, old.effective_at)


def test_only_a_line_of_the_same_kind_is_corrected(as_role: Roles, course: Course) -> None:
    """Nothing else of the chart can be made to vanish by naming it."""
    has(course, SCHIZOPHRENIA)
    from openkap.records import read

    problem = read.chart(course.people["prescriber"], course.chart, log=False).entries[-1]
    sent = TRIAL | {"supersedes": str(problem.id)}
    refused = as_role("prescriber").post(address(course, "trial/"), sent)
    assert refused.status_code == 400 and "this line is not there any more" in words_of(refused).lower()
    assert facts(course, type(problem.fact)) == [SCHIZOPHRENIA] and facts(course, h.TreatmentTrial) == []
