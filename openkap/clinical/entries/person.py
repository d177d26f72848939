"""Who the chart is about, and who may care for them."""

from datetime import date, datetime

from openkap.clinical.entries.kind import kind


@kind("chart-opened")
class ChartOpened:
    """The first entry of every chart."""

    family_name: str
    given_name: str
    birth_date: date
    sex: str  # "female" · "male" · "other" · "unknown", as FHIR administrative gender
    clinic: str  # the clinic's id
    deceased_at: datetime | None = None
    synthetic: bool = False  # true for demonstration charts; every page says so


@kind("identifier")
class Identifier:
    """A number another system knows this person by."""

    system: str
    value: str


@kind("contact-given")
class ContactGiven:
    """How to reach the person, and whom to call in an emergency, as they said."""

    called: str = ""  # what they like to be called
    phone: str = ""
    emergency_name: str = ""
    emergency_relation: str = ""
    emergency_phone: str = ""


@kind("joined-care-team")
class JoinedCareTeam:
    """A member of staff may read and write this chart from now on."""

    user: str  # user id
    name: str
    role: str


@kind("left-care-team")
class LeftCareTeam:
    user: str
    reason: str


@kind("sign-in-code-given")
class SignInCodeGiven:
    """A code of one use was handed to the patient; until when it works."""

    until: datetime
