"""Synthetic FHIR resources and a small protocol, written by hand, so that no other is needed to read them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.instruments import Instrument, Item
from openkap.clinical.protocol import MeasurementKind, Protocol, ResultKind
from openkap.fhir.bundle import read

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
RECORD = Path(__file__).with_name("record.json")
PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
NEVER_TO_DAILY = ("Not at all", "Several days", "More than half the days", "Nearly every day")

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"

Node = dict[str, Any]


def measurement(id: str, unit: str, loinc: str, limits: tuple[int, int]) -> MeasurementKind:
    return MeasurementKind(id, id, unit, (loinc,), Decimal(limits[0]), Decimal(limits[1]))


def protocol() -> Protocol:
    """Enough to read vital signs, PHQ-9 and a pregnancy test."""
    kinds = (
        measurement("systolic", "mm[Hg]", "8480-6", (40, 300)),
        measurement("diastolic", "mm[Hg]", "8462-4", (20, 200)),
        measurement("heart-rate", "/min", "8867-4", (20, 300)),
        measurement("weight", "kg", "29463-7", (2, 400)),
        measurement("height", "cm", "8302-2", (40, 260)),
        measurement("temperature", "Cel", "8331-1", (28, 44)),
        measurement("egfr", "mL/min/{1.73_m2}", "33914-3", (0, 250)),
    )
    phq9 = Instrument(
        id="phq9",
        title="PHQ-9",
        stem="",
        items=tuple(Item("", code) for code in PHQ9),
        answers=NEVER_TO_DAILY,
        codes=("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"),
        bands=((0, "minimal"),),
        highest=27,
        meaningful_change=5,
        remission_below=5,
        loinc_total="44261-6",
        notice="",
        sources=(),
        basis="local",
        recall=timedelta(days=14),
    )
    return Protocol(
        version="test",
        hash="",
        rules=(),
        sources={},
        value_sets={},
        measurements={kind.id: kind for kind in kinds},
        instruments={"phq9": phq9},
        routes={},
        checklists={},
        consents={},
        results={"pregnancy-test": ResultKind("pregnancy-test", "pregnancy test", ("2106-3",))},
    )


PROTOCOL = protocol()


def patient(**fields: Any) -> Node:
    return {
        "resourceType": "Patient",
        "id": "p",
        "name": [{"family": "Probanda", "given": ["Testa"]}],
        "gender": "female",
        "birthDate": "1980-05-14",
    } | fields


def concept(code: str, system: str = SNOMED, display: str = "words") -> Node:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def resource(named: str, /, **fields: Any) -> Node:
    """A resource about the patient; a field that is None is left out."""
    whose = "patient" if named == "AllergyIntolerance" else "subject"
    made = {"resourceType": named, "id": "r", whose: {"reference": "Patient/p"}} | fields
    return {key: value for key, value in made.items() if value is not None}


def condition(**fields: Any) -> Node:
    return resource(
        "Condition",
        **{
            "clinicalStatus": concept("active"),
            "verificationStatus": concept("confirmed"),
            "code": concept("38341003", display="Hypertension"),
            "onsetDateTime": "2020-02-03",
        }
        | fields,
    )


def request(**fields: Any) -> Node:
    return resource(
        "MedicationRequest",
        **{
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": concept("897718", RXNORM, "Verapamil"),
            "authoredOn": "2025-03-01",
        }
        | fields,
    )


def observation(loinc: str, **fields: Any) -> Node:
    return resource(
        "Observation",
        **{
            "status": "final",
            "code": concept(loinc, LOINC),
            "effectiveDateTime": "2026-05-01T10:00:00+02:00",
        }
        | fields,
    )


def quantity(value: Any, unit: str) -> Node:
    return {"value": value, "unit": unit, "code": unit, "system": UCUM}


def bundle(*resources: Node, **fields: Any) -> Node:
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries} | fields


def look(*resources: Node, at: datetime = AT) -> IncomingRecord:
    """What is read of a Bundle of the patient and these."""
    return look_at(bundle(patient(), *resources), at=at)


def look_at(whole: object, *, at: datetime = AT) -> IncomingRecord:
    return read(json.dumps(whole).encode(), source="test.json", at=at, protocol=PROTOCOL)


def facts(record: IncomingRecord) -> list[Any]:
    return [fact for fact, _ in record.facts]


def only(record: IncomingRecord) -> Any:
    """The one fact of a record from which everything was understood."""
    assert missed(record) == []
    (fact,) = facts(record)
    return fact


def missed(record: IncomingRecord) -> list[str]:
    """What should have been read and could not be."""
    return [f"{line.where}: {line.what}" for line in record.not_understood[: record.not_used_from]]
