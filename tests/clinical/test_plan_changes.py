"""Versions of a plan: numbered, counted, told apart in words; a plan dose by dose; when to stop."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.entries.words import StopAgreed
from openkap.clinical.plan import standing
from openkap.clinical.plan_changes import differences, versions
from openkap.clinical.plan_progress import progress, time_to_stop
from openkap.clinical.quantity import MgPerKg
from tests.clinical.charts import (
    DAY,
    HOUR,
    adopted,
    and_then,
    chart_of,
    course_facts,
    day_facts,
    phq9,
    plan,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
NO_RESPONSE = StopAgreed("No response after six doses", "no-response")


def case(chart: object, at: datetime = AT) -> Case:
    return Case(chart, adopted(), at)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, []),
        ({"mg_per_kg": MgPerKg(Decimal("0.75"))}, ["Dose: 0.5 mg/kg became 0.75 mg/kg"]),
        ({"sessions": 1}, ["Series: 6 doses, 7 days apart became 1 dose"]),
        ({"every_days": 1}, ["Series: 6 doses, 7 days apart became 6 doses, 1 day apart"]),
        ({"route": "oral"}, ["Route: Intramuscular injection became Oral"]),
        ({"integrations": 2}, ["Integration sessions between two doses: not said became 2"]),
        (
            {"checkpoints": (3, 6), "instruments": ("phq9",)},
            ["Response looked at: not said became after dose 3 and after dose 6, by PHQ-9"],
        ),
        ({"stops": (NO_RESPONSE,)}, ["Stop rule added: No response after six doses"]),
        ({"reason": "another"}, []),
    ],
)
def test_what_changed_is_told_in_words(changed: dict[str, object], says: list[str]) -> None:
    """Each difference is one sentence; the reasons are not differences."""
    assert list(differences(plan(), plan(**changed), adopted())) == says


def test_a_stop_rule_left_out_is_told() -> None:
    """The sentence that was signed is the one that is gone."""
    assert differences(plan(stops=(NO_RESPONSE,)), plan(), adopted()) == (
        "Stop rule left out: No response after six doses",
    )


def test_every_version_keeps_its_doses_and_its_second_name() -> None:
    """Two doses under the first plan, one under the second, which nobody has countersigned."""
    after = AT + 8 * DAY
    facts = course_facts(AT, 3)
    chart = chart_of(
        [(at, fact) for _, at, fact in facts if at < after]
        + [(after, plan(sessions=4, changed_because="Holds longer"))]
        + [(at, fact) for _, at, fact in facts if at >= after]
    )
    first, second = versions(case(chart, AT + 30 * DAY))
    assert (first.number, first.doses, first.changes) == (1, 2, ())
    assert first.second is not None
    assert (second.number, second.doses, second.second) == (2, 1, None)
    assert second.changes == ("Series: 6 doses, 7 days apart became 4 doses, 7 days apart",)


def test_the_versions_of_a_closed_course_are_not_this_ones() -> None:
    """After a course was closed and begun anew, counting starts again."""
    chart = and_then(
        without(course_facts(AT, 1)),
        (AT + 9 * DAY, CourseClosed(reason="done")),
        (AT + 10 * DAY, ScreeningDecided(decision="suitable", reason="back")),
        (AT + 10 * DAY, plan(sessions=2)),
    )
    (only,) = versions(case(chart, AT + 11 * DAY))
    assert (only.number, only.entry.fact.sessions, only.changes) == (1, 2, ())


def test_the_plan_is_told_dose_by_dose() -> None:
    """Given, booked, to come: each line knows its integration and whether the response is looked at."""
    facts = course_facts(AT, 1, sessions=3, checkpoints=(1, 3), instruments=("phq9",))
    booked = [fact for fact in day_facts(AT + 7 * DAY, "v2", 2) if fact[0] == "visit"]
    now = case(without([*facts, *booked]), AT + 3 * DAY)
    lines = progress(now, standing(now))
    assert [(line.state, line.integrations, line.look) for line in lines] == [
        ("given", 1, True),
        ("booked", 0, False),
        ("to come", 0, True),
    ]
    assert lines[0].mg == Decimal(35)


@pytest.mark.parametrize(
    ("doses", "total", "stops", "speaks"),
    [(6, 16, True, True), (5, 16, True, False), (6, 8, True, False), (6, 16, False, False)],
)
def test_no_response_after_six_doses_speaks_where_it_was_agreed(
    doses: int, total: int, stops: bool, speaks: bool
) -> None:
    """From 16 to 16 is none, from 16 to 8 is a response; after five doses it is too early to say."""
    agreed = {"stops": (NO_RESPONSE,)} if stops else {}
    last = AT + (doses - 1) * 7 * DAY + 3 * DAY
    score = (2,) * (total // 2) + (0,) * (9 - total // 2)
    chart = and_then(without(course_facts(AT, doses, sessions=8, **agreed)), (last, phq9(*score)))
    now = case(chart, last + HOUR)
    said = time_to_stop(now, standing(now))
    assert bool(said) is speaks
    if speaks:
        assert said == "No response after six doses: 6 doses given, and no scale shows a response"
