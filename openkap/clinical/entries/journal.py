"""What a patient shows their team out of their own journal."""

from datetime import datetime

from openkap.clinical.entries.kind import kind


@kind("journal-shared")
class JournalShared:
    """One page of the journal, copied as it stood when it was shared."""

    page: str  # id
    begun_at: datetime
    words: str
