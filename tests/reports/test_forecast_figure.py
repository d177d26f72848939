"""The figure of a forecast: what it draws, what it says aloud, and that any reader of SVG can show it."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from openkap.kinetics.crowd import Population
from openkap.kinetics.forecast import Forecast, forecast
from openkap.kinetics.regimen import Dose, Person, Regimen
from openkap.kinetics.units import Kilograms, MgPerKg, Milligrams, Minutes
from openkap.protocol.read_kinetics import published
from openkap.reports.drawing import PAPER
from openkap.reports.forecast_figure import NAMES, forecast_drawings, forecast_svg, level, sentences

CSS = Path(__file__).parents[2] / "openkap" / "web" / "static" / "openkap" / "parts.css"
SVG = "{http://www.w3.org/2000/svg}"
PERSON = Person(Kilograms(70))
INFUSION = Regimen((Dose("iv", MgPerKg(0.5), Minutes(0), Minutes(40)),))
TWO = Regimen((Dose("im", Milligrams(50), Minutes(0)), Dose("im", Milligrams(25), Minutes(15))))


def made(regimen: Regimen = INFUSION, people: int = 200) -> Forecast:
    return forecast(regimen, PERSON, published(), population=Population(people))


def test_a_file_stands_alone() -> None:
    """Well-formed, named for a screen reader, and coloured without a style sheet."""
    root = ElementTree.fromstring(forecast_svg(made(), tuple(NAMES)))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title says"
    assert root.findtext(f"{SVG}title") == "Forecast of racemic ketamine: 0.5 mg/kg IV over 40 min, 70 kg"
    assert "never advice when to dose" in (root.findtext(f"{SVG}desc") or "")
    assert len(root.findall(f"{SVG}path")) == 2 + len(NAMES)
    assert {"ng/mL", "0 h", "ketamine", "norketamine", "effect site", "90 % of people"} <= {
        text.text for text in root.iter(f"{SVG}text")
    }
    assert not re.search(r"var\(|class=|style=", forecast_svg(made()))


def test_a_page_colours_every_class_that_is_drawn() -> None:
    css = CSS.read_text(encoding="utf-8")
    for classes in filter(None, PAPER):
        for cls in classes.split():
            assert f".k-figure .{cls} " in css


def test_the_darker_band_lies_within_the_lighter() -> None:
    drawing = forecast_drawings(made())[0]
    (models, outer), (people, inner), (line, cls) = drawing.paths
    assert (outer, inner, cls) == ("f-models", "f-people", "f-line")
    tops = [min(float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path)) for path in (models, people, line)]
    assert tops == sorted(tops)
    assert tops[0] < tops[2]


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_is_drawn_beside_the_paper(size: int) -> None:
    drawing = forecast_drawings(made(TWO), tuple(NAMES))[size]
    for text in drawing.texts:
        wide = 6 * len(text.says)
        left = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
        assert left >= 0
        assert left + wide <= drawing.width + 6
        assert 0 < text.y < drawing.height


def test_a_typical_person_has_a_line_and_no_band() -> None:
    alone = made(people=0)
    assert [cls for _, cls in forecast_drawings(alone)[0].paths] == ["f-line"]
    assert sentences(alone)[0].startswith("Typical plasma ketamine peaks at 160 ng/mL, 40 min after")
    assert len(sentences(alone)) == 2


@pytest.mark.parametrize(
    ("ng_per_ml", "said"),
    [
        (0, "0"),
        (0.0012345, "0.0012"),
        (0.354, "0.35"),
        (8.64, "8.6"),
        (9.96, "10"),
        (10.4, "10"),
        (90.3, "90"),
        (99.6, "100"),
        (290.4, "290"),
        (999.6, "1000"),
        (1434, "1430"),
        (12345, "12300"),
    ],
)
def test_a_level_has_the_digits_a_clinician_reads(ng_per_ml: float, said: str) -> None:
    assert level(ng_per_ml) == said


def test_doses_are_ticks_and_an_infusion_is_a_bar() -> None:
    """Each where it was given; one is written out, several are counted."""
    infusion, two = forecast_drawings(made())[0], forecast_drawings(made(TWO))[0]
    marks = [[line[4] for line in d.lines if line[4] in ("f-dose", "f-infusion")] for d in (infusion, two)]
    assert marks == [["f-dose", "f-infusion"], ["f-dose", "f-dose"]]
    assert {"0.5 mg/kg IV over 40 min", "2 doses"} <= {t.says for t in infusion.texts + two.texts}


def test_an_experience_nobody_is_expected_to_have_is_not_drawn() -> None:
    little = made(Regimen((Dose("oral", Milligrams(1), Minutes(0)),)))
    assert forecast_drawings(little)[0].bands == []
    assert len(forecast_drawings(made())[0].bands) == 1


def test_a_single_moment_can_be_drawn() -> None:
    """Whatever times were asked for: nothing is divided by zero."""
    once = forecast(INFUSION, PERSON, published(), times_min=np.array([0.0]), population=Population(50))
    assert re.findall(r'"[^" ]*(?:nan|inf)[^" ]*"', forecast_svg(once)) == []
