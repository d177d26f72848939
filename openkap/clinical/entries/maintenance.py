"""The long run: reviews, and the end of a course."""

from openkap.clinical.entries.kind import kind


@kind("review-held")
class ReviewHeld:
    """A response review by the prescriber."""

    outcome: str  # "continue" · "space out" · "stop" · "refer"
    reason: str
    urinary_symptoms: str  # "yes" · "no" · "not asked"
    misuse_concern: str


@kind("course-closed")
class CourseClosed:
    reason: str
