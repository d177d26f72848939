"""The five stops of the rail, each with its state and its words, all along a course."""

from datetime import UTC, datetime

import pytest

from openkap.clinical.answers import STAGES, Status
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Arrived, VisitBooked
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.preparation import ConsentWithdrawn
from openkap.clinical.entries.screening import Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.status import assess
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    course_facts,
    person,
    prepared_facts,
    ready_chart,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
PSYCHOSIS = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))
AHEAD = ("ahead", "")


def rail(chart: Chart, at: datetime = AT) -> tuple[str, dict[str, tuple[str, str]]]:
    """The stage, and the state and words of each stop."""
    status: Status = assess(chart, adopted(), at)
    assert tuple(mark.stage for mark in status.rail) == STAGES
    return status.stage, {mark.stage: (mark.state, mark.words) for mark in status.rail}


def only(*marks: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """These stops in order; the rest is ahead."""
    return dict(zip(STAGES, (*marks, *[AHEAD] * (5 - len(marks))), strict=True))


def decided(word: str, on: datetime) -> tuple[datetime, ScreeningDecided]:
    return on, ScreeningDecided(decision=word, reason="so it is")


def test_before_a_decision_the_open_questions_are_counted() -> None:
    """All else lies ahead."""
    stage, found = rail(chart_of([(AT, person())]))
    open_ = len(assess(chart_of([(AT, person())]), adopted(), AT).unknown)
    assert (stage, found) == ("screening", only(("current", f"{open_} questions open")))


@pytest.mark.parametrize(
    ("word", "on", "mark"),
    [
        ("not-suitable", AT, ("blocked", "not suitable, 14 May")),
        ("deferred", AT - DAY, ("current", "deferred, 13 May")),
        ("deferred", AT - 365 * DAY, ("current", "deferred, 14 May 2025")),
    ],
)
def test_a_decision_against_is_told_with_its_day(word: str, on: datetime, mark: tuple[str, str]) -> None:
    """Deferred is still under way; not suitable is a stop."""
    assert rail(chart_of([(on - DAY, person()), decided(word, on)])) == ("screening", only(mark))


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("consent", "preparation", "intention", "plan", "countersignature"), "0 of 5 in place"),
        (("preparation", "intention", "plan", "countersignature"), "1 of 5 in place"),
        (("plan", "countersignature"), "3 of 5 in place"),
        (("countersignature",), "4 of 5 in place"),
        (("intention",), "4 of 5 in place"),
    ],
)
def test_preparation_counts_what_is_in_place(missing: tuple[str, ...], words: str) -> None:
    """Five things; the countersignature of a plan that is not there is not there either."""
    chart = without(prepared_facts(AT), *missing)
    assert rail(chart) == ("preparation", only(("done", "30 April"), ("current", words)))


def test_prepared_is_told_by_the_day_of_the_last_thing() -> None:
    """And the doses by the plan."""
    assert rail(ready_chart(AT)) == (
        "dosing",
        only(("done", "30 April"), ("done", "7 May"), ("current", "0 of 6 doses")),
    )
    single = without(prepared_facts(AT, sessions=1))
    assert rail(single)[1]["dosing"] == ("current", "0 of 1 dose")


def test_a_finding_since_the_decision_leads_back_to_screening() -> None:
    """What was put in place stays in place, unless a rule asks for it again."""
    chart = and_then(ready_chart(AT), (AT - HOUR, PSYCHOSIS))
    stage, found = rail(chart)
    assert (stage, found["screening"]) == ("screening", ("blocked", "new since 30 April"))
    assert found["preparation"] == AHEAD and found["dosing"] == AHEAD


def test_a_finding_with_the_drug_on_board_does_not_leave_dosing() -> None:
    """Whatever has come up, somebody lies in the room."""
    arrived = and_then(ready_chart(AT), (AT - HOUR, PSYCHOSIS))
    assert rail(arrived)[0] == "screening"
    dosed = without(course_facts(AT, 1), "discharge", "closing", "call", "session", "last vitals")
    assert rail(and_then(dosed, (AT + MINUTE, PSYCHOSIS)), AT + 10 * MINUTE)[0] == "dosing"


def test_after_a_dose_its_integration_is_owed() -> None:
    """Prepared and one dose on; the session is the stage until it is held."""
    chart = without(course_facts(AT, 1), "session")
    prepared = (("done", "30 April"), ("done", "7 May"))
    at = AT + DAY
    assert rail(chart, at) == (
        "integration",
        only(*prepared, ("ahead", "1 of 6 doses"), ("current", "0 of 1 held")),
    )
    assert rail(without(course_facts(AT, 1)), AT + 3 * DAY) == (
        "dosing",
        only(*prepared, ("current", "1 of 6 doses"), ("done", "1 of 1 held")),
    )


def test_a_visit_of_the_day_is_dosing_though_integration_is_owed() -> None:
    """The visit under way is the stage; the session still stands as owed."""
    facts = [
        *course_facts(AT, 1),
        (
            "visit 2",
            AT + DAY,
            VisitBooked(visit="v2", starts_at=AT + 7 * DAY, room="Room 1", route="im", number=2),
        ),
        ("arrival 2", AT + 7 * DAY, Arrived(visit="v2", identifiers=("name", "birth date"))),
    ]
    stage, found = rail(without(facts, "session"), AT + 7 * DAY + MINUTE)
    assert (stage, found["integration"]) == ("dosing", ("ahead", "0 of 1 held"))


def test_a_consent_withdrawn_between_doses_is_missing() -> None:
    """Preparation was done and is not any more."""
    gone = (AT + 3 * DAY, ConsentWithdrawn(document="ketamine-treatment"))
    _, found = rail(and_then(without(course_facts(AT, 1)), gone), AT + 4 * DAY)
    assert found["preparation"] == ("blocked", "1 missing")


def test_after_the_last_dose_the_course_is_looked_after() -> None:
    """Until somebody has reviewed it, the day of the review is told; then nothing is."""
    chart = without(course_facts(AT, 2, sessions=2))
    done = (("done", "30 April"), ("done", "7 May"), ("done", "2 of 2 doses"), ("done", "2 of 2 held"))
    assert rail(chart, AT + 10 * DAY) == ("maintenance", only(*done, ("current", "review due 28 May")))
    held = ReviewHeld(outcome="continue", reason="helps", urinary_symptoms="no", misuse_concern="none")
    after = and_then(chart, (AT + 10 * DAY, held))
    assert rail(after, AT + 11 * DAY) == ("maintenance", only(*done, ("current", "")))
    owed = without(course_facts(AT, 2, sessions=2), "session")
    assert rail(owed, AT + 10 * DAY)[1]["dosing"] == ("done", "2 of 2 doses")


def test_a_closed_course_says_when_everything_was() -> None:
    """Also that consent ran out by then blocks nothing."""
    chart = and_then(
        without(course_facts(AT, 2)),
        (AT + 10 * DAY, ConsentWithdrawn(document="ketamine-treatment")),
        (AT + 11 * DAY, CourseClosed(reason="moved away")),
    )
    assert rail(chart, AT + 12 * DAY) == (
        "maintenance",
        only(
            ("done", "30 April"),
            ("done", "7 May"),
            ("ahead", "2 of 6 doses"),
            ("done", "2 of 2 held"),
            ("done", "closed 25 May"),
        ),
    )


def test_a_course_that_ended_before_it_began_has_nothing_to_say() -> None:
    """Closed after the screening: no dose was planned, and none was given."""
    chart = chart_of(
        [
            (AT - 2 * DAY, person()),
            decided("not-suitable", AT - DAY),
            (AT, CourseClosed(reason="not suitable")),
        ]
    )
    assert rail(chart) == (
        "maintenance",
        only(("blocked", "not suitable, 13 May"), AHEAD, AHEAD, AHEAD, ("done", "closed 14 May")),
    )


def test_a_course_begun_again_is_screened_again() -> None:
    """What was decided and given before the closing is of the course before."""
    chart = and_then(
        without(course_facts(AT, 1)),
        (AT + 10 * DAY, CourseClosed(reason="done")),
        decided("suitable", AT + 20 * DAY),
    )
    stage, found = rail(chart, AT + 21 * DAY)
    assert (stage, found["screening"]) == ("preparation", ("done", "3 June"))
    assert found["preparation"][0] == "current" and found["dosing"] == found["integration"] == AHEAD
