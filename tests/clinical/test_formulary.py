"""The formulary: which lot a dose may come from on a day, what its label comes to, what goes past a limit."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.clinical.entries import Entry
from openkap.clinical.entries.formulary import HighestSet, LotRecorded, LotWithdrawn, PresentationSet
from openkap.clinical.formulary import Formulary, formulary, over_highest, unset_words
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
LAST = date(2026, 5, 31)


def mg(text: str) -> Milligrams:
    return Milligrams(Decimal(text))


def vial(**changed: object) -> PresentationSet:
    fields = {
        "presentation": "p1",
        "title": "Ketamine",
        "drug": "racemic",
        "routes": ("iv", "im"),
        "unit": mg("500"),
        "concentration": MgPerMl(Decimal(50)),
        "volume": Millilitres(Decimal(10)),
    }
    return PresentationSet(**fields | changed)


LOT = LotRecorded(lot="l1", presentation="p1", number="A1", expires_on=LAST)


def made(*facts: object) -> Formulary:
    return formulary(
        Entry(uuid4(), "clinic:c", n, fact, AT + timedelta(minutes=n), AT, "nora", "test")
        for n, fact in enumerate(facts, 1)
    )


@pytest.mark.parametrize(
    ("facts", "route", "on", "says"),
    [
        ((vial(), LOT), "iv", LAST, ""),
        ((vial(), LOT), "iv", LAST + timedelta(days=1), "lot A1 expired on 2026-05-31"),
        ((vial(), LOT), "oral", LAST, "Ketamine is not for this route"),
        (
            (vial(), LOT, LotWithdrawn(lot="l1", reason="recalled")),
            "iv",
            LAST,
            "lot A1 was withdrawn: recalled",
        ),
        ((vial(), LOT, vial(stocked=False)), "iv", LAST, "Ketamine is no longer stocked"),
    ],
)
def test_a_lot_is_offered_until_its_last_day_for_its_routes(
    facts: tuple[object, ...], route: str, on: date, says: str
) -> None:
    """On the last day it may be used, on the next not; each reason is a sentence."""
    found = made(*facts)
    assert found.keeps_off(found.lots["l1"], route, on) == says
    assert [lot.id for lot in found.for_route(route, on)] == ([] if says else ["l1"])


def test_a_later_entry_of_a_presentation_stands_for_its_lots_too() -> None:
    """A label corrected after the lot came in is what the dose is drawn up at."""
    found = made(vial(), LOT, vial(concentration=MgPerMl(Decimal(10)), unit=mg("100")))
    assert found.lots["l1"].concentration == MgPerMl(Decimal(10))


@pytest.mark.parametrize(
    ("changed", "label", "drawn"),
    [
        ({}, "50 mg/mL, 500 mg in one vial of 10 mL", "50 mg/mL"),
        (
            {"concentration": MgPerMl(Decimal(100)), "unit": mg("1000"), "diluted": MgPerMl(Decimal(50))},
            "100 mg/mL, 1000 mg in one vial of 10 mL, diluted to 50 mg/mL",
            "50 mg/mL",
        ),
        (
            {"form": "lozenge", "concentration": None, "volume": None, "unit": mg("100")},
            "100 mg in one lozenge",
            "None",
        ),
    ],
)
def test_a_label_says_the_strength_and_the_whole(changed: dict[str, object], label: str, drawn: str) -> None:
    """50 mg/mL is not 50 mg: the whole of the vial stands beside it."""
    lot = made(vial(**changed), LOT).lots["l1"]
    assert (lot.label, str(lot.concentration)) == (label, drawn)


@pytest.mark.parametrize(
    ("amount", "before", "told"),
    [
        ("35", "0", 0),
        ("35.001", "0", 1),  # above one dose
        ("35", "25", 0),  # 60 in one visit exactly
        ("35", "25.001", 1),
        ("36", "60", 2),
    ],
)
def test_a_dose_may_reach_a_limit_and_not_go_past_it(amount: str, before: str, told: int) -> None:
    """Of one dose and of one visit, to the microgram."""
    limits = made(HighestSet(route="iv", dose=mg("35"), session=mg("60"), reason="x", signed_name="N"))
    assert len(over_highest(limits, "iv", mg(amount), mg(before))) == told
    assert over_highest(limits, "im", mg(amount), mg(before)) == ()


def test_what_nobody_set_is_said_and_not_looked_at() -> None:
    """Neither, one of them, or both."""
    dose_only = made(HighestSet(route="iv", dose=mg("35"), reason="x", signed_name="N"))
    assert over_highest(Formulary(), "iv", mg("9999"), mg("0")) == ()
    assert unset_words(Formulary(), "iv") == "No highest mg of one dose or of one visit is set for this route"
    assert unset_words(dose_only, "iv") == "No highest mg of one visit is set for this route"
    both = made(HighestSet(route="iv", dose=mg("1"), session=mg("2"), reason="x", signed_name="N"))
    assert unset_words(both, "iv") == ""
