"""FHIR dates, whole and partial."""

from datetime import UTC, date, datetime

import pytest

from openkap.fhir.dates import read_date
from openkap.fhir.element import NotRead


@pytest.mark.parametrize(
    ("words", "start", "last"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC), date(2024, 12, 31)),
        ("2024-02", datetime(2024, 2, 1, tzinfo=UTC), date(2024, 2, 29)),
        ("2023-12", datetime(2023, 12, 1, tzinfo=UTC), date(2023, 12, 31)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC), date(2024, 2, 29)),
        ("2024-05-14T23:30:00-05:00", datetime(2024, 5, 15, 4, 30, tzinfo=UTC), date(2024, 5, 14)),
        ("2024-05-14T10:05:00.123Z", datetime(2024, 5, 14, 10, 5, 0, 123000, tzinfo=UTC), date(2024, 5, 14)),
    ],
)
def test_a_date_and_the_stretch_it_can_mean(words: str, start: datetime, last: date) -> None:
    """A month ends on its own last day, in leap years too."""
    found = read_date(words)
    assert (found.start, found.last, found.partial) == (start, last, len(words) < 10)


@pytest.mark.parametrize(
    "words",
    [
        "2023-02-29",
        "2024-13",
        "24-05-14",
        "2024-5-14",
        "14.05.2024",
        "20240514",
        "2024-05-14T10:05:00",
        "2024-05-14T25:00:00Z",
        "0000",
        "٢٠٢٤",
        "9999-12-31T23:59:59-14:00",
        "today",
    ],
)
def test_anything_else_is_not_a_date(words: str) -> None:
    """No zone, no such day, not FHIR's way of writing, or beyond the calendar."""
    with pytest.raises(NotRead):
        read_date(words)
