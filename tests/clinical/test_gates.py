"""How a verdict is made: what is asked, what is looked at, who may go past it."""

from datetime import UTC, datetime

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import Checked
from openkap.clinical.entries.office import Override
from openkap.clinical.gates import COMPUTED, GATES, reasons, verdict
from openkap.clinical.rules import Computed
from tests.clinical.charts import DAY, MINUTE, adopted, and_then, chart_of, person, ready_chart, refused

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def test_every_gate_is_guarded() -> None:
    """No action of the list is free for all, and every guard belongs to an action of the list."""
    guarded = {rule.gate for rule in adopted().rules if rule.then == "block"}
    assert guarded == set(GATES)
    assert sum(rule.then == "block" for rule in adopted().rules) >= 15


def test_every_guard_names_its_source_and_who_can_lift_it() -> None:
    """A refusal without a person to turn to is a dead end."""
    for rule in adopted().rules:
        if rule.then == "block":
            assert rule.sources and rule.basis and (rule.ask_of or rule.override), rule.id


def test_every_computed_question_is_used() -> None:
    """A function nobody asks is dead."""
    assert {rule.when.name for rule in adopted().rules if isinstance(rule.when, Computed)} == set(COMPUTED)


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
