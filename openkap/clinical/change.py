"""Scores over time: how each has moved since the baseline, and what its recall lets nobody claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.entries import Entry
from openkap.clinical.instruments import Instrument
from openkap.clinical.moments import in_words
from openkap.clinical.scoring import Scored, scored


@dataclass(frozen=True, slots=True)
class Followed:
    """One score as it stands among the others of its instrument.

    `change` is since the baseline: the last score up to the first dose, or else the first on file. It is None
    for the baseline itself and for a triage. `counts`: whether the change reaches the published number; None
    where none is published. `better`: None where the scale has no better way, or nothing moved.
    """

    at: datetime
    by: str
    scored: Scored
    is_baseline: bool
    change: int | None
    counts: bool | None
    better: bool | None
    notes: tuple[str, ...]


def followed(
    scale: Instrument, entries: Sequence[Entry], doses: Sequence[datetime], sex: str
) -> tuple[Followed, ...]:
    """The scores of one instrument, oldest first. `doses`: when each dose was given."""
    ordered = sorted(entries, key=lambda e: (e.effective_at, e.seq))
    base = _baseline(ordered, doses)
    before = [None, *(entry.effective_at for entry in ordered)]
    return tuple(
        Followed(
            at=entry.effective_at,
            by=entry.fact.by,
            scored=scored(scale, entry.fact.total, entry.fact.items, sex),
            is_baseline=entry is base,
            change=(change := _change(scale, entry, base)),
            counts=_counts(scale, change),
            better=_better(scale, change),
            notes=notes(scale, entry.effective_at, earlier, doses),
        )
        for entry, earlier in zip(ordered, before, strict=False)
    )


def notes(
    scale: Instrument, at: datetime, before: datetime | None, doses: Sequence[datetime]
) -> tuple[str, ...]:
    """What keeps a score from saying all that it seems to. Nothing for a scale of the moment."""
    said = []
    if before is not None and at - before < scale.recall:
        said.append(f"asks about {scale.asks_about}, taken {in_words(at - before)} after the previous one")
    given = max((dose for dose in doses if dose <= at), default=None)
    if given is not None and at - given < scale.recall:
        said.append(
            f"asks about {scale.asks_about}, taken {in_words(at - given)} after a dose: it under-reads change"
        )
    return tuple(said)


def _baseline(ordered: Sequence[Entry], doses: Sequence[datetime]) -> Entry | None:
    first = min(doses, default=None)
    before = [entry for entry in ordered if first is None or entry.effective_at <= first]
    if first is not None and before:
        return before[-1]
    return ordered[0] if ordered else None


def _change(scale: Instrument, entry: Entry, base: Entry | None) -> int | None:
    if base is None or scale.how == "triage":
        return None
    if (entry.effective_at, entry.seq) <= (base.effective_at, base.seq):
        return None
    return int(entry.fact.total - base.fact.total)


def _counts(scale: Instrument, change: int | None) -> bool | None:
    if change is None or scale.meaningful_change is None:
        return None
    return abs(change) >= scale.meaningful_change


def _better(scale: Instrument, change: int | None) -> bool | None:
    if not change or scale.better == "neither":
        return None
    return (change > 0) is (scale.better == "higher")
