"""A condition in words says everything the condition holds, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from openkap.clinical.rules import (
    Absent,
    AfterDay,
    AllOf,
    AnyOf,
    Asked,
    Computed,
    ConditionOn,
    Elapsed,
    Fewer,
    MeasurementOut,
    MedicineOn,
    Not,
    Present,
    Reaches,
    ResultIs,
    Rule,
    ScoreAt,
    Speaks,
    When,
)
from openkap.clinical.wording import condition
from tests.clinical.charts import adopted

PROTOCOL = adopted()
MONTH = timedelta(days=30)
PRESSURE = MeasurementOut(
    above=(("systolic", Decimal(140)), ("diastolic", Decimal(90))),
    below=(),
    within=timedelta(minutes=15),
    units=(("systolic", "mm[Hg]"), ("diastolic", "mm[Hg]")),
)
PULSE = MeasurementOut(
    (("heart-rate", Decimal(150)),), (("heart-rate", Decimal(50)),), MONTH, (("heart-rate", "/min"),)
)
SEDATION = MeasurementOut((), (("sedation", Decimal(5)),), MONTH, (("sedation", "1"),))
FEVER = MeasurementOut((), (), MONTH, (("temperature", "Cel"),), at_least=(("temperature", Decimal(38)),))
STROKE, MAOI = ConditionOn("stroke", ever=True), MedicineOn("maoi")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (STROKE, "a stroke is on file, now or ever"),
        (ConditionOn("stroke"), "a stroke is on file as active"),
        (
            ConditionOn("stroke", stale_after=MONTH),
            "a stroke is on file as active and began in the last 30 days",
        ),
        (MAOI, "a monoamine oxidase inhibitor is taken"),
        (PRESSURE, "blood pressure is above 140/90 mm[Hg], measured in the last 15 min"),
        (
            PULSE,
            "heart rate is above 150 /min or heart rate is below 50 /min, measured in the last 30 days",
        ),
        (SEDATION, "sedation (MOAA/S) is below 5, measured in the last 30 days"),
        (FEVER, "body temperature is at or above 38 Cel, measured in the last 30 days"),
        (AfterDay(date(2026, 12, 31), "US"), "in US the day is later than 2026-12-31"),
        (Speaks("maoi"), "“A monoamine oxidase inhibitor” is so"),
        (ScoreAt("phq9", 1, MONTH, item=9), "PHQ-9 item 9 comes to 1 or more, from the last 30 days"),
        (ScoreAt("phq9", 15, MONTH), "PHQ-9 comes to 15 or more, from the last 30 days"),
        (
            ResultIs("pregnancy-test", "positive", MONTH),
            "pregnancy test is positive, from the last 30 days",
        ),
        (Elapsed("birth", under=timedelta(days=6575)), "the person is younger than 18 years"),
        (Elapsed("birth", over=timedelta(days=6575)), "the person is older than 18 years"),
        (Elapsed("death", over=timedelta(0)), "the record says that the person has died"),
        (
            Elapsed("dose-given", under=timedelta(hours=24)),
            "it is less than 1 day since the last entry “dose given”",
        ),
        (
            Elapsed("dose-given", over=timedelta(hours=3)),
            "it is more than 3 h since the last entry “dose given”",
        ),
        (
            Absent("result", where=(("what", "ecg"),), within=MONTH),
            "no electrocardiogram from the last 30 days is on file",
        ),
        (
            Present("result", where=(("what", "ecg"),), being=(("value", "abnormal"),)),
            "electrocardiogram of “abnormal” is on file",
        ),
        (
            Absent("intention", after="course-closed", before="dose-given"),
            "no entry “intention” since the last “course closed” before the last “dose given” is on file",
        ),
        (
            Absent("checked", (("item", "escort"),), (("answer", "yes"),), this_visit=True),
            "“A responsible adult will take the patient home, and nobody drives before tomorrow” "
            "is not answered with yes",
        ),
        (
            Absent("discharge-checked", (("item", "escort"),), (("answer", "yes"),), this_visit=True),
            "“The responsible adult is here and takes the patient home” is not answered with yes",
        ),
        (Absent("arrived", this_visit=True), "no entry “arrived” in this visit is on file"),
        (
            Present(
                "permission-answered",
                where=(("permission", "touch-hand"), ("answer", "granted")),
                being=(("said", "in-words"),),
            ),
            "entry “permission answered touch hand granted” of “in words” is on file",
        ),
        (
            Fewer(
                "treatment-trial",
                2,
                where=(("this_episode", ("yes",)), ("outcome", ("no-response", "partial-response"))),
                shows="what",
            ),
            "fewer than 2 entries “treatment trial” are on file with this episode yes; "
            "outcome no response or partial response",
        ),
        (Reaches("asa-class", "asa", 3), "the last entry “asa class” comes to 3 or more"),
        (Asked(), "the question below is answered with yes"),
        (Not(Asked()), "it is not so that the question below is answered with yes"),
        (AnyOf((STROKE, STROKE)), "a stroke is on file, now or ever"),
        (
            AllOf((MAOI, AnyOf((STROKE, Asked())))),
            "a monoamine oxidase inhibitor is taken; and (a stroke is on file, now or ever; "
            "or the question below is answered with yes)",
        ),
        (
            AnyOf((MAOI, AllOf((STROKE, Asked())))),
            "a monoamine oxidase inhibitor is taken; or (a stroke is on file, now or ever; "
            "and the question below is answered with yes)",
        ),
        (
            Computed("weight"),
            "this does not hold: “A dose per kilogram needs the weight of the day, "
            "and a height where it goes by ideal body weight”",
        ),
    ],
)
def test_every_kind_of_condition_has_its_words(when: When, words: str) -> None:
    """Limits, units, spans and what belongs together."""
    assert condition(when, PROTOCOL) == words


@pytest.mark.parametrize("rule", PROTOCOL.rules, ids=lambda rule: rule.id)
def test_every_rule_can_be_said(rule: Rule) -> None:
    """No rule of the shipped protocol lacks words, and none shows the names of the program."""
    said = condition(rule.when, PROTOCOL)
    assert said and "<" not in said and "_" not in said


@pytest.mark.parametrize(
    "changed",
    [
        replace(PRESSURE, above=(("systolic", Decimal(141)), ("diastolic", Decimal(90)))),
        replace(PRESSURE, above=(("systolic", Decimal(140)), ("diastolic", Decimal(91)))),
        replace(PRESSURE, above=(("systolic", Decimal(140)),)),
        replace(PRESSURE, above=(), below=PRESSURE.above),
        replace(PRESSURE, within=timedelta(minutes=16)),
    ],
)
def test_a_changed_condition_reads_differently(changed: MeasurementOut) -> None:
    """Whoever compares two versions by their words misses nothing."""
    assert condition(changed, PROTOCOL) != condition(PRESSURE, PROTOCOL)
