"""A file becomes a chart, or one clear sentence and nothing at all."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openkap.fhir.json_text import MOST_BYTES
from openkap.records.models import ChartRow
from openkap.web import importing
from tests.web.test_board import words_of

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]
SHARED = Path(__file__).resolve().parents[2] / "../shared/data/fhir"
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "name": [{"family": "Ash", "given": ["Wren"]}],
    "gender": "female",
    "birthDate": "1990-05-04",
}
PROBLEM = {
    "resourceType": "Condition",
    "id": "c",
    "subject": {"reference": "Patient/p"},
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "370143000"}], "text": "Depression"},
    "onsetDateTime": "2020-01-01",
}
STRANGE = {"resourceType": "Condition", "id": "x", "subject": {"reference": "Patient/other"}}


def bundle(*resources: dict[str, Any]) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    ).encode()


def send(client: Client, content: bytes, name: str = "wren.json") -> Any:
    return client.post("/charts/import/", {"form": "import", "record": SimpleUploadedFile(name, content)})


def test_a_record_becomes_a_chart_and_says_what_was_understood(as_role: Roles) -> None:
    """The result is told from the chart, so it can be opened again."""
    prescriber = as_role("prescriber")
    response = send(prescriber, bundle(PATIENT, PROBLEM, STRANGE))
    assert response.status_code == 302
    page = words_of(prescriber.get(response["Location"]))
    assert "Wren Ash has a chart" in page
    assert "1 problem" in page
    assert "Condition/x" in page.partition("Not understood")[2]


def test_a_packed_record_is_taken(as_role: Roles) -> None:
    """Gzipped, the same."""
    assert send(as_role("prescriber"), gzip.compress(bundle(PATIENT)), "wren.json.gz").status_code == 302


def test_what_is_not_used_is_listed_apart_from_what_could_not_be_read(as_role: Roles) -> None:
    """A claim has no use here; a condition of somebody else could not be taken. Both stand on the page."""
    prescriber = as_role("prescriber")
    claim = {"resourceType": "Claim", "id": "k"}
    page = words_of(prescriber.get(send(prescriber, bundle(PATIENT, STRANGE, claim))["Location"]))
    unread, _, aside = page.partition("Left aside: 1 kind of content")
    assert "Condition/x" in unread and "1 Claim" in aside


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not json", "wren.json"),
        (b"[1, 2]", "not FHIR"),
        (bundle(PROBLEM), "no patient"),
        (bundle(PATIENT, PATIENT | {"id": "q"}), "2 patients"),
        (bundle({k: v for k, v in PATIENT.items() if k != "birthDate"}), "birth"),
        (b"[" * 100_000, "wren.json"),
        (b"", "wren.json"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_leaves_nothing(as_role: Roles, content: bytes, says: str) -> None:
    """400, the file named, no chart half-written."""
    response = send(as_role("prescriber"), content)
    page = words_of(response)
    assert response.status_code == 400
    assert "Please mend this first" in page
    assert says in page
    assert ChartRow.objects.count() == 0


def test_the_same_record_again_names_the_chart_that_is_there(as_role: Roles) -> None:
    """A second import opens no second chart."""
    prescriber = as_role("prescriber")
    send(prescriber, bundle(PATIENT))
    response = send(prescriber, bundle(PATIENT))
    assert response.status_code == 400
    assert "already here: the chart of Wren Ash" in words_of(response)
    assert ChartRow.objects.count() == 1


def test_no_file_is_a_sentence(as_role: Roles) -> None:
    """Pressing the button with nothing chosen."""
    response = as_role("prescriber").post("/charts/import/", {"form": "import"})
    assert response.status_code == 400 and "no file was chosen" in words_of(response).lower()


def test_a_file_too_large_is_refused_unread(as_role: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit it is read, a byte above it is not."""
    content = bundle(PATIENT)
    monkeypatch.setattr(importing, "MOST_BYTES", len(content) - 1)
    assert "is larger than" in words_of(send(as_role("prescriber"), content))
    monkeypatch.setattr(importing, "MOST_BYTES", len(content))
    assert send(as_role("prescriber"), content).status_code == 302


def test_a_file_name_is_never_markup(as_role: Roles) -> None:
    """What the name of a file holds is shown as text."""
    page = send(as_role("prescriber"), b"x", "<img src=x onerror=alert(1)>.json").content.decode()
    assert "<img" not in page


def test_only_clinicians_import(as_role: Roles) -> None:
    """The monitor, the manager and the auditor find nothing."""
    for role in ("monitor", "manager", "auditor"):
        assert send(as_role(role), bundle(PATIENT)).status_code == 404
    assert ChartRow.objects.count() == 0


def test_a_real_record_becomes_a_chart_that_can_be_screened(as_role: Roles) -> None:
    """One of the Synthea records, to the screening page."""
    files = sorted(SHARED.glob("synthea/**/*.json*")) if SHARED.exists() else []
    if not files:
        pytest.skip("No Synthea records beside this checkout; the shared data folder holds them.")
    prescriber = as_role("prescriber")
    response = send(prescriber, files[0].read_bytes(), files[0].name)
    assert response.status_code == 302, words_of(response)
    chart = re.search(r"chart=([0-9a-f-]{36})", response["Location"])
    assert chart and prescriber.get(f"/charts/{chart[1]}/screening/").status_code == 200
    assert prescriber.get(response["Location"]).status_code == 200


def test_the_size_that_is_promised_is_the_size_that_is_read(as_role: Roles) -> None:
    """The page names the limit the reader has, not one of its own."""
    assert f"Up to {MOST_BYTES // 2**20} MB" in as_role("prescriber").get("/charts/import/").content.decode()
