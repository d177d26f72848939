"""The screening as a whole: its order, its worst, what is unknown, and overrides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.chart import Chart
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.screening import (
    Allergy,
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
)
from openkap.clinical.entries.words import Code, Measured
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import GRADES, Asked, ConditionOn, Finding, Present, Rule, Unknown
from openkap.clinical.screening import Screening, screen
from tests.clinical.charts import adopted, and_then, chart_of, person
from tests.clinical.one_rule import rule

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROTOCOL = adopted()
ASKED = [rule for rule in PROTOCOL.rules if rule.stage == "screening" and rule.then != "block"]
Dated = tuple[datetime, Any]


def coded(code: str, system: str = "icd10cm", *, ago: int = 10) -> Dated:
    return AT - ago * DAY, Problem(text="", codes=(Code(system, code),))


def pressure(systolic: int, *, ago: timedelta = DAY) -> list[Dated]:
    values = (("systolic", systolic), ("diastolic", 80))
    return [(AT - ago, Measurement(what=w, value=Decimal(v), unit="mm[Hg]")) for w, v in values]


def adult(*facts: Dated) -> Chart:
    return chart_of([(AT - 3650 * DAY, person()), *facts])


def found(screening: Screening) -> dict[str, str]:
    return {finding.rule.id: finding.rule.then for finding in screening.findings}


def test_an_empty_chart_is_clear_of_findings_and_full_of_questions() -> None:
    """No contraindication on file is not the same as suitable: everything never asked is listed."""
    told = screen(adult(), PROTOCOL, AT)
    assert told.worst == "clear"
    assert set(found(told).values()) == {"warn"}
    assert {"psychosis", "mania", "hypertension-uncontrolled", "medicine-list"} <= {
        u.rule.id for u in told.unknown
    }
    assert all(unknown.needs and unknown.ask_of for unknown in told.unknown)


def test_worst_first() -> None:
    """A reader sees what stops treatment before what only has to be weighed."""
    told = screen(adult(coded("F31.9"), coded("I50.9"), coded("F20.0"), *pressure(150)), PROTOCOL, AT)
    order = [GRADES.index(finding.rule.then) for finding in told.findings]
    assert order == sorted(order)
    assert told.worst == "exclude"
    graver = [GRADES.index(unknown.rule.then) for unknown in told.unknown]
    assert graver == sorted(graver)


def test_the_worst_finding_names_the_whole() -> None:
    """Each grade in turn is the worst; a warning never is."""
    assert screen(adult((AT, Medicine(text="Lamotrigine"))), PROTOCOL, AT).worst == "clear"
    assert screen(adult(coded("F31.9")), PROTOCOL, AT).worst == "decide"
    assert screen(adult(coded("I50.9"), coded("F31.9")), PROTOCOL, AT).worst == "stabilise"
    assert screen(adult(coded("I50.9"), coded("F20.0")), PROTOCOL, AT).worst == "exclude"


def test_a_rule_is_told_once() -> None:
    """No rule is both a finding and unknown."""
    told = screen(adult(coded("F20.0"), *pressure(150)), PROTOCOL, AT)
    ids = [f.rule.id for f in told.findings] + [u.rule.id for u in told.unknown]
    assert len(ids) == len(set(ids))


def test_the_three_the_program_was_founded_on() -> None:
    """Psychosis ever, mania now, and high blood pressure that nobody treats are all found."""
    high = coded("38341003", "snomed")
    told = found(screen(adult(coded("F20.0", ago=3000), coded("F30.9"), high, *pressure(162)), PROTOCOL, AT))
    assert told["psychosis"] == told["mania"] == "exclude"
    assert told["hypertension-uncontrolled"] == "stabilise"


def test_a_person_answers_what_the_record_could_not() -> None:
    """No closes the question, yes makes the finding, unknown leaves it open."""
    for answer, place in (("no", "neither"), ("yes", "finding"), ("unknown", "open")):
        told = screen(
            adult((AT, HistoryAnswered(question="psychosis", answer=answer, said_by="patient"))), PROTOCOL, AT
        )
        asked = "psychosis" in {u.rule.id for u in told.unknown}
        assert ("finding" if "psychosis" in found(told) else "open" if asked else "neither") == place


def test_answering_everything_with_no_leaves_only_measurements_and_tests_open() -> None:
    """What is still unknown then is what only an instrument, a cuff or a laboratory can tell."""
    answers = [
        (
            AT,
            HistoryAnswered(
                question=rule.id, answer="yes" if rule.id == "medicine-list" else "no", said_by="patient"
            ),
        )
        for rule in ASKED
        if rule.ask
    ]
    told = screen(adult(*answers), PROTOCOL, AT)
    assert {u.rule.id for u in told.unknown} == {
        "asa-class-high",
        "sleep-apnoea-risk",
        "treatment-resistance",
        "phq9-item-9",
        "fever",
        "bp-above-limit",
        "bp-crisis",
        "vital-signs-outside",
    }


def test_an_override_takes_a_finding_out_of_the_worst_but_not_off_the_page() -> None:
    """The reason stands beside the finding, and new data asks again."""
    chart = adult(*pressure(150), (AT, Override(rule="bp-above-limit", reason="white coat, 128 at home")))
    told = screen(chart, PROTOCOL, AT)
    (finding,) = (f for f in told.findings if f.rule.id == "bp-above-limit")
    assert finding.overridden == "white coat, 128 at home"
    assert told.worst == "clear"
    later = and_then(chart, *pressure(155, ago=-DAY))
    assert screen(later, PROTOCOL, AT + DAY).worst == "decide"


def test_an_override_does_not_cover_what_was_imported_after_it() -> None:
    """A diagnosis that came in later lapses it, however old the diagnosis is."""
    chart = adult(coded("I50.9"), (AT - DAY, Override(rule="heart-failure", reason="compensated")))
    assert screen(chart, PROTOCOL, AT).worst == "clear"
    assert screen(and_then(chart, coded("I50.1", ago=900)), PROTOCOL, AT).worst == "stabilise"


def test_nobody_goes_past_an_exclusion_that_allows_no_override() -> None:
    """An override of a rule that has none changes nothing."""
    told = screen(adult(coded("F20.0"), (AT, Override(rule="psychosis", reason="x"))), PROTOCOL, AT)
    assert told.worst == "exclude"


def test_an_override_of_tomorrow_is_not_in_force() -> None:
    """The past replays as it was."""
    chart = adult(coded("I50.9"), (AT + DAY, Override(rule="heart-failure", reason="compensated")))
    assert screen(chart, PROTOCOL, AT).worst == "stabilise"


def test_a_warning_changes_nothing_but_the_page() -> None:
    """Warnings are shown and never decide."""
    told = screen(adult((AT, Medicine(text="Clopidogrel 75 MG"))), PROTOCOL, AT)
    assert found(told)["cyp-inhibitor"] == "warn" and told.worst == "clear"


SEED = adult(coded("F20.0"), coded("I71.4"), coded("O26.851"))
TEXTS = st.sampled_from(
    ["Hypertension", "Aspirin", "no psychosis", "Latex", "Depression", "", "Bipolar", "ruled out"]
)
MOMENTS = st.integers(-400, 400).map(lambda days: AT + days * DAY)
CODES = st.sampled_from(
    [(), (Code("icd10cm", "F32.9"),), (Code("snomed", "38341003"),), (Code("rxnorm", "6448"),)]
)
STATES = st.sampled_from(["active", "resolved", "unknown"])
SURENESS = st.sampled_from(["confirmed", "unconfirmed", "refuted"])
FACTS = st.one_of(
    st.builds(
        Problem,
        text=TEXTS,
        codes=CODES,
        status=STATES,
        verification=st.sampled_from(["confirmed", "refuted"]),
    ),
    st.builds(Medicine, text=TEXTS, codes=CODES),
    st.builds(Allergy, text=TEXTS, codes=CODES),
    st.builds(
        Measurement,
        what=st.sampled_from(["systolic", "heart-rate", "weight"]),
        value=st.integers(1, 300).map(Decimal),
        unit=st.sampled_from(["mm[Hg]", "/min", "kg"]),
    ),
    st.builds(Result, what=st.just("pregnancy-test"), value=st.sampled_from(["positive", "negative"])),
    st.builds(Score, instrument=st.just("phq9"), total=st.integers(0, 27)),
    st.builds(
        HistoryAnswered,
        question=st.sampled_from([rule.id for rule in ASKED]),
        answer=st.sampled_from(["yes", "no", "unknown"]),
        said_by=st.just("patient"),
    ),
)


@given(st.lists(st.tuples(MOMENTS, FACTS), max_size=5))
def test_nothing_added_to_a_chart_takes_an_exclusion_away(more: list[Dated]) -> None:
    """Whatever else is learned, a recorded exclusion stands until its own entry is corrected."""
    before, after = screen(SEED, PROTOCOL, AT), screen(and_then(SEED, *more), PROTOCOL, AT)
    graver = {name for name, grade in found(before).items() if grade == "exclude"}
    assert graver <= {name for name, grade in found(after).items() if grade == "exclude"}
    assert after.worst == "exclude"


def test_the_same_chart_answers_the_same_twice() -> None:
    """What is remembered on the chart changes no answer, whatever moment is asked about in between."""
    chart = adult(coded("F20.0"), *pressure(150))
    first = screen(chart, PROTOCOL, AT)
    screen(chart, PROTOCOL, AT - 300 * DAY)
    assert screen(chart, PROTOCOL, AT) == first


THERE, OPEN = Present("chart-opened"), Asked()
ON_FILE = (Measured("chart opened", "on file", (AT - 3650 * DAY).isoformat()),)


def of(*rules: Rule) -> Protocol:
    """The adopted protocol with these rules alone."""
    return replace(PROTOCOL, rules=rules)


@pytest.mark.parametrize(
    ("then", "at_home", "home"),
    [
        ("decide", "exclude", "exclude"),
        ("stabilise", "exclude", "exclude"),
        ("warn", "decide", "decide"),
        ("exclude", "decide", "exclude"),
        ("decide", "", "decide"),
    ],
)
def test_at_home_the_stricter_of_two_grades_counts(then: str, at_home: str, home: str) -> None:
    """Nobody goes past what is graded for the home; where the home has no grade, nothing changes."""
    one = rule(THERE, then=then, at_home=at_home, override="prescriber", second="director")
    (here,) = screen(adult(), of(one), AT).findings
    (there,) = screen(adult(), of(one), AT, at_home=True).findings
    assert here == Finding(one, ON_FILE)
    stricter = replace(one, then=home, override="", second="") if at_home else one
    assert there == Finding(stricter, ON_FILE)


def test_an_override_for_the_clinic_is_not_one_for_the_home() -> None:
    """Also under a protocol that asks nothing else."""
    one = rule(THERE, then="decide", at_home="exclude", override="prescriber")
    chart = adult((AT - DAY, Override(rule="q", reason="watched closely")))
    assert screen(chart, of(one), AT).worst == "clear"
    assert screen(chart, of(one), AT, at_home=True).worst == "exclude"


def test_rules_of_one_grade_keep_the_order_of_their_files() -> None:
    """The grades first; a rule that blocks, and a rule of another stage, is not asked."""
    order = ("warn", "decide", "exclude", "stabilise", "decide", "exclude", "block", "prompt")
    rules = [rule(THERE, id=f"{n}", then=then) for n, then in enumerate(order)]
    told = screen(adult(), of(*rules, rule(THERE, id="x", stage="dosing")), AT)
    assert [finding.rule.id for finding in told.findings] == ["2", "5", "3", "1", "4", "0", "7"]
    assert (told.unknown, told.worst) == ((), "exclude")


def test_what_nobody_has_told_names_whom_to_ask() -> None:
    """Whoever the rule names, else the prescriber."""
    asked, unnamed = rule(OPEN), rule(OPEN, id="r", ask_of="")
    needs = "an answer to: Is it so?"
    told = screen(adult(), of(asked, unnamed), AT)
    assert told.unknown == (Unknown(asked, needs, "patient"), Unknown(unnamed, needs, "prescriber"))
    assert told.findings == () and told.worst == "clear"


def test_a_finding_stands_until_the_second_has_confirmed() -> None:
    """The reason that was given is shown with whom it waits for; confirmed, it takes the finding away."""
    one = rule(THERE, override="prescriber", second="director")
    chart = adult((AT - DAY, Override(rule="q", reason="weighed")))
    (waits,) = screen(chart, of(one), AT).findings
    assert waits == Finding(one, ON_FILE, awaits="director", proposed="weighed")
    assert screen(chart, of(one), AT).worst == "decide"
    single = replace(one, second="")
    told = screen(chart, of(single), AT)
    assert told.findings == (Finding(single, ON_FILE, overridden="weighed"),)
    assert told.worst == "clear"


def test_how_sure_a_finding_is_comes_with_it() -> None:
    """By words, or by a code from memory."""
    chart = adult((AT, Problem(text="Stroke")), (AT, Problem(text="", codes=(Code("icd10cm", "F20.0"),))))
    rules = (rule(ConditionOn("stroke")), rule(ConditionOn("psychosis"), id="r"))
    told = screen(chart, of(*rules), AT).findings
    assert [(one.by_words, one.unverified) for one in told] == [(True, False), (False, False)]
    memory = adult((AT, Problem(text="", codes=(Code("icd10cm", "I63.9"),))))
    (one,) = screen(memory, of(rules[0]), AT).findings
    assert (one.by_words, one.unverified) == (False, True)
