"""Who may correct what: every kind of a visit is in the table, or is named here as one that stays."""

from dataclasses import fields, replace

import pytest

from openkap.clinical.entries import KINDS
from openkap.records.corrections import TABLE, may_correct, may_take_out
from openkap.records.policy import PERMISSIONS, Principal

STAYS = {"visit-booked", "visit-cancelled", "visit-closed", "readings-sealed", "corrected"}
NURSE = Principal(user="one", name="One", role="monitor", clinic="c")


def test_the_table_knows_kinds_and_permissions() -> None:
    """No word of it is misspelt, and nothing that stays is in it."""
    assert set(TABLE) <= set(KINDS)
    assert {rule.permission for rule in TABLE.values()} <= frozenset().union(*PERMISSIONS.values())
    assert all("visit" in {field.name for field in fields(KINDS[kind])} for kind in TABLE)
    assert not STAYS & set(TABLE)


@pytest.mark.parametrize(
    ("role", "mine", "corrects", "takes_out"),
    [
        ("monitor", True, True, True),
        ("monitor", False, False, False),
        ("therapist", True, True, True),
        ("prescriber", False, True, True),
        ("director", False, True, True),
        ("auditor", True, False, False),
        ("patient", True, False, False),
        ("manager", True, False, False),
    ],
)
def test_vital_signs(role: str, mine: bool, corrects: bool, takes_out: bool) -> None:
    """One's own, and anybody's by a prescriber."""
    who, author = replace(NURSE, role=role), "one" if mine else "two"
    assert may_correct(who, "vital-signs", author) is corrects
    assert may_take_out(who, "vital-signs", author) is takes_out


def test_what_went_in_is_taken_out_by_a_prescriber_and_what_stays_by_nobody() -> None:
    assert may_correct(NURSE, "dose-given", "one")
    assert not may_take_out(NURSE, "dose-given", "one")
    assert may_take_out(replace(NURSE, role="prescriber"), "dose-given", "one")
    assert not may_correct(replace(NURSE, role="director"), "visit-closed", "one")
