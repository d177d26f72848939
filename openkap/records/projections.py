"""Lists kept beside the ledger, in the same transaction, and made again from nothing by `rebuild`."""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import groupby
from threading import Lock
from typing import Any

from django.db import connection, models, transaction

from openkap.clinical.chart import Chart, fold
from openkap.clinical.refusal import BadInput
from openkap.records import decoded, devices
from openkap.records.canonical import START
from openkap.records.in_force import in_force
from openkap.records.lists import Lists, lists_of
from openkap.records.models import (
    BindingRow,
    ChartRow,
    DueRow,
    EntryRow,
    HeadRow,
    IdentifierRow,
    TaskRow,
    TeamRow,
    VisitRow,
)

CHILDREN: tuple[type[models.Model], ...] = (VisitRow, DueRow, TaskRow, TeamRow, IdentifierRow, BindingRow)
REFRESHED_AT_ONCE = 25
REMEMBERED = 5_000
"""Charts whose rows are remembered, so that an append writes only the lists it changes."""


class IdentifierTaken(BadInput):
    """Another chart of the clinic carries this identifier: most often the same person, imported twice."""

    def __init__(self, shown: str = "an identifier", chart: str = "") -> None:
        self.chart = chart
        super().__init__("identifier", f"{shown} already belongs to another chart", "Open that chart instead")


class DeviceTaken(BadInput):
    """A device was bound in two places at the same instant; the first one stands."""

    def __init__(self) -> None:
        super().__init__("device", "it is bound to another visit", "Unbind it there first")


class _Written:
    """What the lists of a chart hold after a given entry, by its hash."""

    def __init__(self) -> None:
        self._lists: OrderedDict[str, Lists] = OrderedDict()
        self._lock = Lock()

    def pop(self, last_hash: str) -> Lists | None:
        with self._lock:
            return self._lists.pop(last_hash, None)

    def put(self, last_hash: str, lists: Lists) -> None:
        with self._lock:
            self._lists[last_hash] = lists
            while len(self._lists) > REMEMBERED:
                self._lists.popitem(last=False)


_WRITTEN = _Written()


def refresh(chart: Chart, *, before: str, after: str) -> None:
    """Bring a chart's lists up to its last entry. `before`, `after`: the hash of its end, then and now."""
    old, new = _WRITTEN.pop(before), lists_of(chart, in_force(chart.person.clinic))
    changed = [m for m in CHILDREN if old is None or old.children[m] != new.children[m]]
    if IdentifierRow in changed:
        _refuse_taken(new)
    ChartRow(**new.chart).save()
    for model in changed:
        if before != START:
            _rows(model).filter(chart_id=new.chart["chart"]).delete()
        _add(model, new)
    _WRITTEN.put(after, new)


def refresh_clinic(clinic: str) -> int:
    """Bring every list of a clinic under the protocol now in force, a few charts a transaction; how many.

    Nobody waits for it: what is written meanwhile is written under that protocol already.
    """
    subjects = [
        f"chart:{row}" for row in ChartRow.objects.filter(clinic=clinic).values_list("chart", flat=True)
    ]
    for start in range(0, len(subjects), REFRESHED_AT_ONCE):
        with transaction.atomic():
            _refresh_again(subjects[start : start + REFRESHED_AT_ONCE])
    return len(subjects)


def _refresh_again(subjects: list[str]) -> None:
    held = HeadRow.objects.select_for_update().filter(subject__in=subjects).order_by("subject")
    hashes = {head.subject: head.hash for head in held}
    for subject, chart in decoded.charts(subjects).items():
        refresh(chart, before=hashes[subject], after=hashes[subject])


def rebuild() -> int:
    """Make every list again from the ledger alone, in one transaction; returns how many charts."""
    count = 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # No entry may slip in between reading the ledger and writing the lists.
            connection.cursor().execute("LOCK TABLE records_headrow IN SHARE ROW EXCLUSIVE MODE")
        everything: tuple[type[models.Model], ...] = (*CHILDREN, ChartRow)
        for model in everything:
            _rows(model).all().delete()
        devices.rebuild()
        for chart in _every_chart():
            lists = lists_of(chart, in_force(chart.person.clinic))
            ChartRow(**lists.chart).save(force_insert=True)
            for model in CHILDREN:
                _add(model, lists)
            count += 1
    return count


def _every_chart() -> Iterator[Chart]:
    rows = EntryRow.objects.filter(subject__startswith="chart:").order_by("subject", "seq")
    for subject, group in groupby(rows.iterator(chunk_size=1000), key=lambda row: row.subject):
        yield fold(subject, [decoded.entry(row) for row in group])


def _refuse_taken(lists: Lists) -> None:
    for columns in lists.children[IdentifierRow]:
        wanted = {name: columns[name] for name in ("clinic", "system", "value", "person")}
        other = IdentifierRow.objects.filter(**wanted).exclude(chart_id=columns["chart_id"]).first()
        if other is not None:
            raise IdentifierTaken(f"{columns['system']} {columns['value']}", str(other.chart_id))


def _add(model: type[models.Model], lists: Lists) -> None:
    if lists.children[model]:
        _rows(model).bulk_create([model(**columns) for columns in lists.children[model]])


def _rows(model: type[models.Model]) -> models.Manager[Any]:
    return model._default_manager
