"""Taking the drug at home: where that is, and what the law there said when somebody looked it up."""

from datetime import date, datetime

from openkap.clinical.entries.kind import kind


@kind("home-named")
class HomeNamed:
    """Where the patient would take the drug. The law, the day and the help that comes depend on it."""

    address: str
    region: str  # ISO 3166-2, "US-CA"; or a whole country, "CH"
    time_zone: str  # "America/Los_Angeles"
    emergency_number: str  # as dialled there
    phone: str  # the patient answers it during the session


@kind("law-looked-up")
class LawLookedUp:
    """A clinician looked up whether the law of a region lets this clinic treat at home, and until when."""

    region: str
    allows: str  # "yes" · "no"
    source: str  # the statute or the board's page, as found
    until: date  # its last day, or the day by which it is looked up anew


@kind("home-confirmed")
class HomeConfirmed:
    """The patient said live, in this visit, that they are at the home that was named."""

    visit: str
    home: str  # id of the home-named entry
    address: str
    region: str
    emergency_number: str


@kind("sitter-named")
class SitterNamed:
    """The adult who stays with the patient in this visit, spoken to by whoever writes this."""

    visit: str
    name: str
    phone: str


@kind("sitter-invited")
class SitterInvited:
    """A link of one use was made for the sitter of this visit. The link itself is kept nowhere."""

    visit: str
    link_sha256: str
    expires_at: datetime


@kind("sitter-joined")
class SitterJoined:
    """The link was opened, in one browser, which alone may go on with it."""

    visit: str
    link_sha256: str
    browser_sha256: str


@kind("video-asked")
class VideoAsked:
    """Whoever holds this link asks to be let in by video. They are in the waiting room."""

    visit: str
    link_sha256: str


@kind("video-admitted")
class VideoAdmitted:
    """Somebody of the clinic let them in."""

    visit: str
    link_sha256: str


@kind("video-changed")
class VideoChanged:
    """The clinic sees the patient by video, or no longer does."""

    visit: str
    to: str  # "connected" · "lost"
