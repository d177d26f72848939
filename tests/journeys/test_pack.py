"""A patient saves their record on a phone, reads it without a network, and elsewhere it is the same chart."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Demo
from tests.filled import OPENKAP
from tests.journeys.walk import VIEWS, Walk, said
from tests.records.process import ROOT, environment, run

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
ENTRIES = (
    "import json; from openkap.records.carried import entries_of as e; print(json.dumps(list(e({chart!r}))))"
)


def saved(walk: Walk, to: Path) -> Path:
    """By the button on the patient's own page."""
    page = walk.tab("patient")
    page.set_viewport_size(PHONE)
    walk.to("patient", "/me/record/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save my whole record").click()
    assert download.value.suggested_filename == "my-record.zip"
    download.value.save_as(to)
    return to


def read_offline(chromium: Any, walk: Walk, page_file: Path) -> str:
    """Nothing is asked of any network, and it is sound on a phone and a desk, in light and in dark."""
    context = chromium.new_context(offline=True)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        walk.look(page)
    told = said(page)
    assert asked == [page_file.as_uri()]
    context.close()
    return told


def test_a_record_is_taken_along(chromium: Any, demo: Demo, tmp_path: Path) -> None:
    walk = Walk(chromium, demo)
    file = saved(walk, tmp_path / "my-record.zip")
    with zipfile.ZipFile(file) as whole:
        whole.extractall(tmp_path / "opened")
    told = read_offline(chromium, walk, tmp_path / "opened" / "record.html")
    assert "Linnea" in told and "Doses" in told and "Intravenous infusion" in told
    new = tmp_path / "elsewhere"
    done = subprocess.run(
        [*OPENKAP, "unpack", str(file)],
        env=environment(new),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    chart = done.stdout.split()[-1]
    told_there = run(new, ENTRIES.format(chart=chart))
    assert (
        json.loads(told_there.stdout) == (tmp_path / "opened" / "entries.jsonl").read_text().split("\n")[:-1]
    )
    walk.to("patient", "/me/record/")
    walk.close()
    assert walk.faults == []
