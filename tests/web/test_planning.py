"""The plan page: checked, signed by one, countersigned by another."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
from openkap.protocol.load import shipped
from openkap.records import read
from tests.web.course import Course

Role = Callable[[str], Client]
PLAN = {
    "form": "plan",
    "indication": "Major depressive disorder",
    "route": "iv",
    "dose_by": "weight",
    "weight_by": "actual",
    "mg_per_kg": "0.5",
    "minutes": "40",
    "sessions": "6",
    "every_days": "3",
    "reason": "Two antidepressants without response",
    "route_reason": "The route of the trials",
    "series": "own",
    "integrations": "1",
    "checkpoints": ["3", "6"],
    "instruments": ["phq9"],
    "stops": [one.id for one in shipped().planning.stops],
}
SIGNED = PLAN | {"signed": "Prescriber"}
CHANGED = PLAN | {"changed_because": "Twice a week fits her work"}


def facts(course: Course, kind: type) -> list[object]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def words(response: object) -> str:
    """The page as text, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/preparation/plan/{rest}"


def test_the_plan_is_checked_before_it_is_signed(course: Course, as_role: Role) -> None:
    """The first button shows the plan with its sum and ranges; only the second writes it."""
    course.cleared().prepared()
    before = len(facts(course, PlanApproved))
    client = as_role("prescriber")
    shown = client.post(page(course, "check/"), CHANGED)
    assert shown.status_code == 200
    assert "naesthetic range" in words(shown)
    assert len(facts(course, PlanApproved)) == before
    assert client.post(page(course, "sign/"), CHANGED | {"signed": "Prescriber"}).status_code == 302
    assert len(facts(course, PlanApproved)) == before + 1


@pytest.mark.parametrize("name", ["", "Prescribe", "Therapist"])
def test_another_name_approves_nothing(course: Course, as_role: Role, name: str) -> None:
    """The page to sign on comes back with the reason, and the plan is still on it."""
    course.cleared().prepared()
    before = len(facts(course, PlanApproved))
    answer = as_role("prescriber").post(page(course, "sign/"), CHANGED | {"signed": name})
    assert answer.status_code == 400
    assert "What you are about to sign" in words(answer)
    assert len(facts(course, PlanApproved)) == before


def test_the_therapist_countersigns_what_stands_on_the_page(course: Course, as_role: Role) -> None:
    """The plan they read is the plan they sign; afterwards nothing is left to sign, and no one else could."""
    course.cleared().prepared()
    as_role("prescriber").post(page(course, "sign/"), CHANGED | {"signed": "Prescriber"})
    therapist = as_role("therapist")
    shown = therapist.get(page(course))
    assert "Not countersigned yet." in words(shown)
    sent = {
        "form": "countersign",
        "plan_id": re.search(r'name="plan_id" value="([^"]+)"', shown.content.decode())[1],
        "signed": "therapist",
    }
    assert "countersign/" not in as_role("prescriber").get(page(course)).content.decode()
    assert as_role("prescriber").post(page(course, "countersign/"), sent).status_code == 404
    assert therapist.post(page(course, "countersign/"), sent | {"signed": "Prescriber"}).status_code == 400
    assert therapist.post(page(course, "countersign/"), sent).status_code == 302
    assert "Countersigned by therapist" in words(therapist.get(page(course)))
    assert len(facts(course, PlanCountersigned)) == 2
    assert "is countersigned already" in words(therapist.post(page(course, "countersign/"), sent))


def test_a_plan_too_early_is_told_what_it_waits_for(course: Course, as_role: Role) -> None:
    """Nobody signs a plan for somebody who is not cleared; the reasons stand on the page."""
    answer = as_role("prescriber").post(page(course, "sign/"), SIGNED)
    assert answer.status_code == 409
    assert "This cannot be done yet" in words(answer)
    assert not facts(course, PlanApproved)


@pytest.mark.parametrize(
    ("field", "value", "beside"),
    [
        ("mg_per_kg", "0,5", "comma"),
        ("mg_per_kg", "1e999", "not a plain number"),
        ("mg_per_kg", "NaN", "not a plain number"),
        ("sessions", "2.5", "not a whole number"),
        ("dose_by", "", "othing was chosen"),
        ("weight_by", "", "othing was chosen"),
    ],
)
def test_a_plan_that_cannot_be_read_keeps_what_was_typed(
    course: Course, as_role: Role, field: str, value: str, beside: str
) -> None:
    """The sentence stands beside its field, and no other field is lost."""
    answer = as_role("prescriber").post(page(course, "check/"), PLAN | {field: value})
    assert answer.status_code == 400
    assert beside in words(answer)
    assert "Two antidepressants without response" in answer.content.decode()


def test_a_change_says_why_and_what(course: Course, as_role: Role) -> None:
    """Without a reason it comes back; with one the page to sign on tells the differences in words."""
    course.cleared().prepared()
    client = as_role("prescriber")
    without = client.post(page(course, "check/"), PLAN)
    assert without.status_code == 400
    assert "A plan stands already." in words(without)
    shown = client.post(page(course, "check/"), CHANGED | {"mg_per_kg": "0.75", "minutes": "50"})
    assert "0.5 mg/kg over 40 min became 0.75 mg/kg over 50 min." in words(shown)
    client.post(page(course, "sign/"), CHANGED | {"mg_per_kg": "0.75", "signed": "Prescriber"})
    told = words(client.get(page(course)))
    assert "Version 2" in told and "Why: Twice a week fits her work" in told
    assert "Dose: 0.5 mg/kg over 40 min became 0.75 mg/kg over 40 min." in told
    assert "Not countersigned yet." in told


def test_an_unusual_dose_is_asked_about_twice(course: Course, as_role: Role) -> None:
    """5 mg/kg where 0.5 is usual: the reason, and that the point is in its place. Neither alone signs it."""
    course.cleared().prepared()
    before = len(facts(course, PlanApproved))
    client = as_role("prescriber")
    typed = CHANGED | {"mg_per_kg": "5", "signed": "Prescriber"}
    shown = words(client.post(page(course, "check/"), typed))
    assert "5 mg/kg is above the published range of 0.5 to 1 mg/kg" in shown
    assert "0.5 mg/kg would be usual: is the point in its place?" in shown
    reason = {"outside_reason": "Tolerant"}
    for more, beside in (
        ({}, "is above the published range"),
        (reason, "tick that it is meant as it stands"),
    ):
        answer = client.post(page(course, "sign/"), typed | more)
        assert answer.status_code == 400
        assert beside in words(answer)
    assert len(facts(course, PlanApproved)) == before
    meant = reason | {"point_checked": "yes"}
    assert client.post(page(course, "sign/"), typed | meant).status_code == 302


def test_going_back_keeps_everything_that_was_typed(course: Course, as_role: Role) -> None:
    """From the page to sign on to the form: every box that was ticked, and no other."""
    course.cleared().prepared()
    typed = CHANGED | {"checkpoints": ["1", "4"], "reason": "Typed before"}
    back = as_role("prescriber").post(page(course, "again/"), typed).content.decode()
    assert "Typed before" in back
    ticked = re.findall(r'name="checkpoints" type="checkbox" value="(\d)" checked', back)
    assert ticked == ["1", "4"]


def test_what_stands_beside_the_choice_is_shown_as_it_is_typed(course: Course, as_role: Role) -> None:
    """Half a form is enough; what cannot be read is left out; the server does the sum."""
    course.cleared().prepared().booked().checked()
    client = as_role("prescriber")
    shown = client.post(page(course, "preview/"), {"route": "iv", "dose_by": "weight", "mg_per_kg": "0.5"})
    assert "0.5 mg/kg × 70 kg = 35 mg" in words(shown)
    assert "35 mg = 3.5 mL of 10 mg/mL" in words(shown)
    assert "by Monitor, monitor" in words(shown)
    assert "No one here is recorded as signed off in advanced life support" in words(shown)
    wrong = client.post(page(course, "preview/"), {"route": "iv", "dose_by": "weight", "mg_per_kg": "0"})
    assert "0 mg/kg is not above nothing" in words(wrong)
    assert "appears here once it is made" in words(client.post(page(course, "preview/"), {}))
    assert as_role("therapist").post(page(course, "preview/"), {}).status_code == 404


def test_the_therapist_writes_no_plan(course: Course, as_role: Role) -> None:
    """The form is not there, and the address is as if it were not."""
    course.cleared()
    client = as_role("therapist")
    assert 'action="' + page(course, "check/") + '"' not in client.get(page(course)).content.decode()
    assert client.post(page(course, "sign/"), SIGNED).status_code == 404


def beside(course: Course, as_role: Role, **typed: str) -> str:
    return words(as_role("prescriber").post(page(course, "preview/"), PLAN | typed))


def test_the_forecast_stands_beside_the_dose_as_it_is_typed(course: Course, as_role: Role) -> None:
    """Peak, experience, blood pressure, each with its range; model, basis, limits; and what it is not for."""
    course.cleared().prepared().booked().checked()
    told = beside(course, as_role)
    assert re.search(r"peaks at \d+ ng/mL, 40 min after the first dose, by Otto 2021", told)
    assert re.search(r"Felt from \d+ min \(\d+ to \d+\)", told)
    assert re.search(r"Over by \d+ min \(\d+ to \d+\)", told)
    assert re.search(r"systolic \S+ to \S+, diastolic \S+ to \S+ mmHg", told)
    assert "Basis:" in told and "Where the model ends" in told and "never advice when to dose" in told
    assert max(peaks(told)) < max(peaks(beside(course, as_role, mg_per_kg="1")))


def peaks(told: str) -> list[float]:
    return [float(found) for found in re.findall(r"peaks at ([\d.]+) ng/mL", told)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"minutes": ""}, "The forecast waits for the minutes"),
        ({"minutes": "forty"}, "is not a plain number. Write digits"),
        ({"minutes": "2.5"}, "Given over: 2.5 is not a whole number"),
        ({"minutes": "0"}, "An infusion over 0 min has no length"),
        ({"minutes": "-3"}, "-3 min is below zero"),
        ({"route": "subcutaneous", "minutes": "0"}, "No published model takes this route"),
        ({"route": "im", "minutes": "40"}, "Only an infusion is given over minutes"),
        (
            {"route": "intranasal", "dose_by": "fixed", "fixed": "60", "minutes": "0"},
            "no whole number of them",
        ),
        ({"mg_per_kg": "900"}, "900 mg/kg is more than"),
    ],
)
def test_a_dose_that_cannot_be_forecast_says_why(
    course: Course, as_role: Role, typed: dict[str, str], says: str
) -> None:
    """One sentence, no figure, and the rest of what stands beside the choice."""
    course.cleared().prepared().booked().checked()
    told = beside(course, as_role, **typed)
    assert says in told and told.count("No forecast.") == 1
    assert "peaks at" not in told and "for this person" in told


@pytest.mark.parametrize("typed", ["NaN", "0.5 mg", "0,5", "1e3"])
def test_an_amount_that_cannot_be_read_is_not_passed_over(course: Course, as_role: Role, typed: str) -> None:
    """Silence would look as if nothing had been typed. An empty field is not a fault yet."""
    course.cleared().prepared()
    told = unescape(beside(course, as_role, mg_per_kg=typed))
    assert f"Cannot be read. By weight: '{typed}'" in told and "peaks at" not in told
    assert "Cannot be read" not in beside(course, as_role, mg_per_kg="", minutes="")


def test_without_a_weight_no_forecast_is_made_up(course: Course, as_role: Role) -> None:
    """Not even of a dose in milligrams."""
    course.cleared().prepared()
    told = beside(course, as_role, dose_by="fixed", fixed="35")
    assert "No weight is on file: the forecast waits for it" in told
    assert "peaks at" not in told


def test_what_was_typed_stays_where_no_forecast_can_be_made(course: Course, as_role: Role) -> None:
    """The page to sign says why there is none, and carries every field."""
    course.cleared().prepared().booked().checked()
    answer = as_role("prescriber").post(
        page(course, "check/"), CHANGED | {"route": "subcutaneous", "minutes": "0"}
    )
    assert "No published model takes this route" in words(answer)
    assert 'name="route_reason" value="The route of the trials"' in answer.content.decode()
