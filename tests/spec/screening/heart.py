"""Heart, vessels and brain."""

from datetime import timedelta

from tests.spec.screening.rows import (
    Dated,
    Row,
    answered,
    cannot_tell,
    days,
    measured,
    met,
    not_met,
    pressure,
    problem,
)

MINUTE = timedelta(minutes=1)
HIGH = problem("Hypertension", "snomed 38341003")


def at_rest(systolic: str = "120", pulse: str = "70", breaths: str = "14") -> tuple[Dated, ...]:
    return (
        measured("systolic", systolic, "mm[Hg]"),
        measured("heart-rate", pulse, "/min"),
        measured("respiratory-rate", breaths, "/min"),
    )


ROWS: tuple[Row, ...] = (
    met("aneurysm", "an aortic aneurysm", problem("Abdominal aortic aneurysm", "icd10cm I71.4")),
    met("aneurysm", "repaired, for it counts for life", problem("", "icd10cm I67.1", status="resolved")),
    met("arteriovenous-malformation", "by its code", problem("", "icd10cm Q28.2")),
    met("intracerebral-haemorrhage", "by its code", problem("", "icd10cm I61.9", status="resolved")),
    met("intracerebral-haemorrhage", "in words", problem("Subarachnoid haemorrhage 2004")),
    met("stroke", "by its code", problem("Stroke", "snomed 230690007", ago=4000)),
    cannot_tell("stroke", "at risk is not a stroke", problem("At risk of stroke")),
    met("brain-injury", "a concussion now", problem("Concussion", "snomed 62106007", ago=3)),
    cannot_tell("brain-injury", "a healed one", problem("Concussion", "snomed 62106007", status="resolved")),
    met("myocardial-infarction", "by its code", problem("", "icd10cm I21.4", ago=5)),
    cannot_tell("myocardial-infarction", "a history of one", problem("", "snomed 399211009")),
    met("unstable-angina", "by its code", problem("", "icd10cm I20.0")),
    met("eclampsia", "now", problem("Preeclampsia", "snomed 398254007", ago=20)),
    met("eclampsia", "300 days old", problem("Preeclampsia", "snomed 398254007", ago=300)),
    cannot_tell("eclampsia", "301 days old and still active", problem("", "snomed 398254007", ago=301)),
    not_met("eclampsia", "a man is not asked", sex="male"),
    met("heart-failure", "by its code", problem("", "snomed 88805009")),
    cannot_tell("heart-failure", "resolved", problem("", "snomed 88805009", status="resolved")),
    met("arrhythmia", "atrial fibrillation", problem("Atrial fibrillation", "snomed 49436004")),
    met("cardiac-arrest", "a history of one", problem("", "snomed 429007001")),
    met("coronary-disease", "an earlier heart attack", problem("", "snomed 399211009")),
    met("hypertension", "by its code", HIGH),
    met("hypertension-uncontrolled", "hypertension at 141/80", HIGH, *pressure("141", "80")),
    met("hypertension-uncontrolled", "hypertension at 120/91", HIGH, *pressure("120", "91")),
    not_met(
        "hypertension-uncontrolled", "hypertension at 140/90 is controlled", HIGH, *pressure("140", "90")
    ),
    met("hypertension-uncontrolled", "hypertension without a reading", HIGH),
    not_met(
        "hypertension-uncontrolled",
        "a normal reading of 30 days ago clears",
        HIGH,
        *pressure("120", "80", ago=days(30)),
    ),
    met(
        "hypertension-uncontrolled",
        "a normal reading of 31 days ago does not",
        HIGH,
        *pressure("120", "80", ago=days(31)),
    ),
    met(
        "hypertension-uncontrolled",
        "a high reading of 365 days ago speaks",
        HIGH,
        *pressure("180", "100", ago=days(365)),
    ),
    met(
        "hypertension-uncontrolled",
        "a high reading older than a year is no reading",
        HIGH,
        *pressure("180", "100", ago=days(365) + MINUTE),
    ),
    cannot_tell("hypertension-uncontrolled", "a high reading and nobody asked", *pressure("150", "95")),
    met(
        "hypertension-uncontrolled",
        "a high reading and the patient says yes",
        *pressure("150", "95"),
        answered("hypertension", "yes"),
    ),
    met("bp-above-limit", "141/90", *pressure("141", "90")),
    met("bp-above-limit", "140/91", *pressure("140", "91")),
    met("bp-above-limit", "140.1/90", *pressure("140.1", "90")),
    not_met("bp-above-limit", "140/90", *pressure("140", "90")),
    met("bp-above-limit", "a high systolic alone is enough", measured("systolic", "150", "mm[Hg]")),
    cannot_tell("bp-above-limit", "a normal systolic alone is not", measured("systolic", "120", "mm[Hg]")),
    cannot_tell("bp-above-limit", "another unit is no reading", measured("systolic", "19", "kPa")),
    not_met(
        "bp-above-limit",
        "the newest reading speaks",
        *pressure("170", "100", ago=days(2)),
        *pressure("130", "80"),
    ),
    cannot_tell("bp-above-limit", "a reading of tomorrow is not seen", *pressure("170", "100", ago=days(-1))),
    met("bp-crisis", "181/100", *pressure("181", "100")),
    met("bp-crisis", "150/121", *pressure("150", "121")),
    met("bp-crisis", "180/100", *pressure("180", "100")),
    met("bp-crisis", "150/120", *pressure("150", "120")),
    not_met("bp-crisis", "179.9/119.9", *pressure("179.9", "119.9")),
    cannot_tell("bp-crisis", "a reading of 31 days ago", *pressure("190", "125", ago=days(31))),
    met("hypertensive-crisis", "by its code", problem("", "icd10cm I16.1")),
    met("hypertensive-encephalopathy", "by its code", problem("", "icd10cm I67.4", status="resolved")),
    not_met("vital-signs-outside", "all within", *at_rest()),
    met("vital-signs-outside", "pulse 151", *at_rest(pulse="151")),
    not_met("vital-signs-outside", "pulse 150", *at_rest(pulse="150")),
    met("vital-signs-outside", "pulse 49", *at_rest(pulse="49")),
    not_met("vital-signs-outside", "pulse 50", *at_rest(pulse="50")),
    met("vital-signs-outside", "systolic 181", *at_rest(systolic="181")),
    not_met("vital-signs-outside", "systolic 180", *at_rest(systolic="180")),
    met("vital-signs-outside", "systolic 89", *at_rest(systolic="89")),
    not_met("vital-signs-outside", "systolic 90", *at_rest(systolic="90")),
    met("vital-signs-outside", "31 breaths", *at_rest(breaths="31")),
    not_met("vital-signs-outside", "30 breaths", *at_rest(breaths="30")),
    met("vital-signs-outside", "9 breaths", *at_rest(breaths="9")),
    not_met("vital-signs-outside", "10 breaths", *at_rest(breaths="10")),
    cannot_tell("vital-signs-outside", "nobody counted breaths", *at_rest()[:2]),
)
