"""The drug of a visit in the room: taken out, wasted, and witnessed by somebody who proves who they are."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from openkap.clinical.entries.balance import DrugDrawn, DrugReturned, DrugWasted, WasteWitnessed
from openkap.records.accounts import create_clinic, create_user
from openkap.records.models import User
from tests.web.course import Course
from tests.web.test_formulary import stocked

Role = Callable[[str], Client]
SECRET = "a long sentence only they know"


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def room(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/{course.visit}/{rest}"


@pytest.fixture
def wasted(course: Course, as_role: Role) -> Course:
    """A vial is out and 465 mg of it thrown away; nobody has signed for it yet."""
    cache.clear()
    course.cleared().prepared().booked().checked()
    lot, nurse = stocked(as_role, course.people["manager"].clinic), as_role("monitor")
    nurse.post(room(course, "drug/out/"), {"form": "drug-out", "drug_lot": lot, "units": "1"})
    drawn = str(course.newest(DrugDrawn).id)
    sent = {"form": "drug-waste", "drawn": drawn, "amount": "465", "how": "gel"}
    assert nurse.post(room(course, "drug/waste/"), sent).status_code == 302
    return course


def signs(course: Course, as_role: Role, username: str, password: str) -> object:
    """Somebody signs as witness on the nurse's screen."""
    waste = str(course.newest(DrugWasted).id)
    sent = {"form": "witness", "waste": waste, "username": username, "password": password}
    return as_role("monitor").post(room(course, "drug/witness/"), sent)


def test_a_witness_signs_with_their_own_password_on_the_nurses_screen(wasted: Course, as_role: Role) -> None:
    """The entry carries the witness's name, and the nurse stays signed in."""
    told = words(as_role("monitor").get(room(wasted)))
    assert "465 mg wasted (gel): a witness signs by" in told
    assert "500 mg drawn − 0 mg given − 0 mg wasted − 0 mg returned = 500 mg" in told
    account = User.objects.get(id=wasted.people["prescriber"].user)
    account.set_password(SECRET)
    account.save()
    assert signs(wasted, as_role, "prescriber@test", SECRET).status_code == 302
    entry = wasted.newest(WasteWitnessed)
    assert (entry.author, entry.fact.name) == (str(account.id), "Prescriber")
    told = words(as_role("monitor").get(room(wasted)))
    assert "500 mg drawn − 0 mg given − 465 mg wasted − 0 mg returned = 35 mg" in told
    assert "a witness signs by" not in told


def test_nobody_else_witnesses(wasted: Course, as_role: Role) -> None:
    """Oneself, a wrong password, somebody of another clinic, an account that was closed."""
    accounts = {name: User.objects.get(id=wasted.people[name].user) for name in ("monitor", "prescriber")}
    other = create_user("stranger", name="S", role="prescriber", clinic=create_clinic("Hillside"))
    gone = create_user("gone", name="G", role="prescriber", clinic=accounts["monitor"].clinic)
    gone.is_active = False
    for account in (*accounts.values(), other, gone):
        account.set_password(SECRET)
        account.save()
    for username, password, says in (
        ("monitor@test", SECRET, "you threw it away yourself"),
        ("prescriber@test", "wrong", "do not go together"),
        ("stranger", SECRET, "may not witness here"),
        ("gone", SECRET, "do not go together"),
    ):
        answer = signs(wasted, as_role, username, password)
        assert answer.status_code == 400
        assert says in words(answer)
        assert SECRET not in answer.content.decode()
    assert wasted.facts(WasteWitnessed) == []


def test_guessing_a_witnesss_password_pauses(wasted: Course, as_role: Role) -> None:
    """The same tries as at the door."""
    told = [words(signs(wasted, as_role, "prescriber@test", "guess")) for _ in range(11)]
    assert "too many tries" in told[-1] and "too many tries" not in told[-2]
    cache.clear()


def test_without_lots_a_vial_is_typed(course: Course, as_role: Role) -> None:
    """And the page says that closing asks for no balance."""
    course.cleared().prepared().booked().checked()
    nurse = as_role("monitor")
    assert "closing does not ask for a balance" in words(nurse.get(room(course)))
    sent = {"form": "drug-out", "number": "A1", "each": "500", "units": "2"}
    assert nurse.post(room(course, "drug/out/"), sent).status_code == 302
    drawn = str(course.newest(DrugDrawn).id)
    nurse.post(room(course, "drug/back/"), {"form": "drug-back", "drawn": drawn, "units": "1"})
    assert [fact.units for fact in course.facts(DrugReturned)] == [1]
    assert "500 mg returned = 500 mg" in words(nurse.get(room(course)))


@pytest.mark.parametrize("form", ["out", "waste", "back", "difference"])
def test_an_empty_form_says_what_is_missing(wasted: Course, as_role: Role, form: str) -> None:
    """At the form that was sent, opened again."""
    name = "difference" if form == "difference" else f"drug-{form}"
    answer = as_role("monitor").post(room(wasted, f"drug/{form}/"), {"form": name})
    assert answer.status_code == 400


def test_an_incident_stands_on_the_board_until_its_owner_closes_it(wasted: Course, as_role: Role) -> None:
    """The manager reads what did not add up, without a way into the chart."""
    owner = wasted.people["manager"].user
    nurse = as_role("monitor")
    nurse.post(room(wasted, "stop/"), {"form": "stop", "reason": "Fire alarm"})
    assert "It cannot be made to add up" in words(nurse.get(room(wasted)))
    sent = {"form": "difference", "reason": "The alarm", "owner": owner}
    assert nurse.post(room(wasted, "drug/difference/"), sent).status_code == 302
    assert nurse.post(room(wasted, "close/"), {"form": "close"}).status_code == 302
    manager = as_role("manager")
    assert "1 incident is open, 1 of them yours" in words(manager.get("/board/"))
    page = manager.get("/incidents/")
    assert "500 mg drawn − 0 mg given" in words(page)
    assert f"/visits/{wasted.visit}/" not in page.content.decode()
    assert f"/visits/{wasted.visit}/" in nurse.get("/incidents/").content.decode()
    (incident,) = re.findall(r'name="incident" value="([^"]+)"', page.content.decode())
    sent = {"form": incident, "incident": incident, "outcome": ""}
    assert manager.post("/incidents/close/", sent).status_code == 400
    assert manager.post("/incidents/close/", sent | {"outcome": "Counted"}).status_code == 302
    assert "incident is open" not in words(manager.get("/board/"))
    assert "Counted" in words(nurse.get("/incidents/"))
