"""The newest of each test with its age; out of date by the rules' own limits, and never by a guess."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from openkap.clinical.entries.screening import Measurement, Result
from openkap.clinical.labs import Lab, labs
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def told(*facts: tuple[datetime, object], sex: str = "female") -> dict[str, Lab]:
    chart = chart_of([(AT - 999 * DAY, person(sex=sex)), *facts])
    return {lab.what: lab for lab in labs(chart, adopted(), AT)}


def test_a_test_is_out_of_date_after_the_rules_own_limit() -> None:
    """On the 365th day an electrocardiogram still holds; a minute later it does not."""
    ecg = Result(what="ecg", value="negative")
    assert not told((AT - 365 * DAY, ecg))["ecg"].out_of_date
    old = told((AT - 365 * DAY - timedelta(minutes=1), ecg))["ecg"]
    assert old.out_of_date and old.value == "negative" and old.holds == 365 * DAY


def test_the_newest_value_is_shown_with_its_unit() -> None:
    """One line a test, whatever came before; tomorrow's is not there yet."""
    facts = [(AT - n * DAY, Measurement(what="alt", value=Decimal(30 + n), unit="U/L")) for n in (9, 3, -1)]
    assert told(*facts)["alt"].value == "33 U/L"


def test_what_is_missing_is_listed_as_missing() -> None:
    """A rule asks for it and nothing is on file."""
    assert told()["urinalysis"] == Lab("urinalysis", "urinalysis", holds=90 * DAY)


def test_a_pregnancy_test_without_a_limit_says_so_and_is_not_asked_of_everybody() -> None:
    """THR-PREG-2 is a gap: until the clinic sets it no age is too old."""
    test = (AT - 300 * DAY, Result(what="pregnancy-test", value="negative"))
    there = told(test)["pregnancy-test"]
    assert there.holds is None and not there.out_of_date
    assert "pregnancy-test" not in told(test, sex="male")
