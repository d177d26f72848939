"""The chapter of the forecast: every published number stands beside the forecast, misfits told."""

import pytest

from openkap.kinetics.observed import Compared, Measurement, Trial
from openkap.protocol.read_observations import observations
from openkap.reports.comparison import comparison, figure, verdict, what

CHAPTER = comparison()
SECTIONS = {section.title: section for section in CHAPTER.sections}
LINES = {line.id: line for section in CHAPTER.sections for line in section.lines}
PEAK = Measurement("ketamine", "peak", "ng/mL", 100, 80, 120, "± 20 (SD)")


@pytest.mark.parametrize("trial", observations(), ids=lambda trial: trial.id)
def test_every_trial_stands_with_its_source_and_every_number(trial: Trial) -> None:
    section, line = SECTIONS[trial.title], LINES[f"trial-{trial.id}"]
    assert (line.sources, line.basis) == (trial.sources, trial.basis)
    assert section.grid and len(section.grid.rows) == len(trial.measured)
    assert all(len(row) == len(section.grid.columns) for row in section.grid.rows)


def test_the_peak_by_mouth_is_told_as_a_misfit() -> None:
    line, grid = LINES["trial-grant81"], SECTIONS["Racemic ketamine 0.5 mg/kg, swallowed"].grid
    assert line.says.startswith("Furthest off: peak of ketamine, 2.43 times too low. 0 of 1 within")
    assert "far too low" in line.speaks
    assert grid and grid.rows[0] == (
        "Peak of ketamine, ng/mL", "45; ± 10 (SD)", "18.5", "0.41, outside"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        (100.0, "Peak of ketamine: as observed. 1 of 1 within the published spread."),
        (125.0, "Furthest off: peak of ketamine, 1.25 times too high. 0 of 1 within the published spread."),
        (80.0, "Furthest off: peak of ketamine, 1.25 times too low. 1 of 1 within the published spread."),
    ],
)
def test_a_verdict_says_which_way_and_whether_within(expected: float, says: str) -> None:
    assert verdict([Compared(PEAK, expected)]) == says


def test_the_furthest_is_by_how_many_times_either_way() -> None:
    """Half is as far as double, and 0.4 further than 2."""
    half, double = Compared(PEAK, 40), Compared(PEAK, 200)
    assert "2.5 times too low" in verdict([double, half])
    bare = Measurement("ketamine", "share", "1", 0.2, None, None, "")
    assert verdict([Compared(bare, 0.3)]).endswith("No spread was published.")


def test_a_peak_comes_late_or_early() -> None:
    when = Measurement("ketamine", "peak-minute", "min", 30, None, None, "")
    assert verdict([Compared(when, 60)]).startswith("Furthest off: when ketamine peaks, 2 times too late.")
    assert verdict([Compared(when, 15)]).startswith("Furthest off: when ketamine peaks, 2 times too early.")


def test_a_number_is_named_with_its_hours_and_its_enantiomer() -> None:
    one = Measurement("norketamine", "exposure", "ng·h/mL", 500, None, None, "", until_h=8, of="each")
    assert what(one) == "Exposure to norketamine, 8 h, of each enantiomer"


@pytest.mark.parametrize(("value", "said"), [(0.0412345, "0.0412"), (999.4, "999"), (35009.6, "35,010")])
def test_figures_have_three_digits_and_no_exponent(value: float, said: str) -> None:
    assert figure(value) == said


def test_what_links_a_concentration_to_an_effect_names_its_basis() -> None:
    assert LINES["effect-window"].basis == "assumed"
    assert LINES["effect-c50"].speaks.startswith("121\u00a0ng/mL")
    assert all(line.basis and line.sources for line in LINES.values())
