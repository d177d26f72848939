"""Entries as the clinical core reads them, and charts kept decoded between two reads.

A chart is kept with the hash of its last entry, so a kept chart that is not the ledger's can never be shown.
"""

import json
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import models

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry, from_body
from openkap.records.canonical import START
from openkap.records.models import EntryRow, HeadRow

KEPT_ENTRIES = 100_000
"""Decoded entries kept in memory at most, about 1 kB each."""


class BrokenEntry(RuntimeError):
    """A stored entry cannot be read: the ledger was changed from outside, or written by a newer version."""


class _Kept:
    """Charts most recently used, by subject, each with the hash of its last entry."""

    def __init__(self) -> None:
        self._charts: OrderedDict[str, tuple[str, Chart]] = OrderedDict()
        self._entries = 0
        self._lock = Lock()

    def get(self, subject: str) -> tuple[str, Chart]:
        with self._lock:
            if subject in self._charts:
                self._charts.move_to_end(subject)
                return self._charts[subject]
        return START, fold(subject, ())

    def put(self, subject: str, last_hash: str, chart: Chart) -> None:
        with self._lock:
            _, before = self._charts.pop(subject, ("", None))
            self._entries += len(chart.entries) - (len(before.entries) if before else 0)
            self._charts[subject] = (last_hash, chart)
            while self._entries > KEPT_ENTRIES and len(self._charts) > 1:
                _, (_, oldest) = self._charts.popitem(last=False)
                self._entries -= len(oldest.entries)

    def forget(self) -> None:
        with self._lock:
            self._charts.clear()
            self._entries = 0


_KEPT = _Kept()
forget = _KEPT.forget


def entry(row: EntryRow) -> Entry:
    """The entry a row holds."""
    try:
        return Entry(
            id=UUID(row.id),
            subject=row.subject,
            seq=row.seq,
            fact=from_body(row.kind, json.loads(row.body)),
            effective_at=datetime.fromisoformat(row.effective_at),
            recorded_at=datetime.fromisoformat(row.recorded_at),
            author=row.author,
            via=row.via,
            supersedes=UUID(row.supersedes) if row.supersedes else None,
        )
    except (ValueError, KeyError, TypeError, ArithmeticError) as fault:
        raise BrokenEntry(
            f"Entry {row.seq} of {row.subject} cannot be read ({fault!r}). Run: openkap verify"
        ) from fault


def chart(subject: str) -> Chart | None:
    """The chart as committed (or as this transaction has it), or None where nothing was ever written."""
    return charts([subject]).get(subject)


def charts(subjects: Sequence[str]) -> dict[str, Chart]:
    """The charts of those subjects that have one: two queries for all of them, one if all are kept."""
    heads = {head.subject: head for head in HeadRow.objects.filter(subject__in=subjects, seq__gt=0)}
    kept = {subject: _KEPT.get(subject) for subject in heads}
    behind = [subject for subject, head in heads.items() if kept[subject][0] != head.hash]
    found = {subject: chart for subject, (_, chart) in kept.items() if subject not in behind}
    newer = _newer({subject: kept[subject][1].seq for subject in behind})
    for subject in behind:
        head, (last_hash, chart) = heads[subject], kept[subject]
        rows = [row for row in newer[subject] if row.seq <= head.seq]
        if not rows or rows[0].prev_hash != last_hash:
            # What was kept came from a transaction that was rolled back.
            chart, rows = fold(subject, ()), list(_rows(subject, upto=head.seq))
        found[subject] = fold(subject, (*chart.entries, *(entry(row) for row in rows)))
        _KEPT.put(subject, head.hash, found[subject])
    return found


def _newer(after: dict[str, int]) -> dict[str, list[EntryRow]]:
    """Rows above a number, by subject."""
    rows: dict[str, list[EntryRow]] = {subject: [] for subject in after}
    if not after:
        return rows
    wanted = models.Q(subject__in=[subject for subject, seq in after.items() if seq == 0])
    for subject, seq in after.items():
        wanted |= models.Q(subject=subject, seq__gt=seq) if seq else models.Q(pk__in=())
    for row in EntryRow.objects.filter(wanted).order_by("subject", "seq"):
        rows[row.subject].append(row)
    return rows


def extend(new: Sequence[EntryRow]) -> Chart:
    """The chart with rows of one subject just written behind it."""
    subject, first = new[0].subject, new[0]
    last_hash, kept = _KEPT.get(subject)
    if last_hash != first.prev_hash:
        kept = fold(subject, [entry(row) for row in _rows(subject, upto=first.seq - 1)])
    made = fold(subject, (*kept.entries, *(entry(row) for row in new)))
    _KEPT.put(subject, new[-1].hash, made)
    return made


def _rows(subject: str, *, upto: int) -> models.QuerySet[EntryRow]:
    return EntryRow.objects.filter(subject=subject, seq__lte=upto).order_by("seq")
