"""The dose of a plan: its sum by other arithmetic, the edges of its ranges, a point out of place, pounds."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.plan_dose import (
    Compared,
    WeightOnFile,
    amount_of,
    ideal_weight_note,
    look,
    ranges,
    volumes,
    weight_on_file,
)
from openkap.clinical.protocol import Route
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
        ("iv", "4.5", "4.5 mg/kg reaches the anaesthetic range of 1 to 4.5 mg/kg"),
        ("iv", "4.6", "4.6 mg/kg is beyond the anaesthetic range of 1 to 4.5 mg/kg"),
    ],
)
def test_the_ends_of_a_range_lie_within_it(route: str, dose: str, says: str) -> None:
    """Each edge, a step inside and a step outside."""
    seen = look(ROUTES[route], per_kg(dose), None, SEVENTY)
    ends = [f"{says} for {ROUTES[route].title.lower()}"] if says else []
    assert list(seen.outside[-1:]) == ends


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
    asks = f"{dose} mg/kg is unusual and {meant} mg/kg would be usual: is the point in its place?"
    assert slip == (asks if meant else "")


@pytest.mark.parametrize("dose", ["1", "5", "10"])
def test_a_usual_dose_is_no_slip_however_wide_its_range(dose: str) -> None:
    """From 1 to 10 the point may stand in two places, and either is usual."""
    wide = dataclasses.replace(ROUTES["oral"], mg_per_kg=(Decimal(1), Decimal(10)))
    assert look(wide, per_kg(dose), None, None).slip == ""


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
    assert found == WeightOnFile(Kilograms(Decimal("69.85")), AT - DAY, "staff", "154 lb")
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


def test_a_weight_of_another_record_says_where_it_comes_from() -> None:
    """Who wrote it here, and from which file."""
    read = Measurement(what="weight", value=Decimal(71), unit="kg", source="record")
    chart = chart_of([(AT - DAY, person()), (AT, read)])
    assert weight_on_file(chart, AT) == WeightOnFile(Kilograms(Decimal(71)), AT, "staff", "record")


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


def heights(*found: tuple[timedelta, str, str]) -> str:
    """The note for 92 kg with these heights: when after AT, value and unit."""
    weight = (AT, Measurement(what="weight", value=Decimal(92), unit="kg"))
    taken = [
        (AT + after, Measurement(what="height", value=Decimal(value), unit=unit))
        for after, value, unit in found
    ]
    chart = chart_of(sorted([(AT - DAY, person()), weight, *taken], key=lambda fact: fact[0]))
    return ideal_weight_note(chart, adopted(), AT)


def test_the_note_shows_the_sum_it_rests_on() -> None:
    """92 kg at 175 cm: the index, both figures, and what this program does."""
    assert heights((timedelta(0), "175", "cm")) == (
        "Body mass index 30 (92 kg, 175 cm): from 30 on some programs dose by ideal body weight. "
        "Say below which weight this plan takes."
    )


@pytest.mark.parametrize(
    "not_a_height", [(DAY, "190", "cm"), (timedelta(0), "69", "[in_i]"), (timedelta(0), "0", "cm")]
)
def test_a_height_counts_in_centimetres_and_once_taken(not_a_height: tuple[timedelta, str, str]) -> None:
    """One still to come, one in inches and one of nothing are no height: an earlier one stands, or none."""
    assert heights(not_a_height) == ""
    assert "175 cm" in heights((-timedelta(hours=1), "175", "cm"), not_a_height)


def test_the_published_and_the_anaesthetic_range_stand_side_by_side() -> None:
    """As sentences, and where none is published that is said."""
    assert ranges(ROUTES["iv"]) == (
        "Published range: 0.5 to 1 mg/kg.",
        "Anaesthetic range, to stay below: 1 to 4.5 mg/kg.",
    )
    assert ranges(ROUTES["oral"])[0] == "Published range: 0.5 to 2.5 mg/kg or 50 to 300 mg."
    assert ranges(ROUTES["sublingual"])[1] == "No anaesthetic range is published for it."
    nothing = dataclasses.replace(ROUTES["im"], mg_per_kg=None, anaesthetic=None)
    assert ranges(nothing)[0] == "No range is published for it."


def test_the_amount_waits_for_what_it_needs() -> None:
    """A fixed amount stands as it is; one by weight needs the weight."""
    assert amount_of(None, mg("35"), None) == mg("35")
    assert amount_of(per_kg("0.5"), None, SEVENTY) == mg("35")
    assert amount_of(per_kg("0.5"), None, None) is None


def span(low: str, high: str) -> tuple[Decimal, Decimal]:
    return Decimal(low), Decimal(high)


MG_ROUTE = dataclasses.replace(ROUTES["iv"], mg_per_kg=None, fixed_mg=span("35", "60"))
BY_WEIGHT, IN_MG = {"per_kg": per_kg("1"), "fixed": None}, {"per_kg": None, "fixed": mg("70")}


@pytest.mark.parametrize(
    ("route", "dose", "weight", "compared"),
    [
        (ROUTES["iv"], BY_WEIGHT, None, Compared("mg/kg", Decimal(1), span("0.5", "1"), span("1", "4.5"))),
        (ROUTES["oral"], BY_WEIGHT, SEVENTY, Compared("mg/kg", Decimal(1), span("0.5", "2.5"), None)),
        (ROUTES["oral"], IN_MG, SEVENTY, Compared("mg", Decimal(70), span("50", "300"), None)),
        (ROUTES["iv"], IN_MG, SEVENTY, Compared("mg", Decimal(70), span("35", "70"), span("70", "315"))),
        (ROUTES["iv"], IN_MG, None, Compared("mg", Decimal(70), None, None)),
        (MG_ROUTE, IN_MG, SEVENTY, Compared("mg", Decimal(70), span("35", "60"), span("70", "315"))),
        (MG_ROUTE, IN_MG, None, Compared("mg", Decimal(70), span("35", "60"), None)),
        (MG_ROUTE, BY_WEIGHT, SEVENTY, Compared("mg", Decimal(70), span("35", "60"), span("70", "315"))),
        (MG_ROUTE, BY_WEIGHT, None, None),
        (
            dataclasses.replace(ROUTES["iv"], mg_per_kg=None),
            BY_WEIGHT,
            None,
            Compared("mg/kg", Decimal(1), None, span("1", "4.5")),
        ),
        (ROUTES["iv"], {"per_kg": None, "fixed": None}, SEVENTY, None),
    ],
)
def test_a_dose_stands_beside_ranges_of_its_own_unit(
    route: Route, dose: dict[str, Any], weight: Kilograms | None, compared: Compared | None
) -> None:
    """The unit it was written in where a range is published in it, else by the weight; never a guess."""
    seen = look(route, weight=weight, **dose)
    assert seen.compared == compared
    assert seen.ranges == ranges(route)
    if compared is None:
        assert (seen.outside, seen.slip) == ((), "")


def test_a_fixed_amount_in_the_anaesthetic_range_is_told_whichever_way_it_is_compared() -> None:
    """70 mg is 1 mg/kg of 70 kg, where that range begins."""
    reaches = "70 mg reaches the anaesthetic range of 70 to 315 mg for intravenous infusion"
    assert look(ROUTES["iv"], None, mg("70"), SEVENTY).outside == (reaches,)
    above = "70 mg is above the published range of 35 to 60 mg for intravenous infusion"
    assert look(MG_ROUTE, None, mg("70"), SEVENTY).outside == (above, reaches)
    assert look(MG_ROUTE, per_kg("1"), None, SEVENTY).outside == (above, reaches)


def test_the_sum_of_a_fixed_amount_is_drawn_from_its_vial() -> None:
    """The weight is not in it."""
    assert (
        look(ROUTES["im"], None, mg("35"), SEVENTY, MgPerMl(Decimal(50))).line == "35 mg = 0.7 mL of 50 mg/mL"
    )
    assert look(ROUTES["im"], None, None, SEVENTY).line == ""
