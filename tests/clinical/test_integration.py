"""Integration as the status shows it; the protocol's sentences are in tests/spec/integration."""

from datetime import UTC, datetime

from openkap.clinical.answers import Due
from openkap.clinical.case import Case
from openkap.clinical.integration import contact, due, integration
from tests.clinical.charts import DAY, HOUR, adopted, and_then, course_facts, given, ready_chart, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def test_what_is_due_names_who_and_which_visit() -> None:
    """A board line needs the role, the visit and the rule it can be looked up by."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    call, session = due(Case(chart, adopted(), AT + HOUR))
    assert call == Due(
        "call after dose 1", "therapist", AT + DAY, "next-day-contact-due", "v1", "integration"
    )
    assert (session.rule, session.visit) == ("integration-session-due", "v1")
    assert {call.rule, session.rule} <= {rule.id for rule in adopted().rules}


def test_only_the_last_dose_asks_for_its_call() -> None:
    """A call missed after dose 1 is not chased once dose 2 is given."""
    facts = course_facts(AT, 2)
    case = Case(without(facts, "call"), adopted(), AT + 8 * DAY)
    assert [d.visit for d in due(case) if d.rule == "next-day-contact-due"] == ["v2"]
    assert len(contact(case)) == 2


def test_the_visit_asked_about_does_not_hold_itself_up() -> None:
    """The dose of this visit is not the previous dose."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    assert integration(Case(chart, adopted(), AT, "v1")) == ()
    assert len(integration(Case(chart, adopted(), AT, "v2"))) == 1


def test_before_any_dose_nothing_is_owed() -> None:
    """No dose, no obligation."""
    assert due(Case(ready_chart(AT), adopted(), AT)) == ()
