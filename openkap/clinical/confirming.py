"""Whether a second person stands by the sum of the next dose: by that very sum, and by no other."""

from dataclasses import dataclass

from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.drug import DoseConfirmed, DosePrepared, SumNotAgreed
from openkap.clinical.entries.words import Measured
from openkap.clinical.ordered import Worked, order, worked_out


@dataclass(frozen=True, slots=True)
class Prepared:
    """A calculation that was written down, as it stands now. `void`: what changed since, "" for nothing."""

    entry: Entry
    void: str
    confirmed: Entry | None = None


def prepared(case: Case) -> Prepared | None:
    """What was last worked out for the next dose of this visit; None when nothing was."""
    wanted, entry = order(case), case.latest(DosePrepared, visit=case.visit)
    if wanted is None or entry is None or entry.fact.number != wanted.number:
        return None
    now = worked_out(case, entry.fact.concentration, entry.fact.lot)
    if now is None or now.calculation != entry.fact.calculation:
        return Prepared(entry, _changed(entry.fact, now))
    if any(other.seq > entry.seq for other in case.all(SumNotAgreed, visit=case.visit)):
        return Prepared(entry, "a second person came to other milligrams")
    typed = case.latest(DoseConfirmed, visit=case.visit, calculation=entry.fact.calculation)
    stands = typed is not None and typed.author != entry.author and typed.fact.amount == entry.fact.amount
    return Prepared(entry, "", typed if stands else None)


def _changed(then: DosePrepared, now: Worked | None) -> str:
    if now is None:
        return "plan or weight is missing now"
    if str(now.order.plan.id) != then.plan:
        return "the plan is another one now"
    if (str(now.weighed.id) if now.weighed else None) != then.weighed:
        return f"the patient was weighed again, {now.weight} where it was {then.weight}"
    return f"the sum is now {now.line}"


def confirmed(case: Case) -> Bars:
    """A second person typed the milligrams of the very sum that stands. Silent while there is no sum."""
    if case.this_visit is None or worked_out(case, None) is None:
        return ()
    done = prepared(case)
    if done is None:
        return (
            Bar("The dose has not been worked out with the vial in hand, so nobody has confirmed the sum"),
        )
    told = Measured("sum", done.entry.fact.arithmetic, done.entry.effective_at.isoformat())
    if done.void:
        return (Bar(f"The sum no longer holds, {done.void}: work the dose out again", (told,)),)
    if done.confirmed is None:
        return (Bar("No second person has confirmed the sum", (told,)),)
    return ()
