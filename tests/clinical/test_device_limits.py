"""Limits on a device feed, judged: both sides of each, the delay, and what never counts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.alerts.judge import Judged
from openkap.clinical.device_limits import FeedValue, live, look
from openkap.protocol.read_device_limits import device_limits
from tests.clinical.charts import adopted

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def values(*numbers: str, apart: int = 1) -> tuple[FeedValue, ...]:
    """One a second, the newest at AT."""
    start = AT - (len(numbers) - 1) * apart * SECOND
    moments = [start + n * apart * SECOND for n in range(len(numbers))]
    return tuple(FeedValue(Decimal(n), at, at) for n, at in zip(numbers, moments, strict=True))


def judged(
    signal: str, feed: Sequence[FeedValue], phase: str = "dosing", at: datetime = AT
) -> dict[str, Judged]:
    found = look(device_limits().limits, {signal: live(feed)}, phase, adopted(), at)
    return {one.rule.id: one for one in found}


@pytest.mark.parametrize(
    ("limit", "signal", "beyond", "within"),
    [
        ("feed-oxygen-act", "spo2", "89.9", "90"),
        ("feed-pulse-out", "heart-rate", "49", "50"),
        ("feed-pulse-out", "heart-rate", "151", "150"),
        ("feed-pressure-crisis", "systolic", "180", "179"),
        ("feed-pressure-crisis", "diastolic", "120", "119"),
        ("feed-pressure-event", "systolic", "181", "180"),
        ("feed-pressure-event", "diastolic", "101", "100"),
    ],
)
def test_what_is_told_at_once(limit: str, signal: str, beyond: str, within: str) -> None:
    """The first value beyond is told, the last within is not."""
    assert judged(signal, values(within, beyond))[limit].state == "holds"
    assert judged(signal, values(beyond, within))[limit].state in ("clear", "unknown")
    assert judged(signal, values(beyond, within))[limit].state != "holds"


@pytest.mark.parametrize(
    ("limit", "signal", "beyond", "within"),
    [
        ("feed-oxygen-look", "spo2", "93.9", "94"),
        ("feed-pulse-event", "heart-rate", "111", "110"),
    ],
)
def test_what_is_confirmed_first(limit: str, signal: str, beyond: str, within: str) -> None:
    """Ten seconds without a break; one value within begins anew; too short says neither yes nor no."""
    assert judged(signal, values(*[beyond] * 11))[limit].state == "holds"
    assert judged(signal, values(*[beyond] * 11))[limit].since == AT - 10 * SECOND
    assert judged(signal, values(*[beyond] * 10))[limit].state == "unknown"
    assert judged(signal, values(*[beyond] * 9, within, beyond))[limit].state == "unknown"
    assert judged(signal, values(*[beyond] * 11, within))[limit].state == "clear"


def test_the_worst_covers_the_rest() -> None:
    found = judged("spo2", values(*["85"] * 12))
    assert (found["feed-oxygen-act"].covered, found["feed-oxygen-look"].covered) == (False, True)


def test_every_limit_is_asked_under_the_drug_alone() -> None:
    assert {one.state for one in judged("spo2", values("60"), phase="checked").values()} == {"off"}
    assert all(limit.family == "device" for limit in device_limits().limits)


def test_an_old_value_says_nothing() -> None:
    """After a minute without another it neither raises nor clears."""
    for number in ("60", "99"):
        found = judged("spo2", values(number), at=AT + 61 * SECOND)
        assert found["feed-oxygen-act"].state == "unknown"


def test_late_future_repeated_and_disordered_values_never_count() -> None:
    """By the device's clock and ours, and the order in which they came."""
    base = FeedValue(Decimal(98), AT, AT)
    low = Decimal(70)
    strange = [
        FeedValue(low, AT - SECOND, AT + SECOND),  # out of order
        FeedValue(low, AT, AT + SECOND),  # the same instant again
        FeedValue(low, AT + 62 * SECOND, AT + SECOND),  # from the future
        FeedValue(low, AT + SECOND, AT + 62 * SECOND),  # late
    ]
    assert live([base, *strange]) == (base,)
    good = FeedValue(low, AT + SECOND, AT + SECOND)
    assert live([base, *strange, good]) == (base, good)
