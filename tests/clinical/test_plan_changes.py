"""Versions of a plan: numbered, counted, told apart in words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.entries.words import StopAgreed
from openkap.clinical.plan_changes import (
    differences,
    dose_words,
    looks_words,
    route_words,
    series_words,
    versions,
)
from openkap.clinical.quantity import MgPerKg, MgPerMl, Milligrams
from tests.clinical.charts import (
    DAY,
    adopted,
    and_then,
    chart_of,
    course_facts,
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
        ({"minutes": 40}, ["Dose: 0.5 mg/kg became 0.5 mg/kg over 40 min"]),
        ({"concentration": MgPerMl(Decimal(50))}, ["Concentration: not said became 50 mg/mL"]),
        ({"series": "One infusion"}, ["Published series: not said became One infusion"]),
        ({"indication": "ptsd"}, ["Indication: depression became ptsd"]),
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


def test_what_is_no_longer_said_is_told() -> None:
    """An empty line of the new plan reads as such."""
    assert differences(plan(integrations=2, series="One infusion"), plan(), adopted()) == (
        "Published series: One infusion became not said",
        "Integration sessions between two doses: 2 became not said",
    )


@pytest.mark.parametrize(
    ("sessions", "days", "words"),
    [(1, 7, "1 dose"), (2, 1, "2 doses, 1 day apart"), (6, 3, "6 doses, 3 days apart")],
)
def test_a_series_is_doses_and_the_days_between(sessions: int, days: int, words: str) -> None:
    """One dose has nothing between."""
    assert series_words(plan(sessions=sessions, every_days=days)) == words


def test_a_dose_says_its_amount_and_how_long_it_runs() -> None:
    """By weight or fixed; a single dose has no length."""
    assert dose_words(plan(minutes=40)) == "0.5 mg/kg over 40 min"
    assert dose_words(plan()) == "0.5 mg/kg"
    assert dose_words(plan(mg_per_kg=None, fixed=Milligrams(Decimal(200)))) == "200 mg"


@pytest.mark.parametrize(
    ("checkpoints", "instruments", "words"),
    [
        ((), ("phq9",), ""),
        ((3,), (), "after dose 3"),
        ((3, 6), ("phq9",), "after dose 3 and after dose 6, by PHQ-9"),
        ((3,), ("phq9", "gad7"), "after dose 3, by GAD-7 and PHQ-9"),
        ((3,), ("tea-leaves",), "after dose 3, by tea-leaves"),
    ],
)
def test_the_looks_at_the_response_are_told(
    checkpoints: tuple[int, ...], instruments: tuple[str, ...], words: str
) -> None:
    """After which doses and by which scales; one the protocol no longer has goes by its id."""
    assert looks_words(plan(checkpoints=checkpoints, instruments=instruments), adopted()) == words


def test_a_route_goes_by_its_title_while_the_protocol_has_it() -> None:
    """A signed plan can be read under any protocol."""
    assert route_words(plan("im"), adopted()) == "Intramuscular injection"
    assert route_words(plan("rectal"), adopted()) == "rectal"


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
