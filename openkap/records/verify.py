"""Recompute everything: every hash, head, seal and digest; name the first bad entry of each subject."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from openkap.clinical.entries.dosing import ReadingsSealed
from openkap.clinical.entries.office import ChartRegistered
from openkap.clinical.entries.person import ChartOpened
from openkap.records.anchor import Anchor, read_anchor
from openkap.records.canonical import START, entry_hash
from openkap.records.fault import Fault
from openkap.records.models import EntryRow, HeadRow
from openkap.records.seals import seal
from openkap.records.verify_readings import Sealed, check_readings

__all__ = ["Fault", "verify"]

_REGISTERED, _OPENED, _SEALED = _NOTED = tuple(
    getattr(cls, "KIND", "") for cls in (ChartRegistered, ChartOpened, ReadingsSealed)
)


@dataclass(slots=True)
class _Seen:
    """What a walk over one or all ledgers found on the way."""

    anchor: Anchor
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)  # subject → last good number and hash
    registered: dict[str, tuple[str, int]] = field(default_factory=dict)  # chart → clinic's subject, entry
    clinics: dict[str, str] = field(default_factory=dict)  # chart subject → clinic's subject
    sealed: list[Sealed] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)  # subject → its first

    def blame(self, subject: str, seq: int, what: str) -> None:
        self.faults.setdefault(str(subject), Fault(str(subject), seq, what))


def verify(anchor: Path | None = None) -> list[Fault]:
    """Every fault of the records, the first of each subject; an empty list when all is as it was written.

    Reads while others write. `anchor` is a file of `write_anchor`, kept elsewhere: with it an older copy that
    was put back shows too. Raises BadInput for an anchor that cannot be read.
    """
    seen = _Seen(read_anchor(anchor) if anchor else Anchor.none())
    try:
        with _any_bytes():
            _walk_all(seen)
            _check_registrations(seen)
            _check_anchor(seen)
            readings = check_readings(seen.sealed, seen.anchor)
    except DatabaseError as fault:
        return [*seen.faults.values(), Fault("database", 0, f"it cannot be read to its end ({fault})")]
    return [*sorted(seen.faults.values(), key=lambda fault: fault.subject), *readings]


def _walk_all(seen: _Seen) -> None:
    """Everything once without a lock; whatever looks wrong once more with writers held off."""
    heads = {
        head.subject: head for head in HeadRow.objects.exclude(subject__startswith="readings:").iterator()
    }
    rows = EntryRow.objects.order_by("subject", "seq").iterator(chunk_size=1000)
    for subject, group in groupby(rows, key=lambda row: row.subject):
        _walk(subject, group, heads.pop(subject, None), seen)
    for subject, head in heads.items():
        _walk(subject, (), head, seen)
    for subject in list(seen.faults):
        with transaction.atomic():
            held = HeadRow.objects.select_for_update().filter(subject=subject).first()
            if held:
                del seen.faults[subject]
                _walk(subject, EntryRow.objects.filter(subject=subject).order_by("seq"), held, seen)


def _walk(subject: str, rows: Iterable[EntryRow], head: HeadRow | None, seen: _Seen) -> None:
    number, last = 0, START
    for row in rows:
        if what := _bad(row, number, last):
            seen.blame(subject, number + 1 if row.seq != number + 1 else row.seq, what)
            break
        number, last = row.seq, row.hash
        _note(row, seen)
    seen.ends[subject] = (number, last)
    if subject not in seen.faults and (what := _bad_end(head, subject, number, last)):
        seen.blame(subject, number + 1 if head and head.seq > number else number, what)


def _bad(row: EntryRow, number: int, last: str) -> str:
    """What is wrong with the row behind entry `number`, or ""."""
    if row.seq != number + 1:
        return f"it is missing: after entry {number} comes {row.seq}"
    try:
        found = entry_hash(row.__dict__)
    except (TypeError, ValueError):
        found = ""
    if found != row.hash:
        return "its content does not match its hash: it was changed after it was written"
    if row.prev_hash != last:
        return f"it does not continue entry {number}: one of the two was replaced"
    return ""


def _bad_end(head: HeadRow | None, subject: str, number: int, last: str) -> str:
    if head is None:
        return "the head that says where it ends is gone" if number else ""
    if head.mac != seal(subject, head.seq, head.hash):
        return "its end does not carry this clinic's seal: it was rewritten, or sealed with another key"
    if head.seq > number:
        return f"the tail is gone: its head says {head.seq} entries, and {number} are there"
    if head.seq < number:
        return f"its head says {head.seq} entries, and {number} are there"
    return "" if head.hash == last else "it is not the entry that its head was sealed with"


def _note(row: EntryRow, seen: _Seen) -> None:
    """Remember from a good row what other checks need."""
    seen.anchor.pass_by(row.subject, row.seq, row.hash)
    if row.kind not in _NOTED:
        return
    body = json.loads(row.body)
    if row.kind == _REGISTERED:
        seen.registered.setdefault(body["chart"], (row.subject, row.seq))
    elif row.kind == _OPENED and row.seq == 1:
        seen.clinics[row.subject] = f"clinic:{body['clinic']}"
    elif row.kind == _SEALED:
        chart = row.subject.removeprefix("chart:")
        seen.sealed.append(Sealed(row.subject, row.seq, chart, body["visit"], body["count"], body["sha256"]))


def _check_registrations(seen: _Seen) -> None:
    """A chart that vanished whole, with its head, is still in its clinic's ledger."""
    for chart, (clinic, seq) in seen.registered.items():
        if f"chart:{chart}" not in seen.ends:
            seen.blame(
                f"chart:{chart}", 0, f"the whole chart is gone: entry {seq} of {clinic} says it was opened"
            )
    for subject, clinic in seen.clinics.items():
        known = seen.registered.get(subject.removeprefix("chart:"))
        if known is None and not (clinic in seen.faults or subject in seen.faults):
            seen.blame(subject, 1, f"{clinic} does not know of this chart")


def _check_anchor(seen: _Seen) -> None:
    for subject, seq, what in seen.anchor.missed(seen.ends):
        seen.blame(subject, seq, what)


@contextmanager
def _any_bytes() -> Iterator[None]:
    """Text that is no longer UTF-8 must be found and named, and not end the search."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw, before = connection.connection, connection.connection.text_factory
    raw.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = before
