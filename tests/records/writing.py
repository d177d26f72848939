"""How these tests write: one chart, a few facts, one moment."""

from datetime import UTC, datetime
from uuid import UUID

from openkap.clinical.entries import Entry
from openkap.records.ledger import Draft, append

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def wrote(
    chart: str, *facts: object, at: datetime = AT, seen: int | None = None, **given: UUID
) -> list[Entry]:
    """The facts appended to the chart in one commit."""
    subject = f"chart:{chart}"
    drafts = [Draft(subject, fact, at, **given) for fact in facts]
    return append(drafts, author="ada", via="test", at=at, seen=None if seen is None else {subject: seen})
