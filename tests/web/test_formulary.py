"""The page of the clinic's drugs, and the lot a dose form offers."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from openkap.records.in_force import in_force
from openkap.records.policy import Principal
from tests.web.course import Course

Role = Callable[[str], Client]
VIAL = {
    "form": "solution",
    "title": "Ketamine 50 mg/mL, 10 mL",
    "routes": ["iv", "im"],
    "concentration": "50",
    "volume": "10",
}


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def stocked(as_role: Role, clinic: str, until: str = "2099-01-31") -> str:
    """A vial and a lot of it; the id of the lot."""
    assert as_role("manager").post("/drugs/presentation/", VIAL).status_code == 302
    (presentation,) = in_force(clinic).formulary.presentations
    sent = {"form": "lot", "presentation": presentation, "number": "A1", "expires_on": until}
    assert as_role("monitor").post("/drugs/lot/", sent).status_code == 302
    (lot,) = in_force(clinic).formulary.lots
    return lot


def test_what_is_stocked_limited_and_withdrawn_stands_on_the_page(
    people: dict[str, Principal], as_role: Role
) -> None:
    """With who set it; everybody reads it, and only who may change it sees a form."""
    assert words(as_role("therapist").get("/drugs/")).count("Not set") == 6
    lot = stocked(as_role, people["manager"].clinic)
    sent = {
        "form": "highest",
        "route": "iv",
        "dose": "35",
        "session": "",
        "reason": "agreed",
        "signed_name": "director",
    }
    assert as_role("director").post("/drugs/highest/", sent).status_code == 302
    told = words(as_role("therapist").get("/drugs/"))
    assert "50 mg/mL, 500 mg in one vial of 10 mL" in told
    assert "Set by Manager" in told
    assert "until 31 January 2099" in told
    assert "35 mg in one dose; one visit: not set · Director" in told
    assert "Add it" not in told and "Sign and set it" not in told and "Record the lot" not in told
    as_role("monitor").post("/drugs/withdraw/", {"form": "withdraw", "lot": lot, "reason": "recalled"})
    (presentation,) = in_force(people["manager"].clinic).formulary.presentations
    as_role("manager").post("/drugs/unstock/", {"form": "unstock", "presentation": presentation})
    told = words(as_role("therapist").get("/drugs/"))
    assert "withdrawn : recalled" in told
    assert "no longer stocked" in told


@pytest.mark.parametrize(
    ("address", "form", "sent", "field"),
    [
        ("presentation", "presentation", {"concentration": "x"}, "presentation-concentration"),
        ("highest", "highest", {"route": "iv", "dose": "35", "reason": "x"}, "highest-signed_name"),
        ("lot", "lot", {"number": "A1", "expires_on": "soon"}, "lot-expires_on"),
    ],
)
def test_a_half_filled_form_says_what_is_missing(
    people: dict[str, Principal], as_role: Role, address: str, form: str, sent: dict[str, str], field: str
) -> None:
    """Beside the field, and nothing is recorded."""
    stocked(as_role, people["manager"].clinic)
    answer = as_role("director").post(f"/drugs/{address}/", sent | {"form": form})
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.content.decode()


def test_the_dose_form_offers_lots_and_no_field_for_a_strength(course: Course, as_role: Role) -> None:
    """The sum follows the chosen lot; the most, or that none is set, stands beside it."""
    course.cleared().prepared().booked().checked()
    address = f"/charts/{course.chart}/visits/{course.visit}/"
    nurse = as_role("monitor")
    told = words(nurse.get(address))
    assert "the strength is typed from the vial" in told
    assert "No highest mg of one dose or of one visit is set for this route." in told
    lot = stocked(as_role, course.people["manager"].clinic)
    page = nurse.get(address)
    assert "50 mg/mL, 500 mg in one vial of 10 mL; lot A1, until 31 January 2099" in words(page)
    assert 'name="concentration"' not in page.content.decode()
    line = nurse.get(f"{address}sum/", {"lot": lot}).content.decode()
    assert "= 0.7 mL of 50 mg/mL" in line
    assert "Choose the lot" in nurse.get(f"{address}sum/", {"concentration": "10"}).content.decode()


def test_with_every_lot_kept_off_the_form_says_so(course: Course, as_role: Role) -> None:
    """No lot is no dose, and no field to type one's way round it."""
    course.cleared().prepared().booked().checked()
    lot = stocked(as_role, course.people["manager"].clinic)
    as_role("monitor").post("/drugs/withdraw/", {"form": "withdraw", "lot": lot, "reason": "recalled"})
    page = as_role("monitor").get(f"/charts/{course.chart}/visits/{course.visit}/")
    assert "No lot for this route may be used today." in words(page)
    assert 'name="lot"' not in page.content.decode()
