"""The scale: what looks like a slip is asked for again, and far from the last weight no dose is given."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.actions import dosing
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from tests.actions.day import booked, booked_and_checked, give
from tests.conftest import AT


def weigh(visiting: Visiting, kg: str, *, minutes: int = 0, **more: object) -> None:
    telling = visiting.telling
    at = AT + timedelta(minutes=minutes)
    fields = {"visit": visiting.visit, "value": Decimal(kg), "unit": "kg", **more}
    dosing.weigh(telling.staff.monitor, telling.chart, at=at, **fields)


@pytest.mark.parametrize(
    ("times", "asked"), [("1.1", False), ("1.1001", True), ("0.9", False), ("0.8999", True)]
)
def test_a_weight_a_tenth_from_the_last_is_asked_for_again(
    ready: Telling, times: str, *, asked: bool
) -> None:
    """Exactly ten per cent is taken; a hair more is asked about, and taken once somebody looked again."""
    last = ready.folded().latest(Weighed) or None
    assert last is None
    visiting = booked(ready)
    weigh(visiting, "70", checked=True)
    next_visit = booked(ready)
    kg = str((Decimal(70) * Decimal(times)).quantize(Decimal("0.001")))
    if asked:
        with pytest.raises(BadInput, match="than the last weight before this visit, 70 kg") as fault:
            weigh(next_visit, kg, minutes=1)
        assert fault.value.where == "checked"
        assert len(ready.folded().facts(Weighed)) == 1
    weigh(next_visit, kg, minutes=2, checked=asked)
    assert len(ready.folded().facts(Weighed)) == 2


def test_pounds_read_as_kilograms_give_no_dose_until_weighed_again(ready: Telling) -> None:
    """Twice the last weight: written down, and in the way until a second weighing agrees with it."""
    visiting = booked_and_checked(ready)
    far = str(Decimal(str(ready.body.weight)) * Decimal("2.2"))
    other = booked(ready)
    weigh(other, str(ready.body.weight), checked=True)
    weigh(visiting, far, minutes=1, checked=True)
    with pytest.raises(NotAllowed) as refusal:
        give(visiting, later=timedelta(minutes=2))
    rules = {reason.rule: reason for reason in refusal.value.because}
    assert "weight-far-from-last" in rules and rules["weight-far-from-last"].override == ""
    assert "dose-second-person" in rules  # the sum of the first weight is void
    weigh(visiting, str(ready.body.weight), minutes=3)
    visiting.confirmed(AT + timedelta(minutes=3), lot="L1")
    assert give(visiting, later=timedelta(minutes=4)).fact.amount
