"""What is gathered beside the record, in one line a kind, for the screening page."""

from openkap.clinical.case import Case, times
from openkap.clinical.entries import history as h
from openkap.clinical.labs import labs
from openkap.clinical.rules import Fewer
from openkap.web import history_words as said
from openkap.web import words


def lines(case: Case) -> list[tuple[str, str, str]]:
    """(place on the history page, what, what is known in one phrase)."""
    return [
        ("trials", "Treatments tried", _trials(case)),
        ("letters", "Letters", _letters(case)),
        ("labs", "Tests and measurements", _labs(case)),
        ("stop-bang", "STOP-BANG", _newest(case, h.StopBang, lambda fact: said.score(fact, case.protocol))),
        ("asa", "ASA class", _newest(case, h.AsaClass, lambda fact: said.ASA[fact.asa])),
        ("substances", "Substances", _substances(case)),
        ("queries", "Monitoring programme", _query(case)),
    ]


def _trials(case: Case) -> str:
    """How many, and how many of them count for treatment resistance by the protocol's own rule."""
    trials = case.all(h.TreatmentTrial)
    if not trials:
        return "none written down"
    counting = next((r.when for r in case.protocol.rules if isinstance(r.when, Fewer)), None)
    wanted = dict(counting.where) if counting else {}
    failed = [e for e in trials if all(getattr(e.fact, field) in given for field, given in wanted.items())]
    adequate = times(len(failed), "failed adequate antidepressant trial")
    return f"{len(trials)} written down, {adequate} in this episode"


def _letters(case: Case) -> str:
    letters = case.all(h.ClearanceLetter)
    today = words.local(case.at).date()
    old = sum(bool(e.fact.valid_until and e.fact.valid_until < today) for e in letters)
    if not letters:
        return "none"
    named = ", ".join(dict.fromkeys(entry.fact.specialty for entry in letters))
    return f"{len(letters)}, from {named}" + (f"; {old} out of date" if old else "")


def _labs(case: Case) -> str:
    known = labs(case.chart, case.protocol, case.at)
    old, missing = sum(one.out_of_date for one in known), sum(one.at is None for one in known)
    return f"{len(known) - old - missing} in date, {old} out of date, {missing} not on file"


def _substances(case: Case) -> str:
    named = dict.fromkeys(entry.fact.substance for entry in case.all(h.SubstanceUse))
    return ", ".join(named) or "none written down"


def _query(case: Case) -> str:
    entry = case.latest(h.PdmpQueried)
    if entry is None:
        return "not asked yet"
    return f"asked {words.day(entry.effective_at)}: {said.SHOWED.get(entry.fact.showed, '')}"


def _newest(case: Case, kind: type, say: object) -> str:
    entry = case.latest(kind)
    return f"{say(entry.fact)}, {words.day(entry.effective_at)}" if entry and callable(say) else "not yet"
