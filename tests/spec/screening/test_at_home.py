"""At home nobody watches: some rules are stricter there, and some are asked only there."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Arrived
from openkap.clinical.entries.home import LawLookedUp
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn
from openkap.clinical.entries.screening import Score, ScreeningDecided
from openkap.clinical.gates import verdict
from openkap.clinical.rules import GRADES
from openkap.clinical.screening import screen
from tests.clinical.charts import adopted, and_then, at_home, chart_of, person, plan
from tests.spec.screening.rows import AT, Dated, answered, days, medicine, problem

PROTOCOL = adopted()
ASKED = [rule for rule in PROTOCOL.rules if rule.stage == "screening" and rule.ask]
SECOND = timedelta(seconds=1)

STRICTER = {
    "substance-use-disorder": "stabilise",
    "opioid-use": "decide",
    "suicidality": "stabilise",
    "cssrs-high": "stabilise",
    "maoi": "decide",
    "bipolar": "decide",
    "breast-feeding": "decide",
    "breathing": "decide",
    "heart-failure": "stabilise",
    "arrhythmia": "stabilise",
    "cardiac-arrest": "stabilise",
}
"""What stops treatment at home (EXC-20, -21, -23, -27, DDI-4, HOM-2), and its grade in the clinic."""


LAW = LawLookedUp(region="US-CA", allows="yes", source="the board's page", until=date(2027, 3, 31))


CONSENT = PROTOCOL.consents["at-home"]
SIGNED = Consented(
    document=CONSENT.id, version=CONSENT.version, text_sha256=CONSENT.sha256, signed_name="Ada Okafor"
)


def score(instrument: str, total: int, *, ago: timedelta = timedelta(days=1)) -> Dated:
    items = (0,) * 7 if instrument == "cssrs" else ()
    return AT - ago, Score(instrument=instrument, total=total, items=items)


BASELINE = [score("phq9", 12), score("gad7", 4), score("cssrs", 0), score("audit-c", 1), score("dast10", 0)]


def may_go_home(*more: Dated, without: str = "", at: datetime = AT) -> Chart:
    """Everybody was asked everything and said no, the scales are filled in, and the person is suitable."""
    yes = ("medicine-list", "home-telemedicine")
    said = [answered(rule.id, "yes" if rule.id in yes else "no", by="prescriber") for rule in ASKED]
    kept = [(when, fact) for when, fact in BASELINE if fact.instrument != without]
    decided: Dated = (AT, ScreeningDecided(decision="suitable", reason="history taken"))
    settled = [(AT - days(2), at_home()), (AT - days(2), LAW), (AT - days(2), SIGNED)]
    return chart_of([(AT - days(400), person()), *settled, *said, *kept, decided, *more])


def held(chart: Chart, at: datetime = AT) -> set[str]:
    """The rules that speak against treating at home."""
    return {reason.rule for reason in verdict("treat-at-home", chart, PROTOCOL, at).because}


def test_with_everything_asked_and_nothing_found_it_may_be() -> None:
    """The gate opens, and says what it asked."""
    assert held(may_go_home()) == set()
    assert held(chart_of([(AT, person())])) >= {"home-needs-clearance", "home-unanswered", "home-baseline"}


def test_the_rules_that_are_stricter_at_home() -> None:
    """Each is of another grade in the clinic, and none is milder at home."""
    found = {rule.id: rule.then for rule in PROTOCOL.rules if rule.at_home == "exclude"}
    assert found == STRICTER
    for rule in PROTOCOL.rules:
        assert not rule.at_home or GRADES.index(rule.at_home) < GRADES.index(rule.then), rule.id


@pytest.mark.parametrize("rule", STRICTER)
def test_a_stricter_rule_stops_treatment_at_home_and_not_in_the_clinic(rule: str) -> None:
    """The same answer, or the same screener, is graded twice."""
    intent = (AT, Score(instrument="cssrs", total=3, items=(1, 1, 0, 1, 0, 0, None)))
    said = intent if rule == "cssrs-high" else answered(rule, "yes", ago=timedelta(0))
    chart = may_go_home(said)
    grades = [
        {one.rule.id: one.rule.then for one in screen(chart, PROTOCOL, AT, at_home=home).findings}
        for home in (False, True)
    ]
    assert [told[rule] for told in grades] == [STRICTER[rule], "exclude"]
    assert rule in held(chart)


def test_what_was_gone_past_in_the_clinic_was_not_gone_past_for_the_home() -> None:
    """An override weighs the clinic, where somebody watches."""
    chart = may_go_home(medicine("Phenelzine 15 MG"), (AT, Override(rule="maoi", reason="watched closely")))
    assert {f.rule.id: f.overridden for f in screen(chart, PROTOCOL, AT).findings}["maoi"]
    assert "maoi" in held(chart)


def test_an_open_question_that_would_stop_it_at_home_holds_it() -> None:
    """In the clinic nobody would have to know."""
    chart = may_go_home(answered("opioid-use", "unknown", by="prescriber", ago=timedelta(0)))
    assert held(chart) == {"home-unanswered"}


def test_mania_that_is_over_counts_at_home() -> None:
    """HOM-2 says ever; the clinic asks about now."""
    over = problem("Manic episode", "icd10cm F30.9", ago=4000, status="resolved")
    assert "home-mania-ever" in held(may_go_home(over))
    assert "mania" not in {found.rule.id for found in screen(may_go_home(over), PROTOCOL, AT).findings}


@pytest.mark.parametrize(
    ("scores", "holds"),
    [
        ([("phq9", 10), ("gad7", 0)], False),
        ([("phq9", 9), ("gad7", 10)], False),
        ([("phq9", 9), ("gad7", 9)], True),
        ([("phq9", 9), ("gad7", 9), ("pcl5", 33)], False),
        ([("phq9", 9), ("gad7", 9), ("pcl5", 32)], True),
    ],
)
def test_who_was_treated_at_home_scored_ten_or_more(scores: list[tuple[str, int]], holds: bool) -> None:
    """HOM-1 and HOM-13: PHQ-9 or GAD-7 from 10, or PCL-5 from 33."""
    newer = [score(name, total, ago=timedelta(0)) for name, total in scores]
    assert ("home-inclusion" in held(may_go_home(*newer))) is holds


@pytest.mark.parametrize(
    ("scale", "holds"), [("phq9", 14), ("gad7", 14), ("cssrs", 30), ("audit-c", 365), ("dast10", 365)]
)
def test_the_scales_of_the_first_day_are_there_and_not_too_old(scale: str, holds: int) -> None:
    """ASM-3, each within the span its questions reach back or this program keeps it."""
    total = 12 if scale == "phq9" else 0
    for ago, missing in ((days(holds), False), (days(holds) + SECOND, True)):
        chart = may_go_home(score(scale, total, ago=ago), score("gad7", 12, ago=days(0)), without=scale)
        if scale == "gad7":
            chart = may_go_home(score("gad7", 0, ago=ago), without="gad7")
        assert ("home-baseline" in held(chart)) is missing


@pytest.mark.parametrize(
    ("route", "drug", "rule"),
    [
        ("intranasal", "esketamine", "home-esketamine"),
        ("intranasal", "racemic", ""),
        ("sublingual", "esketamine", "home-esketamine"),
        ("sublingual", "racemic", ""),
        ("iv", "racemic", "home-infusion"),
        ("im", "racemic", ""),
    ],
)
def test_what_is_never_given_at_home(route: str, drug: str, rule: str) -> None:
    """HOM-5 and HOM-6: esketamine goes by the drug, whatever its route; an infusion by its route."""
    routes = PROTOCOL.routes | {route: replace(PROTOCOL.routes[route], drug=drug)}
    told = verdict("treat-at-home", may_go_home((AT, plan(route))), replace(PROTOCOL, routes=routes), AT)
    assert [one.rule for one in told.because] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("day", "seen", "holds"),
    [
        (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), "no", False),
        (datetime(2027, 1, 1, 8, tzinfo=UTC), "no", True),
        (datetime(2027, 1, 1, 8, tzinfo=UTC), "yes", False),
    ],
)
def test_the_law_that_ends(day: datetime, seen: str, holds: bool) -> None:
    """HOM-11: through the last day of 2026, by the patient's clock, no examination in person is asked for."""
    said: Any = answered("home-telemedicine", seen, by="prescriber", ago=timedelta(0))
    chart = and_then(may_go_home(said), (AT, Arrived(visit="v1", identifiers=("name", "birth date"))))
    assert ("home-telemedicine" in held(chart, day)) is holds


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ((), ""),
        ((replace(LAW, allows="no"),), "The law of US-CA does not allow it: the board's page"),
        (
            (at_home("US-NV"),),
            "Cannot tell: nobody has looked up the law of US-NV for treatment at home",
        ),
        ((at_home("US-NV"), replace(LAW, region="US-NV")), ""),
    ],
)
def test_the_law_of_the_place_was_looked_up(more: tuple[Any, ...], says: str) -> None:
    """Whoever moves to another state has another law, and nobody has looked at it."""
    chart = may_go_home(*((AT, fact) for fact in more))
    told = [one.says for one in verdict("treat-at-home", chart, PROTOCOL, AT).because]
    assert told == ([says] if says else [])


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2027, 4, 1, 6, 59, tzinfo=UTC), False),
        (datetime(2027, 4, 1, 7, tzinfo=UTC), True),
    ],
)
def test_what_was_found_of_the_law_runs_out(at: datetime, holds: bool) -> None:
    """On its last day it holds, by the patient's clock; after that it is settled first."""
    told = {one.rule: one.says for one in verdict("treat-at-home", may_go_home(), PROTOCOL, at).because}
    says = "Settle first: what was found of the law of US-CA held until 31 March; look it up anew"
    assert told.get("home-law") == (says if holds else None)


def test_without_a_home_nothing_about_the_law_can_be_told() -> None:
    """Both say so, and neither passes."""
    told = {
        one.rule: one.says
        for one in verdict("treat-at-home", chart_of([(AT, person())]), PROTOCOL, AT).because
    }
    assert told["home-telemedicine"].startswith("Cannot tell: needs ")
    assert told["home-law"] == "Cannot tell: no home is named, so nobody knows whose law counts"


def test_what_a_prescriber_goes_past_holds_until_a_newer_value() -> None:
    """Nobody was treated at home below ten; the clinic's judgement is of these scores."""
    low = [score(name, 4, ago=days(1)) for name in ("phq9", "gad7", "pcl5")]
    past = (AT - SECOND, Override(rule="home-inclusion", reason="relapse within days when it was stopped"))
    assert "home-inclusion" in held(may_go_home(*low))
    assert "home-inclusion" not in held(may_go_home(*low, past))
    assert "home-inclusion" in held(may_go_home(*low, past, score("phq9", 3, ago=timedelta(0))))


def test_treatment_at_home_is_signed_for_by_itself() -> None:
    """Nobody watches there: the consent to treatment alone is not enough, and it can be taken back."""
    gone = (AT, ConsentWithdrawn(document="at-home", said="rather in the clinic"))
    assert held(may_go_home(gone)) == {"home-consent"}
    older = (AT, replace(SIGNED, version="0"))
    assert held(may_go_home(older)) == {"home-consent"}
