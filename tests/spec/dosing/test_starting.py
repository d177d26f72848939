"""Dosing: what the day must have in place before the drug."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from openkap.clinical.entries.alerts import SoundTested
from openkap.clinical.entries.dosing import Checked, VisitBooked, VisitStopped
from openkap.clinical.entries.office import Override, TaskClosed, TaskOpened, TaskTaken
from openkap.clinical.quantity import Milligrams
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    PRE_DOSE,
    and_then,
    course_facts,
    day_facts,
    given,
    prepared_facts,
    ready_chart,
    ready_facts,
    refused,
    said,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

NEEDED = {
    "decision": "dose-needs-clearance",
    "consent": "dose-needs-consent",
    "preparation": "dose-needs-preparation",
    "intention": "dose-needs-intention",
    "plan": "dose-needs-plan",
    "visit": "dose-needs-visit",
    "arrival": "dose-needs-arrival",
    "identity": "identity-today",
    "fasting": "fasting-today",
    "escort": "escort-today",
    "medicines": "medicines-today",
    "suicide-check": "suicide-check-today",
    "room-ready": "room-ready-today",
    "sound": "sound-heard-today",
    "weight": "weight-today",
    "vitals": "blood-pressure-before-dose",
}
"""Every fact a first dose needs, and the rule that misses it."""


@pytest.mark.parametrize("route", ["im", "iv"])
def test_with_everything_in_place_a_dose_may_start(route: str) -> None:
    """The gate opens, and says what it looked at."""
    assert refused(ready_chart(AT, route), "start-dose", AT) == {}


@pytest.mark.parametrize(("fact", "rule"), NEEDED.items())
def test_without_any_one_of_them_it_may_not(fact: str, rule: str) -> None:
    """Each missing fact closes the gate by itself and is named, with somebody who can supply it."""
    speaking = refused(without(ready_facts(AT), fact), "start-dose", AT)
    assert list(speaking) == [rule]
    past = "prescriber" if fact == "sound" else ""
    assert speaking[rule].who and speaking[rule].says and speaking[rule].override == past


@examples(missing=st.sets(st.sampled_from(sorted(NEEDED)), min_size=1))
def test_no_combination_of_missing_facts_opens_the_gate(missing: set[str]) -> None:
    """Whatever is missing, all of it is named: no permission without each of the required facts."""
    speaking = refused(without(ready_facts(AT), *missing), "start-dose", AT).keys()
    # Without a plan nobody knows whether a weight is needed.
    expected = {NEEDED[name] for name in missing if not (name == "weight" and "plan" in missing)}
    assert speaking == expected


@pytest.mark.parametrize(
    ("age", "speaks"),
    [(15 * MINUTE, False), (15 * MINUTE + SECOND, True), (-SECOND, True)],
)
def test_blood_pressure_is_at_most_15_minutes_old(age: timedelta, speaks: bool) -> None:
    """Exactly 15 min counts; a second more is old, and old is missing; a future reading is none."""
    chart = and_then(without(ready_facts(AT), "vitals"), (AT - age, vitals("v1")))
    assert ("blood-pressure-before-dose" in refused(chart, "start-dose", AT)) is speaks


def test_an_old_blood_pressure_is_shown_with_its_age() -> None:
    """The sentence says what is needed and what the last one was."""
    chart = and_then(without(ready_facts(AT), "vitals"), (AT - 22 * MINUTE, vitals("v1", 131, 84)))
    assert said(chart, "start-dose", AT, "blood-pressure-before-dose") == (
        "Cannot tell: needs blood pressure from the last 15 min (the last, 131/84, is 22 min old)"
    )


def test_a_missing_blood_pressure_cannot_be_gone_past() -> None:
    """Nobody can weigh a value that nobody has: an override of the limit does not stand in for it."""
    chart = and_then(
        without(ready_facts(AT), "vitals"), (AT, Override(rule="blood-pressure-before-dose", reason="calm"))
    )
    reason = refused(chart, "start-dose", AT)["blood-pressure-before-dose"]
    assert (reason.says, reason.override) == ("Cannot tell: needs blood pressure from the last 15 min", "")


@pytest.mark.parametrize(
    ("systolic", "diastolic", "speaks"),
    [(140, 90, False), (141, 90, True), (140, 91, True), (168, 95, True)],
)
def test_blood_pressure_above_140_over_90_holds_the_dose(systolic: int, diastolic: int, speaks: bool) -> None:
    """The limit itself does not hold the dose; either number above it does."""
    chart = and_then(without(ready_facts(AT), "vitals"), (AT - 4 * MINUTE, vitals("v1", systolic, diastolic)))
    expected = (
        f"Blood pressure {systolic}/{diastolic}, taken 4 min ago, is above the limit of 140/90 for starting"
    )
    assert said(chart, "start-dose", AT, "blood-pressure-before-dose") == (expected if speaks else "")


def test_one_number_above_its_limit_is_enough_and_one_below_is_not() -> None:
    """A high systolic alone holds the dose; a good one without its diastolic cannot tell."""
    for systolic, says in (
        (150, "Systolic blood pressure 150 mm[Hg], taken 4 min ago, is above the limit of 140 for starting"),
        (
            120,
            "Cannot tell: needs diastolic blood pressure from the last 15 min (the last, 120, is 4 min old)",
        ),
    ):
        half = vitals("v1", systolic, diastolic=None)
        chart = and_then(without(ready_facts(AT), "vitals"), (AT - 4 * MINUTE, half))
        assert said(chart, "start-dose", AT, "blood-pressure-before-dose") == says


def test_the_prescriber_may_go_past_a_high_blood_pressure() -> None:
    """After this visit's arrival, and knowing this reading: a newer reading asks again."""
    high = and_then(without(ready_facts(AT), "vitals"), (AT - 4 * MINUTE, vitals("v1", 152, 92)))
    assert refused(high, "start-dose", AT)["blood-pressure-before-dose"].override == "prescriber"
    past = Override(rule="blood-pressure-before-dose", reason="usual for her")
    for when, speaks in ((AT - 5 * MINUTE, True), (AT - 4 * MINUTE, False), (AT, False)):
        chart = and_then(high, (when, past))
        assert ("blood-pressure-before-dose" in refused(chart, "start-dose", AT)) is speaks
    worse = and_then(high, (AT - 3 * MINUTE, past), (AT - MINUTE, vitals("v1", 186, 110)))
    assert "186/110" in said(worse, "start-dose", AT, "blood-pressure-before-dose")


def test_an_override_of_an_earlier_visit_does_not_count() -> None:
    """Every visit is weighed anew."""
    earlier = Override(rule="fasting-today", reason="sip of water")
    fasting_no = (AT - 10 * MINUTE, Checked(visit="v1", item="fasting", answer="no"))
    chart = and_then(ready_chart(AT), fasting_no, (AT - 41 * MINUTE, earlier))
    assert "fasting-today" in refused(chart, "start-dose", AT)
    assert "fasting-today" not in refused(and_then(chart, (AT, earlier)), "start-dose", AT)


@pytest.mark.parametrize("item", PRE_DOSE)
def test_a_no_on_the_checklist_holds_the_dose(item: str) -> None:
    """A later no undoes a yes, and is quoted with its age and note."""
    no = Checked(visit="v1", item=item, answer="no", note="toast at eight")
    chart = and_then(ready_chart(AT), (AT - 7 * MINUTE, no))
    reason = refused(chart, "start-dose", AT)[f"{item}-today"]
    assert reason.says.endswith(": answered no 7 min ago (toast at eight)")
    again = and_then(chart, (AT - 6 * MINUTE, Checked(visit="v1", item=item, answer="yes")))
    assert refused(again, "start-dose", AT) == {}


@pytest.mark.parametrize(
    ("item", "role"),
    [
        ("identity", ""),
        ("fasting", "prescriber"),
        ("escort", ""),
        ("medicines", "prescriber"),
        ("suicide-check", ""),
        ("room-ready", ""),
    ],
)
def test_who_may_go_past_a_no(item: str, role: str) -> None:
    """A prescriber may weigh food and medicines; the other four are never gone past."""
    chart = and_then(ready_chart(AT), (AT - MINUTE, Checked(visit="v1", item=item, answer="no")))
    assert refused(chart, "start-dose", AT)[f"{item}-today"].override == role
    past = and_then(chart, (AT, Override(rule=f"{item}-today", reason="weighed")))
    assert (f"{item}-today" in refused(past, "start-dose", AT)) is (role == "")


@pytest.mark.parametrize(("heard", "speaks"), [("no", True), ("yes", False)])
def test_a_sound_nobody_heard_holds_the_dose(heard: str, speaks: bool) -> None:
    """The last test counts; a prescriber may go past it by name."""
    tested = SoundTested(visit="v1", screen="Room 1", heard=heard, sound="aloud")
    chart = and_then(ready_chart(AT), (AT - MINUTE, tested))
    assert ("sound-heard-today" in refused(chart, "start-dose", AT)) is speaks
    past = and_then(chart, (AT, Override(rule="sound-heard-today", reason="speaker broken, nurse beside")))
    assert refused(past, "start-dose", AT) == {}


def test_answers_of_another_visit_do_not_count() -> None:
    """Every check belongs to the visit it was made in."""
    booked = VisitBooked(visit="v2", starts_at=AT, room="Room 2", route="im", number=2)
    speaking = refused(and_then(ready_chart(AT), (AT - DAY, booked)), "start-dose", AT, "v2")
    assert {f"{item}-today" for item in PRE_DOSE} | {
        "dose-needs-arrival",
        "weight-today",
        "sound-heard-today",
    } == speaking.keys()


def test_a_dose_in_mg_needs_no_weight() -> None:
    """Only a plan per kilogram asks for the scales."""
    fixed = prepared_facts(AT, mg_per_kg=None, fixed=Milligrams(Decimal(100)), route="sublingual")
    chart = without([*fixed, *day_facts(AT, route="sublingual")], "weight")
    assert refused(chart, "start-dose", AT) == {}


def test_the_dose_goes_the_way_the_plan_says() -> None:
    """A visit booked for another route than the plan's holds the dose."""
    mixed = [*prepared_facts(AT, route="im"), *day_facts(AT, route="sublingual")]
    assert said(without(mixed), "start-dose", AT, "route-as-planned") == (
        "The visit is booked for sublingual lozenge and the plan says intramuscular injection"
    )


def test_a_dose_belongs_to_a_visit_that_is_open() -> None:
    """A stopped visit takes no dose; no visit takes none either."""
    stopped = and_then(ready_chart(AT), (AT - MINUTE, VisitStopped(visit="v1", reason="went home")))
    assert said(stopped, "start-dose", AT, "dose-needs-visit") == "This visit is already stopped"
    assert said(ready_chart(AT), "start-dose", AT, "dose-needs-visit", "elsewhere") == (
        "No visit is open for this dose"
    )


def test_one_visit_takes_one_dose() -> None:
    """Two people pressing at once give one dose."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    assert list(refused(chart, "start-dose", AT)) == ["dose-already-given"]


def test_two_visits_of_one_patient_never_run_at_once() -> None:
    """While the drug of one visit is on board, another may not start."""
    chart = and_then(ready_chart(AT), (AT - HOUR, given("v0")))
    assert said(chart, "start-dose", AT, "another-dose-running") == (
        "Another visit of this patient is in recovery: a dose was given 60 min ago"
    )


def test_an_open_safety_task_holds_the_dose_until_it_is_closed() -> None:
    """Taking it is not enough: somebody writes down the outcome."""
    opened = TaskOpened(task="t1", what="item 9 marked 2", rule="suicide-item-positive")
    chart = and_then(ready_chart(AT), (AT - 2 * HOUR, opened))
    assert said(chart, "start-dose", AT, "open-safety-task") == (
        "A safety task is open for 2 h, nobody has taken it: item 9 marked 2"
    )
    taken = and_then(chart, (AT - HOUR, TaskTaken(task="t1")))
    assert ", taken: " in said(taken, "start-dose", AT, "open-safety-task")
    closed = and_then(taken, (AT - HOUR, TaskClosed(task="t1", outcome="no intent, plan agreed")))
    assert refused(closed, "start-dose", AT) == {}


def test_no_next_dose_before_integration() -> None:
    """The prescriber may say why the dose goes before it."""
    second = AT + 7 * DAY
    facts = [*course_facts(AT, 1), *day_facts(second, "v2", 2)]
    assert refused(without(facts), "start-dose", second, "v2") == {}
    skipped = without(facts, "session")
    reason = refused(skipped, "start-dose", second, "v2")["integration-before-next-dose"]
    assert reason.says == "Integration of dose 1 (14 May) has not been held"
    assert (reason.who, reason.override) == ("therapist", "prescriber")
    past = Override(rule="integration-before-next-dose", reason="therapist ill")
    arrival = second - 40 * MINUTE
    for when, speaks in ((arrival - SECOND, True), (arrival, False), (second, False)):
        passed = and_then(skipped, (when, past))
        assert ("integration-before-next-dose" in refused(passed, "start-dose", second, "v2")) is speaks


def test_the_dose_after_four_without_a_review_waits_for_one() -> None:
    """Three doses do not wait, four do (assumed)."""
    for doses, speaks in ((3, False), (4, True)):
        at, visit = AT + doses * 7 * DAY, f"v{doses + 1}"
        chart = without([*course_facts(AT, doses), *day_facts(at, visit, doses + 1)])
        assert list(refused(chart, "start-dose", at, visit)) == ["review-before-next-dose"] * speaks
    assert said(chart, "start-dose", at, "review-before-next-dose", visit) == (
        "The response has not been reviewed for 4 doses"
    )
