"""The journal: kept as one types, nobody else's until it is shared, and gone when it is thrown away."""

import io
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from openkap.actions import journal as act
from openkap.clinical.entries.journal import JournalShared
from openkap.records import read, sealing
from openkap.records.models import JournalRow, User
from openkap.records.policy import OPERATOR
from openkap.web import pack
from tests.clinical.charts import adopted
from tests.web.course import Course

Patient = Callable[[str], Client]
WORDS = "The sea was in the room"


def page() -> str:
    return f"/me/journal/{uuid4()}/"


def shared(course: Course) -> list[JournalShared]:
    return [
        e.fact for e in read.chart(course.people["prescriber"], course.chart, log=False).all(JournalShared)
    ]


def test_what_is_typed_is_kept_sealed_and_can_go_on(course: Course, patient_of: Patient) -> None:
    """A page that is reloaded in the midst has every word; the row holds none of them."""
    client, at = patient_of(course.chart), page()
    for text in (WORDS[:10], WORDS):
        assert client.post(f"{at}keep/", {"text": text}).status_code == 204
    assert f"{WORDS}</textarea>" in client.get(at).content.decode()
    assert WORDS[:20] in client.get("/me/journal/").content.decode()
    (row,) = JournalRow.objects.all()
    assert "sea" not in row.box
    assert shared(course) == []


def test_a_moved_or_changed_box_does_not_open(course: Course, patient_of: Patient) -> None:
    """Put under another page it is nobody's words."""
    client, at = patient_of(course.chart), page()
    client.post(f"{at}keep/", {"text": WORDS})
    JournalRow.objects.update(id=str(uuid4()))
    with pytest.raises(sealing.CannotOpen):
        client.get("/me/journal/")


def test_sharing_copies_it_once_and_as_it_stands(course: Course, patient_of: Patient) -> None:
    """Only when it was ticked; after that the page is not changed any more."""
    client, at = patient_of(course.chart), page()
    client.post(f"{at}save/", {"form": "page", "text": WORDS})
    assert client.post(f"{at}share/", {"form": "share"}).status_code == 400
    assert shared(course) == []
    sure = {"form": "share", "sure": "yes"}
    assert client.post(f"{at}share/", sure).status_code == 302
    assert [fact.words for fact in shared(course)] == [WORDS]
    assert client.post(f"{at}share/", sure).status_code == 400
    assert client.post(f"{at}keep/", {"text": "something else"}).status_code == 400
    assert len(shared(course)) == 1
    assert client.post(f"{at}drop/", {"form": "drop", "gone": "yes"}).status_code == 302
    assert not JournalRow.objects.exists()
    assert len(shared(course)) == 1


def test_nothing_is_shared_on_the_day_of_a_dose(course: Course, patient_of: Patient) -> None:
    """Writing is as free as ever; deciding who may read waits for a clear head."""
    course.cleared().prepared().booked().checked().dosed()
    client, at = patient_of(course.chart), page()
    assert client.post(f"{at}keep/", {"text": WORDS}).status_code == 204
    assert "share it from tomorrow" in client.get(at).content.decode()
    assert client.post(f"{at}share/", {"form": "share", "sure": "yes"}).status_code == 409
    assert shared(course) == []


def test_it_is_thrown_away_only_when_that_was_ticked(course: Course, patient_of: Patient) -> None:
    client, at = patient_of(course.chart), page()
    client.post(f"{at}keep/", {"text": WORDS})
    assert client.post(f"{at}drop/", {"form": "drop"}).status_code == 400
    assert client.post(f"{at}drop/", {"form": "drop", "gone": "yes"}).status_code == 302
    assert client.get(at).status_code == 200
    assert not JournalRow.objects.exists()


@pytest.mark.parametrize(("length", "status"), [(act.LONGEST, 204), (act.LONGEST + 1, 400)])
def test_a_page_has_an_end(course: Course, patient_of: Patient, length: int, status: int) -> None:
    """What is kept can be shared: the longest page still goes into the chart."""
    client, at = patient_of(course.chart), page()
    assert client.post(f"{at}keep/", {"text": "x" * length}).status_code == status
    if status == 204:
        assert client.post(f"{at}share/", {"form": "share", "sure": "yes"}).status_code == 302


def test_a_voice_memo_is_kept_and_heard_by_its_speaker(course: Course, patient_of: Patient) -> None:
    """Byte for byte; it is not shared, and no words go over it."""
    client, at = patient_of(course.chart), page()
    memo = SimpleUploadedFile("memo", bytes(range(256)), content_type="audio/webm;codecs=opus")
    assert client.post(f"{at}speak/", {"sound": memo}).status_code == 302
    heard = client.get(f"{at}sound/")
    assert (heard.content, heard["Content-Type"]) == (bytes(range(256)), "audio/webm")
    assert client.post(f"{at}keep/", {"text": WORDS}).status_code == 400
    assert client.post(f"{at}share/", {"form": "share", "sure": "yes"}).status_code == 400
    other = SimpleUploadedFile("memo", b"MZ", content_type="application/x-msdownload")
    assert client.post(f"{page()}speak/", {"sound": other}).status_code == 400
    assert client.post(f"{page()}speak/", {}).status_code == 400
    assert JournalRow.objects.count() == 1


def test_nobody_else_finds_it(course: Course, patient_of: Patient) -> None:
    """A page of another person is as absent as one that never was, and cannot be written over."""
    client, at = patient_of(course.chart), page()
    client.post(f"{at}keep/", {"text": WORDS})
    other = Client()
    other.force_login(User.objects.get(id=course.people["prescriber"].user))
    for method, path in (
        ("get", at),
        ("get", f"{at}sound/"),
        ("post", f"{at}keep/"),
        ("get", "/me/journal/"),
    ):
        assert getattr(other, method)(path, {"text": "mine now"}).status_code == 404
    assert f"{WORDS}</textarea>" in client.get(at).content.decode()


def test_it_goes_along_in_ones_own_pack_and_in_no_other(course: Course, patient_of: Patient) -> None:
    """Everything that is kept about somebody is theirs to take; what an operator packs has no page of it."""
    client, at = patient_of(course.chart), page()
    client.post(f"{at}keep/", {"text": WORDS})
    memo = SimpleUploadedFile("memo", b"\x1aE\xdf\xa3", content_type="audio/webm")
    client.post(f"{page()}speak/", {"sound": memo})
    with zipfile.ZipFile(io.BytesIO(client.get("/me/record/all/").content)) as mine:
        assert WORDS in mine.read("journal.txt").decode()
        assert mine.read("journal-1.webm") == b"\x1aE\xdf\xa3"
    chart = read.chart(OPERATOR, course.chart, log=False)
    with zipfile.ZipFile(io.BytesIO(pack.made(OPERATOR, chart, adopted(), course.at))) as theirs:
        assert not [name for name in theirs.namelist() if "journal" in name]
        assert not any(WORDS.encode() in theirs.read(name) for name in theirs.namelist())
