"""What was typed, read field by field."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import RequestFactory
from django.utils import timezone

from openkap.clinical.quantity import Kilograms
from openkap.clinical.refusal import BadFields
from openkap.web.typed import Typed


def typed(**fields: Any) -> Typed:
    return Typed(RequestFactory().post("/", fields))


def test_every_fault_is_told_at_once() -> None:
    """Three faulty fields, one refusal that names each."""
    form = typed(value="1,5", day="tomorrow", said="\0")
    assert (form.number("value"), form.day("day"), form.text("said")) == (None, None, "")
    with pytest.raises(BadFields) as refusal:
        form.done()
    assert [fault.where for fault in refusal.value.faults] == ["value", "day", "said"]


@pytest.mark.parametrize("text", ["NaN", "inf", "1e999", "1_0", "٣", "0x1", "--1", "1.2.3"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    """Nothing that a reader might take two ways becomes a number."""
    form = typed(value=text)
    assert form.number("value") is None and form.faults


def test_a_number_is_exact() -> None:
    """Decimals stay decimals, blanks around them do not matter."""
    assert typed(value=" 0.1 ").number("value") == Decimal("0.1")
    assert typed(value="70").amount("value", Kilograms) == Kilograms(Decimal(70))


def test_a_whole_number_has_no_part() -> None:
    """3 and 3.0 are whole, 3.5 is not."""
    assert typed(value="3.0").whole("value") == 3
    form = typed(value="3.5")
    assert form.whole("value") is None and form.faults


def test_nothing_is_chosen_for_anybody() -> None:
    """An absent or unknown choice is a fault; an optional one may stay open."""
    assert not typed().choice("unit", ("kg", "lb")) and typed(unit="kg").choice("unit", ("kg", "lb")) == "kg"
    form = typed(unit="stone")
    assert form.choice("unit", ("kg", "lb"), required=False) == "" and form.faults
    assert typed().choice("unit", ("kg", "lb"), required=False) == ""


def test_ticks_are_counted_once_and_known() -> None:
    """A tick sent twice counts once; one that was not offered is a fault."""
    assert typed(ids=["a", "a", "b"]).several("ids", ("a", "b")) == ("a", "b")
    form = typed(ids=["c"])
    form.several("ids", ("a",))
    assert form.faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-14T10:05", datetime(2026, 5, 14, 8, 5, tzinfo=UTC)),
        ("2026-10-25T02:30", None),
        ("2026-03-29T02:30", None),
        ("2026-10-25T03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        ("0001-01-01T00:00", None),
        ("soon", None),
        ("2026-05-14T10:05+09:00", None),
        ("2026-05-14T10:05Z", None),
    ],
)
def test_a_moment_is_one_instant(text: str, expected: datetime | None) -> None:
    """Local time becomes UTC; an hour that the clocks repeat or skip names none and is refused."""
    with timezone.override(ZoneInfo("Europe/Zurich")):
        form = typed(when=text)
        assert form.moment("when") == expected
        assert bool(form.faults) == (expected is None)


@pytest.mark.parametrize(
    ("text", "seen"), [("12", 12), ("", None), ("-1", None), ("x", None), ("9" * 20, None)]
)
def test_what_was_seen_is_a_count_or_nothing(text: str, seen: int | None) -> None:
    """A number that cannot be an entry's is left out rather than believed."""
    assert typed(seen=text).seen == seen
