"""The long run: reviews, and the end of a course."""

from datetime import timedelta

import pytest

from openkap.actions import maintenance
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from tests.conftest import AT

REVIEW = {"outcome": "continue", "reason": "Better", "urinary_symptoms": "no", "misuse_concern": "no"}
NEXT = AT + timedelta(days=1)


def test_a_review_and_the_end_of_the_course(ready: Telling) -> None:
    """Reviewed, then closed: both stand with their reasons."""
    maintenance.review(ready.staff.prescriber, ready.chart, at=NEXT, **REVIEW)
    maintenance.close(ready.staff.prescriber, ready.chart, at=NEXT, reason="Well")
    assert ready.folded().latest(ReviewHeld).fact.outcome == "continue"
    assert ready.folded().latest(CourseClosed).fact.reason == "Well"


@pytest.mark.parametrize(
    ("name", "value"),
    [("outcome", "more"), ("reason", ""), ("urinary_symptoms", ""), ("misuse_concern", "perhaps")],
)
def test_a_review_answers_every_question(ready: Telling, name: str, value: str) -> None:
    """An unknown outcome, no reason, or a question left out is refused by field."""
    with pytest.raises(BadInput) as fault:
        maintenance.review(ready.staff.prescriber, ready.chart, at=NEXT, **REVIEW | {name: value})
    assert fault.value.where == name


def test_a_course_ends_with_a_reason(ready: Telling) -> None:
    """A blank one is refused by field."""
    with pytest.raises(BadInput) as fault:
        maintenance.close(ready.staff.prescriber, ready.chart, at=NEXT, reason=" ")
    assert fault.value.where == "reason"
