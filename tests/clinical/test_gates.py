"""How a verdict is made: what is asked, what is looked at, who may go past it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import Arrived, Checked, VisitBooked
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.entries.words import Measured
from openkap.clinical.gates import COMPUTED, GATES, reasons, verdict
from openkap.clinical.rules import Absent, Asked, Computed, Present, Reason, Rule, Verdict, When
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    person,
    plan,
    ready_chart,
    refused,
)
from tests.clinical.one_rule import rule

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
Dated = tuple[datetime, Any]


def test_every_gate_is_guarded() -> None:
    """No action of the list is free for all, and every guard belongs to an action of the list."""
    guarded = {one.gate for one in adopted().rules if one.then == "block"}
    assert guarded == set(GATES)
    assert sum(one.then == "block" for one in adopted().rules) >= 15


def test_every_guard_names_its_source_and_who_can_lift_it() -> None:
    """A refusal without a person to turn to is a dead end."""
    for one in adopted().rules:
        if one.then == "block":
            assert one.sources and one.basis and (one.ask_of or one.override), one.id


def test_every_computed_question_is_used() -> None:
    """A function nobody asks is dead."""
    assert {one.when.name for one in adopted().rules if isinstance(one.when, Computed)} == set(COMPUTED)


def test_a_permission_says_what_it_looked_at() -> None:
    """The decision is recorded with rules, values and protocol, allowed or not."""
    told = verdict("start-dose", ready_chart(AT), adopted(), AT, "v1")
    assert told.allowed and told.because == ()
    assert "blood-pressure-before-dose" in told.rules and told.protocol == adopted().hash
    assert ("escort", "yes") in {(value.what, value.value) for value in told.looked_at}
    assert any(value.value == "128 mm[Hg]" for value in told.looked_at)


def test_an_empty_chart_is_refused_everything() -> None:
    """Nothing known is nothing allowed, at every gate but those that only a dose closes."""
    chart = chart_of([(AT - DAY, person())])
    only_a_dose = {"sign-consent", "send-intake", "grant-permission"}
    assert all(verdict(action, chart, adopted(), AT).allowed for action in only_a_dose)
    for action in set(GATES) - only_a_dose:
        told = verdict(action, chart, adopted(), AT)
        assert not told.allowed
        assert all(reason.says and reason.who for reason in told.because)


def test_an_action_without_a_gate_is_our_own_fault() -> None:
    """A misspelt gate never opens."""
    with pytest.raises(AssertionError):
        verdict("start-dosing", ready_chart(AT), adopted(), AT, "v1")


def test_an_override_lifts_only_its_own_rule() -> None:
    """Going past fasting leaves the escort where it was."""
    chart = and_then(
        ready_chart(AT),
        (AT - MINUTE, Checked(visit="v1", item="fasting", answer="no")),
        (AT - MINUTE, Checked(visit="v1", item="medicines", answer="no")),
        (AT, Override(rule="fasting-today", reason="a sip")),
    )
    assert list(refused(chart, "start-dose", AT)) == ["medicines-today"]


def test_a_gone_past_reason_is_still_looked_at() -> None:
    """The record of the permission holds the value that was gone past."""
    chart = and_then(
        ready_chart(AT),
        (AT - MINUTE, Checked(visit="v1", item="fasting", answer="no")),
        (AT, Override(rule="fasting-today", reason="a sip")),
    )
    told = verdict("start-dose", chart, adopted(), AT, "v1")
    assert told.allowed and ("fasting", "no") in {(value.what, value.value) for value in told.looked_at}


def test_an_override_from_the_future_lifts_nothing() -> None:
    """What is dated after the moment has not been said yet."""
    chart = and_then(
        ready_chart(AT),
        (AT - MINUTE, Checked(visit="v1", item="fasting", answer="no")),
        (AT + MINUTE, Override(rule="fasting-today", reason="a sip")),
    )
    assert "fasting-today" in refused(chart, "start-dose", AT)


def test_one_rule_can_be_asked_by_name() -> None:
    """A rule that is not in the protocol has nothing to say."""
    case = Case(chart_of([(AT - DAY, person())]), adopted(), AT)
    assert [reason.rule for reason in reasons("dose-needs-plan", case)] == ["dose-needs-plan"]
    assert reasons("no-such-rule", case) == ()


NO_ECG = Absent("result", where=(("what", "ecg"),))
ECG_MISSING = (Measured("electrocardiogram", "not on file"),)
ESCORT = Absent("checked", where=(("item", "escort"),), being=(("answer", "yes"),), this_visit=True)
BEGAN, ENDED = Arrived(visit="v1", identifiers=("name",)), ScreeningDecided(decision="deferred", reason="so")


def guard(when: When, gate: str = "start-dose", **more: Any) -> Rule:
    """A rule that closes this gate."""
    return rule(when, **{"stage": "dosing", "then": "block", "gate": gate, **more})


def told(*rules: Rule, facts: Sequence[Dated] = (), gate: str = "start-dose") -> Verdict:
    """What these rules alone say at AT of the visit "v1" of somebody with these facts on file."""
    chart = chart_of([(AT - 99 * DAY, person()), *facts])
    return verdict(gate, chart, replace(adopted(), rules=rules), AT, "v1")


def test_a_verdict_is_the_answers_of_all_its_rules() -> None:
    """Those of its own gate, in the order of the files; each value looked at once."""
    rules = (
        guard(NO_ECG, id="a"),
        guard(Present("chart-opened"), id="b", gate="discharge"),
        guard(Present("result", where=(("what", "ecg"),)), id="c"),
        guard(NO_ECG, id="d", then="decide"),
        guard(NO_ECG, id="e", says="Again"),
    )
    assert told(*rules) == Verdict(
        allowed=False,
        action="start-dose",
        at=AT,
        because=(
            Reason("a", "Something", "patient", ECG_MISSING),
            Reason("e", "Again", "patient", ECG_MISSING),
        ),
        looked_at=ECG_MISSING,
        rules=("a", "c", "e"),
        protocol=adopted().hash,
    )
    assert told() == Verdict(allowed=True, action="start-dose", at=AT, protocol=adopted().hash)


@pytest.mark.parametrize(
    ("ask_of", "override", "who"),
    [
        ("patient", "director", "patient"),
        ("", "director", "director"),
        ("", "", "prescriber"),
    ],
)
def test_a_reason_names_who_can_lift_it(ask_of: str, override: str, who: str) -> None:
    """Who can answer, else who may go past it, else the prescriber."""
    (reason,) = told(guard(NO_ECG, ask_of=ask_of, override=override)).because
    assert (reason.who, reason.override) == (who, override)


def test_a_missing_fact_with_a_term_says_the_term() -> None:
    """Not on file, or not lately enough."""
    (reason,) = told(guard(replace(NO_ECG, within=30 * DAY))).because
    assert reason.says == "Something in the last 30 days"


def test_what_nobody_can_tell_cannot_be_gone_past() -> None:
    """Nobody weighs what nobody has."""
    found = told(guard(Asked(), override="director"))
    assert found.because == (Reason("q", "Cannot tell: needs an answer to: Is it so?", "patient"),)
    assert found.looked_at == ()


@pytest.mark.parametrize(
    ("answer", "note", "says"),
    [
        ("", "", "Something: not asked in this visit"),
        ("yes", "", ""),
        ("no", "", "Something: answered no 5 min ago"),
        ("no", "her bus is late", "Something: answered no 5 min ago (her bus is late)"),
        ("unknown", "", "Something: answered unknown 5 min ago"),
    ],
)
def test_a_line_of_the_checklist_is_told_as_it_was_answered(answer: str, note: str, says: str) -> None:
    """How long ago and with its note; a line nobody asked cannot be gone past."""
    at = AT - 5 * MINUTE
    facts = [(at, Checked(visit="v1", item="escort", answer=answer, note=note))] if answer else []
    found = told(guard(ESCORT, override="prescriber"), facts=facts)
    item = (Measured("escort", answer, at.isoformat()),) if answer else ()
    lifts = "prescriber" if answer else ""
    assert found.because == ((Reason("q", says, "patient", item, lifts),) if says else ())
    assert found.looked_at == item


def no(ago: timedelta) -> Dated:
    return AT - ago, Checked(visit="v1", item="escort", answer="no")


def past(ago: timedelta) -> Dated:
    return AT - ago, Override(rule="q", reason="her sister comes at noon")


@pytest.mark.parametrize(
    ("facts", "lifted"),
    [
        ([(AT - DAY, BEGAN), no(HOUR), past(MINUTE)], True),
        ([(AT - DAY, BEGAN), no(HOUR), past(HOUR)], True),
        ([(AT - DAY, BEGAN), no(HOUR), past(HOUR + MINUTE)], False),
        ([(AT - HOUR, BEGAN), no(HOUR), past(HOUR)], True),
        ([(AT - MINUTE, BEGAN), no(HOUR), past(HOUR)], False),
        ([no(HOUR), past(MINUTE)], False),
        ([(AT - DAY, replace(BEGAN, visit="v2")), no(HOUR), past(MINUTE)], False),
        ([(AT - DAY, BEGAN), (AT - MINUTE, replace(BEGAN, visit="v2")), no(HOUR), past(HOUR)], True),
    ],
)
def test_within_a_visit_an_override_is_of_that_visit_and_of_those_values(
    facts: list[Dated], lifted: bool
) -> None:
    """From the arrival on, and not before the answer it goes past."""
    assert told(guard(ESCORT, override="prescriber"), facts=facts).allowed is lifted
    assert not told(guard(ESCORT), facts=facts).allowed


@pytest.mark.parametrize(
    ("gate", "act"),
    [
        ("decide-screening", ENDED),
        ("approve-plan", plan()),
        ("book-visit", VisitBooked(visit="v1", starts_at=AT, room="Room 1", route="im", number=1)),
    ],
)
def test_outside_a_visit_an_override_serves_one_act(gate: str, act: object) -> None:
    """The next of its kind; what was written after it, in the same minute too, has used it."""
    closes = guard(NO_ECG, gate=gate, override="prescriber")
    for facts, lifted in (
        ([past(HOUR)], True),
        ([(AT - DAY, act), past(HOUR)], True),
        ([(AT - HOUR, act), past(HOUR)], True),
        ([past(HOUR), (AT - HOUR, act)], False),
        ([past(HOUR), (AT - MINUTE, act)], False),
    ):
        assert told(closes, facts=facts, gate=gate).allowed is lifted


def test_an_override_that_needs_a_second_waits_for_that_one() -> None:
    """The sentence says so, and whom to turn to; nobody else can go past it meanwhile."""
    closes = guard(ESCORT, override="prescriber", second="director")
    facts = [(AT - DAY, BEGAN), no(HOUR), past(MINUTE)]
    (reason,) = told(closes, facts=facts).because
    waits = "gone past, and a second person must still confirm that (director)"
    item = Measured("escort", "no", (AT - HOUR).isoformat())
    assert reason == Reason("q", f"Something: answered no 60 min ago; {waits}", "director", (item,))
