"""Medicine at home: never more than the next session needs, and every gap becomes a task."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import supply as act
from openkap.actions.door import NotAllowed
from openkap.clinical.case import Case
from openkap.clinical.entries.dosing import DoseGiven, VisitBooked
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.entries.supply import SupplySent
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadInput
from openkap.clinical.supply import Supply, supply
from openkap.demo.telling import Telling
from openkap.records.ledger import Draft, append
from tests.clinical.charts import adopted, plan
from tests.conftest import AT
from tests.spec.screening.test_at_home import may_go_home

EACH = Milligrams(Decimal(100))


def wrote(ready: Telling, *facts: Any) -> Telling:
    """Facts as the ledger has them, whatever gate would have stood before them."""
    drafts = [Draft(f"chart:{ready.chart}", fact, AT) for fact in facts]
    append(drafts, author="test", via="test", at=AT)
    return ready


def sent(units: int) -> SupplySent:
    return SupplySent(units=units, each=EACH, lot="L1", by="courier 7")


def there(ready: Telling) -> Supply:
    return supply(Case(ready.folded(), adopted(), AT))


def tasks(ready: Telling) -> Iterator[str]:
    return (fact.what for fact in ready.folded().facts(TaskOpened))


def sends(ready: Telling, **changed: Any) -> None:
    fields = {"units": 3, "each": EACH, "lot": "L1", "by": "courier 7"} | changed
    act.send(ready.staff.prescriber, ready.chart, at=AT, **fields)


@pytest.fixture
def at_home(ready: Telling) -> Telling:
    """Treatment at home is open: everything asked and settled, three lozenges a session."""
    known = [entry.fact for entry in may_go_home().entries if not isinstance(entry.fact, ChartOpened)]
    return wrote(ready, plan("sublingual", mg_per_kg=None, fixed=Milligrams(Decimal(300))), *known)


def test_nothing_is_sent_while_home_is_not_open(ready: Telling) -> None:
    """No home, no law, no scales: the gate says so."""
    with pytest.raises(NotAllowed):
        sends(ready)
    assert there(ready).sent == 0


def test_no_more_is_sent_than_one_session_takes(at_home: Telling) -> None:
    """A dose of 300 mg is three units; what is there counts."""
    with pytest.raises(BadInput, match="0 there and 4 more are above 3, enough for 1 session"):
        sends(at_home, units=4)
    sends(at_home, units=2)
    with pytest.raises(BadInput, match="2 there and 2 more are above 3"):
        sends(at_home, units=2)
    sends(at_home, units=1)
    assert there(at_home).left == 3


def test_two_strengths_are_never_in_one_home(at_home: Telling) -> None:
    """Nobody has to tell them apart."""
    wrote(at_home, sent(1))
    with pytest.raises(BadInput, match="units of 100 mg are still there"):
        sends(at_home, units=1, each=Milligrams(Decimal(50)))


def test_the_balance_adds_up_over_the_course(ready: Telling) -> None:
    """sent = taken + returned + lost + left; a dose in the clinic takes nothing from the home."""
    booked = {"starts_at": AT, "route": "sublingual"}
    dose = {"route": "sublingual", "amount": Milligrams(Decimal(300))}
    wrote(
        ready,
        sent(6),
        VisitBooked(visit="h", room="At home", number=1, place="home", **booked),
        VisitBooked(visit="c", room="Room 1", number=2, **booked),
        DoseGiven(visit="h", **dose),
        DoseGiven(visit="c", **dose),
    )
    act.give_back(ready.staff.monitor, ready.chart, at=AT, units=1, to="the pharmacy")
    act.lose(ready.staff.monitor, ready.chart, at=AT, units=1, said="fell into the sink")
    found = there(ready)
    assert (found.sent, found.taken, found.returned, found.lost, found.left) == (6, 3, 1, 1, 1)


def test_what_is_lost_becomes_a_task(ready: Telling) -> None:
    """Also more than should have been there: what a patient says of it is written down."""
    wrote(ready, sent(2))
    act.lose(ready.staff.monitor, ready.chart, at=AT, units=3, said="all of it")
    assert "3 lost at home, as the patient says: all of it" in tasks(ready)
    act.lose(ready.staff.monitor, ready.chart, at=AT, units=1, said="gone")
    assert "1 lost at home, as the patient says: gone" in tasks(ready)


@pytest.mark.parametrize(("units", "differs"), [(2, False), (3, True)])
def test_more_coming_back_than_was_there_becomes_a_task(ready: Telling, units: int, differs: bool) -> None:
    """It has happened, so it is written down; a prescriber looks into it."""
    wrote(ready, sent(2))
    act.give_back(ready.staff.monitor, ready.chart, at=AT, units=units, to="the pharmacy")
    assert ("3 came back from home where 2 should have been" in tasks(ready)) is differs


@pytest.mark.parametrize(("units", "early"), [(0, False), (1, True)])
def test_asking_while_some_is_left_becomes_a_task(ready: Telling, units: int, early: bool) -> None:
    """Asking when nothing is left is what asking is for."""
    if units:
        wrote(ready, sent(units))
    act.ask(ready.staff.monitor, ready.chart, at=AT, said="I need more")
    says = "More medicine was asked for while 1 should be left: I need more"
    assert (says in tasks(ready)) is early


@pytest.mark.parametrize(("counted", "differs"), [(2, False), (1, True), (3, True), (0, True)])
def test_a_count_that_differs_becomes_a_task(ready: Telling, counted: int, differs: bool) -> None:
    """Too many is as odd as too few."""
    wrote(ready, sent(2))
    act.count(ready.staff.monitor, ready.chart, at=AT, units=counted)
    assert (f"{counted} counted at home where 2 should be" in tasks(ready)) is differs
