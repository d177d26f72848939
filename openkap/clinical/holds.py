"""Food, drink and medicines before a dose: what this person does, from when, and whether they said so."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.answers import Visit
from openkap.clinical.case import Bar, Bars, Case
from openkap.clinical.entries import Entry
from openkap.clinical.entries.readiness import HoldsConfirmed
from openkap.clinical.history import taken_now
from openkap.clinical.prepared_for import Hold

_AHEAD = ("booked", "arrived", "checked")
_SHOWN_BEFORE = "holds-shown-before"


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One thing to do, in the patient's words. `since` is the moment it begins, where there is one."""

    hold: Hold
    says: str
    since: datetime | None
    by_words: bool  # the medicine was matched by its words alone


def upcoming(case: Case) -> Visit | None:
    """The next visit a dose is to be given at."""
    ahead = [visit for visit in case.visits if visit.phase in _AHEAD]
    return min(ahead, key=lambda visit: visit.starts_at, default=None)


def lines(case: Case) -> tuple[HoldLine, ...]:
    """What this person does before the next dose: what is for everybody, and each of their own medicines."""
    visit = upcoming(case)
    return tuple(line for hold in case.protocol.holds for line in _of(hold, visit, case))


def _of(hold: Hold, visit: Visit | None, case: Case) -> list[HoldLine]:
    since = visit.starts_at - hold.before if visit and hold.before else None
    if not hold.medicines:
        return [HoldLine(hold, hold.says, since, by_words=False)]
    hits = [hit for name in hold.medicines for hit in taken_now(name, case.chart, case.protocol, case.at)]
    named = {hit.entry.fact.text or hit.means: hit.by_words for hit in hits}
    return [
        HoldLine(hold, hold.says.replace("{medicine}", medicine), since, by_words)
        for medicine, by_words in named.items()
    ]


def asked_from(case: Case) -> datetime | None:
    """When the patient is first asked to confirm; None while nothing is booked."""
    visit = upcoming(case)
    return visit.starts_at - case.protocol.span(_SHOWN_BEFORE) if visit else None


def confirmation(case: Case) -> Entry | None:
    """The patient's word for the next visit, whether or not something was added since."""
    visit = upcoming(case)
    return case.latest(HoldsConfirmed, visit=visit.id) if visit else None


def confirmed(case: Case) -> Bars:
    """The patient said that they have read what to do before the next dose, and will do it."""
    if upcoming(case) is None:
        return ()
    said = confirmation(case)
    if said is None:
        return (Bar("The patient has not confirmed food, drink and medicines for this dose"),)
    added = [line.says for line in lines(case) if line.says not in said.fact.lines]
    return (Bar(f"New since the patient confirmed: {'; '.join(added)}"),) if added else ()
