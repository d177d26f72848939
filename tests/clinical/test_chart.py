"""The fold: order, corrections, and any past moment."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from openkap.clinical.chart import fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.preparation import Intention

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def entry(seq: int, words: str, *, hours: int = 0, supersedes: UUID | None = None) -> Entry:
    at = START + timedelta(hours=hours)
    return Entry(
        uuid4(),
        "chart:1",
        seq,
        Intention(words=words),
        at,
        START + timedelta(hours=seq),
        "a",
        "test",
        supersedes,
    )


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    """The first value leaves the standing facts but stays in the ledger."""
    first = entry(1, "sleep")
    chart = fold("chart:1", [first, entry(2, "sleep well", supersedes=first.id)])
    assert [f.words for f in chart.facts(Intention)] == ["sleep well"]
    assert len(chart.entries) == 2


def test_the_past_replays() -> None:
    """Known at an earlier moment, the correction had not been made."""
    first = entry(1, "sleep")
    entries = [first, entry(2, "sleep well", supersedes=first.id)]
    then = fold("chart:1", entries, known_at=entries[1].recorded_at - timedelta(microseconds=1))
    assert [f.words for f in then.facts(Intention)] == ["sleep"]
    at_once = fold("chart:1", entries, known_at=entries[1].recorded_at)
    assert [f.words for f in at_once.facts(Intention)] == ["sleep well"]


def test_latest_goes_by_when_it_happened_then_by_the_ledger() -> None:
    """A late entry about an earlier hour is not the latest; of two at one instant the later written is."""
    chart = fold("chart:1", [entry(1, "b", hours=5), entry(2, "a", hours=1)])
    assert chart.latest(Intention).fact.words == "b"  # type: ignore[union-attr]
    tie = fold("chart:1", [entry(1, "a", hours=1), entry(2, "b", hours=1)])
    assert tie.latest(Intention).fact.words == "b"  # type: ignore[union-attr]


def test_seq_of_an_empty_chart_is_zero() -> None:
    """A writer who saw nothing states 0."""
    assert fold("chart:1", []).seq == 0
    assert fold("chart:1", [entry(1, "a"), entry(2, "b")]).seq == 2
