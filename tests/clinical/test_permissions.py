"""Permissions: what is lacking, permission by permission, in words; the rest is in tests/spec/preparation."""

from datetime import UTC, datetime
from typing import Any

from openkap.clinical.case import Bar, Case
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import Consented
from openkap.clinical.entries.readiness import PermissionAnswered, PermissionRehearsed
from openkap.clinical.entries.words import Measured
from openkap.clinical.permissions import asked, standings, usable
from tests.clinical.charts import HOUR, adopted, and_then, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
FORM = adopted().consents["touch"]
SIGNED = Consented(document="touch", version=FORM.version, text_sha256=FORM.sha256, signed_name="Ada Okafor")
HAND = PermissionAnswered(permission="touch-hand", answer="granted")
SHOULDER = PermissionAnswered(permission="touch-shoulder", answer="granted")


def case(*facts: Any) -> Case:
    """A prepared person, and these facts an hour before now."""
    return Case(and_then(ready_chart(AT), *((AT - HOUR, fact) for fact in facts)), adopted(), AT)


def test_trying_out_one_touch_is_not_trying_out_another() -> None:
    """The hand was tried; the shoulder was only allowed."""
    now = case(HAND, SHOULDER, SIGNED, PermissionRehearsed(permission="touch-hand", note="felt safe"))
    lacks = {one.permission.id: one.lacks for one in standings(now) if one.state == "granted"}
    assert lacks == {"touch-hand": (), "touch-shoulder": ("it was not tried out sober",)}


def test_what_was_tried_out_in_an_earlier_course_is_tried_out_again() -> None:
    """A new course begins with nothing tried."""
    tried = PermissionRehearsed(permission="touch-hand", note="felt safe")
    now = case(tried, CourseClosed(reason="well"), HAND, SIGNED)
    (hand,) = [one for one in standings(now) if one.permission.id == "touch-hand"]
    assert hand.lacks == ("it was not tried out sober",)


def test_a_permission_that_cannot_be_used_says_why_with_the_answer_beside_it() -> None:
    """What it still waits for, and when it was given."""
    says = "Holding my hand: the form “Touch during a session” is not signed and it was not tried out sober"
    given = Measured("touch-hand", "granted", "2026-05-14T09:00:00+00:00")
    assert usable(case(HAND)) == (Bar(says, (given,)),)


def test_what_nobody_asked_for_is_listed() -> None:
    """In the protocol's order, in the patient's words; one that was refused was asked for."""
    answers = [
        PermissionAnswered(permission=name, answer="declined")
        for name in adopted().permissions
        if name not in {"recording-video", "observer"}
    ]
    assert asked(case(*answers)) == (
        Bar("Not asked yet: Recording video; A trainee or an observer in the room"),
    )
