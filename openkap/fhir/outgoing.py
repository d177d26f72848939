"""A chart as a FHIR R4 Bundle, for whoever does not run OpenKAP.

What FHIR has a resource for: the person, problems, allergies, medicines, measurements and vital signs, totals
of questionnaires, visits, doses, consents. The rest stays in the ledger beside it, and is not bent to fit.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven, VitalSigns
from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.preparation import Consented
from openkap.clinical.entries.screening import Allergy, Measurement, Medicine, Problem, Score
from openkap.clinical.entries.words import Code
from openkap.clinical.protocol import Protocol
from openkap.clinical.status import assess
from openkap.fhir.concept import SYSTEMS
from openkap.fhir.units import UCUM

Node = dict[str, Any]
_URIS = {name: uri for uri, name in reversed(SYSTEMS.items())}
_CONDITION = "http://terminology.hl7.org/CodeSystem/condition-"
_SIGNS = {"systolic": "systolic", "diastolic": "diastolic", "heart_rate": "heart-rate", "spo2": "spo2"}
"""Field of VitalSigns → its name in protocol/measurements.toml."""
_MG = "mg"
_DRUGS = {"racemic": "Ketamine", "esketamine": "Esketamine"}


def bundle(chart: Chart, protocol: Protocol, at: datetime) -> Node:
    """The chart as it stands at `at`: corrected entries as they were corrected, each under its entry's id."""
    made = [_patient(chart), *_visits(chart, protocol, at)]
    for entry in chart.entries:
        if entry in chart.by_kind.get(type(entry.fact), ()) and (write := _WRITERS.get(type(entry.fact))):
            made += write(entry, chart, protocol)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": [{"fullUrl": _url(one["id"]), "resource": one} for one in made],
    }


def _patient(chart: Chart) -> Node:
    person = chart.person
    made: Node = {
        "resourceType": "Patient",
        "id": chart.subject.removeprefix("chart:"),
        "name": [{"use": "official", "family": person.family_name, "given": person.given_name.split(" ")}],
        "birthDate": person.birth_date.isoformat(),
        "gender": person.sex,
    }
    if numbers := [{"system": f.system, "value": f.value} for f in chart.facts(Identifier)]:
        made["identifier"] = numbers
    if person.deceased_at:
        made["deceasedDateTime"] = person.deceased_at.isoformat()
    return made


def _visits(chart: Chart, protocol: Protocol, at: datetime) -> Iterator[Node]:
    for visit in assess(chart, protocol, at).visits:
        over = visit.phase in ("closed", "stopped", "discharged")
        yield {
            "resourceType": "Encounter",
            "id": _visit_id(visit.id),
            "status": "finished" if over else "planned" if visit.phase == "booked" else "in-progress",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "subject": _subject(chart),
            "period": {"start": visit.starts_at.isoformat()},
        }


def _problem(entry: Entry, chart: Chart, _: Protocol) -> Iterator[Node]:
    fact: Problem = entry.fact
    made = _resource("Condition", entry, chart) | {
        "code": _concept(fact.text, fact.codes),
        "verificationStatus": _status(f"{_CONDITION}ver-status", fact.verification),
        "recordedDate": entry.effective_at.isoformat(),
    }
    if fact.status in ("active", "resolved"):
        made["clinicalStatus"] = _status(f"{_CONDITION}clinical", fact.status)
    if fact.onset_on:
        made["onsetDateTime"] = fact.onset_on.isoformat()
    if fact.ended_on:
        made["abatementDateTime"] = fact.ended_on.isoformat()
    yield made


def _allergy(entry: Entry, chart: Chart, _: Protocol) -> Iterator[Node]:
    fact: Allergy = entry.fact
    made = _resource("AllergyIntolerance", entry, chart, subject="patient")
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    yield made | {
        "code": _concept(fact.text, fact.codes),
        "clinicalStatus": _status(system, fact.status),
        "recordedDate": entry.effective_at.isoformat(),
    }


def _medicine(entry: Entry, chart: Chart, _: Protocol) -> Iterator[Node]:
    fact: Medicine = entry.fact
    made = _resource("MedicationStatement", entry, chart) | {
        "status": fact.status,
        "medicationCodeableConcept": _concept(fact.text, fact.codes),
        "dateAsserted": entry.effective_at.isoformat(),
    }
    period = {"start": fact.since, "end": fact.ended_on}
    if said := {name: day.isoformat() for name, day in period.items() if day}:
        made["effectivePeriod"] = said
    yield made


def _measured(entry: Entry, chart: Chart, protocol: Protocol) -> Iterator[Node]:
    fact: Measurement = entry.fact
    yield from _observation(entry, chart, protocol, fact.what, fact.value, "")


def _signs(entry: Entry, chart: Chart, protocol: Protocol) -> Iterator[Node]:
    for field, what in _SIGNS.items():
        value = getattr(entry.fact, field)
        if value is not None:
            yield from _observation(entry, chart, protocol, what, Decimal(value), what)


def _observation(
    entry: Entry, chart: Chart, protocol: Protocol, what: str, value: Decimal, part: str
) -> Iterator[Node]:
    kind = protocol.measurements.get(what)
    if kind is None or not kind.loinc:
        return
    yield _resource("Observation", entry, chart, part=part) | {
        "status": "final",
        "code": _concept(kind.title, (Code("loinc", kind.loinc[0]),)),
        "effectiveDateTime": entry.effective_at.isoformat(),
        "valueQuantity": _quantity(value, kind.unit),
    }


def _score(entry: Entry, chart: Chart, protocol: Protocol) -> Iterator[Node]:
    fact: Score = entry.fact
    scale = protocol.instruments.get(fact.instrument)
    codes = (Code("loinc", scale.loinc_total),) if scale and scale.loinc_total else ()
    yield _resource("Observation", entry, chart) | {
        "status": "final",
        "code": _concept(f"{scale.title if scale else fact.instrument} total", codes),
        "effectiveDateTime": entry.effective_at.isoformat(),
        "valueInteger": fact.total,
    }


def _dose(entry: Entry, chart: Chart, protocol: Protocol) -> Iterator[Node]:
    fact: DoseGiven = entry.fact
    route = protocol.routes.get(fact.route)
    dosage: Node = {
        "text": fact.arithmetic or str(fact.amount),
        "route": {"text": route.title if route else fact.route},
        "dose": _quantity(fact.amount.value, _MG),
    }
    yield _resource("MedicationAdministration", entry, chart) | {
        "status": "completed",
        "medicationCodeableConcept": {"text": _DRUGS[route.drug] if route else _DRUGS["racemic"]},
        "context": {"reference": _url(_visit_id(fact.visit))},
        "effectiveDateTime": entry.effective_at.isoformat(),
        "dosage": dosage,
    }


def _consent(entry: Entry, chart: Chart, _: Protocol) -> Iterator[Node]:
    fact: Consented = entry.fact
    scope = {"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "treatment"}
    yield _resource("Consent", entry, chart, subject="patient") | {
        "status": "active",
        "scope": {"coding": [scope]},
        "category": [{"text": f"{fact.document}, version {fact.version}"}],
        "dateTime": entry.effective_at.isoformat(),
        "policyRule": {"text": f"signed by {fact.signed_name}; text sha-256 {fact.text_sha256}"},
    }


_WRITERS: dict[type, Callable[[Entry, Chart, Protocol], Iterator[Node]]] = {
    Problem: _problem,
    Allergy: _allergy,
    Medicine: _medicine,
    Measurement: _measured,
    VitalSigns: _signs,
    Score: _score,
    DoseGiven: _dose,
    Consented: _consent,
}


def _resource(name: str, entry: Entry, chart: Chart, *, subject: str = "subject", part: str = "") -> Node:
    id = uuid5(entry.id, part) if part else entry.id
    return {"resourceType": name, "id": str(id), subject: _subject(chart)}


def _visit_id(visit: str) -> str:
    """FHIR wants the id of what is pointed at by urn:uuid to be one."""
    try:
        return str(UUID(visit))
    except ValueError:
        return str(uuid5(NAMESPACE_OID, visit))


def _url(id: str) -> str:
    return f"urn:uuid:{id}"


def _subject(chart: Chart) -> Node:
    return {"reference": _url(chart.subject.removeprefix("chart:"))}


def _concept(words: str, codes: tuple[Code, ...]) -> Node:
    coding = [
        {"system": _URIS.get(code.system, code.system), "code": code.code}
        | ({"display": code.display} if code.display else {})
        for code in codes
    ]
    return {"text": words} | ({"coding": coding} if coding else {})


def _status(system: str, code: str) -> Node:
    return {"coding": [{"system": system, "code": code}]}


def _quantity(value: Decimal, unit: str) -> Node:
    number = int(value) if value == value.to_integral_value() else float(value)
    return {"value": number, "unit": unit, "system": UCUM, "code": unit}
