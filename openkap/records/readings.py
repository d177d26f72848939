"""Device readings: too many for an entry each, so many submitters share one commit, and a digest seals them.

A reading is acknowledged only after the commit that holds it. The readings of a visit form a hash chain of
their own, whose end is sealed like a ledger's; `digest` is what goes into the ledger.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from openkap.clinical.entries.dosing import ReadingsSealed
from openkap.clinical.refusal import BadInput, clean_text
from openkap.records.canonical import START, moment, spelled
from openkap.records.ledger import IdReused, locked_heads, move
from openkap.records.models import HeadRow, Reading, VisitRow
from openkap.records.onecommit import OneCommit, Outcome

LARGEST = Decimal(1_000_000_000)
LARGEST_SEQUENCE = 2**63 - 1
"""What both databases hold."""
OVER = ("closed", "stopped")
"""Phases of a visit whose readings are sealed: no more may come."""
_SAME = ("chart", "visit", "signal", "thousandths", "unit", "source", "device_at")
_HASHED = ("number", "id", "signal", "thousandths", "unit", "source", "device_at", "received_at")


@dataclass(frozen=True, slots=True)
class Sample:
    """One number from a device. `id` is made by the sender, once, before it first sends."""

    id: UUID
    chart: str
    visit: str
    signal: str
    value: Decimal
    unit: str
    source: str
    device_at: datetime
    sequence: int | None = None


Submission = tuple[Sequence[Sample], datetime]
"""Samples that are stored all or not at all, and when they were received."""


def store(samples: Sequence[Sample], *, received_at: datetime) -> list[Reading]:
    """Store samples and return them as stored, after the commit; sent again, they are stored once.

    Joins an outer transaction where there is one. Raises BadInput (IdReused among them, and a visit that is
    over) for all of the call, and Busy when too many submitters are already waiting.
    """
    (outcome,) = store_each([(samples, received_at)])
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def store_each(submissions: Sequence[Submission]) -> list[Outcome[Reading]]:
    """The same for several submissions in one commit: of each its rows, or the BadInput against all of it.

    Raises BadInput for a sample that no reading can be made of, and Busy: then nothing is stored.
    """
    groups = [[_row(sample, received_at) for sample in samples] for samples, received_at in submissions]
    if connection.in_atomic_block:
        with transaction.atomic():
            return _store(groups)
    return _WRITER.submit(groups)


def carry_in(rows: Sequence[Reading]) -> None:
    """Readings of a chart that was carried in, numbered and checked (`carried.read`). Joins a transaction."""
    with transaction.atomic():
        heads = locked_heads({subject(row.chart, row.visit) for row in rows})
        for row in rows:
            head = heads[subject(row.chart, row.visit)]
            head.seq, head.hash = row.number, chained(head.hash, row)
        Reading.objects.bulk_create(rows)
        move(list(heads.values()))


def since(chart: str, visit: str, number: int) -> list[Reading]:
    """Readings of a visit above a number; `read.readings` asks first who wants them."""
    return list(Reading.objects.filter(chart=chart, visit=visit, number__gt=number).order_by("number"))


def digest(chart: str, visit: str) -> ReadingsSealed:
    """The fact that seals every reading of the visit so far; an action appends it."""
    head = HeadRow.objects.filter(subject=subject(chart, visit)).first()
    return ReadingsSealed(visit=visit, count=head.seq if head else 0, sha256=head.hash if head else START)


def subject(chart: object, visit: str) -> str:
    """What the chain of a visit's readings is called among the heads."""
    return f"readings:{chart}:{visit}"


def thousandths(value: object, where: str) -> int:
    """The value as a whole number of thousandths, or BadInput: nothing is rounded away in silence."""
    if not isinstance(value, Decimal) or not value.is_finite() or abs(value) > LARGEST:
        raise BadInput(where, f"{str(value)[:40]} is not a finite decimal number of a sensible size")
    whole = value * 1000
    if whole != whole.to_integral_value():
        raise BadInput(where, f"{value} has more than three decimals", "Round it where it is measured")
    return int(whole)


def chained(before: str, reading: Reading) -> str:
    """The running hash after one more reading. Readings older than the column have no sequence to hash."""
    columns = {name: _plain(getattr(reading, name)) for name in _HASHED}
    if reading.sequence is not None:
        columns["sequence"] = reading.sequence
    return hashlib.sha256((before + spelled(columns)).encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value, "reading")
    return str(value) if isinstance(value, UUID) else value


def _row(sample: Sample, received_at: datetime) -> Reading:
    moment(sample.device_at, "device_at")
    moment(received_at, "received_at")
    if not isinstance(sample.id, UUID):
        raise BadInput("id", f"{str(sample.id)[:60]!r} is not a UUID")
    return Reading(
        id=sample.id,
        chart=_chart(sample.chart),
        visit=clean_text(sample.visit, "visit", limit=60),
        signal=clean_text(sample.signal, "signal", limit=40),
        thousandths=thousandths(sample.value, sample.signal),
        unit=clean_text(sample.unit, "unit", limit=20),
        source=clean_text(sample.source, "source", limit=80),
        device_at=sample.device_at,
        received_at=received_at,
        sequence=_sequence(sample.sequence),
    )


def _sequence(number: int | None) -> int | None:
    if number is not None and not 0 <= number <= LARGEST_SEQUENCE:
        raise BadInput("sequence", f"{number} is not a whole number from 0 to {LARGEST_SEQUENCE}")
    return number


def _chart(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadInput("chart", f"{text[:60]!r} is not a UUID") from None


def _store(groups: Sequence[Sequence[Reading]]) -> list[Outcome[Reading]]:
    rows = [row for group in groups for row in group]
    _hold_charts({f"chart:{row.chart}" for row in rows})
    heads = locked_heads({subject(row.chart, row.visit) for row in rows})
    known = Reading.objects.in_bulk([row.id for row in rows])
    over = _over({(row.chart, row.visit) for row in rows})
    outcomes: list[Outcome[Reading]] = []
    new: list[Reading] = []
    for group in groups:
        fault = _against(group, known, over)
        for row in () if fault else group:
            if row.id not in known:
                known[row.id] = row
                new.append(_numbered(row, heads[subject(row.chart, row.visit)]))
        outcomes.append(fault or [known[row.id] for row in group])
    Reading.objects.bulk_create(new)
    move([heads[name] for name in {subject(row.chart, row.visit) for row in new}])
    return outcomes


def _against(
    group: Sequence[Reading], known: Mapping[UUID, Reading], over: Collection[tuple[UUID, str]]
) -> BadInput | None:
    """Why none of these may be stored. `known`: those stored already, by id; `over`: visits that are."""
    own: dict[UUID, Reading] = {}
    for row in group:
        first = known.get(row.id) or own.setdefault(row.id, row)
        if any(getattr(first, name) != getattr(row, name) for name in _SAME):
            return IdReused(str(row.id))
    if any((row.chart, row.visit) in over for row in own.values()):
        return BadInput("visit", "the visit is over and its readings are sealed", "Unbind the device")
    return None


def _hold_charts(subjects: set[str]) -> None:
    """Nobody closes a visit of these charts until the commit. A chart that has no entry yet is not begun."""
    held = HeadRow.objects.select_for_update().filter(subject__in=subjects).order_by("subject")
    list(held.values_list("subject"))


def _over(visits: set[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    """Those that are over, asked under the lock: a visit closed a moment ago has its readings sealed."""
    closed = VisitRow.objects.filter(
        chart__in={chart for chart, _ in visits}, visit__in={visit for _, visit in visits}, phase__in=OVER
    )
    return visits.intersection(closed.values_list("chart", "visit"))


def _numbered(row: Reading, head: HeadRow) -> Reading:
    row.number = head.seq + 1
    head.seq, head.hash = row.number, chained(head.hash, row)
    return row


_WRITER = OneCommit(_store)
