"""What is seen, rated and done in the room beside the drug: ratings, adverse events, rescue, corrections."""

from datetime import datetime

from openkap.clinical.entries.kind import kind


@kind("sedation-rated")
class SedationRated:
    """MOAA/S alone, in one tap. It is no set of vital signs, so it moves no check on."""

    visit: str
    level: int  # 0 to 5


@kind("dissociation-rated")
class DissociationRated:
    """Dissociation as a clinician sees it: for safety, never a target."""

    visit: str
    level: str  # an id of protocol/dosing/ratings.toml
    note: str = ""


@kind("adverse-event")
class AdverseEvent:
    """Something unwanted, graded. How it goes on is an `adverse-event-followed`."""

    visit: str
    event: str  # id; what follows it up carries the same
    term: str  # an id of protocol/dosing/adverse.toml
    grade: int  # 1 to 5
    action: str
    outcome: str
    relation: str
    started_at: datetime
    ended_at: datetime | None = None
    what: str = ""  # in words; needed for "other"


@kind("adverse-event-followed")
class AdverseEventFollowed:
    """How an adverse event went on: the worst grade by then, what was done, how it ended."""

    visit: str
    event: str
    grade: int
    action: str
    outcome: str
    ended_at: datetime | None = None
    note: str = ""


@kind("rescue-step")
class RescueStep:
    """One rung of the ladder was taken; `sign`: the symptom that jumped to the last one."""

    visit: str
    step: str  # an id of protocol/dosing/rescue.toml
    sign: str = ""
    note: str = ""


@kind("rescue-medicine-given")
class RescueMedicineGiven:
    """A medicine other than the ketamine was given, as a named prescriber ordered it."""

    visit: str
    medicine: str  # an id of protocol/dosing/rescue-medicines.toml
    dose: str  # as ordered: "4 mg", "2 L/min"
    way: str
    ordered_by: str  # their name
    ordered_by_user: str
    what: str = ""  # needed for "other"
    reason: str = ""


@kind("emergency-declared")
class EmergencyDeclared:
    """Two taps: "medical", and the visit goes on; "fire", and the visit is stopped beside it."""

    visit: str
    what: str


@kind("emergency-over")
class EmergencyOver:
    """The medical emergency has ended, and how."""

    visit: str
    outcome: str


@kind("corrected")
class Corrected:
    """Why an entry was corrected, beside the new one; or, when nothing replaces it, why it does not stand."""

    visit: str
    entry: str  # id of the entry that was wrong
    reason: str
    void: bool = False  # it should not have been written at all
