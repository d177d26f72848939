"""Measured values, whoever measured them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from openkap.clinical.entries.dosing import VitalSigns, Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.measured import latest, measurements, standing
from openkap.clinical.quantity import Kilograms
from tests.clinical.charts import DAY, chart_of, person, vitals

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def systolic(value: int, unit: str = "mm[Hg]", source: str = "") -> Measurement:
    return Measurement(what="systolic", value=Decimal(value), unit=unit, source=source)


def test_screening_and_the_visit_are_one_series_newest_last() -> None:
    """What was measured at screening and what was charted in a visit are the same quantity."""
    chart = chart_of(
        [
            (AT, VitalSigns(visit="v1", systolic=Decimal(131), heart_rate=Decimal(72))),
            (AT - MINUTE, systolic(128)),
        ]
    )
    assert measurements(chart, "systolic", AT) == [(AT - MINUTE, Decimal(128)), (AT, Decimal(131))]
    assert measurements(chart, "heart-rate", AT) == [(AT, Decimal(72))]
    assert measurements(chart, "diastolic", AT) == []


def test_the_visit_scale_is_a_weight() -> None:
    """A weight taken in a visit counts beside one that was imported."""
    chart = chart_of([(AT, Weighed(visit="v1", weight=Kilograms(Decimal(70)), typed="70 kg"))])
    assert measurements(chart, "weight", AT) == [(AT, Decimal(70))]


def test_the_future_is_not_seen() -> None:
    """A value dated after the moment asked about does not exist yet."""
    chart = chart_of([(AT, person()), (AT + MINUTE, systolic(128))])
    assert measurements(chart, "systolic", AT) == []
    assert measurements(chart, "systolic", AT + MINUTE) == [(AT + MINUTE, Decimal(128))]


def test_old_is_missing_and_so_is_another_unit() -> None:
    """A value counts up to its age limit and not a moment longer, and only in the unit asked for."""
    chart = chart_of([(AT - 15 * MINUTE, systolic(128)), (AT, systolic(17, "kPa"))])
    found = latest(chart, "systolic", AT, unit="mm[Hg]", within=15 * MINUTE)
    assert found is not None and found.value == 128
    assert latest(chart, "systolic", AT, unit="mm[Hg]", within=14 * MINUTE) is None


def test_of_two_at_one_instant_the_later_written_stands() -> None:
    """A repeat charted for the same minute replaces the first."""
    chart = chart_of([(AT, systolic(150)), (AT, systolic(138))])
    found = latest(chart, "systolic", AT, unit="mm[Hg]", within=MINUTE)
    assert found is not None and found.value == 138


def test_of_two_kinds_at_one_instant_the_later_written_stands() -> None:
    """On the visit first and typed in after it, or the other way round."""
    typed, charted = systolic(150), vitals("v1", 120)
    for facts, value in (((charted, typed), 150), ((typed, charted), 120)):
        chart = chart_of([(AT - DAY, person()), *((AT, fact) for fact in facts)])
        found = latest(chart, "systolic", AT, unit="mm[Hg]", within=DAY)
        assert found is not None and found.value == value


def test_of_another_record_all_of_one_instant_stand() -> None:
    """It may give the day alone, and then nobody can say which was the later; ours says it by its order."""
    theirs = [(AT, systolic(190, source="record")), (AT, systolic(17, "kPa", "record"))]
    theirs += [(AT - MINUTE, systolic(185, source="record")), (AT, systolic(120, source="record"))]
    assert values(*theirs) == [190, 120]
    assert values(*theirs, (AT, systolic(118))) == [118]
    assert values((AT, systolic(150)), (AT, systolic(138))) == [138]
    assert values() == []


def values(*facts: tuple[datetime, Measurement]) -> list[Decimal]:
    found = standing(chart_of([(AT, person()), *facts]), "systolic", AT, unit="mm[Hg]", within=MINUTE)
    return [point.value for point in found]
