"""Maintenance: response reviews, and the end of a course."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical.entries.maintenance import CourseClosed, ReviewHeld

OUTCOMES = ("continue", "space out", "stop", "refer")
ASKED = ("yes", "no", "not asked")


@action("maintenance.review")
def review(act: Act, *, outcome: str, reason: str, urinary_symptoms: str, misuse_concern: str) -> None:
    """The prescriber reviews the response, the bladder and misuse, and says how it goes on."""
    act.write(
        ReviewHeld(
            outcome=one_of(outcome, OUTCOMES, "outcome"),
            reason=needed(reason, "reason", "Write why"),
            urinary_symptoms=one_of(urinary_symptoms, ASKED, "urinary_symptoms"),
            misuse_concern=one_of(misuse_concern, ASKED, "misuse_concern"),
        )
    )


@action("course.close")
def close(act: Act, *, reason: str) -> None:
    """The course ends, with its reason."""
    act.write(CourseClosed(reason=needed(reason, "reason", "Write why the course ends")))
