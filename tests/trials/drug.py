"""What a clumsy nurse does with the vials of a visit: takes out, puts back, throws away, answers for."""

from decimal import Decimal
from typing import TYPE_CHECKING

from openkap.actions import balance
from openkap.clinical import balance as sums
from openkap.clinical.entries.balance import DrugWasted, WasteWitnessed
from openkap.clinical.micrograms import milligrams

if TYPE_CHECKING:
    from tests.trials.day import Day

FORGOTTEN = 0.05
"""How often a dose is drawn up and nobody writes which vial was taken out."""
UNWITNESSED = 0.3
"""How often the nurse goes on to something else while the waste still waits for its witness."""


def lot(day: "Day") -> str:
    """The lot that expires first."""
    return day.telling.protocol.formulary.for_route("iv", day.at.date())[0].id


def sum_of(day: "Day") -> sums.Balance:
    return sums.balance(day.telling.folded(), day.now(), day.telling.protocol, day.at)


def take_out(day: "Day") -> None:
    day.do(balance.draw, lot=lot(day), units=day.chance.choice((1, 1, 1, 2)))


def account(day: "Day") -> bool:
    """One thing towards a sum that adds up; False when nothing is to be done."""
    found = sum_of(day)
    if not sums.off(found, day.telling.protocol):
        return False
    if found.unwitnessed and day.chance.random() > UNWITNESSED:
        witness(day)
    elif not any(one.left for one in found.draws) or found.variance < 0 or day.chance.random() < FORGOTTEN:
        answer_for(day)
    else:
        put_away(day, found)
    return True


def put_away(day: "Day", found: sums.Balance) -> None:
    """A vial nobody opened goes back; of what is left, mostly the right amount is thrown away."""
    one = next(one for one in found.draws if one.left)
    if found.variance >= one.each:
        return day.do(balance.give_back, drawn=one.id, units=1)
    slip = day.chance.choice((0, 0, 0, 0, 0, 0, -1, 1, 2500))
    return throw_away(day, one.id, found.variance - found.unwitnessed + slip)


def throw_away(day: "Day", drawn: str, count: int) -> None:
    day.do(balance.waste, drawn=drawn, amount=milligrams(count), how="Into the gel")


def witness(day: "Day") -> None:
    """Sometimes by whoever threw it away, sometimes long after."""
    chart = day.telling.folded()
    seen = {fact.waste for fact in chart.facts(WasteWitnessed)}
    open_ = [e for e in chart.all(DrugWasted) if e.fact.visit == day.visit and str(e.id) not in seen]
    if not open_:
        return
    who = day.telling.staff.monitor if day.chance.random() < 0.1 else day.telling.staff.prescriber
    day.do(balance.witness, who, waste=str(day.chance.choice(open_).id))


def answer_for(day: "Day") -> None:
    """The difference has a reason and an owner. Refused when there is none."""
    owner = day.telling.staff.prescriber.user
    day.do(balance.accept_variance, reason="A vial broke on the floor", owner=owner)


def give_up(day: "Day") -> None:
    """Now and then nobody counts again before they answer for a difference."""
    if day.chance.random() < 0.1:
        answer_for(day)


def spill(day: "Day") -> None:
    """Something is thrown away in the middle of the visit."""
    if (found := sum_of(day)).draws and day.chance.random() < 0.3:
        amount = day.chance.choice((Decimal("0.125"), Decimal(5), Decimal(9000)))
        throw_away(day, found.draws[-1].id, int(amount * 1000))
