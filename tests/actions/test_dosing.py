"""The visit around the dose: booking, the door, charting, the end, going home, closing."""

from datetime import timedelta
from decimal import Decimal

import pytest

from openkap.actions import dosing
from openkap.actions.door import NotAllowed, together
from openkap.actions.screening import record_score
from openkap.clinical.entries.dosing import (
    Discharged,
    DoseEnded,
    ReadingsSealed,
    VisitBooked,
    VisitClosed,
    VisitStopped,
    VitalSigns,
    Weighed,
)
from openkap.clinical.entries.office import Refused, TaskOpened
from openkap.clinical.quantity import Kilograms, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import open_tasks
from openkap.demo.telling import Telling
from tests.actions.day import booked, booked_and_checked, dosed
from tests.clinical.charts import adopted
from tests.conftest import AT

LATER = AT + timedelta(hours=3)


def test_visits_are_numbered_and_named_apart(ready: Telling) -> None:
    """Two visits are number 1 and 2, each with an id of its own; a cancelled last one frees its number."""
    first, second = booked(ready), booked(ready)
    numbers = [fact.number for fact in ready.folded().facts(VisitBooked)]
    assert numbers == [1, 2]
    assert first.visit != second.visit
    dosing.cancel(ready.staff.monitor, ready.chart, at=AT, visit=second.visit, reason="Has a cold")
    booked(ready)
    assert sorted(visit.number for visit in ready.status(AT).visits) == [1, 2]


def test_no_two_standing_visits_share_a_number(ready: Telling) -> None:
    """The first of two is cancelled: the next one booked is the third."""
    first, _ = booked(ready), booked(ready)
    dosing.cancel(ready.staff.monitor, ready.chart, at=AT, visit=first.visit, reason="Has a cold")
    booked(ready)
    assert sorted(visit.number for visit in ready.status(AT).visits) == [2, 3]


def test_booking_before_a_plan_is_refused_and_says_so(record: Telling) -> None:
    """Neither cleared nor planned: both are named, and the refusal is kept."""
    with pytest.raises(NotAllowed) as refusal:
        dosing.book(record.staff.monitor, record.chart, at=AT, starts_at=AT, room="Room 1", route="iv")
    assert {reason.rule for reason in refusal.value.because} == {"visit-needs-clearance", "visit-needs-plan"}
    assert record.folded().latest(Refused).fact.action == "book-visit"


@pytest.mark.parametrize(("field", "value"), [("route", "inhaled"), ("room", " ")])
def test_a_booking_needs_a_known_route_and_a_room(ready: Telling, field: str, value: str) -> None:
    """An unknown route or a blank room is refused by field."""
    fields = {"starts_at": AT, "room": "Room 1", "route": "iv"} | {field: value}
    with pytest.raises(BadInput) as fault:
        dosing.book(ready.staff.monitor, ready.chart, at=AT, **fields)
    assert fault.value.where == field


def test_what_has_begun_cannot_be_cancelled(ready: Telling) -> None:
    """A patient who has come is not cancelled but stopped."""
    visiting = booked_and_checked(ready)
    with pytest.raises(BadInput, match="Stop it instead"):
        dosing.cancel(ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, reason="x")


@pytest.mark.parametrize("identifiers", [(), ("name",), ("photo", "photo"), ("name", "hair")])
def test_the_door_asks_for_two_identifiers(ready: Telling, identifiers: tuple[str, ...]) -> None:
    """None, one, the same twice or an unknown one does not let anybody in."""
    visit = booked(ready).visit
    with pytest.raises(BadInput) as fault:
        dosing.arrive(ready.staff.monitor, ready.chart, at=AT, visit=visit, identifiers=identifiers)
    assert fault.value.where == "identifiers"


def test_nobody_arrives_twice(ready: Telling) -> None:
    """A second arrival at one visit is refused with the phase it is in."""
    visiting = booked_and_checked(ready)
    with pytest.raises(BadInput, match="checked"):
        dosing.arrive(
            ready.staff.monitor, ready.chart, at=AT, visit=visiting.visit, identifiers=("name", "photo")
        )


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"), [("70", "kg", "70"), ("154", "lb", "69.85"), ("154.3", "lb", "69.99")]
)
def test_weight_is_kept_in_kilograms_with_what_was_typed(
    ready: Telling, value: str, unit: str, kilograms: str
) -> None:
    """154 lb is 69.85 kg, and the entry still says "154 lb"."""
    visit = booked(ready).visit
    dosing.weigh(
        ready.staff.monitor, ready.chart, at=AT, visit=visit, value=Decimal(value), unit=unit, checked=True
    )
    fact = ready.folded().latest(Weighed).fact
    assert fact.weight == Kilograms(Decimal(kilograms))
    assert fact.typed == f"{value} {unit}"


@pytest.mark.parametrize(
    ("value", "unit", "field"), [("70", "", "unit"), ("70", "st", "unit"), ("1", "kg", "value")]
)
def test_a_weight_nobody_can_have_or_read_is_refused(
    ready: Telling, value: str, unit: str, field: str
) -> None:
    """The unit is always chosen, and one kilogram is not a person."""
    visit = booked(ready).visit
    with pytest.raises(BadInput) as fault:
        dosing.weigh(ready.staff.monitor, ready.chart, at=AT, visit=visit, value=Decimal(value), unit=unit)
    assert fault.value.where == field


@pytest.mark.parametrize(
    ("signs", "field"),
    [
        ({}, "systolic"),
        ({"systolic": Decimal(120)}, "diastolic"),
        ({"diastolic": Decimal(80)}, "systolic"),
        ({"systolic": Decimal(80), "diastolic": Decimal(120)}, "diastolic"),
        ({"systolic": Decimal(120), "diastolic": Decimal(120)}, "diastolic"),
        ({"spo2": Decimal(101)}, "spo2"),
        ({"heart_rate": Decimal(19)}, "heart_rate"),
        ({"sedation": 6}, "sedation"),
    ],
)
def test_vital_signs_no_one_can_have_are_refused(
    ready: Telling, signs: dict[str, object], field: str
) -> None:
    """Half a pressure, a pressure upside down, more than all the oxygen: each names its field."""
    visit = booked(ready).visit
    with pytest.raises(BadInput) as fault:
        dosing.chart_vitals(ready.staff.monitor, ready.chart, at=AT, visit=visit, **signs)
    assert fault.value.where == field
    assert ready.folded().latest(VitalSigns) is None


def test_the_outermost_plausible_values_are_taken(ready: Telling) -> None:
    """What is alarming is charted; only the impossible is refused."""
    visit = booked(ready).visit
    signs = {"spo2": Decimal(100), "heart_rate": Decimal(20), "sedation": 0}
    assert (
        dosing.chart_vitals(ready.staff.monitor, ready.chart, at=AT, visit=visit, **signs).fact.sedation == 0
    )


def test_the_end_of_the_drug_is_recorded_once(ready: Telling) -> None:
    """Given in full, no task; a second end is refused."""
    visiting = dosed(ready)
    end = {"visit": visiting.visit, "given": visiting.given()}
    dosing.end_dose(ready.staff.monitor, ready.chart, at=LATER, **end)
    assert ready.folded().latest(TaskOpened) is None
    with pytest.raises(BadInput, match="no dose is running"):
        dosing.end_dose(ready.staff.monitor, ready.chart, at=LATER, **end)


def test_more_than_was_started_is_recorded_and_looked_at(ready: Telling) -> None:
    """It has happened, so it is charted, and a task says both figures."""
    visiting = dosed(ready)
    more = Milligrams(visiting.given().value + Decimal("0.01"))
    dosing.end_dose(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, given=more)
    assert ready.folded().latest(DoseEnded).fact.given == more
    task = ready.folded().latest(TaskOpened).fact
    assert str(more) in task.what
    assert str(visiting.given()) in task.what


def test_an_early_end_says_why(ready: Telling) -> None:
    """Without a reason it is refused by field."""
    visiting = dosed(ready)
    half = {"visit": visiting.visit, "given": Milligrams(Decimal(10)), "early": True}
    with pytest.raises(BadInput) as fault:
        dosing.end_dose(ready.staff.monitor, ready.chart, at=LATER, **half)
    assert fault.value.where == "reason"
    assert dosing.end_dose(ready.staff.monitor, ready.chart, at=LATER, reason="Asked to", **half).fact.early


def test_nobody_goes_home_before_everything_is_in_order(ready: Telling) -> None:
    """The infusion still runs: the end, the time and each line of the list are named; the refusal is kept."""
    visiting = dosed(ready)
    home = {"visit": visiting.visit, "escort": "Her sister", "instructions_given": True}
    with pytest.raises(NotAllowed) as refusal:
        dosing.discharge(ready.staff.monitor, ready.chart, at=AT + timedelta(minutes=20), **home)
    said = {reason.rule for reason in refusal.value.because}
    assert said >= {"discharge-dose-ended", "steady-at-discharge", "escort-at-discharge", "discharge-vitals"}
    assert ready.folded().latest(Refused).fact.action == "discharge"
    assert ready.folded().latest(Discharged) is None


@pytest.mark.parametrize(
    ("changed", "field"), [({"escort": ""}, "escort"), ({"instructions_given": False}, "instructions_given")]
)
def test_going_home_needs_an_escort_and_the_instructions(
    ready: Telling, changed: dict[str, object], field: str
) -> None:
    """A blank escort or no instructions is refused by field."""
    visiting = dosed(ready)
    home = {"visit": visiting.visit, "escort": "Her sister", "instructions_given": True} | changed
    with pytest.raises(BadInput) as fault:
        dosing.discharge(ready.staff.monitor, ready.chart, at=LATER, **home)
    assert fault.value.where == field


def test_a_visit_from_door_to_door(ready: Telling) -> None:
    """Dose, end, list, home, closed: the phase says so, and nothing more can be charted as if it went on."""
    visiting = dosed(ready)
    visiting.ended(visiting.ends_at)
    visiting.left(visiting.ends_at + timedelta(minutes=100))
    assert ready.status(LATER).visits[0].phase == "closed"
    with pytest.raises(BadInput, match="closed"):
        dosing.check(
            ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, item="escort", answer="yes"
        )


def test_closing_waits_for_the_discharge(ready: Telling) -> None:
    """The dose runs: the visit cannot be closed."""
    visiting = dosed(ready)
    with pytest.raises(BadInput, match="cannot be closed"):
        dosing.close_visit(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit)
    assert ready.folded().latest(VisitClosed) is None


@pytest.mark.parametrize("begun", [booked, booked_and_checked, dosed])
def test_stopping_is_never_refused(ready: Telling, begun: object) -> None:
    """Before anybody came, before the dose and during it: with a reason, the visit stops."""
    visiting = begun(ready)
    with pytest.raises(BadInput) as fault:
        dosing.stop(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, reason="")
    assert fault.value.where == "reason"
    dosing.stop(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, reason="Fire alarm")
    assert ready.folded().latest(VisitStopped).fact.reason == "Fire alarm"
    assert ready.folded().latest(ReadingsSealed) is None


@pytest.mark.parametrize(("begun", "tasks"), [(booked, 0), (booked_and_checked, 0), (dosed, 1)])
def test_a_visit_stopped_under_the_drug_is_somebodys_task(ready: Telling, begun: object, tasks: int) -> None:
    """Nobody was discharged: a person must take it on. Before the dose there is nothing to take on."""
    visiting = begun(ready)
    dosing.stop(ready.staff.monitor, ready.chart, at=LATER, visit=visiting.visit, reason="Walked out")
    opened = open_tasks(ready.folded(), LATER)
    assert len(opened) == tasks
    assert all("Walked out" in task.what for task in opened)


def test_a_visit_stopped_after_the_discharge_leaves_no_task(ready: Telling) -> None:
    """Discharged, and stopped instead of closed: the patient is at home."""
    visiting = dosed(ready)
    visiting.ended(visiting.ends_at)
    home = visiting.ends_at + timedelta(minutes=100)
    visiting.signs(home)
    items = [item.id for item in adopted().checklists["discharge"]]
    fields = [(dosing.check_discharge, {"visit": visiting.visit, "item": i, "answer": "yes"}) for i in items]
    together(ready.staff.monitor, ready.chart, fields, at=home)
    score = {"instrument": "aldrete", "items": (2, 2, 2, 2, 1), "by": "monitor"}
    record_score(ready.staff.monitor, ready.chart, at=home, **score)
    escort = {"visit": visiting.visit, "escort": "Her sister", "instructions_given": True}
    dosing.discharge(ready.staff.monitor, ready.chart, at=home, **escort)
    dosing.stop(ready.staff.monitor, ready.chart, at=home, visit=visiting.visit, reason="Fire alarm")
    assert open_tasks(ready.folded(), home) == ()


@pytest.mark.parametrize("act", [dosing.check, dosing.check_discharge])
@pytest.mark.parametrize(("item", "answer", "field"), [("hat", "yes", "item"), ("escort", "maybe", "answer")])
def test_a_checklist_takes_its_own_lines_and_yes_or_no(
    ready: Telling, act: object, item: str, answer: str, field: str
) -> None:
    """An unknown line or a third answer is refused by field."""
    visit = booked(ready).visit
    with pytest.raises(BadInput) as fault:
        act(ready.staff.monitor, ready.chart, at=AT, visit=visit, item=item, answer=answer)
    assert fault.value.where == field


def test_an_event_has_a_name(ready: Telling) -> None:
    """A blank one-tap event is refused; a named one keeps its note."""
    visit = booked(ready).visit
    with pytest.raises(BadInput) as fault:
        dosing.observe(ready.staff.monitor, ready.chart, at=AT, visit=visit, event=" ")
    assert fault.value.where == "event"
    entry = dosing.observe(ready.staff.monitor, ready.chart, at=AT, visit=visit, event="tears", note="Calm")
    assert entry.fact.note == "Calm"
