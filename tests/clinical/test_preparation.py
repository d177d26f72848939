"""Clearance: how a finding that stands in the way is told, and what the prescriber owes a decision."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from openkap.clinical.answers import Due
from openkap.clinical.case import Bar, Case
from openkap.clinical.chart import fold
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Problem, ScreeningDecided
from openkap.clinical.entries.words import Code, Measured
from openkap.clinical.gates import verdict
from openkap.clinical.preparation import (
    adoption,
    clearance,
    due,
    exclusion_stands,
    screening_unanswered,
    second_person,
    unsettled_finding,
)
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Elapsed, Not
from tests.clinical.charts import DAY, HOUR, adopted, chart_of, person, phq9, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
PSYCHOSIS = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))
FAILURE = Problem(text="Heart failure", codes=(Code("icd10cm", "I50.9"),))
BIPOLAR = Problem(text="Bipolar disorder", codes=(Code("icd10cm", "F31.30"),))
SUITABLE = ScreeningDecided(decision="suitable", reason="history taken")
Dated = tuple[float, Any]


def case(*facts: Dated, protocol: Protocol | None = None) -> Case:
    """Facts with how many days ago each was written."""
    written = [(AT - ago * DAY, fact) for ago, fact in facts]
    return Case(chart_of([(AT - 99 * DAY, person()), *written]), protocol or adopted(), AT)


def graded(name: str, grade: str, **changed: Any) -> Protocol:
    """The protocol that ships with one rule graded otherwise."""
    rules = (replace(rule, then=grade, **changed) if rule.id == name else rule for rule in adopted().rules)
    return replace(adopted(), rules=tuple(rules))


def pressure(systolic: int, diastolic: int) -> list[Dated]:
    values = (("systolic", systolic), ("diastolic", diastolic))
    return [(1, Measurement(what=what, value=Decimal(value), unit="mm[Hg]")) for what, value in values]


def test_a_protocol_nobody_took_into_use_doses_nobody() -> None:
    """The director's signature is the clinic's own."""
    nobodys = replace(adopted(), adoption=None)
    says = "No medical director has adopted the protocol in use"
    assert adoption(case(protocol=nobodys)) == (Bar(says),)
    assert adoption(case()) == ()
    told = {
        reason.rule: reason for reason in verdict("start-dose", ready_chart(AT), nobodys, AT, "v1").because
    }
    assert set(told) == {"dose-needs-adoption"}
    assert (told["dose-needs-adoption"].says, told["dose-needs-adoption"].who) == (says, "director")


# --- what stands in the way of "suitable" ---


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (PSYCHOSIS, "Schizophrenia (ICD-10-CM F20.9)"),
        (Problem(text="schizophrenia"), "schizophrenia; matched by its words alone, please confirm"),
    ],
)
def test_what_stops_treatment_is_told_with_what_it_rests_on(problem: Problem, says: str) -> None:
    """Words without a code ask to be confirmed; nobody goes past a psychosis."""
    value = says.partition(";")[0]
    assert exclusion_stands(case((9, problem))) == (
        Bar(
            f"Stops treatment: A psychotic disorder, now or ever ({says})",
            (Measured("problem", value, (AT - 9 * DAY).isoformat()),),
            "psychosis",
            "prescriber",
            "",
        ),
    )


def test_a_code_from_memory_says_so() -> None:
    """The prescriber may go past heart failure with a reason."""
    (bar,) = unsettled_finding(case((9, FAILURE)))
    assert bar.says == "Settle first: Heart failure (Heart failure (ICD-10-CM I50.9); code not verified)"
    assert (bar.rule, bar.who, bar.override) == ("heart-failure", "prescriber", "prescriber")


def test_several_values_are_told_one_after_the_other() -> None:
    told = {bar.rule: bar.says for bar in unsettled_finding(case(*pressure(190, 120)))}
    assert told["bp-crisis"] == "Settle first: Blood pressure of 180/120 or more (190 mm[Hg], 120 mm[Hg])"


def test_a_finding_without_data_shows_no_empty_brackets() -> None:
    """What is missing is said to be; what rests on the calendar alone has nothing to show."""
    (bar,) = unsettled_finding(case(protocol=graded("baseline-score-missing", "stabilise")))
    assert bar.says == "Settle first: No PHQ-9 from the last 14 days (not on file)"
    early = Not(Elapsed("death", over=timedelta(0)))
    (bar,) = unsettled_finding(case(protocol=graded("baseline-score-missing", "stabilise", when=early)))
    assert bar.says == "Settle first: No PHQ-9 from the last 14 days"


def test_what_two_people_must_weigh_waits_for_the_second() -> None:
    """Gone past by one, it names whom it waits for, and nobody goes past that."""
    alone = second_person(case((9, BIPOLAR)))
    says = "Two people must weigh this: Bipolar disorder, now or ever (Bipolar disorder (ICD-10-CM F31.30))"
    assert [(bar.says, bar.override) for bar in alone] == [(says, "prescriber")]
    (half,) = second_person(case((9, BIPOLAR), (8, Override(rule="bipolar", reason="on lithium"))))
    assert half.says == f"{says}; gone past, and a second person must still confirm that (prescriber)"
    assert (half.rule, half.who, half.override) == ("bipolar", "prescriber", "")


def test_each_grade_is_told_by_its_own_question() -> None:
    """What stops, what must be settled and what two must weigh are never mixed, and gone past is gone."""
    everything = case((9, PSYCHOSIS), (9, FAILURE), (9, BIPOLAR))
    told = [
        {bar.rule for bar in ask(everything)} for ask in (exclusion_stands, unsettled_finding, second_person)
    ]
    assert told == [{"psychosis"}, {"heart-failure"}, {"bipolar"}]
    past = case((9, FAILURE), (8, Override(rule="heart-failure", reason="compensated")))
    assert unsettled_finding(past) == ()


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (0, None),
        (1, "1 question that could stop treatment has no answer: {0}"),
        (3, "3 questions that could stop treatment have no answer: {0}; {1}; {2}"),
        (4, "4 questions that could stop treatment have no answer: {0}; {1}; {2}; and 1 more"),
        (5, "5 questions that could stop treatment have no answer: {0}; {1}; {2}; and 2 more"),
    ],
)
def test_questions_without_an_answer_are_counted_and_three_are_named(left: int, says: str | None) -> None:
    """Missing is not normal."""
    unasked = [one.rule for one in case().screening.unknown if one.rule.then == "exclude"]
    answers = [
        (1, HistoryAnswered(question=rule.id, answer="no", said_by="patient")) for rule in unasked[left:]
    ]
    told = screening_unanswered(case(*answers))
    named = [rule.says for rule in unasked]
    assert [bar.says for bar in told] == ([says.format(*named)] if says else [])


# --- what a decision leaves to do ---


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Asia/Tokyo")])
def test_a_decision_that_was_put_off_is_looked_at_again_on_its_day(zone: Any) -> None:
    """From the first minute of that day, where it was decided."""
    until = date(2026, 6, 1)
    put_off = ScreeningDecided(decision="deferred", reason="letter awaited", until=until)
    chart = chart_of([(AT - 99 * DAY, person()), ((AT - DAY).astimezone(zone), put_off)])
    assert due(Case(chart, adopted(), AT)) == (
        Due(
            "The decision that was put off: look again",
            "prescriber",
            datetime.combine(until, time(), zone),
            "dose-needs-clearance",
            stage="screening",
        ),
    )


@pytest.mark.parametrize("decision", ["deferred", "not-suitable"])
def test_a_decision_against_treatment_leaves_nothing_to_look_at(decision: str) -> None:
    """Without a day to look again, also when something new comes up; nor does no decision at all."""
    assert due(case((9, ScreeningDecided(decision=decision, reason="x")), (1, FAILURE))) == ()
    assert due(case((1, FAILURE))) == ()


def test_what_is_new_since_clearance_is_owed_a_look_from_the_moment_it_was_known() -> None:
    """One line a finding, from when the newest fact was written, however long ago it happened."""
    known = case((9, SUITABLE), (3, FAILURE), (2, PSYCHOSIS)).chart
    last = replace(known.entries[-1], recorded_at=AT - HOUR)
    late = Case(fold(known.subject, [*known.entries[:-1], last]), adopted(), AT)
    assert due(late) == tuple(
        Due(f"New since clearance: {says}", "prescriber", AT - HOUR, rule, stage="screening")
        for rule, says in (
            ("psychosis", "A psychotic disorder, now or ever"),
            ("heart-failure", "Heart failure"),
        )
    )
    assert due(case((9, FAILURE), (8, Override(rule="heart-failure", reason="stable")), (7, SUITABLE))) == ()


def test_what_time_alone_brings_is_owed_a_look_from_now() -> None:
    """A score that has grown too old is written by nobody."""
    strict = graded("baseline-score-missing", "stabilise")
    (owed,) = due(case((20, phq9()), (19, SUITABLE), protocol=strict))
    assert (owed.rule, owed.at) == ("baseline-score-missing", AT)


@pytest.mark.parametrize(
    ("decided", "says"),
    [
        (
            ScreeningDecided(decision="not-suitable", reason="psychosis"),
            "The decision of 5 May is not suitable: psychosis",
        ),
        (
            ScreeningDecided(decision="deferred", reason="letter awaited"),
            "The decision of 5 May is deferred: letter awaited",
        ),
    ],
)
def test_a_decision_that_is_not_suitable_clears_nobody(decided: ScreeningDecided, says: str) -> None:
    """It is told with its day and its reason, and what was looked at is the decision."""
    (bar,) = clearance(case((9, decided)))
    word = decided.decision.replace("-", " ")
    assert bar == Bar(says, (Measured("screening decision", word, (AT - 9 * DAY).isoformat()),))


def test_what_is_new_since_clearance_stands_in_the_way() -> None:
    """Unless whoever decided had accepted that very finding."""
    accepted = replace(SUITABLE, accepted=("psychosis",))
    assert clearance(case((9, accepted), (3, PSYCHOSIS))) == ()
    assert clearance(case((9, SUITABLE))) == ()
    (bar,) = clearance(case((9, SUITABLE), (3, PSYCHOSIS)))
    assert bar.says == (
        "New since clearance: A psychotic disorder, now or ever (Schizophrenia (ICD-10-CM F20.9))"
    )
