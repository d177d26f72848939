"""The dose of a plan: its sum by other arithmetic, the edges of its ranges, a point out of place, pounds."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.plan_dose import amount_of, ideal_weight_note, look, ranges, volumes, weight_on_file
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ROUTES = adopted().routes
SEVENTY = Kilograms(Decimal(70))


def per_kg(text: str) -> MgPerKg:
    return MgPerKg(Decimal(text))


def mg(text: str) -> Milligrams:
    return Milligrams(Decimal(text))


places = st.decimals("0.01", "400", places=2)
strengths = st.sampled_from([Decimal(10), Decimal(50), Decimal(100)])


def half_up(exact: Fraction) -> Fraction:
    """To 0.01, half up: written again, with whole numbers."""
    return Fraction((exact * 200 + 1).__floor__() // 2, 100)


@given(dose=st.decimals("0.01", "9", places=2), weight=places, strength=strengths)
def test_the_sum_is_what_whole_fractions_say(dose: Decimal, weight: Decimal, strength: Decimal) -> None:
    """mg/kg × kg = mg, then mg ÷ mg/mL = mL: each rounded once, half up, to 0.01."""
    milligrams = half_up(Fraction(dose) * Fraction(weight))
    millilitres = half_up(milligrams / Fraction(strength))
    if not milligrams or not millilitres:
        return
    seen = look(ROUTES["iv"], MgPerKg(dose), None, Kilograms(weight), MgPerMl(strength))
    numbers = [Fraction(part) for part in seen.line.replace("≈", "=").split() if part[0].isdigit()]
    assert numbers == [Fraction(dose), Fraction(weight), milligrams, millilitres, Fraction(strength)]


@given(dose=st.decimals("0.01", "20", places=2))
def test_the_ranges_are_judged_as_fractions_judge_them(dose: Decimal) -> None:
    """Outside is strictly outside; the anaesthetic range is reached at its lower end."""
    route = ROUTES["im"]
    low, high = (Fraction(limit) for limit in route.mg_per_kg or ())
    reaches = Fraction(dose) >= Fraction((route.anaesthetic or ())[0])
    seen = look(route, MgPerKg(dose), None, None)
    assert len(seen.outside) == (not low <= Fraction(dose) <= high) + reaches


@pytest.mark.parametrize(
    ("route", "dose", "says"),
    [
        ("im", "0.49", "0.49 mg/kg is below the published range of 0.5 to 1 mg/kg"),
        ("im", "0.5", ""),
        ("im", "1", ""),
        ("im", "1.01", "1.01 mg/kg is above the published range of 0.5 to 1 mg/kg"),
        ("iv", "0.99", ""),
        ("iv", "1", "1 mg/kg reaches the anaesthetic range of 1 to 4.5 mg/kg"),
        ("iv", "4.6", "4.6 mg/kg is beyond the anaesthetic range of 1 to 4.5 mg/kg"),
    ],
)
def test_the_ends_of_a_range_lie_within_it(route: str, dose: str, says: str) -> None:
    """Each edge, a step inside and a step outside."""
    seen = look(ROUTES[route], per_kg(dose), None, SEVENTY)
    assert any(told.startswith(says) for told in seen.outside) if says else seen.outside == ()


@pytest.mark.parametrize(
    ("dose", "outside"), [("34.99", True), ("35", False), ("69.99", False), ("70", False), ("70.01", True)]
)
def test_a_fixed_amount_is_held_against_a_range_by_weight(dose: str, outside: bool) -> None:
    """35 to 70 mg is 0.5 to 1 mg/kg of 70 kg."""
    assert bool(look(ROUTES["im"], None, mg(dose), SEVENTY).outside) is outside


@pytest.mark.parametrize(
    ("dose", "outside"), [("1.42", True), ("1.43", False), ("5.71", False), ("5.72", True)]
)
def test_a_dose_by_weight_is_held_against_a_range_in_milligrams(dose: str, outside: bool) -> None:
    """A lozenge of 100 to 400 mg, for 70 kg."""
    assert bool(look(ROUTES["sublingual"], per_kg(dose), None, SEVENTY).outside) is outside


def test_without_a_weight_nothing_is_guessed() -> None:
    """No sum and no comparison by weight; the sentence says that there is none to hold it against."""
    assert look(ROUTES["iv"], per_kg("0.5"), None, None).line == ""
    assert look(ROUTES["sublingual"], per_kg("2"), None, None).compared is None
    alone = look(ROUTES["im"], None, mg("35"), None)
    assert alone.outside == (
        "No range is published that 35 mg could be held against for intramuscular injection",
    )


@pytest.mark.parametrize(
    ("dose", "meant"),
    [
        ("5", "0.5"),
        ("10", "1"),
        ("10.1", ""),
        ("0.05", "0.5"),
        ("0.1", "1"),
        ("0.11", ""),
        ("0.5", ""),
        ("2", ""),
    ],
)
def test_a_point_out_of_place_is_noticed(dose: str, meant: str) -> None:
    """The same digits a place further would be usual: that is asked, and nothing else is."""
    slip = look(ROUTES["iv"], per_kg(dose), None, SEVENTY).slip
    assert (f"and {meant} mg/kg would be usual" in slip) if meant else slip == ""


def test_a_dose_is_shown_from_every_vial_on_the_market() -> None:
    """The wrong vial is a ten-fold error, and the strongest never goes into a vein undiluted."""
    assert volumes(mg("35"), ROUTES["iv"], adopted()) == (
        "35 mg = 3.5 mL of 10 mg/mL",
        "35 mg = 0.7 mL of 50 mg/mL",
        "100 mg/mL is diluted first",
    )


def test_pounds_are_never_read_as_kilograms() -> None:
    """154 lb weighed is 69.85 kg; a record in another unit is not a weight at all."""
    weighed = Weighed(visit="v", weight=Kilograms(Decimal("69.85")), typed="154 lb")
    raw = Measurement(what="weight", value=Decimal(154), unit="[lb_av]")
    chart = chart_of([(AT - 2 * DAY, person()), (AT - DAY, weighed), (AT, raw)])
    found = weight_on_file(chart, AT)
    assert found is not None
    assert (str(found.weight), found.typed) == ("69.85 kg", "154 lb")
    assert look(ROUTES["iv"], per_kg("0.5"), None, found.weight).line == "0.5 mg/kg × 69.85 kg ≈ 34.93 mg"
    only = chart_of([(AT - 2 * DAY, person()), (AT, raw)])
    assert weight_on_file(only, AT) is None


def test_the_newest_weight_by_then_counts() -> None:
    """From a visit or the record, whichever was taken later; one not yet taken does not."""
    facts = [
        (AT - 3 * DAY, person()),
        (AT - 2 * DAY, Measurement(what="weight", value=Decimal(71), unit="kg")),
        (AT, Weighed(visit="v", weight=Kilograms(Decimal(70)), typed="70 kg")),
    ]
    now, before = weight_on_file(chart_of(facts), AT), weight_on_file(chart_of(facts), AT - DAY)
    assert (str(now.weight), str(before.weight)) == ("70 kg", "71 kg") if now and before else False


@pytest.mark.parametrize(("kg", "speaks"), [("91.8", False), ("91.875", True), ("98", True)])
def test_ideal_weight_is_mentioned_from_its_index_on(kg: str, speaks: bool) -> None:
    """175 cm: 91.875 kg is a body mass index of exactly 30."""
    facts = [
        (AT - DAY, person()),
        (AT, Measurement(what="height", value=Decimal(175), unit="cm")),
        (AT, Measurement(what="weight", value=Decimal(kg), unit="kg")),
    ]
    assert bool(ideal_weight_note(chart_of(facts), adopted(), AT)) is speaks
    assert ideal_weight_note(chart_of([facts[0], facts[2]]), adopted(), AT) == ""


def test_the_published_and_the_anaesthetic_range_stand_side_by_side() -> None:
    """As sentences, and where none is published that is said."""
    assert ranges(ROUTES["iv"]) == (
        "Published range: 0.5 to 1 mg/kg.",
        "Anaesthetic range, to stay below: 1 to 4.5 mg/kg.",
    )
    assert ranges(ROUTES["sublingual"])[1] == "No anaesthetic range is published for it."
    nothing = dataclasses.replace(ROUTES["im"], mg_per_kg=None, anaesthetic=None)
    assert ranges(nothing)[0] == "No range is published for it."


def test_the_amount_waits_for_what_it_needs() -> None:
    """A fixed amount stands as it is; one by weight needs the weight."""
    assert amount_of(None, mg("35"), None) == mg("35")
    assert amount_of(per_kg("0.5"), None, SEVENTY) == mg("35")
    assert amount_of(per_kg("0.5"), None, None) is None
