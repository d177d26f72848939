"""Two people stand by a plan, and a changed plan needs both anew."""

import dataclasses
from datetime import UTC, datetime

from openkap.clinical.chart import fold
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.preparation import PlanCountersigned
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    and_then,
    chart_of,
    countersigned,
    plan,
    ready_chart,
    ready_facts,
    refused,
    said,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
RULE = "dose-needs-countersignature"


def test_a_dose_needs_the_therapists_name_under_the_plan() -> None:
    """The prescriber's alone is not enough, and the reason says which plan."""
    chart = without(ready_facts(AT), "countersignature")
    reason = refused(chart, "start-dose", AT)[RULE]
    assert reason.says == "The plan of 7 May has not been countersigned by a therapist"
    assert (reason.who, reason.override) == ("therapist", "prescriber")
    assert RULE not in refused(ready_chart(AT), "start-dose", AT)


def test_a_changed_plan_needs_both_names_anew() -> None:
    """The name under the earlier version does not count for the later one."""
    changed = and_then(ready_chart(AT), (AT - HOUR, plan(sessions=5)))
    assert said(changed, "start-dose", AT, RULE) == (
        "The plan of 14 May has not been countersigned by a therapist"
    )
    assert RULE not in refused(and_then(changed, (AT - HOUR, countersigned())), "start-dose", AT)


def test_nobody_countersigns_their_own_plan() -> None:
    """One person's two signatures are one signature."""
    chart = ready_chart(AT)
    alone = fold(chart.subject, [dataclasses.replace(entry, author="staff") for entry in chart.entries])
    assert RULE in refused(alone, "start-dose", AT)


def test_without_a_therapist_the_prescriber_says_why_at_that_visit() -> None:
    """Going past it serves the visit it was said in, after arrival; an earlier word does not."""
    facts = [fact for fact in ready_facts(AT) if fact[0] != "countersignature"]
    past = Override(rule=RULE, reason="Sole practice; second reading by telephone")
    assert RULE not in refused(and_then(without(facts), (AT - MINUTE, past)), "start-dose", AT)
    before = and_then(without(facts), (AT - 2 * DAY, past))
    assert RULE in refused(before, "start-dose", AT)


def test_a_second_name_does_not_stand_in_for_a_plan() -> None:
    """Without a plan the missing plan is what is said, once."""
    names = refused(without(ready_facts(AT), "plan"), "start-dose", AT)
    assert "dose-needs-plan" in names and RULE not in names


def test_a_name_under_another_plan_is_not_under_this_one() -> None:
    """The entry names the plan it was read from."""
    facts = [(at, fact) for name, at, fact in ready_facts(AT) if name != "countersignature"]
    other = PlanCountersigned(plan="00000000-0000-0000-0000-000000000000", signed_name="Tove Therapist")
    assert RULE in refused(chart_of([*facts, (AT - HOUR, other)]), "start-dose", AT)
