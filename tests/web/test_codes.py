"""Sign-in codes: shown once, typed once, for a day; whoever has no account yet is given one."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from openkap.actions import codes
from openkap.clinical.entries.person import SignInCodeGiven
from openkap.clinical.refusal import BadInput
from openkap.records.models import EntryRow, SignInCodeRow, User
from openkap.records.policy import NotFound
from tests.conftest import AT
from tests.web.course import Course


@pytest.fixture(autouse=True)
def no_tries() -> None:
    cache.clear()


def staff(course: Course, role: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=course.people[role].user))
    return client


def code_of(course: Course, role: str = "prescriber") -> str:
    page = staff(course, role).post(f"/charts/{course.chart}/team/code/", {"form": "code"})
    return re.search(r'class="code-shown">([A-Z2-7 ]+)<', page.content.decode())[1]


def test_it_opens_the_patients_own_pages_once(course: Course) -> None:
    """Small letters, no spaces and the digits that look like letters are understood; then it is used up."""
    code = code_of(course)
    assert re.fullmatch(r"([A-Z2-7]{4} ){3}[A-Z2-7]{4}", code)
    typed = code.lower().replace(" ", "").replace("o", "0").replace("i", "1").replace("b", "8")
    client = Client()
    assert client.post("/enter/", {"form": "enter", "code": typed}).url == "/"
    assert client.get("/me/").status_code == 200
    again = Client()
    assert again.post("/enter/", {"form": "enter", "code": code}).status_code == 400
    assert "/sign-in/" in again.get("/me/").url
    assert len(course.facts(SignInCodeGiven)) == 1


def test_nothing_that_is_kept_opens_anything(course: Course) -> None:
    """Neither the row nor the chart has the code."""
    code = code_of(course)
    (row,) = SignInCodeRow.objects.all()
    assert code.replace(" ", "") not in row.sha256
    assert not any(
        code in entry.body or code.replace(" ", "") in entry.body for entry in EntryRow.objects.all()
    )


@pytest.mark.parametrize(
    ("after", "opens"), [(timedelta(hours=24) - timedelta(seconds=1), True), (timedelta(hours=24), False)]
)
def test_it_lasts_a_day(course: Course, after: timedelta, opens: bool) -> None:
    code = codes.give(course.people["prescriber"], course.chart, at=AT)
    if opens:
        assert str(codes.proven(code, at=AT + after).chart) == course.chart
    else:
        with pytest.raises(BadInput):
            codes.proven(code, at=AT + after)


def test_a_later_code_ends_the_earlier_and_the_account_stays(course: Course) -> None:
    first, second = code_of(course), code_of(course, "monitor")
    assert User.objects.filter(chart=course.chart).count() == 1
    client = Client()
    assert client.post("/enter/", {"form": "enter", "code": first}).status_code == 400
    assert client.post("/enter/", {"form": "enter", "code": second}).status_code == 302


def test_whoever_may_not_makes_none(course: Course) -> None:
    """An auditor reads; a therapist of another team opens nothing; a closed account stays closed."""
    page = f"/charts/{course.chart}/team/code/"
    assert staff(course, "auditor").post(page, {"form": "code"}).status_code == 404
    with pytest.raises(NotFound):
        codes.give(course.people["therapist"], course.chart, at=AT)
    code = codes.give(course.people["prescriber"], course.chart, at=AT)
    User.objects.filter(chart=course.chart).update(is_active=False)
    with pytest.raises(BadInput):
        codes.proven(code, at=AT)
    with pytest.raises(BadInput):
        codes.give(course.people["prescriber"], course.chart, at=AT)


def test_guessing_ends_in_a_pause(course: Course) -> None:
    """After fifty wrong ones from one address even the right one waits there, and nobody waits elsewhere."""
    code, client = code_of(course), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(50):
        assert client.post("/enter/", {"form": "enter", "code": "AAAA AAAA AAAA AAAA"}).status_code == 400
    answer = client.post("/enter/", {"form": "enter", "code": code})
    assert answer.status_code == 400
    assert "there were too many tries" in answer.content.decode().lower()
    assert Client().post("/enter/", {"form": "enter", "code": code}).status_code == 302


def test_one_persons_failures_pause_no_other(course: Course) -> None:
    """A few at the clinic's own address, and many from addresses all over: the right code is taken."""
    code = code_of(course)
    wrong = {"form": "enter", "code": "AAAA AAAA AAAA AAAA"}
    for number in range(100):
        assert Client(REMOTE_ADDR=f"198.51.100.{number}").post("/enter/", wrong).status_code == 400
    for _ in range(49):
        assert Client().post("/enter/", wrong).status_code == 400
    assert Client().post("/enter/", {"form": "enter", "code": code}).status_code == 302
