"""What the room offers to record, as frozen types: events, ratings, adverse events, the rescue ladder."""

from dataclasses import dataclass
from typing import TypeVar

EVENT_GROUPS = ("patient", "body", "room", "touch", "help", "sitter", "danger")
"""In the order the buttons stand."""
SITTER = "sitter"
"""What the sitter of a visit at home says; the clinic has no such buttons."""
DANGER = "danger"
"""A symptom that jumps to the last step of the ladder."""
TOUCH_GIVEN, WITHDRAWN = "given", "withdrawn"
MEANS = ("", TOUCH_GIVEN, "declined", WITHDRAWN)
ASKS = ("", "touch", "any")
LEADS = ("", "vitals", "dose", "medicine", "emergency")
"""Where a step of the ladder leads: the form that is filled in when it is taken."""


@dataclass(frozen=True, slots=True)
class Event:
    """One button: `id` is what the entry keeps, `says` what the button says."""

    id: str
    says: str
    group: str  # one of EVENT_GROUPS
    key: str = ""  # the letter that taps it
    means: str = ""  # one of MEANS; not "": it is about a permission, which is chosen after the tap
    asks: str = ""  # "touch": a permission of that group; "any": any of them
    term: str = ""  # the adverse event it may be the beginning of


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a clinician's rating."""

    id: str
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """How bad an adverse event is, 1 to 5."""

    grade: int
    word: str
    says: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """One adverse event by name."""

    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the rescue ladder."""

    id: str
    says: str
    leads: str  # one of LEADS
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RescueMedicine:
    """A medicine by name. Its dose is a prescriber's order each time and stands nowhere here."""

    id: str
    says: str
    rxnorm: str
    basis: str
    sources: tuple[str, ...]


Named = TypeVar("Named", Event, Level, Term, Step, RescueMedicine)


@dataclass(frozen=True, slots=True)
class InRoom:
    """Everything of protocol/dosing that the room's own pages are made of, in the order of the files."""

    events: tuple[Event, ...] = ()
    dissociation: tuple[Level, ...] = ()
    terms: tuple[Term, ...] = ()
    grades: tuple[Grade, ...] = ()
    actions: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    ladder: tuple[Step, ...] = ()
    medicines: tuple[RescueMedicine, ...] = ()
    ways: tuple[str, ...] = ()  # how a rescue medicine goes in

    @property
    def signs(self) -> tuple[Event, ...]:
        """The symptoms that jump to the last step."""
        return tuple(event for event in self.events if event.group == DANGER)

    def event(self, id: str) -> Event | None:
        """The button of that id; None for one the protocol no longer has."""
        return by_id(self.events, id)


def by_id(of: tuple[Named, ...], id: str) -> Named | None:
    """The one of that id, or None."""
    return next((one for one in of if one.id == id), None)
