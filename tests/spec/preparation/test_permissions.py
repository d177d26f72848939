"""Permissions: each by itself, tried out sober, never widened under the drug, taken back at any time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn
from openkap.clinical.entries.readiness import PermissionAnswered, PermissionRehearsed
from openkap.clinical.gates import reasons
from openkap.clinical.permissions import Standing, standings
from tests.clinical.charts import HOUR, MINUTE, adopted, and_then, given, ready_chart, refused, said

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
LOCK = adopted().span("impaired-after-dose")
TOUCH = adopted().consents["touch"]
SIGNED = Consented(
    document="touch", version=TOUCH.version, text_sha256=TOUCH.sha256, signed_name="Ada Okafor"
)
TRIED = PermissionRehearsed(permission="touch-hand", note="felt safe")


def answered(answer: str, permission: str = "touch-hand") -> PermissionAnswered:
    return PermissionAnswered(permission=permission, answer=answer)


def told(*more: tuple[datetime, Any], at: datetime = AT) -> dict[str, Standing]:
    return {
        one.permission.id: one for one in standings(Case(and_then(ready_chart(AT), *more), adopted(), at))
    }


def test_what_was_not_asked_counts_as_no() -> None:
    """Every permission of the protocol is listed, none of them given."""
    assert {(one.state, one.counts) for one in told().values()} == {("not asked", False)}
    assert set(told()) == set(adopted().permissions)


def test_a_touch_counts_once_allowed_signed_for_and_tried_out() -> None:
    """Each of the three alone, or any two, is not enough; and each permission is by itself."""
    steps = {"yes": answered("granted"), "form": SIGNED, "tried": TRIED}
    for left_out in (*steps, ""):
        facts = [(AT - HOUR, fact) for name, fact in steps.items() if name != left_out]
        one = told(*facts)["touch-hand"]
        assert one.counts is (left_out == "")
    assert not told(*[(AT - HOUR, fact) for fact in steps.values()])["touch-shoulder"].counts


def test_what_is_still_lacking_is_said() -> None:
    """The form by its title, and the trial."""
    one = told((AT - HOUR, answered("granted")))["touch-hand"]
    assert one.lacks == ("the form “Touch during a session” is not signed", "it was not tried out sober")
    assert told((AT - HOUR, answered("declined")))["touch-hand"].lacks == ()


def test_an_observer_needs_no_form_and_no_trial() -> None:
    """The answer is enough."""
    assert told((AT - HOUR, answered("granted", "observer")))["observer"].counts


@pytest.mark.parametrize(
    "undone", [answered("withdrawn"), answered("declined"), ConsentWithdrawn(document="touch")]
)
def test_taking_back_the_touch_or_its_form_ends_it(undone: Any) -> None:
    """By the permission or by the whole paper."""
    facts = [(AT - HOUR, fact) for fact in (answered("granted"), SIGNED, TRIED)]
    assert told(*facts)["touch-hand"].counts
    assert not told(*facts, (AT, undone))["touch-hand"].counts


def test_a_new_course_begins_with_nothing_allowed() -> None:
    facts = [(AT - HOUR, fact) for fact in (answered("granted"), SIGNED, TRIED)]
    assert told(*facts, (AT - MINUTE, CourseClosed(reason="well")))["touch-hand"].state == "not asked"


@pytest.mark.parametrize(
    ("after", "closed"),
    [
        (-timedelta(seconds=1), False),
        (timedelta(0), True),
        (LOCK - timedelta(seconds=1), True),
        (LOCK, False),
    ],
)
def test_nothing_more_is_allowed_from_the_dose_until_the_lock_ends(after: timedelta, closed: bool) -> None:
    """One sentence, and nobody may go past it."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    reasons = refused(chart, "grant-permission", AT + after)
    assert set(reasons) == ({"permission-needs-sobriety"} if closed else set())
    assert all(reason.override == "" for reason in reasons.values())


def test_the_checklist_names_what_was_not_asked_and_what_does_not_count() -> None:
    """Two prompts: one lists the unasked, the other each that is given and unusable."""
    chart = and_then(ready_chart(AT), (AT - HOUR, answered("granted")))
    case = Case(chart, adopted(), AT)
    (open_,) = reasons("permissions-asked", case)
    assert "Holding my hand" not in open_.says and "A trainee or an observer in the room" in open_.says
    (unusable,) = reasons("permissions-usable", case)
    assert unusable.says.startswith("Holding my hand: the form")
    everything = [(AT - HOUR, answered("declined", name)) for name in adopted().permissions]
    settled = Case(and_then(ready_chart(AT), *everything), adopted(), AT)
    assert reasons("permissions-asked", settled) == reasons("permissions-usable", settled) == ()
    assert said(chart, "start-dose", AT, "permissions-usable") == ""
