"""What is forecast is what was planned or charted, for whom the chart says; nothing missing is made up."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.actions import dosing
from openkap.clinical.entries.dosing import DoseEnded, DoseGiven
from openkap.clinical.entries.drug import DeviceUsed, HoldEnded
from openkap.clinical.quantity import MgPerHour, MgPerKg, Milligrams
from openkap.kinetics.refusal import Refused
from openkap.kinetics.regimen import Dose
from openkap.records import read
from openkap.web import forecasting
from tests.clinical.charts import adopted
from tests.web.course import Course

ROUTES = adopted().routes


def mg(value: str) -> Milligrams:
    return Milligrams(Decimal(value))


def given(course: Course) -> list[Dose]:
    chart = read.chart(course.people["monitor"], course.chart, log=False)
    told = forecasting.given(chart, course.visit, adopted(), course.at)
    return list(told.regimen.doses) if told else []


@pytest.fixture
def begun(course: Course) -> Course:
    """35 mg over 40 min, just begun."""
    return course.cleared().prepared().booked().checked().dosed()


def later(course: Course, minutes: float) -> None:
    course.at += timedelta(minutes=minutes)


def test_a_plan_becomes_one_dose() -> None:
    """mg/kg stays mg/kg, and 0 minutes is a single dose."""
    dose = forecasting.planned(ROUTES["iv"], MgPerKg(Decimal("0.5")), 40).doses[0]
    assert (str(dose.amount), dose.start.value, dose.end.value if dose.end else None) == ("0.5 mg/kg", 0, 40)
    assert forecasting.planned(ROUTES["im"], mg("50"), 0).doses[0].end is None


def test_the_spray_is_esketamine_counted_in_devices() -> None:
    """As the route's file says; the model needs the count."""
    regimen = forecasting.planned(ROUTES["intranasal"], mg("84"), 0)
    assert (regimen.drug, regimen.doses[0].devices) == ("esketamine", 3)


@pytest.mark.parametrize(
    ("route", "amount", "minutes", "says"),
    [
        ("intranasal", mg("60"), 0, "comes in devices of 28 mg, and 60 mg is no whole number"),
        ("intranasal", MgPerKg(Decimal(1)), 0, "comes in devices of 28 mg"),
        ("subcutaneous", mg("40"), 0, "No published model takes this route"),
        ("im", mg("40"), 40, "Only an infusion is given over minutes"),
        ("iv", mg("35"), 0, "An infusion over 0 min has no length. Write the minutes it runs over."),
        ("iv", mg("4000"), 40, "4000 mg is more than the 2000 mg"),
    ],
)
def test_what_cannot_be_forecast_is_one_sentence(
    route: str, amount: MgPerKg | Milligrams, minutes: int, says: str
) -> None:
    """Nothing is guessed, and the sentence names no field."""
    with pytest.raises(Refused) as refused:
        forecasting.planned(ROUTES[route], amount, minutes)
    assert says in forecasting.refusal(refused.value)


def test_without_a_weight_nothing_is_forecast(course: Course) -> None:
    """It says what is missing."""
    chart = read.chart(course.people["prescriber"], course.chart, log=False)
    with pytest.raises(Refused, match="No weight is on file"):
        forecasting.person(chart, course.at)


def test_the_person_is_the_chart(begun: Course) -> None:
    """Weight in kilograms as last taken, age on that day."""
    chart = read.chart(begun.people["prescriber"], begun.chart, log=False)
    whom = forecasting.person(chart, begun.at)
    born, on = chart.person.birth_date, begun.at.date()
    assert whom.weight.value == 70
    assert whom.age and whom.age.value in (on.year - born.year, on.year - born.year - 1)


def test_no_dose_is_no_forecast(course: Course) -> None:
    """Before the dose there is nothing to draw."""
    course.cleared().prepared().booked()
    assert given(course) == []


def test_a_dose_that_runs_counts_as_it_was_begun(begun: Course) -> None:
    """35 mg from the moment it was charted, over its 40 minutes."""
    (dose,) = given(begun)
    assert (dose.route, dose.amount.value, dose.start.value, dose.end.value if dose.end else 0) == (
        "iv",
        35,
        0,
        40,
    )


def test_an_early_end_changes_how_much_and_how_long(begun: Course) -> None:
    """What went in, until it ended."""
    later(begun, 10)
    begun.does(
        "monitor", dosing.end_dose, visit=begun.visit, given=mg("9"), early=True, reason="Asked to stop"
    )
    (dose,) = given(begun)
    assert dose.amount.value == 9
    assert dose.end and dose.end.value == pytest.approx(10, abs=0.1)


def test_a_dose_of_which_nothing_went_in_is_none(begun: Course) -> None:
    """Ended at zero milligrams."""
    later(begun, 1)
    begun.does(
        "monitor", dosing.end_dose, visit=begun.visit, given=mg("0"), early=True, reason="Line came out"
    )
    assert given(begun) == []


def test_a_slower_pump_is_drawn_from_the_moment_it_was_set(begun: Course) -> None:
    """Half the rate after 20 of 40 min: 17.5 mg, then 17.5 mg more over 40 min."""
    later(begun, 20)
    begun.does("monitor", dosing.change_rate, visit=begun.visit, rate=MgPerHour(Decimal("26.25")))
    first, second = given(begun)
    assert first.amount.value == pytest.approx(17.5, abs=0.1)
    assert second.amount.value == pytest.approx(17.5, abs=0.1)
    assert second.end and second.end.value == pytest.approx(60, abs=0.2)


def test_a_pause_is_a_gap_and_what_the_pump_says_scales_the_rest(begun: Course) -> None:
    """Ten minutes, a pause of ten, ten more; the pump says 16 mg where the rates say 17.5."""
    later(begun, 10)
    begun.does("monitor", dosing.pause, visit=begun.visit, reason="Nausea")
    assert len(given(begun)) == 1
    later(begun, 10)
    begun.does("monitor", dosing.resume, visit=begun.visit)
    later(begun, 10)
    end = {"given": mg("16"), "early": True, "reason": "Enough"}
    begun.does("monitor", dosing.end_dose, visit=begun.visit, **end)
    first, second = given(begun)
    assert first.amount.value + second.amount.value == pytest.approx(16)
    assert first.end and second.start.value - first.end.value == pytest.approx(10, abs=0.2)


@pytest.mark.parametrize(("then", "spat"), [("swallowed", False), ("spat out", True)])
def test_a_lozenge_spat_out_is_told_as_such(course: Course, then: str, spat: bool) -> None:
    course.cleared().prepared().booked()
    lozenge = {"route": "sublingual", "amount": mg("100"), "dose": "d1", "hold_minutes": 10}
    course.writes(DoseGiven(visit=course.visit, **lozenge))
    later(course, 10)
    course.writes(HoldEnded(visit=course.visit, dose="d1", then=then))
    (dose,) = given(course)
    assert (dose.route, dose.spat_out) == ("sublingual", spat)


def test_sprays_are_drawn_one_by_one(course: Course) -> None:
    """Two of three devices used so far: two doses of one device, five minutes apart."""
    course.cleared().prepared().booked()
    course.writes(
        DoseGiven(visit=course.visit, route="intranasal", amount=mg("84"), dose="d1", device=mg("28"))
    )
    for number in (1, 2):
        used = {"dose": "d1", "number": number, "amount": mg("28"), "lot": "E1"}
        course.writes(DeviceUsed(visit=course.visit, **used))
        later(course, 5)
    first, second = given(course)
    assert (first.devices, second.devices, first.amount.value) == (1, 1, 28)
    assert second.start.value - first.start.value == pytest.approx(5, abs=0.1)


def test_a_second_rate_is_a_second_dose(begun: Course) -> None:
    """An infusion charted again in the same visit follows the first; its end is its own."""
    later(begun, 40)
    begun.writes(DoseGiven(visit=begun.visit, route="iv", amount=mg("10"), minutes=20))
    later(begun, 5)
    begun.writes(DoseEnded(visit=begun.visit, given=mg("2.5"), early=True, reason="Enough"))
    first, second = given(begun)
    assert (first.amount.value, first.end.value if first.end else 0) == (35, 40)
    assert second.amount.value == 2.5
    assert second.start.value == pytest.approx(40, abs=0.1)
    assert second.end and second.end.value == pytest.approx(45, abs=0.2)
