"""A whole chart on its way from one OpenKAP to another: lines of JSON that hold every byte that was hashed.

Entries travel with their numbers and hashes, so whoever takes them in can tell that nothing was changed or is
missing; readings with the chain that their digests seal; and the names of those who wrote.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from openkap.clinical.entries.dosing import ReadingsSealed
from openkap.clinical.entries.kind import KINDS
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.refusal import BadInput
from openkap.records.canonical import START, entry_hash, moment, spelled
from openkap.records.models import Clinic, EntryRow, Reading, User
from openkap.records.readings import chained

ENTRY = tuple(field.attname for field in EntryRow._meta.concrete_fields)
READING = tuple(field.attname for field in Reading._meta.concrete_fields)
PERSON = ("id", "name", "role")
_TIMES, _IDS = ("device_at", "received_at"), ("id", "chart")


@dataclass(frozen=True, slots=True)
class Carried:
    """What was read from a pack and follows from itself. `clinic`: id, name, time_zone, demonstration."""

    clinic: dict[str, Any]
    people: tuple[dict[str, str], ...]
    entries: tuple[EntryRow, ...]
    readings: tuple[Reading, ...]

    @property
    def chart(self) -> str:
        return self.entries[0].subject.removeprefix("chart:")


def entries_of(chart: str) -> Iterator[str]:
    """Every entry of a chart, in order, a line each."""
    for row in EntryRow.objects.filter(subject=f"chart:{UUID(chart)}").order_by("seq").iterator():
        yield spelled({name: getattr(row, name) for name in ENTRY})


def readings_of(chart: str) -> Iterator[str]:
    """Every device reading of a chart, by visit, a line each."""
    for row in Reading.objects.filter(chart=UUID(chart)).order_by("visit", "number").iterator():
        yield spelled({name: _plain(getattr(row, name)) for name in READING})


def house_of(chart: str) -> str:
    """The clinic, and whoever wrote in the chart by name and role: one object of JSON."""
    rows = EntryRow.objects.filter(subject=f"chart:{UUID(chart)}")
    opened = json.loads(rows.get(seq=1).body)
    clinic = Clinic.objects.get(id=opened["clinic"])
    authors = {author for author in rows.values_list("author", flat=True) if _is_id(author)}
    users = User.objects.filter(id__in=authors).order_by("id")
    return spelled(
        {
            "clinic": {
                "id": str(clinic.id),
                "name": clinic.name,
                "time_zone": clinic.time_zone,
                "demonstration": clinic.demonstration,
            },
            "people": [{"id": str(user.id), "name": user.name, "role": user.role} for user in users],
        }
    )


def read(entries: Iterable[str], readings: Iterable[str], house: str) -> Carried:
    """What the lines say, once every hash in them was worked out again. BadInput names the first bad line."""
    rows = tuple(_entry(line, number) for number, line in enumerate(entries, 1))
    _check_entries(rows)
    measured = tuple(_reading(line, number) for number, line in enumerate(readings, 1))
    _check_readings(measured, rows)
    said = _object(house, "clinic.json")
    try:
        people = tuple({name: str(one[name]) for name in PERSON} for one in said["people"])
        clinic = {"id": str(UUID(said["clinic"]["id"]))} | {
            name: said["clinic"][name] for name in ("name", "time_zone", "demonstration")
        }
    except (KeyError, TypeError, ValueError):
        raise BadInput("clinic.json", "it does not name the clinic and its people", _AGAIN) from None
    return Carried(clinic, people, rows, measured)


_AGAIN = "Make the pack again where the chart is"


def _entry(line: str, number: int) -> EntryRow:
    said = _object(line, f"entries.jsonl, line {number}")
    if set(said) != set(ENTRY):
        raise BadInput(f"entries.jsonl, line {number}", "it is no entry of a chart", _AGAIN)
    if said["kind"] not in KINDS:
        says = f"{str(said['kind'])[:60]!r} is a kind of entry this version does not know"
        raise BadInput(f"entries.jsonl, line {number}", says, "Take it in with a newer OpenKAP")
    return EntryRow(**said)


def _check_entries(rows: Sequence[EntryRow]) -> None:
    last = START
    for number, row in enumerate(rows, 1):
        where = f"entries.jsonl, line {number}"
        if row.seq != number or row.prev_hash != last or row.subject != rows[0].subject:
            raise BadInput(where, "it does not continue the entry before it", _AGAIN)
        if _hash(row) != row.hash:
            raise BadInput(where, "it was changed after it was written", _AGAIN)
        last = row.hash
    if (
        not rows
        or rows[0].kind != getattr(ChartOpened, "KIND", "")
        or not rows[0].subject.startswith("chart:")
    ):
        raise BadInput("entries.jsonl", "it does not begin with who the chart is about", _AGAIN)


def _hash(row: EntryRow) -> str:
    try:
        return entry_hash(row.__dict__)
    except (TypeError, ValueError):
        return ""


def _reading(line: str, number: int) -> Reading:
    where = f"readings.jsonl, line {number}"
    said = _object(line, where)
    if set(said) != set(READING):
        raise BadInput(where, "it is no reading of a device", _AGAIN)
    try:
        times = {name: datetime.fromisoformat(said[name]) for name in _TIMES}
        ids = {name: UUID(said[name]) for name in _IDS}
    except (TypeError, ValueError, AttributeError):
        raise BadInput(where, "a time or an id in it cannot be read", _AGAIN) from None
    return Reading(**said | times | ids)


def _check_readings(readings: Sequence[Reading], rows: Sequence[EntryRow]) -> None:
    """Of each visit: numbered without a gap, of this chart, and as every digest in the chart sealed them."""
    chains: dict[str, list[str]] = {}
    for visit, group in groupby(readings, key=lambda row: row.visit):
        hashes = chains[visit] = [START]
        for one in group:
            if one.number != len(hashes) or f"chart:{one.chart}" != rows[0].subject:
                raise BadInput("readings.jsonl", f"reading {one.number} of a visit does not follow", _AGAIN)
            hashes.append(chained(hashes[-1], one))
    for row in rows:
        if row.kind == getattr(ReadingsSealed, "KIND", ""):
            body = json.loads(row.body)
            hashes = chains.get(body["visit"], [START])
            if body["count"] >= len(hashes) or hashes[body["count"]] != body["sha256"]:
                says = f"the readings are not those that entry {row.seq} sealed"
                raise BadInput("readings.jsonl", says, _AGAIN)


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise BadInput(where, "it is not JSON", _AGAIN) from None
    if not isinstance(said, dict):
        raise BadInput(where, "it is not an object of JSON", _AGAIN)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value, "reading")
    return str(value) if isinstance(value, UUID) else value


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
