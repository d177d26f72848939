"""What stands in the way on the day: the visit itself, a dose in progress, going home too early."""

from openkap.clinical import dosing
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.doses import Dose
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words


def visit(case: Case) -> Bars:
    """A dose belongs to a visit that is still open."""
    this = case.this_visit
    if this is None:
        return (Bar("No visit is open for this dose"),)
    if this.phase in ("discharged", "closed", "stopped"):
        return (Bar(f"This visit is already {this.phase}"),)
    return ()


def another_dose(case: Case) -> Bars:
    """Two visits of one patient never have the drug on board at once."""
    others = [v for v in case.visits if v.id != case.visit and v.phase in dosing.UNDER_THE_DRUG]
    return tuple(
        Bar(
            f"Another visit of this patient is in {other.phase}: "
            f"a dose was given {in_words(case.at - other.dose_at)} ago",
            (Measured("dose", f"visit {other.number}", other.dose_at.isoformat()),),
        )
        for other in others
        if other.dose_at is not None
    )


def dose_end(case: Case) -> Bars:
    """A dose that has begun has an end, and somebody wrote it down."""
    this = case.this_visit
    running = [dose for dose in this.doses if dose.open] if this else []
    found = []
    for dose in running:
        what = _waits_for_end(dose)
        since = in_words(case.at - dose.began_at)
        began = Measured(f"{what} began", f"{since} ago", dose.began_at.isoformat())
        found.append(Bar(f"The {what} began {since} ago and its end is not recorded", (began,)))
    return tuple(found)


def _waits_for_end(dose: Dose) -> str:
    if dose.minutes:
        return "infusion"
    return "spray" if dose.device else "holding of the lozenge"


def too_early(case: Case) -> Bars:
    """The route's time from the last of the drug has to pass."""
    this = case.this_visit
    home_from = dosing.home_from(this, case.protocol) if this else None
    if this is None or home_from is None or case.at >= home_from:
        return ()
    asked = case.protocol.routes[this.route].earliest_discharge
    since = in_words(asked - (home_from - case.at))
    mark = "the end of the infusion" if this.minutes > 0 else "the dose"
    return (
        Bar(
            f"Only {since} have passed since {mark}; this route asks for {in_words(asked)}",
            (Measured(f"time since {mark}", since),),
        ),
    )
