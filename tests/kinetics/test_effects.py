"""Experience and blood pressure: when a curve crosses a line, for whom it never does; all as ranges."""

from dataclasses import replace

import numpy as np
import pytest

from openkap.kinetics.crowd import Population
from openkap.kinetics.effects import above, felt, joined, pressure, range_of
from openkap.kinetics.forecast import forecast
from openkap.kinetics.regimen import Regimen
from openkap.protocol.read_kinetics import published
from tests.kinetics.asked import ADULT, dose, typical

LINKS = published().links
TIMES = np.array([0.0, 10, 20, 30, 40])
UP_AND_DOWN = np.array([[0.0, 4, 10, 4, 0], [0, 1, 2, 1, 0], [0, 4, 10, 10, 10]]).T


def test_a_line_is_crossed_between_two_times() -> None:
    """At 2 of 4 after half the first ten minutes; the second never is above 5; the third never comes down."""
    start, end = above(UP_AND_DOWN, np.array([2.0, 5.0, 2.0]), TIMES)
    np.testing.assert_array_equal(start, [5, np.nan, 5])
    np.testing.assert_array_equal(end, [35, np.nan, np.inf])


def test_a_curve_above_the_line_from_the_start_begins_there() -> None:
    start, end = above(np.array([[9.0], [4.0]]), np.array([5.0]), np.array([0.0, 8.0]))
    assert (start[0], end[0]) == (0, pytest.approx(6.4))


def test_a_range_is_over_those_who_have_a_value() -> None:
    minutes = np.concatenate((np.arange(1.0, 101), [np.nan] * 30))
    told = range_of(minutes)
    assert told is not None and (told.median, told.low, told.high) == (50, 5, 95)
    assert range_of(np.array([np.nan, np.nan])) is None


def test_one_person_alone_has_no_range() -> None:
    told = range_of(np.array([12.0]))
    assert told is not None and (told.median, told.low, told.high) == (12, None, None)


def test_blocks_of_people_join_in_their_order() -> None:
    c50 = np.array([8.0, 8.0, 8.0])
    apart = [felt(UP_AND_DOWN[:, [who]], c50[[who]], TIMES, LINKS) for who in range(3)]
    whole = felt(UP_AND_DOWN, c50, TIMES, LINKS)
    np.testing.assert_array_equal(joined(apart).offset_min, whole.offset_min)
    np.testing.assert_array_equal(joined(apart).peak_min, whole.peak_min)


def test_the_usual_infusion_is_felt_from_ten_minutes_to_two_hours() -> None:
    """0.5 mg/kg over 40 min: by the arterial curve, 41 min to its peak. A venous one would say 209 min."""
    made = typical(dose("iv", 35, 0, 40))
    assert made.effect_site_ng_per_ml.size == 4
    alone = made.experience
    assert alone.reached == alone.core_reached == 1
    assert alone.onset_min and alone.offset_min and made.pressure.peak_min
    assert 5 < alone.onset_min.median < 15
    assert 100 < alone.offset_min.median < 130
    assert made.pressure.peak_min.median == 41


def test_a_small_dose_may_not_be_felt_at_all() -> None:
    made = typical(dose("oral", 5))
    assert made.experience.reached == 0
    assert made.experience.onset_min is None and made.experience.offset_min is None


def test_people_differ_in_when_it_is_over() -> None:
    made = forecast(Regimen((dose("iv", 35, 0, 40),)), ADULT, published(), population=Population(2000))
    over = made.experience.offset_min
    assert over and over.low and over.high
    assert over.low < over.median - 10 and over.median + 10 < over.high


def test_blood_pressure_is_a_range_and_never_one_number() -> None:
    """12.6 mmHg at 108 ng/mL; two thirds of it diastolic; 10 mmHg between people at any concentration."""
    for population in (Population(0), Population(4000)):
        made = forecast(Regimen((dose("iv", 35, 0, 40),)), ADULT, published(), population=population)
        rise, lower = made.pressure.systolic_mmhg, made.pressure.diastolic_mmhg
        assert rise.median == pytest.approx(12.6, abs=0.6)
        assert (
            rise.low is not None
            and rise.high is not None
            and lower.median == pytest.approx(0.67 * rise.median)
        )
        assert rise.high - rise.low == pytest.approx(2 * 1.645 * 10, abs=3)


def test_the_window_of_pressure_is_where_half_the_rise_is() -> None:
    link = replace(LINKS.pressure, window_share=0.5)
    told = pressure(
        felt(UP_AND_DOWN[:, [0]], np.ones(1), TIMES, replace(LINKS, pressure=link)), np.zeros(1), LINKS
    )
    assert told.start_min and told.end_min and told.peak_min
    assert told.start_min.median == pytest.approx(10 + 10 / 6)
    assert (told.peak_min.median, told.end_min.median) == (20, pytest.approx(30 - 10 / 6))
