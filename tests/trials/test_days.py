"""Whole visits with random faults: nothing slips through a gate, nothing is lost, nobody is forgotten."""

import os
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction

from openkap.clinical.entries import kind_of
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.quantity import Milligrams
from openkap.records.ledger import Draft, append
from tests.conftest import AT
from tests.trials.day import Day
from tests.trials.invariants import broken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("days", [4, pytest.param(1000, marks=pytest.mark.long)])
def test_whatever_a_day_brings_the_invariants_hold(ready, days):
    first = int(os.environ.get("OPENKAP_SEED", int.from_bytes(os.urandom(3))))
    seen: Counter[str] = Counter()
    for seed in range(first, first + days):
        kept = transaction.savepoint()
        day = Day(ready, seed, AT).lived()
        assert broken(day) == []
        seen.update([day.phases[-1], *{kind_of(entry.fact) for entry in day.stored}])
        seen["refused"] += day.refused
        transaction.savepoint_rollback(kept)
    print(f"seeds {first} to {first + days - 1}: {dict(seen)}")
    assert {"closed", "dose-given", "refused"} <= set(seen), "the days were too tame to show anything"


def test_a_breach_is_seen(ready):
    """A dose past the gate, written straight into the ledger, and a reading changed in our favour."""
    day = Day(ready, 1, AT)
    dose = DoseGiven(visit=day.visit, route="iv", amount=Milligrams(Decimal(35)), minutes=40)
    append([Draft(f"chart:{ready.chart}", dose, AT)], author="nobody", via="test", at=AT)
    day.phases = ["booked", "closed", "dosing"]
    said = " ".join(broken(day))
    for expected in ("went through a closed gate", "closed became dosing", "where [] went in"):
        assert expected in said
