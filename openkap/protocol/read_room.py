"""What the dosing room offers to record: the tables of protocol/dosing that are no rules."""

from collections.abc import Callable
from typing import TypeVar

from openkap.clinical.in_room import (
    ASKS,
    EVENT_GROUPS,
    LEADS,
    MEANS,
    Event,
    Grade,
    InRoom,
    Level,
    RescueMedicine,
    Step,
    Term,
)
from openkap.protocol.read_rules import fresh_id, read_basis
from openkap.protocol.read_toml import Table
from openkap.protocol.read_when import Known

Made = TypeVar("Made")

LISTS = {
    "adverse_actions": "actions",
    "adverse_outcomes": "outcomes",
    "adverse_relations": "relations",
    "rescue_ways": "ways",
}
"""Key of a file → the list of InRoom it is."""


class RoomFiles:
    """Gathers what several files say. `read` each, then `made`."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.events: dict[str, Event] = {}
        self.levels: dict[str, Level] = {}
        self.terms: dict[str, Term] = {}
        self.steps: dict[str, Step] = {}
        self.medicines: dict[str, RescueMedicine] = {}
        self.grades: dict[int, Grade] = {}
        self.lists: dict[str, tuple[str, ...]] = {}
        self.named: list[tuple[Table, str]] = []

    def read(self, table: Table) -> None:
        _each(table, "event", self.events, self._event)
        _each(
            table, "dissociation", self.levels, lambda one, id: Level(id, one.text("says"), *self._basis(one))
        )
        _each(table, "term", self.terms, lambda one, id: Term(id, one.text("says")))
        _each(table, "step", self.steps, self._step)
        _each(table, "medicine", self.medicines, self._medicine)
        self._grades(table)
        for key, into in LISTS.items():
            if key in table:
                self.lists[into] = table.texts(key)

    def made(self) -> InRoom:
        """The whole. An event that names no term of the list is a fault."""
        for table, term in self.named:
            if term not in self.terms:
                table.fault("term", f"{term!r} is not a term of the list of adverse events")
        return InRoom(
            events=tuple(self.events.values()),
            dissociation=tuple(self.levels.values()),
            terms=tuple(self.terms.values()),
            grades=tuple(self.grades[grade] for grade in sorted(self.grades)),
            ladder=tuple(self.steps.values()),
            medicines=tuple(self.medicines.values()),
            **self.lists,
        )

    def _basis(self, one: Table) -> tuple[str, tuple[str, ...]]:
        return read_basis(one, self.known)

    def _event(self, one: Table, id: str) -> Event:
        group, key = one.word("group", EVENT_GROUPS), one.text("key", "")
        means, asks = one.word("means", MEANS, ""), one.word("asks", ASKS, "")
        if bool(means) is not bool(asks):
            one.fault("asks", "what is about a permission says which, and nothing else asks for one")
        taken = {event.key for event in self.events.values()} - {""}
        if key and (len(key) != 1 or not key.isalpha() or not key.islower() or key in taken):
            one.fault("key", f"{key!r} is not a small letter of its own")
        if term := one.text("term", ""):
            self.named.append((one, term))
        return Event(id, one.text("says"), group, key, means, asks, term)

    def _step(self, one: Table, id: str) -> Step:
        return Step(id, one.text("says"), one.word("leads", LEADS, ""), *self._basis(one))

    def _medicine(self, one: Table, id: str) -> RescueMedicine:
        return RescueMedicine(id, one.text("says"), one.text("rxnorm", ""), *self._basis(one))

    def _grades(self, table: Table) -> None:
        for one in table.tables("grade"):
            grade = one.get("grade", int)
            if grade in self.grades or not 1 <= grade <= 5:
                one.fault("grade", f"{grade} is not a grade of its own from 1 to 5")
            self.grades[grade] = Grade(grade, one.text("word"), one.text("says"), *self._basis(one))
            one.close()


def _each(table: Table, key: str, kept: dict[str, Made], make: Callable[[Table, str], Made]) -> None:
    for one in table.tables(key):
        name = fresh_id(one, kept)
        kept[name] = make(one, name)
        one.close()
