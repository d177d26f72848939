"""The chain on the staff's page and on the patient's own."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.clinical.entries.insight import InsightNoted, StepAgreed, StepTold
from tests.web.course import Course

Role = Callable[[str], Client]
INSIGHT = {"form": "insight", "words": "I miss her", "intention": "To be near her"}
STEP = {"what": "Call my sister", "when": "Sunday evening", "with_whom": "Ada"}


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def dosed(people: dict[str, object], open_chart: Callable[..., str]) -> Course:
    """A course whose first dose was given two days ago, so that the patient rests no more."""
    began = datetime.now(UTC) - timedelta(days=2)
    told = Course(people, open_chart(at=began), began)
    return told.cleared().prepared().booked().checked().dosed().ended()


def page(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/integration/{rest}"


def test_the_chain_is_one_line(dosed: Course, as_role: Role) -> None:
    """Insight, intention, step and how it went, in this order, under the dose."""
    client = as_role("therapist")
    sent = INSIGHT | STEP | {"visit": dosed.visit}
    assert client.post(page(dosed, "insight/"), sent).status_code == 302
    (step,) = dosed.facts(StepAgreed)
    sent = {"form": "went", "step": step.step, "went": "partly", "words": "She did not answer"}
    assert client.post(page(dosed, "step/went/"), sent).status_code == 302
    said = words(client.get(page(dosed)))
    assert re.search(
        "“I miss her” To be near her Call my sister, Sunday evening, with Ada "
        r"\w+ \d+ \w+ Partly: “She did not answer”",
        said,
    )


def test_steps_and_homework_are_added(dosed: Course, as_role: Role) -> None:
    """One form: what it follows from says which of the two it is."""
    client = as_role("therapist")
    client.post(page(dosed, "insight/"), INSIGHT | {"visit": dosed.visit})
    (noted,) = dosed.facts(InsightNoted)
    for follows in (noted.insight, "homework"):
        assert (
            client.post(page(dosed, "step/"), STEP | {"form": "step", "insight": follows}).status_code == 302
        )
    assert [step.insight for step in dosed.facts(StepAgreed)] == [noted.insight, None]
    assert "Homework Call my sister, Sunday evening, with Ada nothing told yet" in words(
        client.get(page(dosed))
    )


@pytest.mark.parametrize(
    ("rest", "sent", "kept"),
    [
        ("insight/", INSIGHT | {"words": ""}, "To be near her"),
        ("insight/", INSIGHT | {"what": "Call my sister"}, "Call my sister"),
        ("step/", STEP | {"form": "step", "insight": ""}, "Call my sister"),
        ("step/", STEP | {"form": "step", "insight": "homework", "when": ""}, "Call my sister"),
        ("step/went/", {"form": "went", "step": "", "went": "done", "words": "Slowly"}, ""),
    ],
)
def test_what_is_missing_is_asked_for(
    dosed: Course, as_role: Role, rest: str, sent: dict[str, str], kept: str
) -> None:
    """Nothing is written, and what was typed stays in its box."""
    client = as_role("therapist")
    answer = client.post(page(dosed, rest), {"visit": dosed.visit} | sent)
    assert answer.status_code == 400 and kept in answer.content.decode()
    assert not any(dosed.facts(kind) for kind in (InsightNoted, StepAgreed, StepTold))


def test_the_patient_sees_their_steps_and_says_how_it_went(
    dosed: Course, as_role: Role, patient_of: Role
) -> None:
    """On Today, on a page of their own, in their own words; no number is made of it."""
    as_role("therapist").post(page(dosed, "insight/"), INSIGHT | STEP | {"visit": dosed.visit})
    (step,) = dosed.facts(StepAgreed)
    client = patient_of(dosed.chart)
    assert "Call my sister, Sunday evening, with Ada" in words(client.get("/me/"))
    assert "There is no score" in words(client.get("/me/steps/"))
    assert "“I miss her”" in words(client.get(f"/me/steps/{step.step}/"))
    assert client.post(f"/me/steps/{step.step}/tell/", {"form": "tell"}).status_code == 400
    sent = {"form": "tell", "went": "done", "words": "We talked"}
    assert client.post(f"/me/steps/{step.step}/tell/", sent).status_code == 302
    assert "Done: “We talked”" in words(client.get("/me/steps/"))
    assert "Call my sister" not in words(client.get("/me/"))
    assert dosed.newest(StepTold).via == "portal"
    assert "Done: “We talked” (the patient)" in words(as_role("therapist").get(page(dosed)))


def test_another_persons_step_is_not_there(
    dosed: Course, as_role: Role, patient_of: Role, open_chart: Callable[..., str]
) -> None:
    """Neither to read nor to tell."""
    as_role("therapist").post(page(dosed, "insight/"), INSIGHT | STEP | {"visit": dosed.visit})
    (step,) = dosed.facts(StepAgreed)
    client = patient_of(open_chart())
    assert client.get(f"/me/steps/{step.step}/").status_code == 404
    assert client.post(f"/me/steps/{step.step}/tell/", {"form": "tell", "went": "done"}).status_code in (
        400,
        404,
    )
    assert not dosed.facts(StepTold)


def test_on_the_day_of_a_dose_nothing_is_asked(course: Course, as_role: Role, patient_of: Role) -> None:
    """The page rests."""
    course.cleared().prepared().booked().checked().dosed().ended()
    as_role("therapist").post(page(course, "insight/"), INSIGHT | STEP | {"visit": course.visit})
    (step,) = course.facts(StepAgreed)
    client = patient_of(course.chart)
    assert "Call my sister" not in words(client.get("/me/"))
    assert "Rest today" in words(client.get("/me/steps/"))
    assert "Save how it went" not in words(client.get(f"/me/steps/{step.step}/"))
