"""What each kind of condition shows: the whole answer with the patient's own data, or what is needed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.entries.dosing import Checked
from openkap.clinical.entries.history import AsaClass
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.screening import Measurement, Result, Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.moments import in_words
from openkap.clinical.rules import (
    Absent,
    AfterDay,
    AllOf,
    AnyOf,
    Asked,
    CannotTell,
    Elapsed,
    MeasurementOut,
    Met,
    Not,
    NotMet,
    Outcome,
    Present,
    ResultIs,
    ScoreAt,
    When,
)
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, at_home, chart_of, given, person
from tests.clinical.one_rule import AT, ask, rule

PROTOCOL = adopted()
YEAR = timedelta(days=365.25)
OPEN, FALSE = Asked(), Absent("chart-opened")


def iso(at: datetime) -> str:
    return at.isoformat()


PRESSURE = MeasurementOut(
    above=(("systolic", Decimal(150)), ("diastolic", Decimal(100))),
    below=(("systolic", Decimal(90)),),
    within=30 * DAY,
    units=(("systolic", "mm[Hg]"), ("diastolic", "mm[Hg]")),
    called="blood pressure",
)


def measured(
    what: str, value: str, ago: timedelta = DAY, unit: str = "mm[Hg]"
) -> tuple[datetime, Measurement]:
    return AT - ago, Measurement(what=what, value=Decimal(value), unit=unit)


def shown(what: str, value: str, ago: timedelta = DAY) -> Measured:
    return Measured(what, value, iso(AT - ago))


SYSTOLIC, DIASTOLIC = "systolic blood pressure", "diastolic blood pressure"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ((), CannotTell("blood pressure from the last 30 days")),
        ((measured("systolic", "120"),), CannotTell(f"{DIASTOLIC} from the last 30 days")),
        ((measured("diastolic", "80"),), CannotTell(f"{SYSTOLIC} from the last 30 days")),
        (
            (measured("systolic", "150"), measured("diastolic", "100", 30 * DAY)),
            NotMet(
                (
                    shown(SYSTOLIC, "150 mm[Hg]"),
                    shown(DIASTOLIC, "100 mm[Hg]", 30 * DAY),
                )
            ),
        ),
        (
            (measured("systolic", "120"), measured("diastolic", "80", 30 * DAY + MINUTE)),
            CannotTell(f"{DIASTOLIC} from the last 30 days"),
        ),
        (
            (measured("systolic", "150.0004"),),
            Met((shown(SYSTOLIC, "150 mm[Hg]"),)),
        ),
        (
            (measured("systolic", "120"), measured("diastolic", "100.5")),
            Met(
                (
                    shown(DIASTOLIC, "100.5 mm[Hg]"),
                    shown(SYSTOLIC, "120 mm[Hg]"),
                )
            ),
        ),
        ((measured("systolic", "90"), measured("diastolic", "80")), NotMet),
        ((measured("systolic", "89.9"), measured("diastolic", "80")), Met),
        ((measured("systolic", "20", unit="kPa"),), CannotTell("blood pressure from the last 30 days")),
        ((measured("systolic", "180"), measured("systolic", "120", HOUR)), CannotTell),
    ],
)
def test_a_measurement_beyond_its_limit_is_shown_first(facts: Any, told: Outcome | type[Outcome]) -> None:
    """What lies beyond, then what was looked at beside it; without the others, what is missing is named."""
    found = ask(PRESSURE, *facts)
    assert isinstance(found, told) if isinstance(told, type) else found == told


def test_without_a_common_name_every_missing_measurement_is_named_once() -> None:
    """ "and" between them, and the name only when all of it is missing."""
    told = ask(replace(PRESSURE, called=""))
    assert told == CannotTell(f"{SYSTOLIC} and {DIASTOLIC} from the last 30 days")


PHQ9 = (0, 1, 2, 0, 1, 2, 0, 1, 2)
CSSRS = (1, 1, 1, 0, 0, 0)


@pytest.mark.parametrize(
    ("when", "score", "told"),
    [
        (ScoreAt("phq9", 10, 14 * DAY), None, CannotTell("a PHQ-9 from the last 14 days")),
        (ScoreAt("phq9", 10, 14 * DAY), ("phq9", 9, ()), NotMet((shown("PHQ-9", "9"),))),
        (ScoreAt("phq9", 10, 14 * DAY), ("phq9", 10, ()), Met((shown("PHQ-9", "10"),))),
        (ScoreAt("phq9", 10, DAY), ("phq9", 10, ()), Met((shown("PHQ-9", "10"),))),
        (ScoreAt("phq9", 10, DAY - MINUTE), ("phq9", 10, ()), CannotTell("a PHQ-9 from the last 23 h")),
        (
            ScoreAt("phq9", 1, DAY, item=9),
            ("phq9", 27, ()),
            CannotTell("the answers of the PHQ-9, not only its total"),
        ),
        (ScoreAt("phq9", 2, DAY, item=9), ("phq9", 9, PHQ9), Met((shown("PHQ-9 item 9", "2"),))),
        (ScoreAt("phq9", 2, DAY, item=8), ("phq9", 9, PHQ9), NotMet((shown("PHQ-9 item 8", "1"),))),
        (ScoreAt("phq9", 1, DAY, item=10), ("phq9", 9, PHQ9), NotMet((shown("PHQ-9 item 10", "not asked"),))),
        (
            ScoreAt("cssrs", 0, DAY, level="moderate"),
            ("cssrs", 3, ()),
            CannotTell("the answers of the C-SSRS screener, not only its total"),
        ),
        (
            ScoreAt("cssrs", 0, DAY, level="moderate"),
            ("cssrs", 3, CSSRS),
            Met((shown("C-SSRS screener", "moderate"),)),
        ),
        (
            ScoreAt("cssrs", 0, DAY, level="low"),
            ("cssrs", 3, CSSRS),
            Met((shown("C-SSRS screener", "moderate"),)),
        ),
        (
            ScoreAt("cssrs", 0, DAY, level="high"),
            ("cssrs", 3, CSSRS),
            NotMet((shown("C-SSRS screener", "moderate"),)),
        ),
    ],
)
def test_a_score_shows_what_was_read_of_it(
    when: ScoreAt, score: tuple[str, int, tuple[int, ...]] | None, told: Outcome
) -> None:
    """Its total, one answer or its level; a bare total tells no answer."""
    facts = [(AT - DAY, Score(instrument=score[0], total=score[1], items=score[2]))] if score else []
    assert ask(when, *facts) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("positive", Met((shown("pregnancy test", "positive", 7 * DAY),))),
        ("negative", NotMet((shown("pregnancy test", "negative", 7 * DAY),))),
        (
            "indeterminate",
            CannotTell("the pregnancy test repeated: it was indeterminate on 2026-05-07"),
        ),
    ],
)
def test_a_result_in_words(value: str, told: Outcome) -> None:
    """An indeterminate test has to be repeated; an old one is missing, and another test is not this one."""
    when = ResultIs("pregnancy-test", "positive", 7 * DAY)
    missing = CannotTell("a pregnancy test from the last 7 days")
    assert ask(when, (AT - 7 * DAY, Result(what="pregnancy-test", value=value))) == told
    assert ask(when, (AT - 7 * DAY - MINUTE, Result(what="pregnancy-test", value=value))) == missing
    assert ask(when, (AT - DAY, Result(what="urine-drug-screen", value=value))) == missing


def since(what: str, value: str, ago: timedelta) -> tuple[Measured]:
    return (Measured(f"time since {what}", value, iso(AT - ago)),)


@pytest.mark.parametrize(
    ("when", "ago", "told"),
    [
        (Elapsed("dose-given", under=DAY), DAY, NotMet(since("dose-given", "1 day", DAY))),
        (
            Elapsed("dose-given", under=DAY),
            DAY - MINUTE,
            Met(since("dose-given", "23 h", DAY - MINUTE)),
        ),
        (Elapsed("dose-given", over=DAY), DAY, NotMet(since("dose-given", "1 day", DAY))),
        (Elapsed("dose-given", over=DAY), DAY + MINUTE, Met(since("dose-given", "1 day", DAY + MINUTE))),
        (Elapsed("dose-given", over=timedelta(0)), MINUTE, Met(since("dose-given", "1 min", MINUTE))),
        (Elapsed("dose-given"), DAY, NotMet(since("dose-given", "1 day", DAY))),
        (Elapsed("dose-given", under=DAY), None, NotMet()),
        (Elapsed("dose-given", over=DAY), None, CannotTell("the last dose-given")),
        (Elapsed("death", over=timedelta(0)), None, NotMet()),
        (Elapsed("dose-given", under=DAY), -MINUTE, NotMet()),
    ],
)
def test_elapsed_since_an_event(when: Elapsed, ago: timedelta | None, told: Outcome) -> None:
    """Under and over are strict, what never happened is not under, and the dead are dead when it is known."""
    assert ask(when, *([(AT - ago, given("v1"))] if ago is not None else [])) == told


@pytest.mark.parametrize("died", [AT - DAY, AT, AT + MINUTE])
def test_a_death_counts_from_its_moment(died: datetime) -> None:
    """Asked before it, nobody has died."""
    chart = chart_of([(AT - DAY, person(deceased_at=died))])
    told = evaluate(rule(Elapsed("death", over=timedelta(-1))), chart, PROTOCOL, AT)
    assert told == (NotMet() if died > AT else Met(since("death", in_words(AT - died), AT - died)))


@pytest.mark.parametrize(
    ("when", "age", "met"),
    [
        (Elapsed("birth", under=18 * YEAR), 17, True),
        (Elapsed("birth", under=18 * YEAR), 18, False),
        (Elapsed("birth", over=65 * YEAR), 65, False),
        (Elapsed("birth", over=65 * YEAR), 66, True),
        (Elapsed("birth"), 66, False),
        (Elapsed("birth", under=2 * YEAR), 1, True),
    ],
)
def test_an_age_is_whole_years(when: Elapsed, age: int, met: bool) -> None:
    """From the birthday on, and shown with the date of birth."""
    born = date(AT.year - age, AT.month, AT.day)
    chart = chart_of([(AT, person(birth_date=born))])
    because = (Measured("age", f"{age} year" + ("" if age == 1 else "s"), born.isoformat()),)
    assert evaluate(rule(when), chart, PROTOCOL, AT) == (Met(because) if met else NotMet(because))


@pytest.mark.parametrize(
    ("sought", "fact", "name"),
    [
        (
            {"fact": "measurement", "where": (("what", "alt"),)},
            measured("alt", "20")[1],
            "alanine aminotransferase",
        ),
        ({"fact": "score", "where": (("instrument", "phq9"),)}, Score(instrument="phq9", total=1), "PHQ-9"),
        (
            {"fact": "checked", "where": (("item", "escort"),), "being": (("answer", "yes"),)},
            Checked(visit="v1", item="escort", answer="yes"),
            "checked escort yes",
        ),
        ({"fact": "asa-class"}, AsaClass(asa=2, reason="well"), "ASA class"),
        (
            {"fact": "integration-held"},
            IntegrationHeld(visit="v", approach="a", minutes=5),
            "integration held",
        ),
    ],
)
def test_what_was_looked_for_is_named_in_words(sought: dict[str, Any], fact: object, name: str) -> None:
    """On file since when, or not on file."""
    there, gone = (Measured(name, "on file", iso(AT - DAY)),), (Measured(name, "not on file"),)
    assert ask(Present(**sought), (AT - DAY, fact)) == Met(there)
    assert ask(Absent(**sought), (AT - DAY, fact)) == NotMet(there)
    assert ask(Present(**sought)) == NotMet(gone)
    assert ask(Absent(**sought)) == Met(gone)


ALT, ECG = Absent("measurement", where=(("what", "alt"),)), Absent("result", where=(("what", "ecg"),))
NO_ALT = Measured("alanine aminotransferase", "not on file")
NO_ECG = Measured("electrocardiogram", "not on file")


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (AllOf((ALT, ECG, ALT)), Met((NO_ALT, NO_ECG))),
        (AnyOf((ALT, FALSE, ECG)), Met((NO_ALT, NO_ECG))),
        (AllOf((ECG, Not(ALT))), NotMet((NO_ALT,))),
        (AnyOf((Not(ECG), Not(ALT), Not(ECG))), NotMet((NO_ECG, NO_ALT))),
        (Not(ALT), NotMet((NO_ALT,))),
        (Not(Not(ALT)), Met((NO_ALT,))),
        (AllOf((OPEN, ALT)), CannotTell("an answer to: Is it so?")),
        (AnyOf((OPEN, Not(ALT))), CannotTell("an answer to: Is it so?")),
        (Not(OPEN), CannotTell("an answer to: Is it so?")),
    ],
)
def test_the_parts_show_what_settled_the_whole(when: When, told: Outcome) -> None:
    """Each thing once, in the order of the rule; of an "and" only what speaks against it."""
    assert ask(when) == told


def test_a_day_that_is_over_is_shown() -> None:
    """The law's last day."""
    said = (Measured("day", "2026-05-13 is over", "2026-05-13"),)
    home = (AT - DAY, at_home("US-NY", "America/New_York"))
    assert ask(AfterDay(date(2026, 5, 13), "US"), home) == Met(said)
    assert ask(AfterDay(date(2026, 5, 14), "US"), home) == NotMet()
