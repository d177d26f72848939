"""A second reading of a record, as plain as it can be: no types, nothing of ours imported.

It walks the JSON once and lists what a careful person would list by hand. What it does not know it does not
guess: a status or a word it has never met ends it with an error, so that somebody reads the record.
"""

import gzip
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "http://loinc.org": "loinc",
}
OVER = {"inactive", "remission", "resolved"}
STANDING = {"active", "recurrence", "relapse"}
STOPPED = {
    "MedicationRequest": {"stopped", "cancelled"},
    "MedicationDispense": {"stopped"},
    "MedicationAdministration": {"stopped"},
    "MedicationStatement": {"stopped", "completed", "not-taken"},
}
NEVER = {"entered-in-error", "draft", "cancelled", "declined", "preparation", "not-done"}
"""A medicine that was never ordered or handed over. A cancelled request was, until somebody stopped it."""
NO_ALLERGY = {"716186003", "409137002", "428607008", "429625007", "428197003"}
SPELT = {
    "mL/min": "mL/min/{1.73_m2}",
    "mmHg": "mm[Hg]",
    "kilograms": "kg",
    "degF": "[degF]",
    "{beats}/min": "/min",
    "{breaths}/min": "/min",
}
FACTOR = {("g", "kg"): "0.001", ("[lb_av]", "kg"): "0.45359237", ("[in_i]", "cm"): "2.54", ("m", "cm"): "100"}
RESULTS = {"positive": "positive", "detected": "positive", "negative": "negative", "not detected": "negative"}

Fact = dict[str, Any]


def resources(path: Path) -> list[Fact]:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return [entry["resource"] for entry in json.loads(data, parse_float=Decimal)["entry"]]


def facts(record: list[Fact], at: datetime, protocol: Path) -> dict[str, Any]:
    """Who it is, and what is on file by `at`: a list of plain facts for each kind."""
    known = _known(protocol)
    (who,) = (one for one in record if one["resourceType"] == "Patient")
    found: dict[str, Any] = {"who": _person(who, at), "problem": [], "medicine": [], "allergy": []}
    found |= {"measurement": [], "result": [], "score": []}
    forms: dict[str, list[Fact]] = {}
    for one in record:
        kind = one["resourceType"]
        if kind in STOPPED:
            found["medicine"] += _medicine(one, kind, at)
        elif kind == "Condition":
            found["problem"] += _problem(one, at)
        elif kind == "AllergyIntolerance":
            found["allergy"] += _allergy(one, at)
        elif kind == "Observation":
            _observation(one, at, known, found)
            for answer in _lone(one, at):
                forms.setdefault(one["effectiveDateTime"], []).append(answer)
        elif kind == "QuestionnaireResponse":
            found["score"] += _answered(one, at, known)
    for when, items in forms.items():  # what was asked at one instant was one form
        found["score"] += _answered({"status": "completed", "authored": when, "item": items}, at, known)
    for kind in ("measurement", "result", "score"):
        found[kind].sort(key=lambda fact: fact["at"])
    found["score"] = [fact for n, fact in enumerate(found["score"]) if fact not in found["score"][:n]]
    return found


def moment(words: str) -> datetime:
    """A day, or an instant, in UTC. A month or a year counts from its first day."""
    words = {4: words + "-01-01", 7: words + "-01"}.get(len(words), words)
    when = datetime.fromisoformat(words)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _known(protocol: Path) -> dict[str, Any]:
    rows = tomllib.loads((protocol / "measurements.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    scales = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in (protocol / "instruments").glob("*.toml")
    }
    return {
        "measurement": {code: row for row in rows["measurement"] for code in row.get("loinc", [])},
        "result": {code: row["id"] for row in rows["result"] for code in row.get("loinc", [])},
        "total": {scale["loinc_total"]: name for name, scale in scales.items() if scale.get("loinc_total")},
        "scale": scales,
    }


def _person(who: Fact, at: datetime) -> Fact:
    died = who.get("deceasedDateTime") or (at.isoformat() if who.get("deceasedBoolean") else "")
    died = moment(died).date().isoformat() if died and moment(died) <= at else ""
    name = " ".join([*who["name"][0].get("given", []), who["name"][0].get("family", "")])
    return {"name": name, "born": who["birthDate"], "sex": who.get("gender", "unknown"), "died": died}


def _concept(node: Fact) -> Fact:
    """Its codes, and every text in it."""
    codings = node.get("coding", [])
    codes = {(SYSTEMS.get(c.get("system", ""), c.get("system", "")), c.get("code", "")) for c in codings}
    texts = [node.get("text", ""), *(c.get("display", "") for c in codings)]
    return {"codes": codes, "texts": [text for text in texts if text]}


def _word(one: Fact, key: str) -> str:
    return str(one[key]["coding"][0]["code"]) if key in one else ""


def _problem(one: Fact, at: datetime) -> list[Fact]:
    doubt = _word(one, "verificationStatus")
    began = one.get("onsetDateTime") or one.get("onsetPeriod", {}).get("start")
    since = began or one.get("recordedDate")
    if doubt in ("entered-in-error", "refuted") or (since and moment(since) > at):
        return []
    said = _word(one, "clinicalStatus")
    assert said in OVER | STANDING | {""}, said
    ended = one.get("abatementDateTime") or one.get("abatementPeriod", {}).get("end")
    over = said in OVER or (not said and bool(ended))
    if ended and moment(ended) > at:
        over = False  # it has not happened yet
    what = _concept(one["code"])
    return [
        what
        | {"since": moment(since) if since else at, "day": (since or at.isoformat())[:10]}
        | {"over": over}
    ]


def _medicine(one: Fact, kind: str, at: datetime) -> list[Fact]:
    dates = ("authoredOn", "whenHandedOver", "whenPrepared", "effectiveDateTime", "dateAsserted")
    period = one.get("effectivePeriod", {})
    since = next((one[key] for key in dates if key in one), period.get("start"))
    status = one["status"]
    stopped = status in STOPPED[kind] or ("end" in period and moment(period["end"]) <= at)
    never = status in NEVER - STOPPED[kind] or one.get("intent") in ("proposal", "option")
    if never or one.get("doNotPerform") or (since and moment(since) > at):
        return []
    if "medicationCodeableConcept" in one:
        what = _concept(one["medicationCodeableConcept"])
    else:
        pointer = one["medicationReference"]
        inside = [c for c in one.get("contained", []) if "#" + c["id"] == pointer.get("reference")]
        what = _concept(inside[0]["code"]) if inside else {"codes": set(), "texts": [pointer["display"]]}
    return [what | {"day": (since or at.isoformat())[:10], "over": stopped}]


def _allergy(one: Fact, at: datetime) -> list[Fact]:
    since = one.get("onsetDateTime") or one.get("recordedDate")
    if _word(one, "verificationStatus") in ("entered-in-error", "refuted") or (since and moment(since) > at):
        return []
    what = _concept(one["code"])
    if NO_ALLERGY & {code for system, code in what["codes"] if system == "snomed"}:
        return []
    over = _word(one, "clinicalStatus") in ("inactive", "resolved")
    return [what | {"day": (since or at.isoformat())[:10], "over": over}]


def _observation(one: Fact, at: datetime, known: dict[str, Any], found: dict[str, Any]) -> None:
    when = one.get("effectiveDateTime") or one.get("effectivePeriod", {}).get("start")
    if one["status"] not in ("final", "amended", "corrected") or not when or moment(when) > at:
        return
    for part in [one, *one.get("component", [])]:
        for code in (
            c["code"] for c in part["code"].get("coding", []) if c.get("system") == "http://loinc.org"
        ):
            dated = {"at": moment(when), "day": moment(when).date().isoformat()}
            if code in known["measurement"] and "valueQuantity" in part:
                row = known["measurement"][code]
                value = _number(part["valueQuantity"], row)
                if value is not None:
                    found["measurement"].append(dated | {"what": row["id"], "value": value})
            elif code in known["total"]:
                total = (
                    part["valueInteger"] if "valueInteger" in part else int(part["valueQuantity"]["value"])
                )
                if 0 <= total <= known["scale"][known["total"][code]]["highest"]:
                    found["score"].append(
                        dated | {"instrument": known["total"][code], "total": total, "items": []}
                    )
            elif code in known["result"]:
                value = RESULTS[part["valueCodeableConcept"]["coding"][0]["display"].split(" (")[0].lower()]
                found["result"].append(dated | {"what": known["result"][code], "value": value})
            elif code == "82810-3":
                what = _concept(part["valueCodeableConcept"])
                over = ("snomed", "60001007") in what["codes"]  # not pregnant
                found["problem"].append(what | {"since": dated["at"], "day": dated["day"], "over": over})


def _number(quantity: Fact, row: Fact) -> Decimal | None:
    """In the row's unit, or None where it is not a plain value within the row's limits."""
    said = quantity.get("code") or quantity.get("unit", "")
    unit, value = SPELT.get(said, said), Decimal(quantity["value"])
    if (unit, row["unit"]) == ("[degF]", "Cel"):
        value = (value - 32) * 5 / 9
    elif unit != row["unit"]:
        factor = row.get("other_units", {}).get(said) or FACTOR.get((unit, row["unit"]))
        if factor is None:
            return None
        value *= Decimal(factor)
    plain = "comparator" not in quantity and row["lowest"] <= value <= row["highest"]
    return round(value, 4) if plain else None


def _answered(one: Fact, at: datetime, known: dict[str, Any]) -> list[Fact]:
    """A completed form: each scale all of whose scored items are answered, or else its total alone."""
    if one["status"] not in ("completed", "amended") or moment(one["authored"]) > at:
        return []
    given = dict(_each_answer(one.get("item", [])))
    dated = {"at": moment(one["authored"]), "day": moment(one["authored"]).date().isoformat()}
    found = []
    for name, scale in known["scale"].items():
        items = scale.get("item", [])
        scored = _scored(scale)
        longer = [other for other in map(_scored, known["scale"].values()) if set(other) > set(scored)]
        if any(set(other) & set(given) > set(scored) for other in longer):
            continue  # the two of a PHQ-2 are the first two of a PHQ-9, answered in full or not
        if scored and all(code in given for code in scored):
            answers = [_place(item, scale, given[item["loinc"]]) for item in items if item["loinc"] in given]
            total = sum(answers[: len(scored)])
            found.append(dated | {"instrument": name, "total": total, "items": answers})
        elif scale.get("loinc_total") in given:
            total = int(given[scale["loinc_total"]]["valueDecimal"])
            found.append(dated | {"instrument": name, "total": total, "items": []})
    return found


def _lone(one: Fact, at: datetime) -> list[Fact]:
    """A coded answer that is an Observation of its own, as an item of a form."""
    if "effectiveDateTime" not in one or one["status"] not in ("final", "amended", "corrected"):
        return []
    answers = one.get("valueCodeableConcept", {}).get("coding", [])[:1]
    if not answers or moment(one["effectiveDateTime"]) > at:
        return []
    codes = [c["code"] for c in one["code"].get("coding", []) if c.get("system") == "http://loinc.org"]
    return [{"linkId": code, "answer": [{"valueCoding": answers[0]}]} for code in codes]


def _scored(scale: Fact) -> list[str]:
    return [item.get("loinc") for item in scale.get("item", []) if item.get("scored", True)]


def _place(item: Fact, scale: Fact, answer: Fact) -> int:
    codes: list[str] = item.get("codes") or scale["codes"]
    return codes.index(answer["valueCoding"]["code"])


def _each_answer(items: list[Fact]) -> Iterator[tuple[str, Fact]]:
    for item in items:
        for answer in item.get("answer", []):
            yield item["linkId"].split("/")[-1], answer
        yield from _each_answer(item.get("item", []))
