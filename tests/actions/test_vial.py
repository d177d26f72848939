"""What a dose is drawn from: how many of a lot that is counted make it up; a solution is not counted."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.actions.door import Terms, load
from openkap.actions.formulary import record_lot, set_presentation
from openkap.actions.vial import counted
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres
from openkap.demo.telling import Telling
from openkap.records.policy import Principal
from tests.conftest import AT


def stocked(people: dict[str, Principal], **presentation: object) -> str:
    made = set_presentation(people["manager"], at=AT, title="Ketamine", **presentation).fact.presentation
    until = (AT + timedelta(days=30)).date()
    lot: str = record_lot(people["monitor"], presentation=made, number="A1", expires_on=until, at=AT).fact.lot
    return lot


@pytest.mark.parametrize(
    ("mg", "says"),
    [
        ("150", " = 3 × capsule of 50 mg"),
        ("50", " = 1 × capsule of 50 mg"),
        ("149.99", ", which is no whole number of capsules of 50 mg"),
        ("25", ", which is no whole number of capsules of 50 mg"),
    ],
)
def test_capsules_are_counted(ready: Telling, people: dict[str, Principal], mg: str, says: str) -> None:
    """A part of one is said, and never rounded."""
    lot = stocked(people, form="capsule", routes=("oral",), unit=Milligrams(Decimal(50)))
    act = load(ready.staff.monitor, ready.chart, "dose.give", Terms(at=AT))
    assert counted(act, lot, Milligrams(Decimal(mg))) == says


def test_a_solution_is_not_counted(ready: Telling, people: dict[str, Principal]) -> None:
    vial = {"concentration": MgPerMl(Decimal(50)), "volume": Millilitres(Decimal(10))}
    lot = stocked(people, routes=("iv",), **vial)
    act = load(ready.staff.monitor, ready.chart, "dose.give", Terms(at=AT))
    assert counted(act, lot, Milligrams(Decimal(500))) == ""
    assert counted(act, None, Milligrams(Decimal(500))) == ""
