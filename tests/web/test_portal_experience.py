"""How doses were: the patient's words on both sides, refused where something is no choice, never a number."""

from collections.abc import Callable

from django.test import Client

from openkap.clinical.entries.experience import ExperienceTold, LookedBack
from openkap.clinical.status import assess
from openkap.records.models import User
from tests.clinical.charts import adopted
from tests.web.course import Course

Patient = Callable[[str], Client]
SENT = {
    "form": "told",
    "words": "Like snow",
    "felt": "mixed",
    "descriptors": ["calm", "sad"],
    "music": "Strings",
}


def test_it_is_told_and_read_by_both(course: Course, patient_of: Patient) -> None:
    """The patient tells, later looks back; the therapist reads both beside the dose."""
    client = patient_of(course.chart)
    assert "After your first dose" in client.get("/me/days/").content.decode()
    course.cleared().prepared().booked().checked().dosed()
    (visit,) = [v.id for v in course.status().visits]
    page = f"/me/days/{visit}/"
    assert client.post(f"{page}tell/", SENT).status_code == 302
    assert course.facts(ExperienceTold) == [
        ExperienceTold(
            visit=visit, words="Like snow", felt="mixed", descriptors=("calm", "sad"), music="Strings"
        )
    ]
    back = {"form": "back", "turned_out": "helped", "words": "I called my brother"}
    assert client.post(f"{page}back/", back).status_code == 302
    assert course.facts(LookedBack)[0].turned_out == "helped"
    staff = Client()
    staff.force_login(User.objects.get(id=course.people["prescriber"].user))
    told = staff.get(f"/charts/{course.chart}/integration/").content.decode()
    for words in (
        "Like snow",
        "calm, sad or in tears",
        "Strings",
        "It has done me good",
        "I called my brother",
    ):
        assert words.lower() in told.lower(), words


def test_what_is_no_choice_is_refused_and_the_words_kept(course: Course, patient_of: Patient) -> None:
    course.cleared().prepared().booked().checked().dosed()
    client = patient_of(course.chart)
    (visit,) = [v.id for v in course.status().visits]
    for wrong in ({"felt": "9"}, {"descriptors": ["10 of 10"]}, {"words": " "}):
        assert client.post(f"/me/days/{visit}/tell/", SENT | wrong).status_code == 400
    assert client.post("/me/days/no-such/tell/", SENT).status_code in (400, 404)
    assert client.get("/me/days/no-such/").status_code == 404
    assert course.facts(ExperienceTold) == []


def test_nothing_told_changes_what_is_decided(course: Course, patient_of: Patient) -> None:
    """However strongly it was felt: no gate, no due and no next step hears of it."""
    course.cleared().prepared().booked().checked().dosed()
    (visit,) = [v.id for v in course.status().visits]
    at = course.at
    before = assess_of(course, at)
    patient_of(course.chart).post(f"/me/days/{visit}/tell/", SENT | {"descriptors": ["far-away"]})
    assert course.facts(ExperienceTold)
    assert assess_of(course, at) == before


def assess_of(course: Course, at: object) -> object:
    from openkap.records import read

    chart = read.chart(course.people["prescriber"], course.chart, log=False)
    status = assess(chart, adopted(), at)  # type: ignore[arg-type]
    return status.stage, status.due, status.next, {name: one.allowed for name, one in status.gates.items()}
