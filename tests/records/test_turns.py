"""Between two writes of a busy writer there is room for somebody else's."""

import time

import pytest

from openkap.records import turns
from openkap.records.turns import REST_AT_MOST_SECONDS, resting_after


@pytest.mark.parametrize(("took", "rest"), [(0.0, 0.0), (0.004, 0.004), (1.0, REST_AT_MOST_SECONDS)])
def test_the_rest_is_as_long_as_the_write_up_to_a_most(
    monkeypatch: pytest.MonkeyPatch, took: float, rest: float
) -> None:
    rested: list[float] = []
    clock = iter([10.0, 10.0 + took])
    monkeypatch.setattr(turns, "monotonic", lambda: next(clock))
    monkeypatch.setattr(turns, "sleep", rested.append)
    with resting_after():
        assert rested == []
    assert rested == [pytest.approx(rest)]


def test_a_write_that_fails_fails() -> None:
    """Nothing is swallowed, and nobody waits for it."""
    began = time.monotonic()
    with pytest.raises(LookupError), resting_after():
        raise LookupError("gone")
    assert time.monotonic() - began < 1
