"""A second reading of a record, as plain as it can be: no types, no conversions, nothing of ours imported.

It walks the JSON once and gives what a careful person would list by hand: problems, medicines, numbers.
"""

import gzip
import json
import tomllib
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
}
SPELT = {"{beats}/min": "/min", "{Beats}/min": "/min", "{breaths}/min": "/min", "mL/min": "mL/min/{1.73_m2}"}


def measured_kinds(toml: Path) -> dict[str, dict[str, Any]]:
    """LOINC code → the row of measurements.toml."""
    rows = tomllib.loads(toml.read_text(encoding="utf-8"))["measurement"]
    return {code: row for row in rows for code in row.get("loinc", [])}


def resources(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return [entry["resource"] for entry in json.loads(data, parse_float=Decimal)["entry"]]


def first_code(concept: dict[str, Any]) -> str:
    coding = concept["coding"][0]
    return f"{SYSTEMS[coding['system']]} {coding['code']}"


def moment(words: str) -> datetime:
    return datetime.fromisoformat(words)


def problems(record: list[dict[str, Any]], at: datetime) -> Counter[tuple[str, str]]:
    """(code, first ten letters of the onset) of each condition that began by then."""
    found: Counter[tuple[str, str]] = Counter()
    for one in record:
        if one["resourceType"] != "Condition":
            continue
        onset = one.get("onsetDateTime") or one.get("onsetPeriod", {}).get("start")
        began = onset or one.get("recordedDate")
        if began is None or moment(began) <= at:
            found[first_code(one["code"]), onset[:10] if onset else ""] += 1
    return found


def medicines(record: list[dict[str, Any]], at: datetime) -> Counter[tuple[str, str]]:
    """(code, first ten letters of the date) of each medicine ordered or handed over by then."""
    found: Counter[tuple[str, str]] = Counter()
    for one in record:
        if one["resourceType"] not in ("MedicationRequest", "MedicationDispense"):
            continue
        began = one.get("authoredOn") or one.get("whenHandedOver")
        if moment(began) <= at and not one.get("doNotPerform"):
            found[first_code(one["medicationCodeableConcept"]), began[:10]] += 1
    return found


def numbers(
    record: list[dict[str, Any]], at: datetime, kinds: dict[str, dict[str, Any]]
) -> Counter[tuple[str, Decimal, datetime]]:
    """(what, value to four decimals, instant) of each number in its expected unit and within its limits."""
    found: Counter[tuple[str, Decimal, datetime]] = Counter()
    for one in record:
        if one["resourceType"] != "Observation" or moment(one["effectiveDateTime"]) > at:
            continue
        for part in [one, *one.get("component", [])]:
            kind = kinds.get(part["code"]["coding"][0]["code"])
            value = part.get("valueQuantity", {})
            unit = SPELT.get(value.get("code", ""), value.get("code"))
            if kind and unit == kind["unit"] and kind["lowest"] <= value["value"] <= kind["highest"]:
                found[kind["id"], round(Decimal(value["value"]), 4), moment(one["effectiveDateTime"])] += 1
    return found
