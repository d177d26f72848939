"""Whole visits for the power cuts: walked by a clumsy nurse, and gone on with when the power is back."""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import SupportsIndex

from openkap.clinical.entries import Entry
from openkap.demo import clinic
from openkap.demo.telling import Person, Telling
from openkap.demo.visiting import Visiting
from tests.trials.day import Day

AT = datetime.fromisoformat("2026-05-14T10:00:00+00:00")
"""When every visit begins."""
DARK = timedelta(minutes=1)
"""How long the power stays away, by the clock of the visit."""


@dataclass(frozen=True, slots=True)
class Open:
    """A visit that may go on. `at` is an ISO time: the last thing that is stored of it."""

    chart: str
    visit: str
    number: int
    at: str
    phase: str


class Told(list[Entry]):
    """What an action returned, told through a pipe before anything else happens."""

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self._pipe = pipe

    def append(self, entry: Entry) -> None:
        os.write(self._pipe, f"entry {entry.id}\n".encode())
        super().append(entry)

    def extend(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.append(entry)

    def __iadd__(self, entries: Iterable[Entry]) -> "Told":  # type: ignore[override,misc]
        self.extend(entries)
        return self

    def insert(self, index: SupportsIndex, entry: Entry) -> None:
        raise TypeError("what is told has an order")


def found_clinic() -> None:
    made = clinic.make("Europe/Berlin")
    team = clinic.staff(made)
    clinic.sign_off(made, AT)
    clinic.adopt(team, AT - timedelta(days=200))
    clinic.stock(team, AT - timedelta(days=100))


def booked(number: int) -> dict[str, object]:
    """Somebody new, made ready, whose visit is today."""
    telling = _telling(number)
    telling.made_ready(1)
    visit = Visiting(telling, AT + timedelta(minutes=5)).booked(AT).visit
    return asdict(Open(telling.chart, visit, number, AT.isoformat(), "booked"))


def stands(one: Open) -> dict[str, object]:
    """The same visit as the ledger has it now."""
    telling = _telling(one.number, one.chart)
    at = max(entry.effective_at for entry in telling.folded().entries)
    visit = next(visit for visit in telling.status(at).visits if visit.id == one.visit)
    return asdict(Open(one.chart, one.visit, one.number, at.isoformat(), visit.phase))


def visit_until_killed(one: Open, seed: int) -> Callable[[int], None]:
    """From where it stands to its end, and then waits for the cut."""

    def work(pipe: int) -> None:
        at = datetime.fromisoformat(one.at) + DARK
        Day(_telling(one.number, one.chart), seed, at, one.visit, Told(pipe)).lived()

    return work


def _telling(number: int, chart: str = "") -> Telling:
    made = clinic.found()
    assert made is not None, "the clinic was not founded"
    person = Person(f"Ada {number}", "Berg", "female", date(1980, 1, 1), "none")
    return Telling(clinic.staff(made), person, AT, chart)
