"""One tap in the room: what it writes, what stands beside it, and what it never moves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from openkap.actions import dosing, in_room, rescue
from openkap.actions.door import NotAllowed
from openkap.actions.readiness import answer_permission
from openkap.clinical import measured
from openkap.clinical.case import Case
from openkap.clinical.entries import room as e
from openkap.clinical.entries.dosing import Observed, VisitStopped
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.readiness import PermissionAnswered
from openkap.clinical.permissions import standings
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from tests.actions.day import dosed
from tests.conftest import AT

LATER = AT + timedelta(minutes=5)
ADVERSE = {
    "term": "nausea",
    "grade": 1,
    "action": "watched more closely",
    "outcome": "unchanged",
    "relation": "possibly the drug",
    "started_at": AT,
}
Facts = Callable[[Telling, type], list[Any]]


@pytest.fixture
def visiting(ready: Telling) -> Visiting:
    """The infusion runs since AT."""
    return dosed(ready)


def does(visiting: Visiting, act: Any, *, by: str = "monitor", **fields: Any) -> Any:
    who = getattr(visiting.telling.staff, by)
    return act(who, visiting.telling.chart, **{"at": LATER, "visit": visiting.visit} | fields)


def test_a_permission_taken_back_holds_at_once(visiting: Visiting, facts: Facts) -> None:
    """The tap writes the permission too; a touch after it is recorded, with why it was none of the agreed."""
    telling = visiting.telling
    given = {"event": "touch given", "about": "touch-hand"}
    before = does(visiting, dosing.observe, **given)
    allowed = next(
        s
        for s in standings(Case(telling.folded(), telling.protocol, LATER))
        if s.permission.id == "touch-hand"
    )
    assert bool(before.fact.outside) is not allowed.counts
    tasks = len(facts(telling, TaskOpened))
    does(visiting, in_room.take_back, event="permission withdrawn", about="touch-hand", at=LATER, id=uuid4())
    assert facts(telling, PermissionAnswered)[-1].answer == "withdrawn"
    touched = does(visiting, dosing.observe, at=LATER + timedelta(minutes=1), **given)
    assert touched.fact.outside == "holding my hand, but it was taken back"
    assert len(facts(telling, TaskOpened)) == tasks + 1
    early = does(visiting, dosing.observe, at=LATER + timedelta(minutes=2), effective_at=AT, **given)
    assert early.fact.outside == before.fact.outside, "judged by what stood when it was given"


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        (dosing.observe, {"event": "touch given", "about": ""}),
        (dosing.observe, {"event": "touch given", "about": "recording-audio"}),
        (dosing.observe, {"event": "permission withdrawn", "about": "touch-hand"}),
        (in_room.take_back, {"event": "tears", "about": "touch-hand"}),
        (in_room.rate_sedation, {"level": 6}),
        (in_room.rate_sedation, {"level": -1}),
        (in_room.rate_dissociation, {"level": "deep"}),
        (rescue.take_step, {"step": "observe", "sign": "chest pain"}),
        (rescue.take_step, {"step": "prayer"}),
        (rescue.declare, {"what": "flood"}),
        (rescue.end_emergency, {"outcome": "Settled"}),
    ],
)
def test_what_names_nothing_is_refused(visiting: Visiting, act: Any, fields: dict[str, Any]) -> None:
    """A word the protocol does not have, or a thing said without what it is about."""
    with pytest.raises(BadInput):
        does(visiting, act, **fields)


def test_sedation_alone_moves_no_check(visiting: Visiting) -> None:
    """One tap is a value of sedation, and no set of vital signs: the next check stays where it is."""
    telling = visiting.telling
    due = [v.next_check_at for v in Case(telling.folded(), telling.protocol, LATER).visits]
    does(visiting, in_room.rate_sedation, level=3)
    chart = telling.folded()
    assert measured.measurements(chart, "sedation", LATER)[-1][1] == 3
    assert [v.next_check_at for v in Case(chart, telling.protocol, LATER).visits] == due


@pytest.mark.parametrize(
    "wrong",
    [
        {"grade": 0},
        {"grade": 6},
        {"grade": 5},
        {"outcome": "death"},
        {"outcome": "over"},
        {"ended_at": LATER},
        {"term": "other"},
        {"term": "boredom"},
        {"relation": "the moon"},
        {"action": "nothing much"},
        {"outcome": "over", "ended_at": AT - timedelta(seconds=1)},
        {"outcome": "over", "ended_at": LATER + timedelta(seconds=1)},
        {"started_at": LATER + timedelta(seconds=1)},
    ],
)
def test_an_adverse_event_that_cannot_be_is_refused(visiting: Visiting, wrong: dict[str, Any]) -> None:
    """Death and the last grade go together, an end and an outcome that is over, and time runs one way."""
    with pytest.raises(BadInput):
        does(visiting, in_room.report, **ADVERSE | wrong)


def test_an_adverse_event_is_followed_to_its_end(visiting: Visiting, facts: Facts) -> None:
    """The ends of the span are allowed; sent twice it is one; what follows carries its id."""
    sent = uuid4()
    first = does(visiting, in_room.report, id=sent, **ADVERSE)
    assert does(visiting, in_room.report, id=sent, at=LATER + timedelta(minutes=1), **ADVERSE).id == first.id
    course = {"grade": 2, "action": "medicine given", "outcome": "over", "ended_at": AT}
    does(visiting, in_room.follow, event=first.fact.event, **course)
    assert len(facts(visiting.telling, e.AdverseEvent)) == 1
    assert facts(visiting.telling, e.AdverseEventFollowed)[0].event == str(sent)
    with pytest.raises(BadInput, match="no such adverse event"):
        does(visiting, in_room.follow, event="another", **course)


def test_a_danger_sign_jumps_to_the_emergency_call(visiting: Visiting, facts: Facts) -> None:
    """One tap: the step, the symptom for the alerts, and the emergency, once however often."""
    for minute in (0, 1):
        does(
            visiting,
            rescue.take_step,
            step="emergency-call",
            sign="chest pain",
            at=LATER + timedelta(minutes=minute),
        )
    telling = visiting.telling
    assert [f.sign for f in facts(telling, e.RescueStep)] == ["chest pain"] * 2
    assert [f.event for f in facts(telling, Observed)] == ["chest pain"] * 2
    assert [f.what for f in facts(telling, e.EmergencyDeclared)] == ["medical"]
    does(visiting, rescue.end_emergency, outcome="Ambulance took over", at=LATER + timedelta(minutes=9))
    does(visiting, rescue.declare, what="medical", at=LATER + timedelta(minutes=10))
    assert len(facts(telling, e.EmergencyDeclared)) == 2
    assert not facts(telling, VisitStopped), "charting goes on"


def test_a_rescue_medicine_is_a_named_order(visiting: Visiting, facts: Facts) -> None:
    """No dose stands anywhere; who ordered it is an account that may."""
    staff = visiting.telling.staff
    given = {"medicine": "ondansetron", "dose": "4 mg", "way": "IV", "ordered_by_user": staff.prescriber.user}
    for wrong in (
        {"dose": ""},
        {"ordered_by_user": staff.monitor.user},
        {"ordered_by_user": ""},
        {"medicine": "other"},
        {"way": "by post"},
    ):
        with pytest.raises(BadInput):
            does(visiting, rescue.give_medicine, **given | wrong)
    does(visiting, rescue.give_medicine, **given)
    (fact,) = facts(visiting.telling, e.RescueMedicineGiven)
    assert (fact.dose, fact.ordered_by) == ("4 mg", staff.prescriber.name)


@pytest.mark.parametrize(("by", "phase"), [("monitor", "stopped"), ("therapist", "stopped")])
def test_fire_stops_the_visit_whoever_taps(visiting: Visiting, facts: Facts, by: str, phase: str) -> None:
    """Somebody under the drug is left as a task; tapped again it is only said again."""
    for minute in (0, 1):
        does(visiting, rescue.declare, by=by, what="fire", at=LATER + timedelta(minutes=minute))
    telling = visiting.telling
    (visit,) = [v for v in Case(telling.folded(), telling.protocol, LATER).visits if v.id == visiting.visit]
    assert visit.phase == phase
    assert len(facts(telling, VisitStopped)) == 1
    assert any(task.task.startswith("left-before-discharge") for task in facts(telling, TaskOpened))


def test_nothing_is_granted_in_the_room(visiting: Visiting) -> None:
    """A permission taken back in the room cannot be given again there."""
    does(visiting, in_room.take_back, event="permission withdrawn", about="touch-hand")
    who, chart = visiting.telling.staff.therapist, visiting.telling.chart
    with pytest.raises(NotAllowed, match="nothing is signed"):
        answer_permission(who, chart, at=LATER, permission="touch-hand", answer="granted")
