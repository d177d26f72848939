"""The drug of a visit: what is drawn is given, wasted before a witness, or put back; else it has an owner."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from openkap.actions import balance as act
from openkap.actions import dosing
from openkap.actions.door import NotAllowed
from openkap.actions.formulary import record_lot, set_presentation
from openkap.actions.incidents import close_incident
from openkap.actions.screening import record_score
from openkap.clinical.balance import Balance, balance
from openkap.clinical.entries.balance import VarianceRecorded
from openkap.clinical.entries.dosing import VisitClosed
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.demo.visiting import Visiting
from openkap.records.accounts import create_clinic
from openkap.records.incidents import incidents
from openkap.records.policy import NotFound, Principal
from openkap.records.verify import verify
from tests.actions.day import booked_and_checked, give
from tests.conftest import AT

People = dict[str, Principal]
MINUTE = timedelta(minutes=1)


def mg(text: str) -> Milligrams:
    return Milligrams(Decimal(text))


@dataclass
class Drug:
    """A visit with a lot of vials of 500 mg, and short names for what is done with them."""

    visiting: Visiting
    lot: str
    at: Any = AT

    def do(self, who: str, what: Any, **fields: Any) -> Any:
        telling = self.visiting.telling
        return what(
            getattr(telling.staff, who), telling.chart, at=self.at, visit=self.visiting.visit, **fields
        )

    def drawn(self, units: int = 1) -> str:
        return str(self.do("monitor", act.draw, units=units, lot=self.lot).id)

    def wasted(self, drawn: str, amount: str) -> str:
        return str(self.do("monitor", act.waste, drawn=drawn, amount=mg(amount), how="Into the gel").id)

    def witnessed(self, waste: str, who: str = "prescriber") -> None:
        self.do(who, act.witness, waste=waste)

    @property
    def sum(self) -> Balance:
        telling = self.visiting.telling
        status = telling.status(self.at)
        visit = next(v for v in status.visits if v.id == self.visiting.visit)
        return balance(telling.folded(), visit, telling.protocol, self.at)


@pytest.fixture
def drug(ready: Telling, people: People) -> Drug:
    """The dose may be given at AT."""
    vial = {
        "title": "Ketamine",
        "routes": ("iv",),
        "concentration": MgPerMl(Decimal(50)),
        "volume": Millilitres(Decimal(10)),
    }
    presentation = set_presentation(people["manager"], at=AT, **vial).fact.presentation
    until = (AT + timedelta(days=30)).date()
    lot = record_lot(
        people["monitor"], presentation=presentation, number="A1", expires_on=until, at=AT
    ).fact.lot
    return Drug(booked_and_checked(ready), lot)


@pytest.fixture
def home(drug: Drug) -> tuple[Drug, str]:
    """39.1 mg of one vial was given and the patient is home; the visit waits to be closed."""
    drawn = drug.drawn()
    give(drug.visiting, lot=drug.lot)
    drug.visiting.ended(drug.visiting.ends_at)
    drug.at = drug.visiting.ends_at + timedelta(minutes=100)
    discharged(drug)
    return drug, drawn


def discharged(drug: Drug) -> None:
    visiting = drug.visiting
    visiting.signs(drug.at)
    for item in visiting.telling.protocol.checklists["discharge"]:
        drug.do("monitor", dosing.check_discharge, item=item.id, answer="yes")
    telling = visiting.telling
    score = {"instrument": "aldrete", "items": (2, 2, 2, 2, 2), "by": "monitor"}
    telling.do(telling.staff.monitor, record_score, drug.at, **score)
    drug.do("monitor", dosing.discharge, escort="A friend", instructions_given=True)


def closed(drug: Drug) -> None:
    drug.do("monitor", dosing.close_visit)


def test_a_visit_that_balances_is_closed_without_a_word(home: tuple[Drug, str]) -> None:
    """One vial of 500 mg: 39.1 given, 460.9 wasted before a witness."""
    drug, drawn = home
    waste = drug.wasted(drawn, "460.9")
    assert drug.sum.variance == 460_900
    with pytest.raises(NotAllowed, match=r"460\.9 mg of waste has no witness"):
        closed(drug)
    drug.witnessed(waste)
    assert drug.sum.line == "500 mg drawn − 39.1 mg given − 460.9 mg wasted − 0 mg returned = 0 mg"
    closed(drug)
    assert verify() == []


@pytest.mark.parametrize("off", ["460.899", "0"])
def test_a_microgram_keeps_a_visit_open(home: tuple[Drug, str], off: str) -> None:
    """However little is missing; nothing recorded at all is missing too."""
    drug, drawn = home
    if off != "0":
        drug.witnessed(drug.wasted(drawn, off))
    with pytest.raises(NotAllowed, match="does not add up"):
        closed(drug)
    assert drug.visiting.telling.folded().facts(VisitClosed) == []


def test_a_dose_with_nothing_drawn_keeps_a_visit_open(drug: Drug) -> None:
    """The clinic records lots, so a dose came from one, also where it is written down after it was given."""
    with pytest.raises(NotAllowed, match="Nothing is recorded as taken out"):
        give(drug.visiting, lot=drug.lot)
    give(drug.visiting, lot=drug.lot, already_given=True)
    drug.visiting.ended(drug.visiting.ends_at)
    drug.at = drug.visiting.ends_at + timedelta(minutes=100)
    discharged(drug)
    with pytest.raises(NotAllowed, match=r"0 mg drawn − 39\.1 mg given"):
        closed(drug)


def test_a_vial_put_back_unopened_balances(home: tuple[Drug, str]) -> None:
    """Two were taken out; whole ones go back, and not more than there were."""
    drug, drawn = home
    second = drug.drawn(2)
    with pytest.raises(BadInput, match="only 1000 mg"):
        drug.do("monitor", act.give_back, drawn=second, units=3)
    drug.do("monitor", act.give_back, drawn=second, units=2)
    drug.witnessed(drug.wasted(drawn, "460.9"))
    assert (drug.sum.drawn, drug.sum.returned, drug.sum.variance) == (1_500_000, 1_000_000, 0)
    with pytest.raises(BadInput, match="only 0 mg"):
        drug.wasted(second, "0.001")


def test_a_difference_has_a_reason_an_owner_and_an_incident(home: tuple[Drug, str], people: People) -> None:
    """It is closed with a name under it; the number stays; whoever answers for it says what was found."""
    drug, drawn = home
    drug.witnessed(drug.wasted(drawn, "460"))
    for fields, where in (({"reason": " "}, "reason"), ({"owner": "nobody"}, "owner")):
        sent = {"reason": "Spilt", "owner": people["manager"].user} | fields
        with pytest.raises(BadInput) as fault:
            drug.do("monitor", act.accept_variance, **sent)
        assert fault.value.where == where
    drug.do("monitor", act.accept_variance, reason="Spilt", owner=people["manager"].user)
    closed(drug)
    assert drug.sum.variance == 900
    (incident,) = incidents(people["manager"])
    assert incident.opened.what.endswith("− 460 mg wasted − 0 mg returned = 0.9 mg")
    sent = {"incident": incident.opened.incident, "outcome": "Counted again", "at": AT + timedelta(days=1)}
    with pytest.raises(BadInput, match="Manager answers for this"):
        close_incident(people["monitor"], **sent)
    close_incident(people["manager"], **sent)
    with pytest.raises(BadInput, match="not open"):
        close_incident(people["manager"], **sent)
    assert verify() == []


def test_a_difference_that_changes_is_asked_about_again(home: tuple[Drug, str], people: People) -> None:
    """Answered for is this number, not any number; nothing to answer for is refused."""
    drug, drawn = home
    drug.do("monitor", act.accept_variance, reason="Spilt", owner=people["manager"].user)
    with pytest.raises(BadInput, match="no difference"):
        drug.do("monitor", act.accept_variance, reason="Spilt", owner=people["manager"].user)
    drug.witnessed(drug.wasted(drawn, "100"))
    with pytest.raises(NotAllowed):
        closed(drug)
    assert [fact.micrograms for fact in drug.visiting.telling.folded().facts(VarianceRecorded)] == [460_900]


def test_sent_twice_a_difference_opens_one_incident(home: tuple[Drug, str], people: People) -> None:
    """The same id is the same act."""
    drug, _ = home
    id = uuid4()
    for _ in range(2):
        drug.do("monitor", act.accept_variance, reason="Spilt", owner=people["manager"].user, id=id)
    assert len(incidents(people["manager"])) == 1


def test_who_may_not_witness(drug: Drug, people: People) -> None:
    """Oneself, another clinic, too late by a second, twice, or nothing at all (T29)."""
    waste = drug.wasted(drug.drawn(), "1")
    with pytest.raises(BadInput, match="yourself"):
        drug.witnessed(waste, "monitor")
    telling = drug.visiting.telling
    stranger = Principal("x", "X", "prescriber", str(create_clinic("Hillside").id))
    for who in (stranger, people["manager"], people["auditor"]):
        with pytest.raises(NotFound):
            act.witness(who, telling.chart, at=AT, visit=drug.visiting.visit, waste=waste)
    with pytest.raises(BadInput, match="no such waste"):
        drug.witnessed(str(uuid4()))
    drug.at = AT + 5 * MINUTE + timedelta(microseconds=1)
    with pytest.raises(BadInput, match="too long ago"):
        drug.witnessed(waste)
    assert (drug.sum.wasted, drug.sum.unwitnessed, drug.sum.draws[0].left) == (0, 0, 500_000)
    drug.at = AT + 5 * MINUTE
    drug.witnessed(waste)
    with pytest.raises(BadInput, match="witnessed already"):
        drug.witnessed(waste, "therapist")


@pytest.mark.parametrize(
    ("what", "fields", "field"),
    [
        (act.draw, {"units": 0}, "units"),
        (act.draw, {"units": 1, "lot": "none"}, "lot"),
        (act.waste, {"amount": "0"}, "amount"),
        (act.waste, {"amount": "0.0001"}, "amount"),
        (act.waste, {"amount": "500.001"}, "amount"),
        (act.waste, {"amount": "1", "how": ""}, "how"),
        (act.waste, {"amount": "1", "drawn": "none"}, "drawn"),
        (act.give_back, {"units": 0}, "units"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    drug: Drug, what: Any, fields: dict[str, Any], field: str
) -> None:
    """Finer than a microgram, more than there is, from nowhere."""
    drawn = drug.drawn()
    sent: dict[str, Any] = {act.draw: {"lot": drug.lot}, act.waste: {"drawn": drawn, "how": "x"}}.get(
        what, {"drawn": drawn}
    )
    sent |= fields | ({"amount": mg(fields["amount"])} if "amount" in fields else {})
    with pytest.raises(BadInput) as fault:
        drug.do("monitor", what, **sent)
    assert fault.value.where == field


@dataclass
class Count:
    """The same sums kept by hand, in micrograms: an independent book."""

    left: dict[str, int] = field(default_factory=dict)
    drawn: int = 0
    wasted: int = 0
    returned: int = 0
    waiting: dict[str, tuple[str, int]] = field(default_factory=dict)


def step(drug: Drug, book: Count, chance: random.Random) -> None:
    """One random act, and the same in the book; what the book cannot do must be refused."""
    kinds = ["draw"] + (["waste", "back"] if book.left else []) + (["witness"] if book.waiting else [])
    kind = chance.choice(kinds)
    if kind == "draw":
        units = chance.randint(1, 3)
        book.left[drug.drawn(units)] = units * 500_000
        book.drawn += units * 500_000
    elif kind == "witness":
        waste = chance.choice(list(book.waiting))
        drug.witnessed(waste)
        book.wasted += book.waiting.pop(waste)[1]
    elif kind == "waste":
        drawn, count = chance.choice(list(book.left)), chance.randint(1, 700_000)
        try:
            waste = drug.wasted(drawn, str(Decimal(count) / 1000))
        except BadInput:
            assert count > book.left[drawn]
        else:
            book.left[drawn] -= count
            book.waiting[waste] = (drawn, count)
    else:
        drawn, units = chance.choice(list(book.left)), chance.randint(1, 2)
        try:
            drug.do("monitor", act.give_back, drawn=drawn, units=units)
        except BadInput:
            assert units * 500_000 > book.left[drawn]
        else:
            book.left[drawn] -= units * 500_000
            book.returned += units * 500_000


@pytest.mark.parametrize("steps", [30, pytest.param(2_000, marks=pytest.mark.long)])
def test_random_acts_keep_the_sum_exact(drug: Drug, steps: int) -> None:
    """After each: drawn = given + wasted + returned + difference, to the microgram, as the book has it."""
    book, chance = Count(), random.Random(20260514)
    for _ in range(steps):
        step(drug, book, chance)
        sum_ = drug.sum
        assert (sum_.drawn, sum_.wasted, sum_.returned) == (book.drawn, book.wasted, book.returned)
        assert sum_.unwitnessed == sum(count for _, count in book.waiting.values())
        assert sum_.variance == book.drawn - sum_.given - book.wasted - book.returned
        assert {one.id: one.left for one in sum_.draws} == book.left
