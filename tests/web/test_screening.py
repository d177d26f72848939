"""The screening page: findings with their data, open questions, measuring, and the signed decision."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from openkap.actions import screening as actions
from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.records import read
from openkap.records.ledger import Draft, append
from tests.web.course import Course
from tests.web.test_board import words_of

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]
SCHIZOPHRENIA = Problem(text="Schizophrenia", codes=(Code("snomed", "58214004"),))


def has(course: Course, fact: object) -> None:
    append([Draft(f"chart:{course.chart}", fact, course.at)], author="test", via="test", at=course.at)


def facts(course: Course, kind: type) -> list[object]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def address(course: Course, end: str = "") -> str:
    return f"/charts/{course.chart}/screening/{end}"


def test_a_finding_quotes_the_record_with_its_day_and_source(as_role: Roles, course: Course) -> None:
    """Group, sentence, the patient's own data, and the way to the whole rule."""
    has(course, SCHIZOPHRENIA)
    response = as_role("prescriber").get(address(course))
    page = words_of(response)
    assert "Something on record stops treatment." in page
    told = page.partition("Stops treatment Treatment should not go ahead")[2]
    assert "Schizophrenia" in told.partition("Why, and what to do")[0]
    assert "/protocol/rules/psychosis/" in response.content.decode()


def test_words_without_a_code_ask_to_be_confirmed(as_role: Roles, course: Course) -> None:
    """A match by text alone carries the mark."""
    has(course, SCHIZOPHRENIA)
    assert "please confirm" not in words_of(as_role("prescriber").get(address(course)))
    has(course, Problem(text="bipolar affective disorder, current episode manic"))
    assert "matched by words, please confirm" in words_of(as_role("prescriber").get(address(course)))


def test_a_code_nobody_checked_and_the_grade_at_home_are_on_the_page(as_role: Roles, course: Course) -> None:
    """Wherever the finding speaks it says how sure it is, and that it weighs more at home."""
    has(course, Problem(text="", codes=(Code("icd10cm", "I50.9"),)))
    page = words_of(as_role("prescriber").get(address(course)))
    assert "code not verified" in page and "At home: stops treatment." in page


def test_the_same_findings_as_the_command_line(as_role: Roles, course: Course) -> None:
    """Every finding of `screen` is on the page, and no other."""
    from datetime import UTC, datetime

    from openkap.clinical.screening import screen
    from tests.clinical.charts import adopted

    has(course, SCHIZOPHRENIA)
    chart = read.chart(course.people["prescriber"], course.chart, log=False)
    found = {finding.rule.id for finding in screen(chart, adopted(), datetime.now(UTC)).findings}
    page = as_role("prescriber").get(address(course)).content.decode()
    assert set(re.findall(r'href="/protocol/rules/([^/"]+)/"', page)) == found


def test_answers_are_recorded_together(as_role: Roles, course: Course) -> None:
    """Two questions answered, who said so once; what was left open stays open."""
    rules = [unknown.rule.id for unknown in course.status().unknown if unknown.rule.ask][:2]
    sent = {"form": "answer", "said_by": "patient"} | {f"answer-{rule}": "no" for rule in rules}
    response = as_role("prescriber").post(address(course, "answer/"), sent, follow=True)
    assert "2 answers recorded." in words_of(response)
    assert [fact.question for fact in facts(course, HistoryAnswered)] == rules


def test_who_said_it_must_be_known(as_role: Roles, course: Course) -> None:
    """Without the source nothing is stored, and the ticked answers stay ticked."""
    rule = next(unknown.rule.id for unknown in course.status().unknown if unknown.rule.ask)
    response = as_role("prescriber").post(
        address(course, "answer/"), {"form": "answer-patient", f"answer-{rule}": "yes"}
    )
    assert response.status_code == 400
    field = response.content.decode().partition(f'name="answer-{rule}" type="radio" value="yes"')[2]
    assert field.startswith(" checked")
    assert facts(course, HistoryAnswered) == []


def test_an_answer_that_is_none_of_the_three_is_refused(as_role: Roles, course: Course) -> None:
    """Only yes, no and don't know exist."""
    rule = next(unknown.rule.id for unknown in course.status().unknown if unknown.rule.ask)
    sent = {"form": "answer", "said_by": "patient", f"answer-{rule}": "maybe"}
    assert as_role("prescriber").post(address(course, "answer/"), sent).status_code == 400
    assert facts(course, HistoryAnswered) == []


@pytest.mark.parametrize(
    ("unit", "status", "stored"),
    [("kg", 302, ("154", "kg")), ("lb", 302, ("69.85322498", "kg")), ("", 400, None), ("stone", 400, None)],
)
def test_weight_needs_its_unit(
    as_role: Roles, course: Course, unit: str, status: int, stored: tuple[str, str] | None
) -> None:
    """The unit is a choice, never a default, and is stored as it was said."""
    sent = {"form": "weight", "value": "154", "unit": unit}
    assert as_role("monitor").post(address(course, "measure/"), sent).status_code == status
    weighed = [(str(fact.value), fact.unit) for fact in facts(course, Measurement)]
    assert weighed == ([stored] if stored else [])


@pytest.mark.parametrize(("systolic", "status"), [("300", 302), ("301", 400), ("1e3", 400), ("NaN", 400)])
def test_a_pressure_nobody_can_have_is_refused(
    as_role: Roles, course: Course, systolic: str, status: int
) -> None:
    """At the end of what is plausible it is taken, beyond it or not a number it is not."""
    sent = {"form": "pressure", "systolic": systolic, "diastolic": "90"}
    response = as_role("monitor").post(address(course, "measure/"), sent)
    assert response.status_code == status
    assert len(facts(course, Measurement)) == (2 if status == 302 else 0)


def test_a_decision_is_signed_with_ones_own_name(as_role: Roles, course: Course) -> None:
    """Another name is refused with the text kept; one's own is recorded with the findings that stood."""
    prescriber = as_role("prescriber")
    sent = {"form": "decide", "decision": "not-suitable", "reason": "Not now", "signed": "Somebody Else"}
    response = prescriber.post(address(course, "decide/"), sent)
    assert response.status_code == 400
    assert "Not now" in words_of(response) and "This is not Prescriber" in words_of(response)
    assert facts(course, ScreeningDecided) == []
    told = prescriber.post(address(course, "decide/"), sent | {"signed": " prescriber "}, follow=True)
    assert "Decision signed: not suitable." in words_of(told)
    assert facts(course, ScreeningDecided)[0].reason == "Not now"


def test_suitable_needs_every_finding_accepted(as_role: Roles, course: Course) -> None:
    """One finding left unticked is named."""
    course.cleared()
    findings = [finding.rule.id for finding in course.status().findings]
    sent = {"form": "decide", "decision": "suitable", "reason": "Fine", "signed": "Prescriber"}
    left = as_role("prescriber").post(address(course, "decide/"), sent | {"accepted": findings[1:]})
    assert left.status_code == 400 and "not accepted yet" in words_of(left).lower()
    done = as_role("prescriber").post(address(course, "decide/"), sent | {"accepted": findings})
    assert done.status_code == 302


def test_who_may_not_decide_sees_no_decision_form(as_role: Roles, course: Course) -> None:
    """The monitor measures and asks; the auditor only reads; a forged decision finds nothing."""
    monitor = as_role("monitor").get(address(course)).content.decode()
    assert "Record blood pressure" in monitor and "Sign the decision" not in monitor
    auditor = as_role("auditor").get(address(course)).content.decode()
    assert "Record blood pressure" not in auditor and "Cannot tell yet" in auditor
    forged = {"form": "decide", "decision": "suitable", "reason": "x", "signed": "Monitor"}
    assert as_role("monitor").post(address(course, "decide/"), forged).status_code == 404


def test_a_finding_can_be_gone_past_where_its_rule_allows(as_role: Roles, course: Course) -> None:
    """The reason stands beside the finding; a rule nobody may go past refuses it."""
    course.does("monitor", actions.measure_blood_pressure, systolic=Decimal(168), diastolic=Decimal(102))
    open_to = [f.rule.id for f in course.status().findings if f.rule.override == "prescriber"]
    assert open_to
    sent = {"form": open_to[0], "rule": open_to[0], "reason": "Repeated, calm now"}
    page = as_role("prescriber").post(address(course, "override/"), sent, follow=True)
    assert "Treatment may go on: “Repeated, calm now”" in words_of(page)
    has(course, SCHIZOPHRENIA)
    forbidden = sent | {"rule": "psychosis", "form": "psychosis"}
    assert as_role("prescriber").post(address(course, "override/"), forbidden).status_code == 400
