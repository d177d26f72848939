"""What models expect of published trials: the figures of the comparison, worked out once by other code."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from openkap.kinetics.observed import KINDS, Compared, Trial, compare
from openkap.kinetics.refusal import Refused
from openkap.protocol.read_kinetics import published
from openkap.protocol.read_observations import observations

TRIALS = {trial.id: trial for trial in observations()}
PRINTED = {
    # S 10 mg over 30 min: ketamine, then norketamine, at 0.5, 1, 2, 3, 5 and 10 h.
    "chdr1311": ("50.9 27.3 15.4 10.3 5.1 1.5", "11.8 20.9 20.5 17.1 11.7 5.8"),
    "racemic-5mg": ("25.2 54.8 1.4",),
    "krystal94": ("160",),
    "wang19": ("22.7",),
    "volume-5mg": ("6.0", "", "1587"),
    "film-50mg": ("83 17 7218 243 62 35010 92 76 22486",),
    "wafer-25mg": ("0.29 54",),
    "tablet-50mg": ("0.2 288",),
    "grant81": ("18.5",),
    "nasal-10mg": ("13.1 40 27.7",),
    "nasal-30mg": ("39.3 40 83.1",),
    "muscle": ("0.93 24",),
}
"""By trial, in the order of its numbers; "" is one that was not worked out."""


@pytest.mark.parametrize("trial", PRINTED)
def test_the_forecast_agrees_to_every_digit_that_was_written_down(trial: str) -> None:
    """A figure of three digits holds to half of its last one."""
    expected = [one.expected for one in compare(TRIALS[trial], published())]
    figures = [figure for part in PRINTED[trial] for figure in (part.split() or [""])]
    for made, figure in zip(expected, figures, strict=False):
        if figure:
            half = 0.5 * 10.0 ** -len(figure.partition(".")[2])
            assert made == pytest.approx(float(figure), abs=half * 1.001)


@pytest.mark.parametrize("trial", ["perez-28mg", "perez-56mg"])
def test_a_model_agrees_with_its_own_table_except_where_it_is_known_not_to(trial: str) -> None:
    """Peaks within 4 %; the exposure to norketamine 1.38 to 1.56 times too high."""
    peak, exposure, nor_peak, nor_exposure = (one.ratio or 0 for one in compare(TRIALS[trial], published()))
    assert [peak, exposure, nor_peak] == pytest.approx([1, 1, 1], abs=0.04)
    assert 1.38 < nor_exposure < 1.56


def test_the_peak_by_mouth_is_known_to_be_too_low() -> None:
    """2.4 times, and outside what was published: a misfit that is told, not hidden."""
    peak = compare(TRIALS["grant81"], published())[0]
    assert 1 / (peak.ratio or 1) == pytest.approx(2.4, abs=0.05)
    assert peak.within is False


def test_a_range_alone_has_no_ratio() -> None:
    level = compare(TRIALS["krystal94"], published())[0]
    assert (level.ratio, level.within) == (None, True)


@pytest.mark.parametrize(("value", "within"), [(4.9, False), (5, True), (20, True), (20.1, False)])
def test_the_ends_of_a_spread_belong_to_it(value: float, within: bool) -> None:
    assert Compared(TRIALS["muscle"].measured[1], value).within is within


def changed(trial: Trial, **more: Any) -> Trial:
    return replace(trial, measured=(replace(trial.measured[0], **more),))


def test_areas_are_those_of_the_equations() -> None:
    """A clearance from an area by tenths of a minute is the printed one to 0.1 %; sixty minutes an hour."""
    trial = TRIALS["wang19"]
    found = compare(changed(trial, of="S", unit="mL/min"), published())[0].expected
    np.testing.assert_allclose(found, 95.2 / 60 * 1000, rtol=1e-3)
    hours, minutes = (
        compare(changed(trial, kind="exposure", unit=unit), published())[0].expected
        for unit in (KINDS["exposure"], "ng·min/mL")
    )
    assert minutes == pytest.approx(60 * hours)


@pytest.mark.parametrize("more", [{"analyte": "hydroxynorketamine"}, {"of": "R"}])
def test_what_a_model_does_not_tell_is_refused(more: dict[str, str]) -> None:
    trial = TRIALS["chdr1311" if "of" in more else "wang19"]
    with pytest.raises(Refused, match="has no"):
        compare(changed(trial, **more), published())
