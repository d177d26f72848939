"""The whole picture: stage, rail, next step, what blocks it, what is owed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from openkap.clinical.answers import STAGES, Status
from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    Discharged,
    VisitBooked,
    VisitClosed,
    VisitStopped,
)
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.office import Override, TaskOpened, TaskTaken
from openkap.clinical.entries.preparation import ConsentWithdrawn
from openkap.clinical.entries.screening import Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.gates import GATES
from openkap.clinical.maintenance import course
from openkap.clinical.status import assess
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    PRE_DOSE,
    adopted,
    and_then,
    chart_of,
    course_facts,
    day_facts,
    ended,
    given,
    home_facts,
    person,
    prepared_facts,
    ready_chart,
    ready_facts,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
PSYCHOSIS = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))


def of(chart: Any, at: datetime = AT) -> Status:
    return assess(chart, adopted(), at)


def rail(status: Status) -> dict[str, tuple[str, str]]:
    return {mark.stage: (mark.state, mark.words) for mark in status.rail}


def step(status: Status) -> tuple[str, str]:
    return status.next.action, status.next.who


def test_a_new_chart_is_in_screening_with_its_questions_open() -> None:
    """Nothing on file is not a suitable person."""
    status = of(chart_of([(AT, person())]))
    assert (status.stage, step(status)) == ("screening", ("answer-screening", "prescriber"))
    assert rail(status)["screening"] == ("current", f"{len(status.unknown)} questions open")
    assert [state for state, _ in rail(status).values()] == ["current", "ahead", "ahead", "ahead", "ahead"]
    assert [reason.rule for reason in status.blocks] == ["screening-unanswered"]


def test_with_its_questions_answered_or_gone_past_it_waits_for_the_decision() -> None:
    """Then the decision is the one next thing and nothing blocks it."""
    status = of(chart_of([(AT, person()), (AT, Override(rule="screening-unanswered", reason="known here"))]))
    assert (step(status), status.blocks) == (("decide-screening", "prescriber"), ())


def test_a_person_found_not_suitable_goes_no_further_and_the_reason_is_shown() -> None:
    """Blocked, in the words of the decision."""
    against = ScreeningDecided(decision="not-suitable", reason="aortic aneurysm")
    status = of(chart_of([(AT - DAY, person()), (AT, against)]))
    assert (status.stage, rail(status)["screening"]) == ("screening", ("blocked", "not suitable, 14 May"))
    assert (step(status)[0], [r.says for r in status.blocks]) == (
        "none",
        ["The decision of 14 May is not suitable: aortic aneurysm"],
    )


def test_a_deferred_decision_is_made_again() -> None:
    """Deferred is not refused."""
    chart = chart_of(
        [
            (AT - DAY, person()),
            (AT - HOUR, ScreeningDecided(decision="deferred", reason="ECG")),
            (AT, Override(rule="screening-unanswered", reason="known here")),
        ]
    )
    assert rail(of(chart))["screening"] == ("current", "deferred, 14 May")
    assert step(of(chart)) == ("decide-screening", "prescriber")


def test_something_new_after_clearance_reopens_screening() -> None:
    """The rail says so, the dose waits, and the decision is due again."""
    status = of(and_then(ready_chart(AT), (AT - HOUR, PSYCHOSIS)))
    assert (status.stage, rail(status)["screening"]) == ("screening", ("blocked", "new since 30 April"))
    assert any(r.says.startswith("New since clearance: ") for r in status.gates["start-dose"].because)
    assert step(status)[0] in ("answer-screening", "decide-screening")
    assert any("Schizophrenia" in reason.says for reason in status.blocks)


def test_with_the_drug_on_board_the_room_comes_first() -> None:
    """A finding that arrives mid-dose does not take the watch off the patient."""
    status = of(and_then(ready_chart(AT), (AT, given("v1")), (AT + MINUTE, PSYCHOSIS)), AT + 5 * MINUTE)
    assert (status.stage, step(status)) == ("dosing", ("chart-vitals", "monitor"))
    assert rail(status)["screening"][0] == "blocked"


@pytest.mark.parametrize(
    ("left_out", "action", "who", "place"),
    [
        (("consent", "preparation", "intention", "plan"), "sign-consent", "patient", 0),
        (("preparation", "intention", "plan"), "hold-preparation", "therapist", 1),
        (("intention", "plan"), "set-intention", "patient", 2),
        (("plan", "score"), "record-score", "patient", 3),
        (("plan",), "approve-plan", "prescriber", 3),
        (("countersignature",), "countersign-plan", "therapist", 4),
    ],
)
def test_preparation_goes_step_by_step(left_out: tuple[str, ...], action: str, who: str, place: int) -> None:
    """The next missing thing is named, and the rail counts what is in place."""
    status = of(without(prepared_facts(AT), *left_out))
    assert (status.stage, step(status)) == ("preparation", (action, who))
    assert rail(status)["preparation"] == ("current", f"{place} of 5 in place")


def test_once_prepared_a_visit_is_booked() -> None:
    """Preparation is done on the day of its last part."""
    status = of(without(prepared_facts(AT)))
    assert (status.stage, step(status)[0], status.visit) == ("dosing", "book-visit", None)
    assert rail(status)["preparation"] == ("done", "7 May")
    assert rail(status)["dosing"] == ("current", "0 of 6 doses")


def test_before_the_day_the_days_checks_are_not_in_the_way() -> None:
    """A booked visit waits for what is missing beforehand, not for today's blood pressure."""
    facts = [*prepared_facts(AT), *day_facts(AT)[:1]]
    status = of(without(facts), AT - DAY)
    assert (step(status)[0], status.next.says, status.blocks) == ("arrive", "Dose 1 on 14 May in Room 1", ())
    withdrawn = of(
        and_then(without(facts), (AT - DAY, ConsentWithdrawn(document="ketamine-treatment"))), AT - DAY
    )
    assert step(withdrawn)[0] == "sign-consent"


@pytest.mark.parametrize(
    ("left_out", "action"),
    [
        (("escort", "weight", "vitals"), "check"),
        (("weight", "vitals"), "weigh"),
        (("vitals",), "chart-vitals"),
        ((), "start-dose"),
    ],
)
def test_the_day_goes_check_by_check(left_out: tuple[str, ...], action: str) -> None:
    """Checklist, scales, vital signs, dose."""
    assert step(of(without(ready_facts(AT), *left_out))) == (action, "monitor")


def test_under_the_drug_the_next_step_follows_the_clock() -> None:
    """Watch, look when due, write down the end, go through the list, go home, close."""
    begun = and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv")))
    assert of(begun, AT + MINUTE).next.says == "Watch; next vital signs in 9 min"
    assert of(begun, AT + 10 * MINUTE).next.says == "Chart vital signs now"
    assert of(begun, AT + 11 * MINUTE).next.says == "Chart vital signs: 1 min overdue"
    late = and_then(begun, (AT + 39 * MINUTE, vitals("v1")))
    assert step(of(late, AT + 40 * MINUTE))[0] == "end-dose"
    done = and_then(late, (AT + 40 * MINUTE, ended("v1")), (AT + 129 * MINUTE, vitals("v1")))
    assert step(of(done, AT + 130 * MINUTE))[0] == "discharge-check"
    home = and_then(done, *((at, fact) for _, at, fact in home_facts(AT + 131 * MINUTE)))
    assert step(of(home, AT + 131 * MINUTE))[0] == "discharge"
    gone = and_then(home, (AT + 132 * MINUTE, Discharged(visit="v1", escort="a", instructions_given=True)))
    assert step(of(gone, AT + 133 * MINUTE))[0] == "close-visit"
    closed = and_then(gone, (AT + 134 * MINUTE, VisitClosed(visit="v1")))
    assert (of(closed, AT + 135 * MINUTE).stage, step(of(closed, AT + 135 * MINUTE))[0]) == (
        "integration",
        "next-day-contact",
    )


def test_a_stopped_visit_is_closed_next() -> None:
    """Stopped is not the end of the paperwork."""
    chart = and_then(ready_chart(AT), (AT, VisitStopped(visit="v1", reason="fainted")))
    assert step(of(chart))[0] == "close-visit"


def test_after_a_dose_integration_is_owed_and_then_the_series_goes_on() -> None:
    """Integration while it is owed, dosing while the series runs."""
    facts = course_facts(AT, 1)
    owed = of(without(facts, "session"), AT + DAY)
    assert (owed.stage, step(owed)) == ("integration", ("hold-integration", "therapist"))
    assert rail(owed)["integration"] == ("current", "0 of 1 held")
    held = of(without(facts), AT + 3 * DAY)
    assert (held.stage, step(held)[0]) == ("dosing", "book-visit")
    assert rail(held)["integration"] == ("done", "1 of 1 held")
    assert rail(held)["dosing"] == ("current", "1 of 6 doses")


def test_a_consent_withdrawn_mid_course_shows_on_the_rail() -> None:
    """What was prepared can come undone."""
    withdrawn = (AT + 3 * DAY, ConsentWithdrawn(document="ketamine-treatment"))
    status = of(and_then(without(course_facts(AT, 1)), withdrawn), AT + 3 * DAY)
    assert rail(status)["preparation"] == ("blocked", "1 missing")


def test_four_doses_without_a_review_ask_for_one_before_the_next_booking() -> None:
    """The next step is the review."""
    assert step(of(without(course_facts(AT, 4)), AT + 24 * DAY)) == ("hold-review", "prescriber")
    assert step(of(without(course_facts(AT, 3)), AT + 17 * DAY))[0] == "book-visit"
    fifth = VisitBooked(visit="v5", starts_at=AT + 28 * DAY, room="Room 1", route="im", number=5)
    booked = and_then(without(course_facts(AT, 4)), (AT + 24 * DAY, fifth))
    assert step(of(booked, AT + 24 * DAY))[0] == "hold-review"


def test_when_every_planned_dose_is_given_and_integrated_maintenance_begins() -> None:
    """Review, then stop or plan anew."""
    chart = without(course_facts(AT, 2, sessions=2))
    status = of(chart, AT + 10 * DAY)
    assert (status.stage, step(status)[0]) == ("maintenance", "hold-review")
    assert rail(status)["dosing"] == ("done", "2 of 2 doses")
    assert rail(status)["maintenance"] == ("current", "review due 28 May")
    for outcome, action in (("stop", "close-course"), ("continue", "approve-plan")):
        held = ReviewHeld(outcome=outcome, reason="", urinary_symptoms="no", misuse_concern="")
        assert step(of(and_then(chart, (AT + 10 * DAY, held)), AT + 11 * DAY))[0] == action


def test_a_closed_course_is_done() -> None:
    """Every stop of the rail says when, and nothing is next."""
    chart = and_then(without(course_facts(AT, 2, sessions=2)), (AT + 20 * DAY, CourseClosed(reason="well")))
    status = of(chart, AT + 30 * DAY)
    assert (status.stage, status.next.action, status.blocks) == ("maintenance", "none", ())
    assert rail(status) == {
        "screening": ("done", "30 April"),
        "preparation": ("done", "7 May"),
        "dosing": ("done", "2 of 2 doses"),
        "integration": ("done", "2 of 2 held"),
        "maintenance": ("done", "closed 3 June"),
    }


def test_a_safety_task_nobody_has_taken_comes_first() -> None:
    """Before every stage; once taken it waits with its taker."""
    opened = TaskOpened(task="t", what="item 9 marked 2", rule="suicide-item-positive")
    chart = and_then(ready_chart(AT), (AT - HOUR, opened))
    assert (step(of(chart)), [task.task for task in of(chart).tasks]) == (("take-task", "prescriber"), ["t"])
    assert step(of(and_then(chart, (AT, TaskTaken(task="t")))))[0] == "start-dose"


def test_what_is_owed_comes_soonest_first() -> None:
    """Vital signs before the call, the call before the session."""
    status = of(and_then(ready_chart(AT), (AT, given("v1"))), AT + MINUTE)
    assert [due.rule for due in status.due] == [
        "vital-signs-due",
        "next-day-contact-due",
        "integration-session-due",
        "urinary-question-due",
    ]


def test_the_past_replays() -> None:
    """Asked about an earlier moment, later facts are not seen."""
    chart = without(course_facts(AT, 3))
    assert of(chart, AT - MINUTE).next.action == "start-dose"
    assert of(chart, AT - 15 * DAY).stage == "screening"
    assert [len(of(chart, AT + n * 7 * DAY).visits) >= n for n in range(3)] == [True] * 3


def test_every_stage_of_a_whole_course_is_passed_in_order() -> None:
    """Walked in steps of three hours, the stages come in order, dosing and integration taking turns."""
    chart = without(course_facts(AT, 2, sessions=2))
    seen = [of(chart, AT - 21 * DAY + n * HOUR).stage for n in range(0, 31 * 24, 3)]
    turns = [stage for n, stage in enumerate(seen) if n == 0 or seen[n - 1] != stage]
    assert turns == [
        "screening",
        "preparation",
        "dosing",
        "integration",
        "dosing",
        "integration",
        "maintenance",
    ]
    assert set(turns) == set(STAGES)


def test_a_second_visit_is_checked_anew() -> None:
    """Arrived for dose 2, the day's checks of dose 1 count for nothing."""
    second = AT + 7 * DAY
    booked = VisitBooked(visit="v2", starts_at=second, room="Room 1", route="im", number=2)
    chart = and_then(
        without(course_facts(AT, 1)),
        (AT + 3 * DAY, booked),
        (second, Arrived(visit="v2", identifiers=("name", "birth date"))),
    )
    assert step(of(chart, second))[0] == "check"
    done = and_then(chart, *((at, fact) for _, at, fact in day_facts(second + HOUR, "v2", 2)[2:]))
    assert step(of(done, second + HOUR))[0] == "start-dose"


def test_the_status_is_the_whole_picture_of_one_moment() -> None:
    """The findings and the course it shows are those it was worked out from."""
    psychosis = and_then(ready_chart(AT), (AT - HOUR, PSYCHOSIS))
    told = of(psychosis)
    case = Case(psychosis, adopted(), AT, "v1")
    assert (told.at, told.findings, told.unknown) == (AT, case.screening.findings, case.screening.unknown)
    assert told.worst == "exclude" and "psychosis" in {finding.rule.id for finding in told.findings}
    assert told.visit == case.this_visit and told.visits == case.visits
    assert told.course == course(case)
    assert told.gates.keys() == set(GATES)


def test_before_the_day_its_own_checks_are_not_in_the_way() -> None:
    """Nobody is weighed the day before, and the gate to the dose is closed all the same."""
    day = ("arrival", "vitals", "weight", *PRE_DOSE)
    status = of(without(ready_facts(AT), *day), AT - DAY)
    assert (status.next.action, status.blocks) == ("arrive", ())
    assert not status.gates["start-dose"].allowed


def test_what_is_in_the_way_is_of_the_step_that_is_next() -> None:
    """Nobody fetches her, so the dose that is next waits for that, and for nothing else."""
    alone = (AT - MINUTE, Checked(visit="v1", item="escort", answer="no"))
    status = of(and_then(ready_chart(AT), alone))
    assert (status.next.action, [reason.rule for reason in status.blocks]) == ("start-dose", ["escort-today"])
    assert status.blocks == status.gates["start-dose"].because
