"""What must hold after any visit, read from the ledger alone."""

from collections.abc import Iterator
from decimal import Decimal

from openkap.clinical.chart import Chart, fold
from openkap.clinical.dosing import MOVES
from openkap.clinical.entries.dosing import Discharged, DoseEnded, DoseGiven, VisitClosed
from openkap.clinical.gates import verdict
from openkap.clinical.protocol import Protocol
from openkap.clinical.status import assess
from openkap.records.verify import verify
from tests.trials.accounted import unaccounted
from tests.trials.answered import left_alone
from tests.trials.day import Day

GATED = {DoseGiven: "start-dose", Discharged: "discharge", VisitClosed: "close-visit"}


def broken(day: Day) -> list[str]:
    """Every invariant that does not hold, as a sentence; the seed of the day tells how to see it again."""
    chart, protocol = day.telling.folded(), day.telling.protocol
    found = [
        *outside_a_gate(chart, protocol),
        *phases_out_of_order(day.phases),
        *not_stored_once(day, chart),
        *wrong_sum(day, chart, protocol),
        *nobody_reminded(day, chart, protocol),
        *left_alone(chart, protocol, day.at),
        *unaccounted(chart, protocol, day.telling.staff.director),
        *(str(fault) for fault in verify()),
    ]
    return [f"seed {day.seed}: {one}" for one in found]


def outside_a_gate(chart: Chart, protocol: Protocol) -> Iterator[str]:
    """Every gated act, judged again by the chart as it was the moment before."""
    for number, entry in enumerate(chart.entries):
        gate = GATED.get(type(entry.fact))
        if gate is None:
            continue
        before = fold(chart.subject, chart.entries[:number])
        then = verdict(gate, before, protocol, entry.effective_at, entry.fact.visit)
        said = getattr(entry.fact, "outside_gate", ())
        if not then.allowed and not said:
            yield f"entry {entry.seq} went through a closed gate: {[reason.says for reason in then.because]}"


def phases_out_of_order(phases: list[str]) -> Iterator[str]:
    """From each phase only to one that may follow it, or on past some that took no time."""
    for before, after in zip(phases, phases[1:], strict=False):
        if before != after and after not in _reachable(before):
            yield f"{before} became {after}"


def _reachable(phase: str) -> set[str]:
    found, waiting = set(), [phase]
    while waiting:
        for following in MOVES[waiting.pop()]:
            if following not in found:
                found.add(following)
                waiting.append(following)
    return found


def not_stored_once(day: Day, chart: Chart) -> Iterator[str]:
    ids = [entry.id for entry in chart.entries]
    if len(ids) != len(set(ids)):
        yield "an id stands twice"
    gone = {entry.id for entry in day.stored} - set(ids)
    if gone:
        yield f"acknowledged and not there: {sorted(map(str, gone))}"


def wrong_sum(day: Day, chart: Chart, protocol: Protocol) -> Iterator[str]:
    """What the visit says went in, beside the doses and what their ends said."""
    doses = [entry for entry in day.stored if isinstance(entry.fact, DoseGiven)]
    ends = [entry for entry in day.stored if isinstance(entry.fact, DoseEnded)]
    amounts = [entry.fact.amount.value for entry in doses]
    if ends and doses:
        amounts[-1] = ends[-1].fact.given.value
    visit = next(v for v in assess(chart, protocol, day.at).visits if v.id == day.visit)
    if (visit.given_mg or Decimal(0)) != sum(amounts, Decimal(0)):
        yield f"{visit.given_mg} mg stand where {amounts} went in"


def nobody_reminded(day: Day, chart: Chart, protocol: Protocol) -> Iterator[str]:
    """A person with the drug on board is never without a next look; one who had it is never forgotten."""
    status = assess(chart, protocol, day.at)
    visit = next(v for v in status.visits if v.id == day.visit)
    if visit.phase in ("dosing", "peak watch", "recovery"):
        if not any(due.visit == day.visit and due.what == "vital signs" for due in status.due):
            yield f"no look is due in {visit.phase}"
    elif visit.phase == "closed" and visit.dose_at and not status.due and not status.tasks:
        yield "nothing is owed after a dose"
