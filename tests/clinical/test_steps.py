"""The one next thing, whole: what it says, who does it, and the action that does it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.answers import Step
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Arrived, Discharged, VisitBooked, VisitStopped
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.entries.office import Override, TaskOpened, TaskTaken
from openkap.clinical.entries.preparation import ConsentWithdrawn
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.status import assess
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    Fact,
    adopted,
    and_then,
    chart_of,
    course_facts,
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
KNOWN = Override(rule="screening-unanswered", reason="known here")
TASK = TaskOpened(task="t", what="item 9 marked 2", rule="suicide-item-positive")
WITHDRAWN = ConsentWithdrawn(document="ketamine-treatment")
WATCH = "Watch; next vital signs"


def following(chart: Chart, at: datetime = AT) -> Step:
    return assess(chart, adopted(), at).next


def decided(decision: str) -> Chart:
    """A chart with this decision, and nothing open."""
    return chart_of(
        [
            (AT - DAY, person()),
            (AT - HOUR, ScreeningDecided(decision=decision, reason="history taken")),
            (AT, KNOWN),
        ]
    )


@pytest.mark.parametrize(
    ("chart", "step"),
    [
        (
            chart_of([(AT, person())]),
            Step("Answer the open screening questions", "prescriber", "answer-screening"),
        ),
        (
            chart_of([(AT, person()), (AT, KNOWN)]),
            Step("Decide whether this person is suitable", "prescriber", "decide-screening"),
        ),
        (
            decided("deferred"),
            Step("Decide again whether this person is suitable", "prescriber", "decide-screening"),
        ),
        (
            decided("not-suitable"),
            Step("Decided not suitable: nothing more is planned", "prescriber", "none"),
        ),
    ],
)
def test_screening_ends_with_a_decision(chart: Chart, step: Step) -> None:
    """First its questions, then the decision, again after a deferral, and nothing after a no."""
    assert following(chart) == step


@pytest.mark.parametrize(
    ("left_out", "step"),
    [
        (
            ("consent", "preparation", "intention", "plan"),
            Step("Read the consent together and sign or decline", "patient", "sign-consent"),
        ),
        (
            ("preparation", "intention", "plan"),
            Step("Hold a preparation session", "therapist", "hold-preparation"),
        ),
        (("intention", "plan"), Step("Put an intention into words", "patient", "set-intention")),
        (("plan", "score"), Step("Fill in a first questionnaire", "patient", "record-score")),
        (("plan",), Step("Approve a treatment plan", "prescriber", "approve-plan")),
        (("countersignature",), Step("Countersign the plan", "therapist", "countersign-plan")),
        ((), Step("Book the next dosing visit", "manager", "book-visit")),
    ],
)
def test_preparation_puts_one_thing_after_another_in_place(left_out: tuple[str, ...], step: Step) -> None:
    """Consent, session, intention, baseline, plan, the second signature; then the day is booked."""
    assert following(without(prepared_facts(AT), *left_out)) == step


@pytest.mark.parametrize(("room", "where"), [("Room 1", " in Room 1"), ("", "")])
def test_a_booked_visit_says_its_day_and_its_room(room: str, where: str) -> None:
    """A visit booked without a room says only the day."""
    booked = VisitBooked(visit="v1", starts_at=AT, room=room, route="im", number=1)
    chart = and_then(without(prepared_facts(AT)), (AT - DAY, booked))
    assert following(chart, AT - HOUR) == Step(f"Dose 1 on 14 May{where}", "monitor", "arrive")


def second_booked() -> list[Fact]:
    booked = VisitBooked(visit="v2", starts_at=AT + 7 * DAY, room="Room 1", route="im", number=2)
    return [*course_facts(AT, 1), ("second", AT + 3 * DAY, booked)]


@pytest.mark.parametrize("left_out", [(), ("second",)])
def test_between_two_doses_what_came_undone_is_mended_first(left_out: tuple[str, ...]) -> None:
    """With the next visit booked or not yet, a consent taken back is read again."""
    chart = without(second_booked(), *left_out)
    assert following(chart, AT + 4 * DAY).action == ("book-visit" if left_out else "arrive")
    undone = and_then(chart, (AT + 4 * DAY, WITHDRAWN))
    assert following(undone, AT + 4 * DAY).action == "sign-consent"


@pytest.mark.parametrize("again", [(), ("second",)])
def test_after_four_doses_the_response_is_reviewed_before_the_next(again: tuple[str, ...]) -> None:
    """Booked or not, the review comes first; once the patient is here, the day goes on."""
    fifth = VisitBooked(visit="v5", starts_at=AT + 28 * DAY, room="Room 1", route="im", number=5)
    more = [(AT + 24 * DAY, fifth)] if again else []
    chart = and_then(without(course_facts(AT, 4)), *more)
    assert following(chart, AT + 25 * DAY) == Step("Review the response", "prescriber", "hold-review")
    if again:
        here = and_then(chart, (AT + 28 * DAY, Arrived(visit="v5", identifiers=("name", "birth date"))))
        assert following(here, AT + 28 * DAY).action == "check"


@pytest.mark.parametrize(
    ("left_out", "step"),
    [
        (("escort", "weight", "vitals"), Step("Go through the day's checklist", "monitor", "check")),
        (("weight", "vitals"), Step("Weigh the patient", "monitor", "weigh")),
        (("vitals",), Step("Chart vital signs", "monitor", "chart-vitals")),
        ((), Step("Give dose 1", "monitor", "start-dose")),
    ],
)
def test_the_day_leads_to_the_dose(left_out: tuple[str, ...], step: Step) -> None:
    """Checklist, scales, vital signs, and then the drug."""
    assert following(without(ready_facts(AT), *left_out)) == step


def infusion(*more: tuple[datetime, Any]) -> Chart:
    """An infusion of 40 min begun at AT, and what was written after."""
    return and_then(ready_chart(AT, "iv"), (AT, given("v1", route="iv")), *more)


@pytest.mark.parametrize(
    ("minute", "seconds", "says"),
    [
        (0, 0, f"{WATCH} in 10 min"),
        (8, 30, f"{WATCH} in 1 min"),
        (10, 0, "Chart vital signs now"),
        (10, 59, "Chart vital signs now"),
        (11, 0, "Chart vital signs: 1 min overdue"),
        (75, 0, "Chart vital signs: 65 min overdue"),
    ],
)
def test_vital_signs_follow_the_clock(minute: int, seconds: int, says: str) -> None:
    """Every ten minutes in a vein; due on the minute, and overdue from the next one on."""
    at = AT + minute * MINUTE + timedelta(seconds=seconds)
    assert following(infusion(), at) == Step(says, "monitor", "chart-vitals")


def test_an_infusion_has_an_end_to_be_written_down() -> None:
    """Due with its last minute; before it the watch goes on."""
    chart = infusion((AT + 38 * MINUTE, vitals("v1")))
    assert following(chart, AT + 39 * MINUTE).says == f"{WATCH} in 9 min"
    assert following(chart, AT + 40 * MINUTE) == Step(
        "Record the end of the infusion and what was given", "monitor", "end-dose"
    )


def test_home_is_spoken_of_once_the_route_allows_it() -> None:
    """From the earliest discharge on: first the checklist, then the door. In recovery before it: watch."""
    route = adopted().routes["im"]
    home = AT + route.earliest_discharge
    early = home - MINUTE
    assert AT + route.peak_after < early
    chart = and_then(ready_chart(AT), (AT, given("v1")), (early, vitals("v1")))
    assert following(chart, early).says.startswith(f"{WATCH} in ")
    assert following(chart, home) == Step("Go through the discharge checklist", "monitor", "discharge-check")
    ready = and_then(chart, *((at, fact) for _, at, fact in home_facts(home)))
    assert following(ready, home) == Step("Discharge the patient", "monitor", "discharge")


def test_a_route_the_protocol_does_not_know_has_no_clock() -> None:
    """What happened is on record all the same, and somebody watches."""
    chart = and_then(ready_chart(AT), (AT, given("v1", route="rectal")))
    assert following(chart, AT + MINUTE) == Step(WATCH, "monitor", "chart-vitals")


@pytest.mark.parametrize(
    "last",
    [
        VisitStopped(visit="v1", reason="fainted"),
        Discharged(visit="v1", escort="sister", instructions_given=True),
    ],
)
def test_a_visit_that_is_over_is_closed(last: Any) -> None:
    """Sent home or stopped: the paperwork ends it."""
    chart = and_then(ready_chart(AT), (AT, given("v1")), (AT + 2 * HOUR, last))
    assert following(chart, AT + 3 * HOUR) == Step("Close the visit of dose 1", "monitor", "close-visit")


def test_a_safety_task_waits_for_the_drug_and_for_nothing_else() -> None:
    """Under the drug the watch goes on; before and after it the task is taken first."""
    take = Step("Take the safety task: item 9 marked 2", "prescriber", "take-task")
    opened = and_then(ready_chart(AT), (AT - HOUR, TASK))
    assert following(opened) == take
    assert following(and_then(opened, (AT, given("v1"))), AT + MINUTE).action == "chart-vitals"
    stopped = and_then(opened, (AT, VisitStopped(visit="v1", reason="fainted")))
    assert following(stopped) == take
    assert following(and_then(stopped, (AT, TaskTaken(task="t")))).action == "close-visit"


@pytest.mark.parametrize(
    ("left_out", "step"),
    [
        (("call", "session"), Step("Call after dose 1", "therapist", "next-day-contact")),
        (("session",), Step("Integration session after dose 1", "therapist", "hold-integration")),
    ],
)
def test_after_a_dose_somebody_calls_and_then_integrates(left_out: tuple[str, ...], step: Step) -> None:
    """The call of the next day comes before the session."""
    assert following(without(course_facts(AT, 1), *left_out), AT + DAY) == step


@pytest.mark.parametrize(
    ("outcome", "step"),
    [
        (None, Step("Review the response", "prescriber", "hold-review")),
        ("stop", Step("Close the course", "prescriber", "close-course")),
        ("refer", Step("Close the course", "prescriber", "close-course")),
        (
            "continue",
            Step("Approve a plan for further doses, or close the course", "prescriber", "approve-plan"),
        ),
        (
            "space out",
            Step("Approve a plan for further doses, or close the course", "prescriber", "approve-plan"),
        ),
    ],
)
def test_a_finished_series_is_reviewed_and_then_ended_or_planned_anew(
    outcome: str | None, step: Step
) -> None:
    """What the review came to decides."""
    chart = without(course_facts(AT, 2, sessions=2))
    if outcome:
        held = ReviewHeld(outcome=outcome, reason="", urinary_symptoms="no", misuse_concern="")
        chart = and_then(chart, (AT + 10 * DAY, held))
    assert following(chart, AT + 11 * DAY) == step


def test_a_closed_course_asks_for_nothing() -> None:
    chart = and_then(without(course_facts(AT, 2, sessions=2)), (AT + 20 * DAY, CourseClosed(reason="well")))
    assert following(chart, AT + 30 * DAY) == Step("The course is closed", "prescriber", "none")
