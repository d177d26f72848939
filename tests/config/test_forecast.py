"""openkap forecast: what is typed, what is answered, and what is refused in one sentence."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openkap.config.cli import main
from openkap.config.forecast_said import CLOSING, KEYS, ROWS_MIN
from openkap.config.forecast_typed import ROUTES, dose
from openkap.kinetics.regimen import Dose
from openkap.kinetics.units import MgPerKg, Milligrams, Minutes
from openkap.protocol.read_kinetics import published

INFUSION = ("--dose", "iv:35mg@0-40min")
ADULT = ("--weight", "70kg")
PERSON = (*ADULT, "--age", "45")
TYPICAL = (*PERSON, "--typical")


def asked(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    assert main(["forecast", *typed]) == 0
    answer = capsys.readouterr()
    assert answer.err == ""
    return answer.out


def answer(capsys: pytest.CaptureFixture[str], *typed: str) -> Any:
    return json.loads(asked(capsys, *typed, "--json"))


def refused(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    """One line, beginning with the program's name, and nothing else said."""
    assert main(["forecast", *typed]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("openkap: ") and said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("iv:0.5mg/kg@0-40min", Dose("iv", MgPerKg(0.5), Minutes(0), Minutes(40))),
        ("iv:0.35mg/kg@5-40min", Dose("iv", MgPerKg(0.35), Minutes(5), Minutes(40))),
        ("iv:35mg@0-40", Dose("iv", Milligrams(35), Minutes(0), Minutes(40))),
        ("im:50mg@0", Dose("im", Milligrams(50), Minutes(0))),
        ("sl:100mg@0", Dose("sublingual", Milligrams(100), Minutes(0))),
        ("po:50mg@2.5min", Dose("oral", Milligrams(50), Minutes(2.5))),
        ("film:100mg@0", Dose("film", Milligrams(100), Minutes(0))),
        ("in:3x28mg@0", Dose("intranasal", Milligrams(84), Minutes(0), devices=3)),
        ("Sublingual: 100 mg @ 0", Dose("sublingual", Milligrams(100), Minutes(0))),
    ],
)
def test_a_dose_is_read(text: str, meant: Dose) -> None:
    assert dose(text) == meant


@pytest.mark.parametrize(
    ("drug", "typed", "at", "ketamine"),
    [
        ("esketamine", "iv:35mg@0-40", "10,40,60,240", (56.0953216, 158.041733, 103.754833, 25.1655018)),
        ("racemic", "im:35mg@0", "10,20,60,240", (100.208991, 127.085957, 90.5138581, 25.1916468)),
        ("racemic", "po:50mg@0", "20,60,120,240", (13.1845894, 26.4086323, 20.3700276, 9.87840766)),
        ("racemic", "sl:50mg@0", "20,60,120,240", (21.2279417, 40.0607553, 29.1253965, 13.8915337)),
        ("esketamine", "in:2x28mg@0", "10,40,60,240", (43.9801308, 72.9883147, 66.9125898, 16.8104612)),
        ("esketamine", "film:50mg@0", "10,20,60,240", (55.6954832, 84.7218443, 45.2759415, 7.99186447)),
    ],
)  # fmt: skip
def test_the_object_holds_the_anchors(
    drug: str, typed: str, at: str, ketamine: tuple[float, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every route by what is typed for it, at full precision."""
    told = answer(capsys, "--dose", typed, *TYPICAL, "--drug", drug, "--at", at)
    assert told["times_min"] == [float(minute) for minute in at.split(",")]
    assert told["ketamine_ng_per_ml"] == pytest.approx(ketamine, rel=1e-8)


def test_the_object_brings_the_bands(capsys: pytest.CaptureFixture[str]) -> None:
    """Five shares a band, wider between models; none of a typical person."""
    told = answer(capsys, *INFUSION, *PERSON, "--at", "40")
    band = told["bands"]["ketamine_ng_per_ml"]
    people, models = band["between_people"], band["between_people_and_models"]
    assert list(people) == list(models) == ["5%", "25%", "50%", "75%", "95%"]
    assert (
        models["5%"][0]
        < people["5%"][0]
        < told["ketamine_ng_per_ml"][0]
        < people["95%"][0]
        < models["95%"][0]
    )
    assert set(told["bands"]) == {key for key in KEYS.values() if key in told}
    assert told["says"] == CLOSING
    assert answer(capsys, *INFUSION, *TYPICAL)["bands"] is None


def test_hydroxynorketamine_is_told_where_the_model_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert "hydroxynorketamine_ng_per_ml" not in answer(capsys, *INFUSION, *TYPICAL)
    assert answer(capsys, *INFUSION, *TYPICAL, "--model", "simons")["hydroxynorketamine_ng_per_ml"][40] > 0
    assert "norketamine_ng_per_ml" not in answer(capsys, *INFUSION, *TYPICAL, "--model", "k20")


def test_what_is_not_over_in_time_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON has no infinity: an experience that lasts beyond the last time has no end."""
    told = answer(capsys, "--dose", "iv:2000mg@0-40min", *TYPICAL)
    assert told["experience"]["offset_min"]["median"] is None
    text = asked(capsys, "--dose", "iv:2000mg@0-40min", *TYPICAL)
    assert re.search(r"^  to +after 400$", text, re.MULTILINE)


def test_the_page_says_how_sure_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = " ".join(asked(capsys, *INFUSION, *ADULT).split())
    assert "min ketamine and of models norketamine" in text
    assert "S at effect site" not in text
    assert (
        "Model: Otto 2021, its parent drug fixed to Fanta 2015 (venous, esketamine; basis: secondary)" in text
    )
    assert "No age was given" in text
    assert "About 10 % under the observed median" in text
    assert "an illustration and not a measurement" in text
    assert text.endswith(CLOSING)


def test_the_rows_are_those_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Else those of the page, and where another dose begins."""

    def rows(*typed: str) -> list[int]:
        return [int(m) for m in re.findall(r"^ *(\d+)  ", asked(capsys, *TYPICAL, *typed), re.MULTILINE)]

    assert rows(*INFUSION, "--at", "7,11") == [7, 11]
    assert rows(*INFUSION) == list(ROWS_MIN)
    assert rows("--dose", "im:50mg@0", "--dose", "im:25mg@17")[0] == 17
    for ends_off_the_fives in ("in:2x28mg@0", "iv:35mg@0-37"):
        assert rows("--dose", ends_off_the_fives) == list(ROWS_MIN)


def test_how_far_it_looked_does_not_depend_on_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked at minute 10 alone, it never says that an effect lasts past minute 10 only."""
    long = ("--dose", "iv:2000mg@0-40min", *TYPICAL, "--at", "10")
    assert "after 400" in asked(capsys, *long)
    assert answer(capsys, *long)["looked_until_min"] == 400


def test_a_model_is_known_in_capitals_too(capsys: pytest.CaptureFixture[str]) -> None:
    """As papers write it."""
    assert answer(capsys, *INFUSION, *TYPICAL, "--model", "PEREZ")["model"] == "perez"


def test_the_effect_site_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "S at effect site" in asked(capsys, *INFUSION, *TYPICAL, "--effect-site")


def test_pounds_are_converted_where_they_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    """With the sum of the clinic's scales, and never read as kilograms."""
    assert "154 lb ≈ 69.85 kg" in asked(capsys, *INFUSION, "--weight", "154lb", "--typical")
    assert answer(capsys, *INFUSION, "--weight", "154 lb", "--typical")["weight_kg"] == 69.85
    assert "'154' is not in kg or lb" in refused(capsys, *INFUSION, "--weight", "154")


def test_what_is_spat_out_is_not_swallowed(capsys: pytest.CaptureFixture[str]) -> None:
    both = [
        answer(capsys, "--dose", "sl:100mg@0", *TYPICAL, *spat)["norketamine_ng_per_ml"][60]
        for spat in ((), ("--spat-out",))
    ]
    assert both[1] < both[0] / 4


def test_a_figure_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole curve, whatever minutes were asked for."""
    out = tmp_path / "out.svg"
    asked(capsys, *INFUSION, *TYPICAL, "--at", "40", "--effect-site", "--plot", str(out))
    root = ElementTree.parse(out).getroot()
    texts = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"6 h", "ketamine", "norketamine", "effect site"} <= texts


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ((), "--dose: there is none"),
        (("--dose", "iv:35mg"), "is not a dose with its minute"),
        (("--dose", "xx:35mg@0"), "'xx' is not a route"),
        (("--dose", "iv:-35mg@0"), "-35 mg is below zero"),
        (("--dose", "iv:nanmg@0"), "'nanmg' is not in mg or mg/kg"),
        (("--dose", "iv:infmg@0"), "'infmg' is not in mg or mg/kg"),
        (("--dose", "iv:1,5mg@0"), "comma, which could be read two ways"),
        (("--dose", "iv:0mg@0"), "a dose of nothing"),
        (("--dose", "iv:35000mg@0"), "more than the 2000 mg"),
        (("--dose", "iv:35@0"), "is not in mg or mg/kg"),
        (("--dose", "iv:35mcg@0"), "is not in mg or mg/kg"),
        (("--dose", "iv:35mg@0-40s"), "'40s' is not in minutes"),
        (("--dose", "iv:35mg@-5"), "-5 min is below zero"),
        (("--dose", "iv:35mg@40-40"), "has no length"),
        (("--dose", "iv:35mg@40-20"), "cannot end at minute 20"),
        (("--dose", "im:35mg@0-40"), "only an infusion ends"),
        (("--dose", "in:28mg@0", "--drug", "esketamine"), "counted in devices of 28 mg"),
        (("--dose", "in:4x28mg@0", "--drug", "esketamine"), "4 devices at once were never studied"),
        (("--dose", "in:0x28mg@0"), "'0' is not a number of sprays"),
        (("--dose", "in:2x0.5mg/kg@0"), "a spray holds milligrams"),
        (("--dose", "im:2x28mg@0"), "'im:2x28mg@0' counts sprays, and im has none"),
        (("--dose", "po:50mg@0", "--spat-out"), "no dose here is held in the mouth"),
        ((*INFUSION, "--spat-out"), "no dose here is held in the mouth"),
        (
            ("--dose", "in:1x28mg@0", "--dose", "in:1x28mg@5", "--drug", "esketamine"),
            "devices at minutes 0 and 5 overlap",
        ),
        ((*INFUSION, "--weight", ""), "--weight: there is none"),
        ((*INFUSION, "--weight", "70"), "'70' is not in kg or lb"),
        ((*INFUSION, "--weight", "-70kg"), "-70 kg is below zero"),
        ((*INFUSION, "--weight", "-70lb"), "weight"),
        ((*INFUSION, "--weight", "38kg"), "outside the 39 to 170 kg"),
        ((*INFUSION, "--weight", "171kg"), "outside the 39 to 170 kg"),
        ((*INFUSION, "--age", "-4"), "-4 y is below zero"),
        ((*INFUSION, "--age", "old"), "'old' is not a plain number"),
        ((*INFUSION, "--at", "40,10"), "times must rise"),
        ((*INFUSION, "--at", "10,,20"), "'' is not a plain number"),
        ((*INFUSION, "--drug", "arketamine"), "'arketamine' is not one of racemic, esketamine"),
        ((*INFUSION, "--model", "otto21"), "'otto21' is not one of"),
        ((*INFUSION, "--plot", "/no/such/folder/out.svg"), "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    typed: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, and no word of a forecast."""
    assert says in refused(capsys, *ADULT, *typed)


def test_a_weight_at_the_edge_is_told_and_not_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Beyond one model and within another: a curve, and a sentence beside it."""
    for weight in ("39kg", "170kg"):
        told = answer(capsys, *INFUSION, "--weight", weight, "--typical")["outside"]
        assert any("is outside the 50 to 100 kg" in says for says in told)


text = st.text(max_size=30) | st.from_regex(
    r"[ivmslpo]{2}:-?[0-9.x]{0,6}(mg|mg/kg)?@[0-9-]{0,8}", fullmatch=True
)


@settings(max_examples=150, deadline=None)
@given(text, text | st.from_regex(r"-?[0-9.]{0,5} ?(kg|lb)?", fullmatch=True), text, text)
def test_nothing_that_is_typed_gives_a_traceback(typed: str, weight: str, age: str, at: str) -> None:
    """A forecast or a sentence, whatever arrives."""
    options = [f"--dose={typed}", f"--weight={weight}", f"--age={age}", f"--at={at}", "--typical"]
    assert main(["forecast", *options]) in (0, 2)


def test_every_route_of_the_protocol_can_be_typed() -> None:
    shelf = published()
    assert set(ROUTES.values()) == {
        *shelf.routes,
        *(name for m in shelf.models.values() for name in m.routes),
    }


def test_it_starts_without_django() -> None:
    program = (
        "import sys\nfrom openkap.config.cli import main\nstatus = main()\n"
        "assert 'django' not in sys.modules, 'django was loaded'\nsys.exit(status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "forecast", *INFUSION, *TYPICAL],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
