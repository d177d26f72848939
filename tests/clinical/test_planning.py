"""What a plan is built from, in words: how many doses a published series has, and how far apart."""

import pytest

from openkap.clinical.planning import Bounds, Series


def series(sessions: Bounds | None, every_days: Bounds | None) -> Series:
    return Series("own", "Own", (), sessions, every_days, "", "assumed", ("practice",))


@pytest.mark.parametrize(
    ("sessions", "every_days", "says"),
    [
        ((6, 6), (2, 4), "6 doses, 2 to 4 days apart"),
        ((4, 6), (7, 7), "4 to 6 doses, 7 days apart"),
        ((1, 2), (1, 1), "1 to 2 doses, 1 day apart"),
        ((1, 1), (7, 7), "1 dose"),
        ((1, 1), None, "1 dose"),
        ((2, 2), None, "2 doses"),
        (None, (7, 14), "7 to 14 days apart"),
        (None, None, ""),
    ],
)
def test_a_series_says_how_many_and_how_far_apart(
    sessions: Bounds | None, every_days: Bounds | None, says: str
) -> None:
    """A single dose is apart from nothing, and what was not published is not said."""
    assert series(sessions, every_days).counts == says
