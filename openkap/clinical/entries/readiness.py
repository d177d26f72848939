"""What a patient and the people around them bring to a dose: words, permissions, help, and the way home."""

from openkap.clinical.entries.kind import kind


@kind("own-words")
class OwnWords:
    """What the patient hopes for, expects or fears, as they said it."""

    about: str  # "goals" · "expectations" · "concerns"
    words: str


@kind("calming-plan")
class CalmingPlan:
    """What helps this person when it gets hard, agreed while sober."""

    helps: str
    avoid: str = ""
    signal: str = ""  # how they show that they need it


@kind("permission-answered")
class PermissionAnswered:
    """One permission, given or refused apart from every other. "withdrawn" is always taken."""

    permission: str  # an id from protocol/preparation/permissions.toml
    answer: str  # "granted" · "declined" · "withdrawn"
    said: str = ""


@kind("permission-rehearsed")
class PermissionRehearsed:
    """A touch was tried out while the patient was sober."""

    permission: str
    note: str


@kind("escort-named")
class EscortNamed:
    """The adult who takes the patient home after the next dose and stays."""

    name: str
    relation: str
    phone: str
    confirmed: bool  # will be sober and free that day


@kind("ride-planned")
class RidePlanned:
    """How the patient gets home, and that they will not drive until the next day after a good sleep."""

    way: str  # "car" · "taxi" · "public" · "walk"
    not_driving: bool


@kind("holds-confirmed")
class HoldsConfirmed:
    """The patient has read what to eat, drink and take before a visit, and will do it."""

    visit: str
    lines: tuple[str, ...]  # as they were shown


@kind("setting-chosen")
class SettingChosen:
    """How the patient wants the room to be."""

    position: str  # "recliner" · "bed" · "mat"
    eyeshades: bool
    headphones: bool
    music: str


@kind("support-named")
class SupportNamed:
    """Somebody the patient can lean on in the days after."""

    name: str
    relation: str
    phone: str
    may_call: bool  # the clinic may call them
