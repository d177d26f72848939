"""Preparation: what must stand before a plan, a visit, a first dose."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.preparation import Intention, PreparationHeld
from openkap.clinical.entries.screening import HistoryAnswered, Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.gates import verdict
from openkap.clinical.screening import screen
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    consent,
    countersigned,
    day_facts,
    given,
    person,
    phq9,
    plan,
    prepared_facts,
    ready_chart,
    ready_facts,
    refused,
    said,
    sum_confirmed,
    sum_made,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SCHIZOPHRENIA = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))


def test_a_dose_needs_a_decision_that_the_person_is_suitable() -> None:
    """Nobody is dosed whom nobody has called suitable."""
    chart = without(ready_facts(AT), "decision")
    assert said(chart, "start-dose", AT, "dose-needs-clearance") == (
        "Nobody has decided yet whether this person is suitable"
    )
    assert "dose-needs-clearance" not in refused(ready_chart(AT), "start-dose", AT)


@pytest.mark.parametrize(("decision", "word"), [("not-suitable", "not suitable"), ("deferred", "deferred")])
def test_a_later_decision_against_undoes_an_earlier_one_for(decision: str, word: str) -> None:
    """The newest decision stands, with its reason on the screen."""
    chart = and_then(
        ready_chart(AT), (AT - HOUR, ScreeningDecided(decision=decision, reason="new heart failure"))
    )
    for action, rule in (
        ("start-dose", "dose-needs-clearance"),
        ("approve-plan", "plan-needs-clearance"),
        ("book-visit", "visit-needs-clearance"),
    ):
        assert said(chart, action, AT, rule) == f"The decision of 14 May is {word}: new heart failure"


def test_a_new_finding_closes_the_way_that_a_decision_opened() -> None:
    """What came in after the decision, and would have stopped it, is named as new."""
    chart = and_then(ready_chart(AT), (AT - HOUR, SCHIZOPHRENIA))
    reason = next(r for r in refused(chart, "start-dose", AT).values() if r.says.startswith("New"))
    assert reason.says.startswith("New since clearance: ") and "Schizophrenia" in reason.says
    assert adopted().rule(reason.rule).stage == "screening"


def test_a_finding_that_stood_at_the_decision_is_not_new() -> None:
    """The signer saw it: the decision went past it then, and does so now."""
    facts = prepared_facts(AT)
    facts.insert(1, ("problem", AT - 20 * DAY, SCHIZOPHRENIA))
    assert "plan-needs-clearance" not in refused(without(facts), "approve-plan", AT)
    assert not any(r.says.startswith("New") for r in refused(without(facts), "approve-plan", AT).values())


def test_a_finding_the_signer_accepted_by_name_is_not_new() -> None:
    """A decision lists the rules it accepts; new data under an accepted rule does not reopen it."""
    chart = and_then(ready_chart(AT), (AT - HOUR, SCHIZOPHRENIA))
    (rule,) = (r for r in refused(chart, "start-dose", AT).values() if r.says.startswith("New"))
    accepting = ScreeningDecided(
        decision="suitable", reason="remitted, cardiology agrees", accepted=(rule.rule,)
    )
    chart = and_then(chart, (AT - HOUR / 2, accepting))
    assert rule.rule not in refused(chart, "start-dose", AT)


def test_blood_pressure_under_the_drug_does_not_reopen_screening() -> None:
    """It rises with every dose; the room has its own limits."""
    chart = and_then(
        ready_chart(AT),
        *((AT + n * MINUTE, vitals("v1", 190, 112)) for n in (10, 20, 30, 40)),
    )
    assert refused(chart, "approve-plan", AT + 41 * MINUTE) == {}


def test_nobody_is_called_suitable_while_an_exclusion_stands() -> None:
    """The reason carries the screening rule, the person's own data, and who could lift it."""
    chart = chart_of([(AT - DAY, person()), (AT - HOUR, SCHIZOPHRENIA)])
    reason = next(r for r in refused(chart, "decide-screening", AT).values() if "Schizophrenia" in r.says)
    assert reason.says.startswith("Stops treatment: ") and reason.who == "prescriber"
    assert reason.override == adopted().rule(reason.rule).override


HEADINGS = {
    "exclude": "Stops treatment",
    "stabilise": "Settle first",
    "decide": "Two people must weigh this",
}


def test_nobody_is_called_suitable_while_something_must_be_settled() -> None:
    """A finding to settle first closes the gate until it is settled or gone past."""
    mania = Problem(text="Manic episode", codes=(Code("icd10cm", "F30.10"),))
    chart = chart_of([(AT - DAY, person()), (AT - HOUR, mania)])
    spoke = [r for r in refused(chart, "decide-screening", AT).values() if "Manic episode" in r.says]
    assert {r.says.partition(":")[0] for r in spoke} == {HEADINGS[adopted().rule(r.rule).then] for r in spoke}
    assert spoke


def test_questions_that_could_stop_treatment_must_be_answered() -> None:
    """A record without a contraindication is not a suitable person: each answer makes the list shorter."""
    bare = chart_of([(AT - DAY, person()), (AT - DAY, phq9())])
    before = said(bare, "decide-screening", AT, "screening-unanswered")
    asked = [u for u in screen(bare, adopted(), AT).unknown if u.rule.then == "exclude"]
    named = "; ".join(unknown.rule.says for unknown in asked[:3])
    assert before == (
        f"{len(asked)} questions that could stop treatment have no answer: {named}; and {len(asked) - 3} more"
    )
    answers = [
        (AT - HOUR, HistoryAnswered(question=u.rule.id, answer="no", said_by="patient"))
        for u in asked
        if u.rule.ask
    ]
    left = said(and_then(bare, *answers), "decide-screening", AT, "screening-unanswered")
    assert len(answers) > 5 and left != before


def test_a_prescriber_may_decide_with_questions_open_but_says_so() -> None:
    """The override serves one decision: after it the questions close the gate again."""
    bare = chart_of([(AT - DAY, person())])
    passed = and_then(bare, (AT - HOUR, Override(rule="screening-unanswered", reason="seen in the ward")))
    assert "screening-unanswered" not in refused(passed, "decide-screening", AT)
    decided = and_then(passed, (AT - HOUR / 2, ScreeningDecided(decision="deferred", reason="labs")))
    assert "screening-unanswered" in refused(decided, "decide-screening", AT)


@pytest.mark.parametrize(
    ("left_out", "rule", "who"),
    [
        ("preparation", "dose-needs-preparation", "therapist"),
        ("intention", "dose-needs-intention", "patient"),
        ("plan", "dose-needs-plan", "prescriber"),
    ],
)
def test_a_dose_needs_preparation_intention_and_plan(left_out: str, rule: str, who: str) -> None:
    """Each missing one is named with the person who can supply it, and nobody may go past it."""
    reason = refused(without(ready_facts(AT), left_out), "start-dose", AT)[rule]
    assert (reason.who, reason.override) == (who, "")
    assert rule not in refused(ready_chart(AT), "start-dose", AT)


def test_a_plan_needs_a_baseline() -> None:
    """Without a first score nothing could show whether treatment helps; the prescriber may say why not."""
    chart = without(prepared_facts(AT), "score", "plan")
    reason = refused(chart, "approve-plan", AT)["plan-needs-baseline"]
    assert (reason.who, reason.override) == ("patient", "prescriber")
    passed = and_then(chart, (AT, Override(rule="plan-needs-baseline", reason="cannot read")))
    assert "plan-needs-baseline" not in refused(passed, "approve-plan", AT)
    assert "plan-needs-baseline" not in refused(without(prepared_facts(AT)), "approve-plan", AT)


def test_a_visit_needs_a_plan() -> None:
    """Nothing is booked that nobody has planned."""
    chart = without(prepared_facts(AT), "plan")
    assert said(chart, "book-visit", AT, "visit-needs-plan") == "No treatment plan has been approved"
    assert refused(without(prepared_facts(AT)), "book-visit", AT) == {}


def test_a_plan_on_a_route_the_protocol_does_not_know_is_no_plan() -> None:
    """A route that was taken out of the protocol takes its plans with it."""
    chart = without(prepared_facts(AT, route="rectal"))
    assert said(chart, "book-visit", AT, "visit-needs-plan") == (
        "The plan's route, rectal, is not in the protocol"
    )
    assert "dose-needs-plan" in refused(chart, "start-dose", AT)


def test_a_plan_covers_as_many_visits_as_it_says() -> None:
    """With every dose given or booked another visit needs a new plan; one fewer does not."""
    booked = day_facts(AT)[:1]
    assert said(without([*prepared_facts(AT), *booked]), "book-visit", AT, "planned-visits-booked") == ""
    one = [*prepared_facts(AT, sessions=1), *booked]
    assert said(without(one), "book-visit", AT, "planned-visits-booked") == (
        "Every dose of the plan is given or booked: 1 of 1"
    )


def test_a_plan_covers_as_many_doses_as_it_says() -> None:
    """The dose after the last planned one needs a new plan, and a new plan covers the doses after it."""
    facts = [*prepared_facts(AT, sessions=1), *day_facts(AT)]
    chart = and_then(without(facts), (AT, given("v1")))
    later = AT + 7 * DAY
    assert said(chart, "start-dose", later, "planned-doses-given", "v2") == (
        "Every dose of the plan has been given: 1 of 1"
    )
    assert "planned-doses-given" not in refused(without(facts), "start-dose", AT)
    renewed = and_then(chart, (AT + DAY, plan(sessions=1)))
    assert "planned-doses-given" not in refused(renewed, "start-dose", later, "v2")


def test_a_clinics_own_limit_closes_the_gate_above_it() -> None:
    """Nobody publishes a limit: silent until the clinic sets one. Equal to the limit is within it."""
    protocol = adopted()
    assert refused(without(ready_facts(AT)), "start-dose", AT) == {}
    for limit, speaks in (("0.5", False), ("0.4", True)):
        capped = dataclasses.replace(protocol.routes["im"], cap_mg_per_kg=Decimal(limit))
        limited = dataclasses.replace(protocol, routes={**protocol.routes, "im": capped})
        because = verdict("start-dose", ready_chart(AT), limited, AT, "v1").because
        assert [r.rule for r in because] == (["dose-within-cap"] if speaks else [])
    assert because[0].says == (
        "0.5 mg/kg is above the limit of 0.4 mg/kg this clinic set for intramuscular injection"
    )


def test_a_limit_in_mg_looks_at_the_weight_of_the_day() -> None:
    """0.5 mg/kg of 70 kg is 35 mg: above a limit of 34 mg, within one of 35 mg."""
    protocol = adopted()
    for limit, count in (("35", 0), ("34", 1)):
        capped = dataclasses.replace(protocol.routes["im"], cap_mg=Decimal(limit))
        limited = dataclasses.replace(protocol, routes={**protocol.routes, "im": capped})
        assert len(verdict("start-dose", ready_chart(AT), limited, AT, "v1").because) == count


def test_a_closed_course_takes_its_decision_and_plan_with_it() -> None:
    """After closing, a new course begins with a new decision, preparation, intention and plan."""
    closed = and_then(ready_chart(AT), (AT - HOUR, CourseClosed(reason="moved away")))
    speaking = refused(closed, "start-dose", AT)
    assert {
        "dose-needs-clearance",
        "dose-needs-preparation",
        "dose-needs-intention",
        "dose-needs-plan",
        "consent-for-this-course",
    } <= speaking.keys()
    assert speaking["dose-needs-clearance"].says == (
        "The course was closed on 14 May, and nobody has decided anew whether this person is suitable"
    )
    begun = and_then(
        closed,
        (AT - HOUR / 2, ScreeningDecided(decision="suitable", reason="back")),
        (AT - HOUR / 2, consent()),
        (AT - HOUR / 2, PreparationHeld(minutes=30, note="")),
        (AT - HOUR / 2, Intention(words="again")),
        (AT - HOUR / 2, plan()),
        (AT - HOUR / 2, countersigned()),
    )
    assert list(refused(begun, "start-dose", AT)) == ["dose-second-person"]
    again = and_then(begun, (AT, sum_made("v1")), (AT, sum_confirmed("v1")))
    assert refused(again, "start-dose", AT) == {}
