"""The ledger: append, and nothing else. Only openkap.actions may call `append`."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction

from openkap.clinical.entries import KINDS, Entry, kind_of
from openkap.clinical.entries.office import ChartRegistered
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.refusal import BadInput, clean_text
from openkap.records import decoded, devices, projections
from openkap.records.canonical import START, body_of, entry_hash, moment, spelled
from openkap.records.models import EntryRow, HeadRow
from openkap.records.seals import seal

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SUBJECT = re.compile(rf"(chart|clinic):{_UUID}")
_OPENED = cast(str, ChartOpened.KIND)  # type: ignore[attr-defined]
_SAME = ("subject", "kind", "body", "effective_at", "author", "supersedes")
"""What must agree for an id that is sent again to be the same entry."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One fact to be written. `subject` is "chart:<uuid>" or "clinic:<uuid>".

    Give an `id` when the writer may have to send again: the same id and content stores once.
    """

    subject: str
    fact: Any
    effective_at: datetime
    id: UUID | None = None
    supersedes: UUID | None = None


class Conflict(Exception):
    """Somebody wrote to the ledger since the writer looked. Both versions are here; nothing was stored."""

    def __init__(self, subject: str, seen: int, newer_entries: list[Entry]) -> None:
        self.subject, self.seen, self.newer_entries = subject, seen, newer_entries
        super().__init__(f"{subject} has changed since entry {seen}; look at what is new, then decide again.")


class IdReused(BadInput):
    """An id that stands for one entry was sent with different content."""

    def __init__(self, id: str) -> None:
        super().__init__("id", f"{id} already stands for another entry", "Use a new id for a new fact")


def append(
    drafts: Sequence[Draft], *, author: str, via: str, at: datetime, seen: Mapping[str, int] | None = None
) -> list[Entry]:
    """Store facts in one commit, lists with them, and return their entries in the order given.

    `seen` is the last entry number the writer saw, by subject. Inside an outer transaction it joins that one,
    and the outer commit is the acknowledgement. Raises BadInput (IdReused and IdentifierTaken among them) and
    Conflict; nothing is half-written.
    """
    every = _with_registrations(drafts)
    rows = [_row(draft, author=author, via=via, at=at) for draft in every]
    given_ids = [str(draft.id) for draft in every if draft.id]
    try:
        with transaction.atomic():
            stored = _store(rows, given_ids, seen or {})
    except IntegrityError as fault:
        raise _explained(fault) from fault
    return stored[: len(drafts)]


def carry_in(rows: Sequence[EntryRow]) -> None:
    """A whole chart from elsewhere, as it was hashed there and checked here (`carried.read`): all or nothing.

    Joins an outer transaction. Raises BadInput (IdentifierTaken among them) where any of it is here already.
    """
    subject = rows[0].subject
    try:
        with transaction.atomic():
            heads = locked_heads({subject})
            if heads[subject].seq:
                raise BadInput("chart", f"{subject} is here already", "Look for it among the charts")
            _insert(rows)
            heads[subject].seq, heads[subject].hash = rows[-1].seq, rows[-1].hash
            move([heads[subject]])
            _kept(list(rows))
    except IntegrityError:
        raise BadInput("chart", f"an entry of {subject} is in another chart", "Make the pack again") from None


def uuid7(at: datetime) -> UUID:
    """A time-ordered id: 48 bits of milliseconds, then randomness (RFC 9562)."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    random = secrets.randbits(74)
    return UUID(
        int=milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    )


def _with_registrations(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, and a line in the clinic's ledger for each chart opened, so that none can vanish whole."""
    said = {d.fact.chart for d in drafts if isinstance(d.fact, ChartRegistered)}
    opened = [d for d in drafts if isinstance(d.fact, ChartOpened) and d.supersedes is None]
    return [
        *drafts,
        *(_registration(draft) for draft in opened if draft.subject.removeprefix("chart:") not in said),
    ]


def _registration(opened: Draft) -> Draft:
    chart = opened.subject.removeprefix("chart:")
    again = uuid5(opened.id, "chart-registered") if opened.id else None
    return Draft(f"clinic:{opened.fact.clinic}", ChartRegistered(chart=chart), opened.effective_at, id=again)


def _row(draft: Draft, *, author: str, via: str, at: datetime) -> EntryRow:
    """The columns that do not depend on the chain, checked."""
    if not _SUBJECT.fullmatch(draft.subject):
        raise BadInput("subject", f"{draft.subject[:60]!r} is not chart:<uuid> or clinic:<uuid>")
    if KINDS.get(getattr(draft.fact, "KIND", "")) is not type(draft.fact):
        raise BadInput("fact", f"{type(draft.fact).__name__} is not a kind of entry")
    for name, value in (("id", draft.id), ("supersedes", draft.supersedes)):
        if value is not None and not isinstance(value, UUID):
            raise BadInput(name, f"{str(value)[:60]!r} is not a UUID")
    return EntryRow(
        id=str(draft.id or uuid7(at)),
        subject=draft.subject,
        kind=kind_of(draft.fact),
        body=spelled(body_of(draft.fact)),
        effective_at=moment(draft.effective_at, "effective_at"),
        recorded_at=moment(at, "at"),
        author=clean_text(author, "author", limit=80),
        via=clean_text(via, "via", limit=40),
        supersedes=str(draft.supersedes or ""),
    )


def _store(rows: list[EntryRow], given_ids: list[str], seen: Mapping[str, int]) -> list[Entry]:
    heads = locked_heads({row.subject for row in rows} | set(seen))
    known: dict[str, EntryRow] = EntryRow.objects.in_bulk(given_ids) if given_ids else {}
    new: dict[str, list[EntryRow]] = {}
    for row in rows:
        if row.id not in known:
            known[row.id] = row
            new.setdefault(row.subject, []).append(row)
        elif any(getattr(known[row.id], name) != getattr(row, name) for name in _SAME):
            raise IdReused(row.id)
    for subject in new:
        _check_seen(subject, seen.get(subject), heads[subject].seq)
    _chain([row for group in new.values() for row in group], heads)
    written = {str(entry.id): entry for group in new.values() for entry in _kept(group)}
    return [written.get(row.id) or decoded.entry(known[row.id]) for row in rows]


def _kept(new: list[EntryRow]) -> Sequence[Entry]:
    """The entries of rows just written behind one subject's last, with the lists brought up to them."""
    if not new[0].subject.startswith("chart:"):
        entries = [decoded.entry(row) for row in new]
        devices.project(entries)
        return entries
    chart = decoded.extend(new)
    projections.refresh(chart, before=new[0].prev_hash, after=new[-1].hash)
    return chart.entries[-len(new) :]


def ends(subjects: Iterable[str]) -> dict[str, int]:
    """How far each of these has come: the number of its last entry, or of a visit's last reading.

    Asked ten times a second for every open room: written out, it costs a fifth of the model's query.
    """
    wanted = list(subjects)
    marks = ",".join(["%s"] * len(wanted))
    asks = f"SELECT subject, seq FROM {HeadRow._meta.db_table} WHERE subject IN ({marks})"
    with connection.cursor() as cursor:
        cursor.execute(asks, wanted)
        return dict(cursor.fetchall())


def locked_heads(subjects: Iterable[str]) -> dict[str, HeadRow]:
    """The heads, held until the commit. Everybody takes them in one order, so two writers cannot deadlock."""
    wanted = sorted(subjects)
    held = HeadRow.objects.select_for_update().filter(subject__in=wanted).order_by("subject")
    heads = {head.subject: head for head in held}
    if missing := [subject for subject in wanted if subject not in heads]:
        fresh = [HeadRow(subject=s, seq=0, hash=START, mac=seal(s, 0, START)) for s in missing]
        HeadRow.objects.bulk_create(fresh, ignore_conflicts=True)
        heads = {head.subject: head for head in held.all()}
    return heads


def move(heads: Sequence[HeadRow]) -> None:
    """Seal heads where they are now and write them, in one statement. The caller holds them locked."""
    for head in heads:
        head.mac = seal(head.subject, head.seq, head.hash)
    HeadRow.objects.bulk_create(
        heads, update_conflicts=True, unique_fields=["subject"], update_fields=["seq", "hash", "mac"]
    )


def _check_seen(subject: str, seen: int | None, now: int) -> None:
    if seen is None or seen == now:
        return
    newer = EntryRow.objects.filter(subject=subject, seq__gt=seen).order_by("seq")
    raise Conflict(subject, seen, [decoded.entry(row) for row in newer])


def _chain(rows: list[EntryRow], heads: dict[str, HeadRow]) -> None:
    """Number and hash each row behind the last one of its subject, then move the heads."""
    for row in rows:
        head = heads[row.subject]
        row.seq, row.prev_hash = head.seq + 1, head.hash
        _check_opening(row)
        row.hash = entry_hash(row.__dict__)
        head.seq, head.hash = row.seq, row.hash
    _check_corrections(rows)
    _insert(rows)
    move([heads[subject] for subject in {row.subject for row in rows}])


def _insert(rows: Sequence[EntryRow]) -> None:
    """Every other writer waits meanwhile. Written out, it costs a third of the model's bulk_create."""
    names = [field.attname for field in EntryRow._meta.concrete_fields]
    marks = ",".join(["%s"] * len(names))
    adds = f"INSERT INTO {EntryRow._meta.db_table} ({','.join(names)}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.executemany(adds, [[getattr(row, name) for name in names] for row in rows])


def _check_opening(row: EntryRow) -> None:
    """A chart begins with who it is about, and says so once; later changes are corrections of that entry."""
    if not row.subject.startswith("chart:"):
        return
    opens = row.kind == _OPENED
    if row.seq == 1 and not opens:
        raise BadInput(
            "subject", f"{row.subject} is not open, so nothing can be written in it", "Open the chart first"
        )
    if row.seq > 1 and opens and not row.supersedes:
        raise BadInput("subject", f"{row.subject} is open already", "Correct its first entry instead")


def _check_corrections(rows: list[EntryRow]) -> None:
    """An entry can only correct one that stands before it in the same ledger."""
    before = {(row.subject, row.id) for row in rows}
    wanted = {(row.subject, row.supersedes) for row in rows if row.supersedes} - before
    if not wanted:
        return
    found = set(EntryRow.objects.filter(id__in=[id for _, id in wanted]).values_list("subject", "id"))
    for _, id in wanted - found:
        raise BadInput("supersedes", f"there is no entry {id} in this ledger to correct")


def _explained(fault: IntegrityError) -> BadInput:
    """Two writers reached one unique value at the same instant; the database let the first one through."""
    if "identifier" in str(fault):
        return projections.IdentifierTaken()
    if "bindingrow" in str(fault) or "device_bound_once" in str(fault):
        return projections.DeviceTaken()
    return IdReused("this")
