"""What weighs more together than apart, and fever."""

from datetime import timedelta

from tests.spec.screening.rows import (
    Dated,
    Row,
    answered,
    cannot_tell,
    days,
    measured,
    medicine,
    met,
    not_met,
    pressure,
    problem,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BIPOLAR = problem("Bipolar disorder", "icd10cm F31.9")
HIGH = problem("Hypertension", "snomed 38341003")
MAOI = medicine("Phenelzine 15 MG")
STIMULANT = medicine("Methylphenidate 10 MG")
DIAZEPAM = medicine("Diazepam 5 MG")
OXYCODONE = medicine("oxyCODONE Hydrochloride 5 MG Oral Tablet")
COMPLETE = answered("medicine-list", "yes", by="prescriber")
UNCOVERED, MAO, SPEED, TWO = (
    "bipolar-uncovered",
    "maoi-and-pressure",
    "stimulant-and-pressure",
    "two-sedatives",
)


def temperature(value: str, unit: str = "Cel", *, ago: timedelta = HOUR) -> Dated:
    return measured("temperature", value, unit, ago=ago)


ROWS: tuple[Row, ...] = (
    met(UNCOVERED, "bipolar, and the list is complete without one", BIPOLAR, COMPLETE),
    met(UNCOVERED, "bipolar, and the patient takes none", BIPOLAR, answered(UNCOVERED, "no")),
    not_met(UNCOVERED, "bipolar, and the patient says yes", BIPOLAR, answered(UNCOVERED, "yes")),
    not_met(UNCOVERED, "bipolar on lithium", BIPOLAR, medicine("", "rxnorm 6448")),
    cannot_tell(UNCOVERED, "bipolar, on valproate by its words alone", BIPOLAR, medicine("Valproate 500 MG")),
    cannot_tell(
        UNCOVERED, "bipolar, and lithium is said to be stopped", BIPOLAR, medicine("took lithium, stopped")
    ),
    not_met(
        UNCOVERED,
        "bipolar, on valproate by its words, and the patient says yes",
        BIPOLAR,
        medicine("Valproate 500 MG"),
        answered(UNCOVERED, "yes"),
    ),
    met(
        UNCOVERED,
        "bipolar, lithium by its words, and the patient says no",
        BIPOLAR,
        medicine("my sister takes lithium"),
        answered(UNCOVERED, "no"),
    ),
    cannot_tell(
        UNCOVERED,
        "bipolar, lithium by its words, and the list is complete",
        BIPOLAR,
        medicine("my sister takes lithium"),
        COMPLETE,
    ),
    not_met(UNCOVERED, "no bipolar disorder", answered("bipolar", "no")),
    cannot_tell(UNCOVERED, "bipolar, and nobody asked about medicines", BIPOLAR),
    cannot_tell(
        UNCOVERED, "bipolar, and lithium was stopped", BIPOLAR, medicine("Lithium", status="stopped")
    ),
    cannot_tell(
        UNCOVERED, "an answer of 91 days ago is too old", BIPOLAR, answered(UNCOVERED, "no", ago=days(91))
    ),
    met(UNCOVERED, "an answer of 90 days ago holds", BIPOLAR, answered(UNCOVERED, "no", ago=days(90))),
    met(MAO, "with hypertension on file", MAOI, HIGH),
    met(MAO, "with 141/90 and no hypertension", MAOI, answered("hypertension", "no"), *pressure("141", "90")),
    not_met(MAO, "with 140/90 and none", MAOI, answered("hypertension", "no"), *pressure("140", "90")),
    not_met(MAO, "hypertension without one", HIGH, answered("maoi", "no")),
    cannot_tell(MAO, "an MAOI, and nobody measured", MAOI),
    met(SPEED, "with hypertension on file", STIMULANT, HIGH),
    met(SPEED, "with 140/91", STIMULANT, answered("hypertension", "no"), *pressure("140", "91")),
    not_met(SPEED, "with 140/90", STIMULANT, answered("hypertension", "no"), *pressure("140", "90")),
    not_met(SPEED, "hypertension without one", HIGH, answered("stimulant", "no")),
    cannot_tell(SPEED, "a stimulant, and nobody measured", STIMULANT),
    met(TWO, "both on file", DIAZEPAM, OXYCODONE),
    met(TWO, "one on file, the other said", DIAZEPAM, answered("sedating-medicine", "yes")),
    not_met(TWO, "one, and the list is complete", DIAZEPAM, COMPLETE),
    cannot_tell(TWO, "one, and nobody asked about the other", OXYCODONE),
    met("fever", "38.0", temperature("38")),
    not_met("fever", "37.9", temperature("37.9")),
    met("fever", "39, exactly a day ago", temperature("39", ago=days(1))),
    cannot_tell("fever", "39, older than a day", temperature("39", ago=days(1) + MINUTE)),
    cannot_tell("fever", "in Fahrenheit", temperature("102", "[degF]")),
    cannot_tell("fever", "nobody measured"),
)
