"""The REMS form of a visit with esketamine: filled from the chart, reviewed by name, on a clock."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from openkap.clinical.entries.dosing import Discharged, DoseGiven, VisitBooked, VitalSigns
from openkap.clinical.entries.recovery import ReadyToLeave, RemsReviewed, RemsSent
from openkap.clinical.quantity import Milligrams
from tests.web.course import Course

Role = Callable[[str], Client]


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def signs(systolic: int, sedation: int, spo2: int) -> VitalSigns:
    numbers = {"systolic": systolic, "diastolic": 80, "heart_rate": 70, "spo2": spo2}
    kept = {name: Decimal(value) for name, value in numbers.items()}
    return VitalSigns(visit="v1", sedation=sedation, **kept)


@pytest.fixture
def sprayed(course: Course) -> Course:
    """84 mg of esketamine three hours ago; home after two hours and ten minutes."""
    course.visit, start = "v1", course.at - timedelta(hours=3)
    told = (
        (0, VisitBooked(visit="v1", starts_at=start, room="1", route="intranasal", number=1)),
        (5, signs(124, 5, 98)),
        (10, DoseGiven(visit="v1", route="intranasal", amount=Milligrams(Decimal(84)), lot="E7")),
        (30, signs(150, 3, 94)),
        (52, signs(142, 4, 96)),
        (135, signs(126, 5, 97)),
        (140, Discharged(visit="v1", escort="A friend", instructions_given=True)),
        (140, ReadyToLeave(visit="v1", ready_at=start + timedelta(minutes=130), minutes=120)),
    )
    now = course.at
    for minute, fact in told:
        course.at = start + timedelta(minutes=minute)
        course.writes(fact)
    course.at = now
    return course


def address(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/v1/rems/{rest}"


def test_the_chart_fills_what_it_holds_and_says_what_is_missing(sprayed: Course, as_role: Role) -> None:
    """Known answers, field by field."""
    told = words(as_role("monitor").get(address(sprayed)))
    for says in (
        "Dose 84 mg",
        "Lot E7",
        "Blood pressure before 124/80 mmHg",
        "Blood pressure at about 40 min 142/80 mmHg, 42 min after the last spray",
        "Blood pressure before leaving 126/80 mmHg",
        "Total minutes of monitoring 130 min",
        "Minutes until ready to leave 120 min",
        "Sedation lowest MOAA/S 3 of 5",
        "Respiratory depression: oxygen lowest SpO₂ 94 %",
        "Serious adverse event Missing : yes or no, and which",
        "A prescriber reviews it by name.",
    ):
        assert says in told, says


def test_a_named_clinician_reviews_then_records_that_it_went(sprayed: Course, as_role: Role) -> None:
    """Not before every missing field is answered, not by another's name, not after the chart changed."""
    doctor = as_role("prescriber")
    page = doctor.get(address(sprayed)).content.decode()
    (shown,) = re.findall(r'name="shown" value="([0-9a-f]{64})"', page)
    missing = re.findall(r'name="(answer-[a-z-]+)"', page)
    sent = {"form": "review", "shown": shown, "signed": "prescriber"} | dict.fromkeys(missing, "no")
    assert doctor.post(address(sprayed, "sent/"), {"form": "sent"}).status_code == 400
    for wrong in ({missing[0]: ""}, {"signed": "Somebody"}, {"shown": "0" * 64}):
        assert doctor.post(address(sprayed, "review/"), sent | wrong).status_code == 400
    without = {name: value for name, value in sent.items() if name != missing[0]}
    assert doctor.post(address(sprayed, "review/"), without).status_code == 400
    assert as_role("monitor").post(address(sprayed, "review/"), sent).status_code == 404
    assert doctor.post(address(sprayed, "review/"), sent).status_code == 302
    assert [fact.signed_name for fact in sprayed.facts(RemsReviewed)] == ["Prescriber"]
    assert doctor.post(address(sprayed, "sent/"), {"form": "sent", "reference": "R-1"}).status_code == 302
    assert doctor.post(address(sprayed, "sent/"), {"form": "sent"}).status_code == 400
    assert [fact.reference for fact in sprayed.facts(RemsSent)] == ["R-1"]
    assert not [due for due in sprayed.status().due if due.rule == "rems-form-due"]


def test_seven_days_and_the_director_is_asked_before(sprayed: Course) -> None:
    """Two dues: the prescriber's at seven days, the director's at five."""
    first = sprayed.newest(DoseGiven).effective_at
    dues = {due.who: due.at - first for due in sprayed.status().due if due.rule == "rems-form-due"}
    assert dues == {"prescriber": timedelta(days=7), "director": timedelta(days=5)}


def test_a_visit_without_esketamine_has_no_such_form(course: Course, as_role: Role) -> None:
    """Nothing is owed and nothing is there."""
    course.cleared().prepared().booked().checked().dosed()
    assert as_role("prescriber").get(f"/charts/{course.chart}/visits/{course.visit}/rems/").status_code == 404
    assert not [due for due in course.status().due if due.rule == "rems-form-due"]
