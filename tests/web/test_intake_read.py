"""The intake as a clinician reads it: all of it, in order, with what each answer led to, changing nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from openkap.clinical import runs
from openkap.clinical.asking import form_named
from openkap.clinical.entries.asking import AnswerSaved, IntakeSent
from openkap.records.ledger import Draft, append
from openkap.records.models import AccessRow, EntryRow
from tests.clinical.charts import adopted
from tests.web.course import Course
from tests.web.test_portal_forms import SAYS, answer, chart_of, fill_in, send, words

Patient = Callable[[str], Client]
AsRole = Callable[[str], Client]


@pytest.fixture
def client(course: Course, patient_of: Patient) -> Client:
    return patient_of(course.chart)


def read(course: Course, as_role: AsRole, role: str = "prescriber") -> str:
    page = as_role(role).get(f"/charts/{course.chart}/screening/intake/")
    assert page.status_code == 200
    return words(page)


def after(text: str, start: str, end: str) -> str:
    """What stands between two sentences of a page."""
    return text.partition(start)[2].partition(end)[0]


def test_before_anything_was_sent_the_page_says_so(course: Course, as_role: AsRole, client: Client) -> None:
    """Answers that are saved and not sent are nobody's to read."""
    answer(client, "intake", "Ada")
    told = read(course, as_role)
    assert "No intake yet" in told and "called" not in told


def test_the_whole_intake_in_order_in_their_own_words(
    course: Course, as_role: AsRole, client: Client
) -> None:
    """Every question once, in the order of the form; "I don't know" and blanks visible as such."""
    fill_in(course)
    send(client, "intake")
    told = read(course, as_role)
    form = form_named("intake", chart_of(course), adopted())
    run = runs.whole(chart_of(course), chart_of(course).facts(IntakeSent)[0].run)
    places = [told.index(part.text.replace("'", "&#x27;")) for part, _ in form.flat if part.id in run.answers]
    assert len(places) > 40 and places == sorted(places)
    assert "St John&#x27;s wort" in told and "Zoloft 50 in the morning" in told
    assert told.partition(form.question("porphyria").text)[2].startswith(" I don’t know")
    assert "1 is “I don’t know”" in told
    assert "Left empty" in told
    assert "PHQ-9 was not answered." in told


def test_an_answer_shows_the_finding_it_opened(course: Course, as_role: AsRole, client: Client) -> None:
    """A line of a list, and the task of a worrying answer; a plain no leads nowhere."""
    page = client.get("/me/forms/intake/ask/suicidality/")
    answer(client, "intake", "yes", page=page)
    fill_in(course)
    send(client, "intake")
    told = read(course, as_role)
    illnesses = form_named("intake", chart_of(course), adopted()).question("illnesses-list").text
    psychosis = next(rule for rule in adopted().rules if rule.id == "psychosis")
    assert psychosis.says in after(told, illnesses, "Your body")
    assert "Opened a safety task" in told
    assert "Answered before: Yes" in told
    assert SAYS["illnesses-list"][0] in told
    aneurysm = next(rule for rule in adopted().rules if rule.id == "aneurysm")
    assert aneurysm.says not in told


def test_the_instruments_of_the_intake_are_read_with_it(
    course: Course, as_role: AsRole, client: Client
) -> None:
    """Item for item with the total; item 9 shows the task it opened, also when it was edited down."""
    for given in "000000003":
        answer(client, "phq9", given)
    answer(client, "phq9", "1", page=client.get("/me/forms/phq9/ask/item-9/?then=check"))
    send(client, "phq9")
    fill_in(course)
    send(client, "intake")
    told = read(course, as_role)
    mood = after(told, "PHQ-9: 1 of 27", "Worry")
    assert mood.count("Not at all") == 8
    assert "Answered before: Nearly every day" in mood
    assert "Opened a safety task" in mood
    for scale in ("GAD-7 was not answered",):
        assert scale in told


def test_reading_changes_nothing_but_the_log_of_who_looked(
    course: Course, as_role: AsRole, client: Client
) -> None:
    """An auditor may; each reading is one line of the log, and the intake still waits for a decision."""
    fill_in(course)
    send(client, "intake")
    entries, looks = EntryRow.objects.count(), AccessRow.objects.count()
    read(course, as_role)
    read(course, as_role, "auditor")
    assert EntryRow.objects.count() == entries
    assert AccessRow.objects.count() == looks + 2
    assert "intake to read" in [due.what for due in course.status().due]


def test_it_is_reached_from_the_board(course: Course, as_role: AsRole) -> None:
    """The line of an intake that has waited leads to the intake itself."""
    long_ago = datetime.now(UTC) - timedelta(days=30)
    sent = Draft(f"chart:{course.chart}", IntakeSent(run="r", version="v", answered=1), long_ago)
    append([sent], author="test", via="test", at=datetime.now(UTC))
    board = as_role("prescriber").get("/board/").content.decode()
    assert f'href="/charts/{course.chart}/screening/intake/"' in board


def test_it_is_reached_from_the_screening_and_from_the_chart(
    course: Course, as_role: AsRole, client: Client
) -> None:
    """Once it was sent, and not before."""
    staff, place = as_role("prescriber"), f"/charts/{course.chart}/screening/intake/"
    assert place not in staff.get(f"/charts/{course.chart}/screening/").content.decode()
    fill_in(course)
    send(client, "intake")
    for page in (f"/charts/{course.chart}/screening/", f"/charts/{course.chart}/"):
        assert f'href="{place}"' in staff.get(page).content.decode(), page


def test_who_may_not_open_the_chart_finds_no_intake(course: Course, as_role: AsRole, client: Client) -> None:
    for role in ("manager", "therapist"):
        assert as_role(role).get(f"/charts/{course.chart}/screening/intake/").status_code == 404
    assert client.get(f"/charts/{course.chart}/screening/intake/").status_code == 404


def test_an_intake_of_an_older_wording_is_read_all_the_same(
    course: Course, as_role: AsRole, client: Client
) -> None:
    """What is not asked any more stands at the end, and the page says that the intake has changed."""
    fill_in(course)
    send(client, "intake")
    sent = chart_of(course).all(IntakeSent)[0].fact
    course.at = datetime.now(UTC)
    course.writes(
        AnswerSaved(form="intake", version="old", run=sent.run, question="old-thing", values=("My words",))
    )
    course.writes(IntakeSent(run=sent.run, version="old", answered=1))
    told = read(course, as_role)
    assert "The intake has changed since it was sent." in told
    assert "Old thing My words" in after(told, "Not asked any more", "Back to")
