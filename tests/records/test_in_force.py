"""The protocol in force is the clinic's own: read from its ledger, and never from a neighbour's."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from openkap.clinical.entries.office import ProtocolAdopted, ProtocolDrafted
from openkap.protocol.load import load, shipped
from openkap.records.accounts import create_clinic
from openkap.records.in_force import adoptions, draft, in_force
from openkap.records.ledger import Draft, append
from tests.conftest import AT

STRICTER = """
[[change]]
rule = "breathing"
then = "exclude"
by = "Dr Amara Obi"
on = 2026-03-02
reason = "Agreed with the anaesthetist"
"""


def write(clinic: object, fact: object) -> None:
    append([Draft(f"clinic:{clinic.id}", fact, AT)], author="test", via="test", at=AT)


def adopted(overlay: str = "", **changed: str) -> ProtocolAdopted:
    whole = {"version": shipped().version, "base": shipped().hash, "hash": load(overlay=overlay).hash}
    return ProtocolAdopted(overlay=overlay, signed_name="Dr Amara Obi", **whole | changed)


@pytest.fixture
def untouched(db: None) -> object:
    """A clinic that has adopted nothing."""
    return create_clinic("Hilltop")


def test_a_clinic_that_adopted_nothing_has_the_shipped_one(untouched: object) -> None:
    """And it says that nobody adopted it."""
    assert in_force(str(untouched.id)) is shipped() and in_force("") is shipped()
    assert shipped().adoption is None


def test_an_adoption_is_in_force_at_once_and_only_there(untouched: object) -> None:
    """It carries who and when; the clinic next door is as before."""
    write(untouched, adopted(STRICTER))
    protocol = in_force(str(untouched.id))
    assert protocol.rule("breathing").then == "exclude" != shipped().rule("breathing").then
    assert (protocol.adoption.by, protocol.adoption.at) == ("Dr Amara Obi", AT)
    assert protocol.hash == load(overlay=STRICTER).hash != shipped().hash
    assert in_force(str(create_clinic("Next door").id)) is shipped()


def test_a_draft_changes_nothing(untouched: object) -> None:
    """It is kept for the director, until a protocol is adopted."""
    write(untouched, ProtocolDrafted(overlay=STRICTER))
    assert in_force(str(untouched.id)).hash == shipped().hash
    assert draft(str(untouched.id)).fact.overlay == STRICTER
    write(untouched, adopted(STRICTER))
    assert draft(str(untouched.id)) is None


def test_everything_ever_adopted_is_told_and_the_last_stands(untouched: object) -> None:
    clinic = str(untouched.id)
    write(untouched, adopted(STRICTER))
    write(untouched, adopted(""))
    assert [entry.fact.overlay for entry in adoptions(clinic)] == [STRICTER, ""]
    assert in_force(clinic).rule("breathing").then == shipped().rule("breathing").then


@pytest.mark.parametrize(
    ("fact", "then"),
    [
        (adopted(STRICTER, hash="0" * 64, base="0" * 64), "exclude"),
        (adopted(hash="0" * 64, base="0" * 64), shipped().rule("breathing").then),
        (
            ProtocolAdopted(
                version="0",
                base="0" * 64,
                hash="0" * 64,
                signed_name="x",
                overlay="[[change]]\nrule = 'gone'",
            ),
            shipped().rule("breathing").then,
        ),
    ],
    ids=["changes that still fit", "no changes", "changes that no longer fit"],
)
def test_another_version_of_the_program_needs_another_adoption(
    untouched: object, fact: ProtocolAdopted, then: str
) -> None:
    """The clinic's changes stay where they fit, and nothing is called adopted that nobody signed."""
    write(untouched, fact)
    protocol = in_force(str(untouched.id))
    assert (protocol.rule("breathing").then, protocol.adoption) == (then, None)


def test_what_was_rolled_back_is_not_in_force(untouched: object) -> None:
    """Nor is it remembered."""
    with transaction.atomic():
        write(untouched, adopted(STRICTER))
        assert in_force(str(untouched.id)).adoption
        transaction.set_rollback(True)
    assert in_force(str(untouched.id)) is shipped()
    write(untouched, ProtocolDrafted(overlay="x"))
    assert in_force(str(untouched.id)).adoption is None


def test_it_costs_one_query_and_no_reading(untouched: object) -> None:
    """The same object again, so that what is derived from it is kept; new charts change nothing."""
    write(untouched, adopted(STRICTER))
    first = in_force(str(untouched.id))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert in_force(str(untouched.id)) is first
    assert len(asked) == 1
