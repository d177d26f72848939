"""The chains of device readings: recomputed, against their heads and against the digests sealed in charts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import models, transaction
from django.db.models.functions import Cast

from openkap.records.anchor import Anchor
from openkap.records.canonical import START
from openkap.records.fault import Fault
from openkap.records.models import HeadRow, Reading
from openkap.records.readings import chained
from openkap.records.readings import subject as subject_of
from openkap.records.seals import seal


@dataclass(frozen=True, slots=True)
class Sealed:
    """A digest that stands in a chart."""

    subject: str
    seq: int
    chart: str
    visit: str
    count: int
    sha256: str


def check_readings(sealed: Iterable[Sealed], anchor: Anchor) -> list[Fault]:
    """The first fault of each visit's readings."""
    digests: dict[str, list[Sealed]] = {}
    for digest in sealed:
        digests.setdefault(subject_of(digest.chart, digest.visit), []).append(digest)
    anchored = {subject for subject in anchor.heads if subject.startswith("readings:")}
    found = (
        _check(subject, digests.get(subject, []), anchor)
        for subject in sorted(_subjects() | set(digests) | anchored)
    )
    return [fault for fault in found if fault]


def _subjects() -> set[str]:
    """Every chain of readings, by its head or by its rows."""
    heads = HeadRow.objects.filter(subject__startswith="readings:").values_list("subject", flat=True)
    rows = Reading.objects.annotate(owner=Cast("chart", models.CharField())).values_list("owner", "visit")
    return set(heads) | {subject_of(_dashed(chart), visit) for chart, visit in rows.distinct()}


def _dashed(chart: str) -> str:
    """SQLite stores a UUID without its dashes; what is no UUID any more is told as it is."""
    try:
        return str(UUID(chart))
    except ValueError:
        return chart


def _check(subject: str, digests: list[Sealed], anchor: Anchor) -> Fault | None:
    """Under the head's lock, so that readings which arrive meanwhile are not taken for a fault."""
    with transaction.atomic():
        head = HeadRow.objects.select_for_update().filter(subject=subject).first()
        try:
            hashes = list(_hashes(subject))
        except (ValueError, TypeError) as fault:
            return Fault(subject, 0, f"a reading cannot be read ({fault})")
    bad = (
        _bad_end(subject, head, hashes)
        or _bad_digest(digests, hashes)
        or _bad_anchor(subject, anchor, hashes)
    )
    return Fault(subject, *bad) if bad else None


def _hashes(subject: str) -> Iterator[str]:
    """The running hash after each reading; `hashes[n]` is the one after n of them."""
    _, chart, visit = subject.split(":", 2)
    last = START
    yield last
    for number, reading in enumerate(
        Reading.objects.filter(chart=UUID(chart), visit=visit).order_by("number"), 1
    ):
        if reading.number != number:
            return
        last = chained(last, reading)
        yield last


Bad = tuple[int, str] | None


def _bad_end(subject: str, head: HeadRow | None, hashes: list[str]) -> Bad:
    there = len(hashes) - 1
    if head is None:
        return 0, "the head that says where its readings end is gone"
    if head.mac != seal(subject, head.seq, head.hash):
        return 0, "its end does not carry this clinic's seal: it was rewritten, or sealed with another key"
    if head.seq != there:
        return there + 1, f"its head says {head.seq} readings, and {there} follow each other"
    return (
        None
        if head.hash == hashes[-1]
        else (0, f"one of its {there} readings was changed after it was stored")
    )


def _bad_digest(digests: list[Sealed], hashes: list[str]) -> Bad:
    for digest in digests:
        if digest.count >= len(hashes) or hashes[digest.count] != digest.sha256:
            where = f"entry {digest.seq} of {digest.subject}"
            return digest.count, f"its first {digest.count} readings are not those that {where} sealed"
    return None


def _bad_anchor(subject: str, anchor: Anchor, hashes: list[str]) -> Bad:
    count, last = anchor.heads.get(subject, (0, START))
    if count < len(hashes) and hashes[count] == last:
        return None
    return count, f"the anchor of {anchor.made_at} saw {count} readings that are not these"
