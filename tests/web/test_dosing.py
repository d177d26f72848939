"""The dosing room: nothing pre-filled, nothing skipped, and the sum always the server's."""

import re
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from openkap.actions import dosing
from openkap.clinical.entries.dosing import Checked, DoseEnded, DoseGiven, Observed, VitalSigns, Weighed
from openkap.clinical.entries.office import Override, Refused
from openkap.records import read
from tests.web.course import Course

Role = Callable[[str], Client]
DOSE = {
    "form": "start",
    "typed_mg": "35",
    "identifiers": ["name", "birth date"],
}


LINE = "0.5 mg/kg × 70 kg = 35 mg = 0.7 mL of 50 mg/mL, over 40 min: 52.5 mg/h = 1.05 mL/h"


def facts(course: Course, kind: type) -> list[object]:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def words(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def room(course: Course, rest: str = "") -> str:
    return f"/charts/{course.chart}/visits/{course.visit}/{rest}"


@pytest.fixture
def ready(course: Course) -> Course:
    """A course whose gate is open."""
    return course.cleared().prepared().booked().checked()


def test_the_room_says_what_is_missing_before_the_dose(course: Course, as_role: Role) -> None:
    """On arrival of nobody, every check of the day is listed with who can settle it."""
    course.cleared().prepared().booked()
    said = words(as_role("monitor").get(room(course)))
    assert "Missing before the dose" in said
    assert "No adult is confirmed to take the patient home" in said
    assert "The session monitor can settle this." in said


def test_vitals_dose_and_lot_are_never_filled_in(ready: Course, as_role: Role) -> None:
    """Even with values on file, every field a nurse measures or reads off is empty."""
    html = as_role("monitor").get(room(ready)).content.decode()
    for name in ("systolic", "diastolic", "heart_rate", "spo2", "concentration", "lot", "typed_mg", "value"):
        fields = re.findall(rf'<input[^>]*name="{name}"[^>]*>', html)
        assert fields
        assert not [field for field in fields if re.search(r'value="[^"]', field)]
    assert not re.search(r"<input[^>]* checked", html)


def test_the_dose_is_given_with_its_whole_sum(ready: Course, as_role: Role) -> None:
    """Weight times plan, drawn up at the concentration, on one line, in the ledger."""
    assert as_role("monitor").post(room(ready, "start/"), DOSE).status_code == 302
    (given,) = facts(ready, DoseGiven)
    assert given.arithmetic == LINE
    assert given.lot == "K-2231"


def test_a_dose_from_paper_is_recorded_with_what_was_missing(course: Course, as_role: Role) -> None:
    """The gate is shut: it is recorded all the same, at its own time, and the form comes back when unread."""
    course.cleared().prepared().booked()
    client = as_role("monitor")
    unread = client.post(room(course, "given-already/"), {"form": "already", "went_in": "many"})
    assert "many" in unread.content.decode() and not facts(course, DoseGiven)
    sent = {"form": "already", "went_in": "35", "went_in_lot": "K-2231", "went_in_strength": "50"}
    assert client.post(room(course, "given-already/"), sent).status_code == 302
    (given,) = facts(course, DoseGiven)
    assert (given.amount.value, given.lot, given.concentration.value) == (35, "K-2231", 50)
    assert any("No adult is confirmed" in reason for reason in given.outside_gate)
    twice = client.post(room(course, "given-already/"), sent)
    assert "already recorded" in words(twice) and len(facts(course, DoseGiven)) == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("pause/", {"form": "pause", "pause_reason": "Nausea"}),
        ("rate/", {"form": "rate", "rate": "30", "rate_unit": "mg/h"}),
        ("site/", {"form": "site", "pain": "no", "swelling": "no"}),
    ],
)
def test_the_pump_s_forms_take_an_earlier_time(ready: Course, as_role: Role, path: str, form: dict) -> None:
    client = as_role("monitor")
    client.post(room(ready, "start/"), DOSE)
    before = len(read.chart(ready.people["prescriber"], ready.chart, log=False).entries)
    assert "is not a time of day" in words(client.post(room(ready, path), form | {"happened": "soon"}))
    assert len(read.chart(ready.people["prescriber"], ready.chart, log=False).entries) == before


def test_the_sum_is_shown_while_the_concentration_is_typed(ready: Course, as_role: Role) -> None:
    """The same line as is recorded, and words for what cannot be read."""
    client = as_role("monitor")
    shown = client.get(room(ready, "sum/"), {"concentration": "50"}).content.decode()
    assert shown == LINE
    assert "comma" in client.get(room(ready, "sum/"), {"concentration": "0,5"}).content.decode()


@pytest.mark.parametrize("typed", ["34.99", "35.01", "350", "3.5"])
def test_another_number_than_the_sum_gives_nothing(ready: Course, as_role: Role, typed: str) -> None:
    """The second look is a number, not a tick."""
    answer = as_role("monitor").post(room(ready, "start/"), DOSE | {"typed_mg": typed})
    assert answer.status_code == 400
    assert not facts(ready, DoseGiven)


@pytest.mark.parametrize("typed", ["35", "35.0", "35.00"])
def test_the_same_number_written_otherwise_is_the_same(ready: Course, as_role: Role, typed: str) -> None:
    """The pair of the test above: exactly 35 passes."""
    assert as_role("monitor").post(room(ready, "start/"), DOSE | {"typed_mg": typed}).status_code == 302


@pytest.mark.parametrize("left_out", ["typed_mg", "identifiers"])
def test_a_dose_with_something_left_out_is_not_given(ready: Course, as_role: Role, left_out: str) -> None:
    """Each field is asked for by name."""
    sent = {name: value for name, value in DOSE.items() if name != left_out}
    answer = as_role("monitor").post(room(ready, "start/"), sent)
    assert answer.status_code == 400
    assert not facts(ready, DoseGiven)


def test_a_dose_too_early_is_refused_with_reasons_and_recorded(course: Course, as_role: Role) -> None:
    """409, what is missing in words, and the refusal in the ledger; what was typed is still there."""
    course.cleared().prepared().booked()
    answer = as_role("monitor").post(room(course, "start/"), DOSE)
    assert answer.status_code == 409
    assert "The patient has not been checked in for this visit" in words(answer)
    assert 'value="35"' in answer.content.decode()
    assert not facts(course, DoseGiven)
    assert facts(course, Refused)[-1].action == "start-dose"


def test_pressing_twice_gives_one_dose(ready: Course, as_role: Role) -> None:
    """The form carries its id: the second arrival of the same form is the first one."""
    client, sent = as_role("monitor"), DOSE | {"id": str(uuid4())}
    assert [client.post(room(ready, "start/"), sent).status_code for _ in range(2)] == [302, 302]
    assert len(facts(ready, DoseGiven)) == 1


def test_pounds_are_kept_as_kilograms_and_shown_as_both(ready: Course, as_role: Role) -> None:
    """The unit is chosen each time; a weight without one is not taken."""
    client = as_role("monitor")
    assert client.post(room(ready, "weigh/"), {"form": "weigh", "value": "154"}).status_code == 400
    assert (
        client.post(room(ready, "weigh/"), {"form": "weigh", "value": "154", "unit": "lb"}).status_code == 302
    )
    weighed = facts(ready, Weighed)[-1]
    assert (weighed.typed, Decimal("69.8") < weighed.weight.value < Decimal("69.9")) == ("154 lb", True)
    assert "(154 lb)" in words(client.get(room(ready)))


def test_answers_are_recorded_line_by_line(course: Course, as_role: Role) -> None:
    """What is not answered stays open; it is never a yes."""
    course.cleared().prepared().booked()
    client = as_role("monitor")
    sent = {"form": "check", "item-fasting": "yes", "item-escort": "no"}
    assert client.post(room(course, "check/"), sent).status_code == 302
    assert [(c.item, c.answer) for c in facts(course, Checked)] == [("fasting", "yes"), ("escort", "no")]
    assert "2 of 6 answered" in words(client.get(room(course)))


def test_an_empty_checklist_is_not_recorded(course: Course, as_role: Role) -> None:
    """Sending nothing says so, and writes nothing."""
    course.cleared().prepared().booked()
    assert as_role("monitor").post(room(course, "check/"), {"form": "check"}).status_code == 400
    assert not facts(course, Checked)


@pytest.mark.parametrize(
    ("field", "value"),
    [("spo2", "9"), ("systolic", "80"), ("heart_rate", "-1"), ("systolic", "１２０"), ("spo2", "\x00")],
)
def test_a_slip_of_the_finger_is_asked_about(ready: Course, as_role: Role, field: str, value: str) -> None:
    """Out of what a person can have, or upside down: kept as typed, not recorded."""
    before = len(facts(ready, VitalSigns))
    sent = {"form": "vitals", "systolic": "130", "diastolic": "85", "heart_rate": "70", "spo2": "98"}
    answer = as_role("monitor").post(room(ready, "vitals/"), sent | {field: value})
    assert answer.status_code == 400
    assert len(facts(ready, VitalSigns)) == before
    assert 'value="85"' in answer.content.decode()


def test_high_pressure_can_be_gone_past_only_by_the_prescriber(ready: Course, as_role: Role) -> None:
    """The monitor is told who may; the prescriber gives a reason, and the reason is an entry."""
    ready.measured(systolic=168, diastolic=98)
    monitor, prescriber = as_role("monitor"), as_role("prescriber")
    assert "Go past this with a reason" not in words(monitor.get(room(ready)))
    assert "Go past this with a reason" in words(prescriber.get(room(ready)))
    sent = {
        "form": "override",
        "rule": "blood-pressure-before-dose",
        "reason": "White coat, home values normal",
    }
    assert monitor.post(room(ready, "override/"), sent).status_code == 400
    assert prescriber.post(room(ready, "override/"), sent | {"reason": ""}).status_code == 400
    assert prescriber.post(room(ready, "override/"), sent).status_code == 302
    assert [o.rule for o in facts(ready, Override)] == ["blood-pressure-before-dose"]
    assert monitor.post(room(ready, "start/"), DOSE).status_code == 302


def test_an_event_is_one_tap(ready: Course, as_role: Role) -> None:
    """A word of the protocol, with its minute; any other word is refused."""
    ready.dosed()
    client = as_role("monitor")
    assert client.post(room(ready, "observe/"), {"form": "events", "event": "tears"}).status_code == 302
    assert client.post(room(ready, "observe/"), {"form": "events", "event": "fireworks"}).status_code == 400
    assert [o.event for o in facts(ready, Observed)] == ["tears"]
    assert "Seen: tears" in words(client.get(room(ready)))


def test_ending_the_dose_does_not_close_the_visit(ready: Course, as_role: Role) -> None:
    """Two acts; leaving is a third, and it waits for its own checks."""
    ready.dosed()
    client = as_role("monitor")
    assert client.post(room(ready, "end/"), {"form": "end", "given": "35"}).status_code == 302
    assert ready.status().visits[0].phase in ("peak watch", "recovery")
    answer = client.post(
        room(ready, "discharge/"), {"form": "discharge", "escort": "Her sister", "instructions_given": "yes"}
    )
    assert answer.status_code == 409
    assert client.post(room(ready, "close/"), {"form": "close"}).status_code in (400, 409)


def test_a_visit_can_be_stopped_from_any_phase(ready: Course, as_role: Role) -> None:
    """Never refused, and never without a reason."""
    client = as_role("monitor")
    assert client.post(room(ready, "stop/"), {"form": "stop", "reason": ""}).status_code == 400
    assert client.post(room(ready, "stop/"), {"form": "stop", "reason": "Patient asked"}).status_code == 302
    assert "stopped" in words(client.get(room(ready)))


def test_a_visit_that_is_not_there_looks_like_one_that_is_not_yours(ready: Course, as_role: Role) -> None:
    """The manager opens no charts; nobody opens a visit that was never booked."""
    assert as_role("manager").get(room(ready)).status_code == 404
    assert as_role("monitor").get(room(ready).replace(ready.visit, "none-such")).status_code == 404


def test_drawing_the_page_again_is_one_look(ready: Course, as_role: Role) -> None:
    """A page that refreshes itself does not fill the list of who looked."""
    client = as_role("monitor")

    def looks() -> int:
        return len(read.accesses(ready.people["prescriber"], ready.chart))

    before = looks()
    client.get(room(ready))
    assert looks() == before + 1
    client.get(room(ready))
    client.get(room(ready, "stream/"))
    client.post(room(ready, "start/"), DOSE | {"typed_mg": ""})
    assert looks() == before + 1


HANDED_ON = [
    ("end/", "end_dose", {"form": "end", "given": "35"}),
    ("discharge/", "discharge", {"form": "discharge", "escort": "Her sister", "instructions_given": "yes"}),
    ("close/", "close_visit", {"form": "close"}),
    ("override/", "override", {"form": "override", "rule": "any", "reason": "Known to rise"}),
]


@pytest.mark.parametrize(("rest", "name", "sent"), HANDED_ON)
def test_what_the_person_was_looking_at_is_handed_on(
    ready: Course, as_role: Role, monkeypatch: pytest.MonkeyPatch, rest: str, name: str, sent: dict[str, str]
) -> None:
    """Every form of the room that carries the count of entries has it compared."""
    told = []
    monkeypatch.setattr(dosing, name, lambda *_, **given: told.append(given.get("seen")))
    as_role("prescriber").post(room(ready, rest), sent | {"seen": "7"})
    assert told == [7]


def test_an_end_of_dose_older_than_the_chart_is_shown_beside_what_came_since(
    ready: Course, as_role: Role
) -> None:
    """Whoever saw one entry less is asked and nothing is written; whoever saw them all is not asked."""
    ready.dosed()
    client, sent = as_role("monitor"), {"form": "end", "given": "35"}
    seq = read.chart(ready.people["prescriber"], ready.chart, log=False).seq
    answer = client.post(room(ready, "end/"), sent | {"seen": str(seq - 1)})
    assert answer.status_code == 409
    assert "Someone else wrote in this chart first" in words(answer)
    assert not facts(ready, DoseEnded)
    assert client.post(room(ready, "end/"), sent | {"seen": str(seq)}).status_code == 302


def test_every_form_of_the_room_has_an_id_of_its_own(ready: Course, as_role: Role) -> None:
    """Two forms with one id would take each other for the same press."""
    html = as_role("monitor").get(room(ready)).content.decode()
    ids = re.findall(r'name="id" value="([0-9a-f-]{36})"', html)
    assert len(ids) == len(set(ids)) >= 2
    ready.dosed()
    html = as_role("monitor").get(room(ready)).content.decode()
    ids = re.findall(r'name="id" value="([0-9a-f-]{36})"', html)
    assert len(ids) == len(set(ids)) >= 2


def test_a_denied_attempt_at_the_room_is_noted(ready: Course, as_role: Role) -> None:
    """The manager may not dose: the page is absent, and the chart keeps who tried."""
    assert as_role("manager").post(room(ready, "start/"), DOSE).status_code == 404
    tried = read.accesses(ready.people["prescriber"], ready.chart)[0]
    assert (tried.role, tried.permission, tried.allowed) == ("manager", "dose.give", False)
