"""Getting ready as pages: one list, short forms, permissions by themselves, and the day before."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.test import Client
from django.utils.html import escape

from openkap.actions import dosing, readiness
from openkap.clinical.entries.readiness import (
    CalmingPlan,
    EscortNamed,
    HoldsConfirmed,
    OwnWords,
    PermissionAnswered,
    PermissionRehearsed,
)
from openkap.web.ready_forms import FORMS
from tests.web.course import Course

Role = Callable[[str], Client]
ESCORT = {"form": "escort", "name": "Paul", "relation": "brother", "phone": "555 0101", "confirmed": "yes"}
HAND = {"form": "permission", "permission": "touch-hand"}


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/preparation/{rest}"


def answered(course: Course) -> list[str]:
    return [fact.answer for fact in course.facts(PermissionAnswered)]


def test_both_pages_show_every_short_form(course: Course, as_role: Role, patient_of: Role) -> None:
    """The clinic's page and the patient's own ask the same, in the same words."""
    staff, client = as_role("prescriber").get(page(course)).content.decode(), patient_of(course.chart)
    for place, form in FORMS.items():
        for shown in (staff, client.get(f"/me/ready/{place}/").content.decode()):
            assert all(escape(ask.label) in shown for ask in form.asks) and escape(form.lede) in shown


def test_what_the_patient_writes_stands_on_the_clinics_page(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """Goals and what helps, with the day; and in the form again for whoever changes it."""
    client = patient_of(course.chart)
    sent = {"form": "calming", "helps": "Hearing my name", "avoid": "", "signal": "Lifts a hand"}
    assert client.post("/me/ready/calming/save/", sent).status_code == 302
    assert client.post("/me/ready/goals/save/", {"form": "goals", "words": "Cook once"}).status_code == 302
    assert course.facts(CalmingPlan)[0].signal == "Lifts a hand"
    assert course.facts(OwnWords)[0].about == "goals"
    staff = words(as_role("monitor").get(page(course)))
    assert "Hearing my name" in staff and "Cook once" in staff
    assert "Hearing my name" in client.get("/me/ready/calming/").content.decode()


def test_a_form_with_a_fault_keeps_what_was_typed(course: Course, patient_of: Role) -> None:
    """The sentence beside its field, the rest as it was, nothing written."""
    shown = patient_of(course.chart).post("/me/ready/escort/save/", ESCORT | {"phone": "", "confirmed": ""})
    assert shown.status_code == 400
    assert 'value="Paul"' in shown.content.decode() and words(shown).count("Error:") >= 2
    assert not course.facts(EscortNamed)


def test_there_is_no_form_by_another_name(course: Course, as_role: Role, patient_of: Role) -> None:
    client = patient_of(course.chart)
    assert client.get("/me/ready/dreams/").status_code == 404
    assert client.post("/me/ready/dreams/save/", {}).status_code == 404
    assert as_role("prescriber").post(page(course, "ready/dreams/"), {}).status_code == 404


def test_the_list_says_done_waiting_who_and_what_it_stops(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """Missing first words, then done; a gate's line says that no dose goes without it."""
    course.cleared()
    before = words(as_role("prescriber").get(page(course)))
    assert "Waiting Consent The patient has not signed the consent to ketamine treatment." in before
    assert "The patient. No dose without it." in before and "Stops nothing." in before
    assert "Waiting Escort" in before
    course.prepared().booked()
    course.does("monitor", readiness.name_escort, name="Paul", relation="", phone="1", confirmed=True)
    after = words(as_role("prescriber").get(page(course)))
    assert "Done Consent" in after and "Done Escort Paul, 1" in after
    mine = words(patient_of(course.chart).get("/me/ready/"))
    assert "Escort Done" in mine and "Way home Waiting, by" in mine


def test_each_permission_is_answered_by_itself_and_taken_back(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """Yes on the patient's page, tried out by a clinician, taken back with one tap."""
    client = patient_of(course.chart)
    assert client.post("/me/permissions/answer/", HAND | {"answer": "granted"}).status_code == 302
    shown = words(client.get("/me/permissions/"))
    assert shown.count("You said yes.") == 1 and "it was not tried out sober" in shown
    tried = {"form": "rehearse-touch-hand", "permission": "touch-hand", "note": "felt safe"}
    assert as_role("prescriber").post(page(course, "permission/tried/"), tried).status_code == 302
    assert len(course.facts(PermissionRehearsed)) == 1
    assert client.post("/me/permissions/back/", HAND).status_code == 302
    assert answered(course) == ["granted", "withdrawn"]
    assert "You took it back." in words(client.get("/me/permissions/"))


def test_under_the_drug_a_page_offers_only_to_take_back(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """No yes on either page; one sent all the same is refused in one sentence; a withdrawal is taken."""
    course.cleared().prepared()
    course.does("therapist", readiness.answer_permission, permission="observer", answer="granted")
    course.booked().checked().dosed()
    client, staff = patient_of(course.chart), as_role("therapist")
    for shown in (client.get("/me/permissions/"), staff.get(page(course))):
        assert 'value="granted"' not in shown.content.decode()
    for answer in (
        client.post("/me/permissions/answer/", HAND | {"answer": "granted"}),
        staff.post(page(course, "permission/"), HAND | {"answer": "granted"}),
    ):
        assert answer.status_code == 409
        assert "nothing is signed for 1 day after one" in words(answer)
    back = {"form": "back", "permission": "observer"}
    assert as_role("monitor").post(page(course, "permission/back/"), back).status_code == 302
    assert answered(course) == ["granted", "withdrawn"]


def test_the_day_before_shows_the_hours_and_takes_the_patients_word(
    course: Course, as_role: Role, patient_of: Role
) -> None:
    """From the list on the phone to the room of the next day."""
    course.cleared().prepared()
    client = patient_of(course.chart)
    assert "No visit is booked" in words(client.get("/me/day-before/"))
    starts = datetime.now(UTC) + timedelta(hours=20)
    entry = course.does("prescriber", dosing.book, starts_at=starts, room="Room 1", route="iv")
    room = f"/charts/{course.chart}/visits/{entry.fact.visit}/"
    assert "Food, drink and medicines not confirmed" in words(as_role("monitor").get(room))
    assert "Read and confirm" in words(client.get("/me/"))
    shown = client.get("/me/day-before/").content.decode()
    lines = re.findall(r'name="line" value="([^"]+)"', shown)
    assert "No alcohol" in lines
    sent = {"form": "holds", "visit": entry.fact.visit, "line": lines}
    assert client.post("/me/day-before/confirm/", sent).status_code == 400
    assert client.post("/me/day-before/confirm/", sent | {"confirmed": "yes"}).status_code == 302
    assert course.facts(HoldsConfirmed)[0].lines == tuple(lines)
    assert "Food, drink and medicines confirmed" in words(as_role("monitor").get(room))
    assert "The patient confirmed on" in words(as_role("therapist").get(page(course)))


def test_the_team_confirms_on_the_telephone(course: Course, as_role: Role) -> None:
    """The nurse reads out the lines; the entry is hers."""
    course.cleared().prepared().booked()
    client = as_role("monitor")
    shown = client.get(page(course)).content.decode()
    sent = {
        "form": "holds",
        "visit": course.visit,
        "line": re.findall(r'name="line" value="([^"]+)"', shown),
        "confirmed": "yes",
    }
    assert client.post(page(course, "holds/"), sent).status_code == 302
    assert len(course.facts(HoldsConfirmed)) == 1


def test_the_room_shows_what_was_agreed_and_what_helps(course: Course, as_role: Role) -> None:
    """Nothing allowed is said as plainly as something allowed."""
    course.cleared().prepared()
    course.does("therapist", readiness.plan_calm, helps="Hearing my name", signal="Lifts a hand")
    course.booked()
    room = f"/charts/{course.chart}/visits/{course.visit}/"
    shown = words(as_role("monitor").get(room))
    assert "No touch beyond safety, no recording, no observer." in shown and "Hearing my name" in shown
    course.does("therapist", readiness.answer_permission, permission="observer", answer="granted")
    assert "A trainee or an observer in the room" in words(as_role("monitor").get(room))
