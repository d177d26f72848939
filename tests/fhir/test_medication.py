"""Medicines on file."""

from datetime import date

import pytest

from tests.fhir.made import AT, RXNORM, concept, facts, look, missed, only, request, resource

MEDICATION = {"resourceType": "Medication", "id": "m", "code": concept("6470", RXNORM, "lorazepam")}


def statement(**fields: object) -> dict[str, object]:
    made = {"status": "active", "medicationCodeableConcept": concept("6470", RXNORM, "lorazepam")}
    return resource("MedicationStatement", **(made | {"effectiveDateTime": "2026-01-02"} | fields))


def test_an_active_order_is_an_active_medicine() -> None:
    """The common case."""
    medicine = only(look(request()))
    assert (medicine.text, medicine.status, medicine.since) == ("Verapamil", "active", date(2025, 3, 1))


@pytest.mark.parametrize(("said", "kept"), [("stopped", "stopped"), ("cancelled", "stopped")])
def test_a_stopped_order_is_a_stopped_medicine(said: str, kept: str) -> None:
    """It stays on file."""
    assert only(look(request(status=said))).status == kept


@pytest.mark.parametrize("said", ["completed", "on-hold", "unknown"])
def test_an_order_that_leaves_it_open_is_unknown_and_listed(said: str) -> None:
    """A completed order was carried out; whether the person still takes it is to be asked."""
    record = look(request(status=said))
    assert facts(record)[0].status == "unknown"
    assert missed(record)[0].endswith("does not say whether it is still taken: ask")


def test_a_completed_statement_says_it_is_over() -> None:
    """R4: the medicine is no longer being taken."""
    medicine = only(
        look(
            statement(
                status="completed",
                effectiveDateTime=None,
                effectivePeriod={"start": "2020-01-01", "end": "2020-02-03"},
            )
        )
    )
    assert (medicine.status, medicine.since, medicine.ended_on) == (
        "stopped",
        date(2020, 1, 1),
        date(2020, 2, 3),
    )


def test_active_and_ended_at_once_is_unknown() -> None:
    """Somebody is asked."""
    record = look(
        statement(effectiveDateTime=None, effectivePeriod={"start": "2020-01-01", "end": "2020-02-03"})
    )
    assert (facts(record)[0].status, facts(record)[0].ended_on) == ("unknown", None)
    assert len(missed(record)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "entered-in-error"},
        {"status": None},
        {"intent": "proposal"},
        {"doNotPerform": True},
    ],
)
def test_what_was_never_ordered_is_listed_and_not_taken(fields: dict[str, object]) -> None:
    """An order not to give a medicine least of all."""
    record = look(request(**fields))
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_do_not_perform_false_is_an_order() -> None:
    """The other value of that flag."""
    assert only(look(request(doNotPerform=False))).status == "active"


@pytest.mark.parametrize(
    ("reference", "fields", "others"),
    [
        ("Medication/m", {}, [MEDICATION]),
        ("urn:uuid:m", {}, [MEDICATION]),
        ("http://example.org/fhir/Medication/m/_history/2", {}, [MEDICATION]),
        ("#m", {"contained": [MEDICATION]}, []),
    ],
)
def test_a_medicine_by_reference_is_found(
    reference: str, fields: dict[str, object], others: list[dict[str, object]]
) -> None:
    """By type and id, by urn, by address with a version, or contained; in any order."""
    order = request(medicationCodeableConcept=None, medicationReference={"reference": reference}, **fields)
    assert only(look(order, *others)).codes[0].code == "6470"


def test_a_reference_that_leads_nowhere_is_listed() -> None:
    """Its words are kept where it has some."""
    order = request(medicationCodeableConcept=None, medicationReference={"reference": "Medication/gone"})
    record = look(order)
    assert facts(record) == []
    assert "'Medication/gone'" in missed(record)[0]
    order["medicationReference"]["display"] = "lithium"
    record = look(order)
    assert facts(record)[0].text == "lithium"
    assert "kept as the words 'lithium'" in missed(record)[0]


def test_a_future_order_is_listed_and_not_taken() -> None:
    """It has not been given."""
    record = look(request(authoredOn="2026-06-02"))
    assert facts(record) == []
    assert "dated in the future: 2026-06-02" in missed(record)[0]


def test_a_medicine_without_a_date_is_kept_and_said() -> None:
    """It counts from the reading."""
    record = look(request(authoredOn=None))
    assert record.facts[0][1] == AT
    assert facts(record)[0].since is None
    assert "no date" in missed(record)[0]


@pytest.mark.parametrize(
    ("type", "fields", "status"),
    [
        ("MedicationDispense", {"status": "completed", "whenHandedOver": "2026-05-01"}, "unknown"),
        ("MedicationAdministration", {"status": "in-progress", "effectiveDateTime": "2026-05-01"}, "active"),
    ],
)
def test_what_was_handed_over_or_given_is_a_medicine(
    type: str, fields: dict[str, object], status: str
) -> None:
    """Some records hold the dispensing and not the order."""
    made = resource(type, medicationCodeableConcept=concept("6470", RXNORM, "lorazepam"), **fields)
    assert facts(look(made))[0].status == status
