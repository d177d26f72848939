"""The plan as typed: every fault by its field."""

from decimal import Decimal

import pytest

from openkap.clinical.plan_faults import faults
from openkap.clinical.quantity import MgPerKg, Milligrams
from tests.clinical.charts import adopted, plan


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"route": "rectal"}, ["route"]),
        ({"mg_per_kg": None}, ["dose"]),
        ({"fixed": Milligrams(Decimal(100))}, ["dose"]),
        ({"mg_per_kg": MgPerKg(Decimal(0))}, ["mg_per_kg"]),
        ({"sessions": 0, "every_days": 0}, ["sessions", "every_days"]),
        ({"minutes": -1}, ["minutes"]),
        ({"sessions": 1, "every_days": 1}, []),
        ({}, []),
    ],
)
def test_a_plan_is_refused_with_every_fault_at_once(changed: dict[str, object], where: list[str]) -> None:
    """Unknown route, no dose or two, nothing or less: each names its field."""
    assert [fault.where for fault in faults(plan(**changed), adopted())] == where
