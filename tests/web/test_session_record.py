"""The record of a visit: the same on the page and on paper, with what was corrected and what came late."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from openkap.actions import dosing
from openkap.clinical.entries.dosing import VitalSigns
from openkap.config.cli import main
from openkap.records import read
from openkap.reports.session_record import Reader
from tests.web.course import Course

Role = Callable[[str], Client]


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def room(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/{course.visit}/{rest}"


def text_of(pdf: bytes, folder: Path) -> str:
    """The words of a PDF as poppler reads them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler is not here to read the PDF")
    file = folder / "made.pdf"
    file.write_bytes(pdf)
    out = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", out.stdout)


@pytest.fixture
def visited(course: Course) -> Course:
    """A dose, an event written four minutes late, and a pulse that was corrected."""
    course.cleared().prepared().booked().checked()
    course.dosed()
    late = course.at - timedelta(minutes=4)
    course.does("monitor", dosing.observe, visit=course.visit, event="tears", effective_at=late)
    course.measured(heart_rate=170)
    wrong = course.newest(VitalSigns)
    signs = {"systolic": Decimal(124), "diastolic": Decimal(78), "heart_rate": Decimal(71), "sedation": 5}
    course.does("monitor", dosing.chart_vitals, visit=course.visit, supersedes=wrong.id, **signs)
    return course


EXPECTED = (
    "Ada Berg",
    "1 January 1980",
    "ketamine treatment",
    "35 mg",
    "0.5 mg/kg × 70 kg = 35 mg",
    "Seen: tears",
    "Lakeside",
    "corrects what Monitor, monitor wrote",
    "heart rate 170",
    "heart rate 71",
    "Monitor, monitor:",
    "head ",
)


def test_the_page_and_the_pdf_say_the_same(visited: Course, as_role: Role, tmp_path: Path) -> None:
    """Every part, from whom it is about to the hash of the ledger's end."""
    nurse = as_role("monitor")
    assert room(visited, "record/") in nurse.get(room(visited)).content.decode()
    page = words(nurse.get(room(visited, "record/")))
    answer = nurse.get(room(visited, "record.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    paper = text_of(answer.content, tmp_path)
    chart = read.chart(visited.people["prescriber"], visited.chart, log=False)
    for says in (*EXPECTED, f"entries 1 to {chart.seq}"):
        assert says in page, says
        assert says in paper, says
    assert re.search(r"written 4 min later, at \d\d:\d\d", page)
    assert "page 1 of" in paper


def test_the_pdf_is_tagged(visited: Course, as_role: Role, tmp_path: Path) -> None:
    """A screen reader finds headings, a table and a figure with words for it."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("poppler is not here to read the PDF")
    file = tmp_path / "made.pdf"
    file.write_bytes(as_role("monitor").get(room(visited, "record.pdf")).content)
    told = subprocess.run(["pdfinfo", "-struct", file], capture_output=True, text=True, check=True).stdout
    assert "H1" in told and "Table" in told and "Figure" in told


def test_the_paper_card_has_what_must_be_known_and_room_to_write(
    visited: Course, as_role: Role, tmp_path: Path
) -> None:
    """Printed before the dose; unset limits are said."""
    paper = text_of(as_role("monitor").get(room(visited, "card.pdf")).content, tmp_path)
    for says in ("Ada Berg", "0.5 mg/kg", "70 kg", "No highest mg", "every 10 min", "MOAA/S", "Witness"):
        assert says in paper, says


def test_it_is_written_from_the_command_line(
    visited: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`openkap record CHART VISIT OUT.pdf`; nothing that is not there."""
    out = tmp_path / "visit.pdf"
    assert main(["record", visited.chart, visited.visit, str(out)]) == 0
    assert "Wrote" in capsys.readouterr().out
    assert "Ada Berg" in text_of(out.read_bytes(), tmp_path)
    assert main(["record", visited.chart, "none", str(out)]) != 0
    assert main(["record", visited.chart, visited.visit, str(tmp_path / "no" / "x.pdf")]) != 0


@pytest.mark.parametrize("end", ["record/", "record.pdf", "card.pdf"])
def test_a_visit_that_is_not_there_has_no_record(visited: Course, as_role: Role, end: str) -> None:
    """Nor has one for somebody who may not open the chart."""
    assert as_role("monitor").get(f"/charts/{visited.chart}/visits/none/{end}").status_code == 404
    assert as_role("manager").get(room(visited, end)).status_code == 404


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-05-19T21:59+00:00", "23:59"),
        ("2026-05-19T22:00+00:00", "00:00, 20 May"),
        ("2026-12-31T22:59+00:00", "23:59, 31 Dec"),
        ("2027-01-01T00:00+00:00", "01:00, 1 Jan 2027"),
    ],
)
def test_a_time_of_another_day_says_which(at: str, said: str) -> None:
    """By the clock of the clinic: a visit of 19 May that goes on past midnight, or is mended much later."""
    reader = Reader(str, str, ZoneInfo("Europe/Berlin"), "", "")
    day = datetime.fromisoformat("2026-05-19T10:00+00:00")
    assert reader.clock(datetime.fromisoformat(at), day) == said
