"""The part of a rule that asks about a life: conditions, medicines, allergies, and what a person answered.

Absence from a record is not absence in a life: with nothing on file a rule cannot tell until asked.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry, kind_of
from openkap.clinical.entries.screening import HistoryAnswered, Medicine, Problem
from openkap.clinical.entries.words import Measured
from openkap.clinical.matching import Hit, belongings
from openkap.clinical.moments import in_words, parse_span
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import (
    AllergyTo,
    Asked,
    CannotTell,
    ConditionOn,
    MedicineOn,
    Met,
    NotMet,
    Outcome,
    Rule,
)
from openkap.clinical.sought import shelf
from openkap.clinical.worded import KINDS, judgement

_NOTHING = "nothing on file about "
_FROM = " from the last "
ON_FILE_FOR = "on file for "
"""Begins the remark on a medicine that grows by itself."""
_YEAR = parse_span("1 y", "history")
_SYSTEMS = {"snomed": "SNOMED CT", "icd10cm": "ICD-10-CM", "rxnorm": "RxNorm"}


def judge(
    when: ConditionOn | MedicineOn | AllergyTo | Asked,
    rule: Rule,
    chart: Chart,
    protocol: Protocol,
    at: datetime,
) -> Outcome:
    """Met by the record or by an answer; NotMet by an answer alone; else CannotTell."""
    if isinstance(when, Asked):
        return _where_asked(rule, chart, at, needs=f"an answer to: {rule.ask}")
    kind = KINDS[type(when)]
    found = [h for h in belongings(chart, protocol).of(kind, when.value_set) if _seen(h.entry, at)]
    on_file, denied = _judged(found, when.value_set, chart, at)
    hits = [hit for hit in on_file if not _past(hit, when, at)]
    believed = [hit for hit in hits if not _stale(hit, when, at)]
    if believed:
        return _met(believed, at)
    title = protocol.value_sets[when.value_set].title
    if hits:
        return _by_answer(rule, chart, at, needs=_outdated(title, hits[-1].entry, at))
    if on_file:
        return _where_asked(rule, chart, at, needs=f"what is true today: {title} is on file as over")
    return _where_asked(rule, chart, at, needs=_nothing(title, kind, chart, at) + _denied(denied))


def taken_now(value_set: str, chart: Chart, protocol: Protocol, at: datetime) -> list[Hit]:
    """Medicines of a value set that are taken at `at`, in ledger order; what a clinician denied is not."""
    found = [h for h in belongings(chart, protocol).of(Medicine, value_set) if _seen(h.entry, at)]
    on_file, _ = _judged(found, value_set, chart, at)
    return [hit for hit in on_file if not _past(hit, MedicineOn(value_set), at)]


def answered(rule: Rule, chart: Chart, at: datetime) -> Met | NotMet | None:
    """What somebody answered to the rule's own question; None: nobody did, or nobody knew."""
    entry = _answer(rule.id, rule, chart, at)
    if entry is None or entry.fact.answer not in ("yes", "no"):
        return None
    fact = entry.fact
    said = Measured("answer", f"{fact.answer}, said by the {fact.said_by}", entry.effective_at.isoformat())
    return Met((said,)) if fact.answer == "yes" else NotMet((said,))


def joined(open_: list[CannotTell]) -> str:
    """Several needs as one phrase. What is needed fresh and less fresh is said once, as it came first."""
    needs: dict[str, str] = {}
    for outcome in open_:
        needs.setdefault(outcome.needs.partition(_FROM)[0], outcome.needs)
    absent = [need.removeprefix(_NOTHING) for need in needs.values() if need.startswith(_NOTHING)]
    others = [need for need in needs.values() if not need.startswith(_NOTHING)]
    return "; ".join(([_NOTHING + " or ".join(absent)] if absent else []) + others)


def whole_years(span: timedelta) -> int:
    """A span written in years, back as the number of years."""
    return round(span / _YEAR)


def _seen(entry: Entry, at: datetime) -> bool:
    return entry.effective_at <= at and getattr(entry.fact, "verification", "") != "refuted"


def _judged(hits: list[Hit], value_set: str, chart: Chart, at: datetime) -> tuple[list[Hit], list[Entry]]:
    """The matches that still speak, confirmed ones as certain; and the judgements that deny a match."""
    kept, denied = [], []
    for hit in hits:
        said = judgement(hit, value_set, chart, at)
        if said is None:
            kept.append(hit)
        elif said.fact.so == "yes":
            kept.append(replace(hit, by_words=False))
        else:
            denied.append(said)
    return kept, denied


def _denied(denied: list[Entry]) -> str:
    """ " (“hx of mania in mother” is not that: said on 2026-05-03, her mother)" """
    told = dict.fromkeys(
        f"“{e.fact.text}” is not that, a clinician said on {e.effective_at:%Y-%m-%d}: {e.fact.reason}"
        for e in denied
    )
    return f" ({'; '.join(told)})" if told else ""


def _past(hit: Hit, when: ConditionOn | MedicineOn | AllergyTo, at: datetime) -> bool:
    fact = hit.entry.fact
    if isinstance(when, ConditionOn):
        return not when.ever and _over(fact.status, "resolved", fact.ended_on, at)
    if isinstance(when, MedicineOn):
        return _over(fact.status, "stopped", fact.ended_on, at)
    return bool(fact.status != "active")


def _over(status: str, word: str, ended_on: date | None, at: datetime) -> bool:
    """Over by `at`. An end in the future of `at` has not happened yet, whatever the status says today."""
    return ended_on <= at.date() if ended_on is not None else status == word


def _stale(hit: Hit, when: ConditionOn | MedicineOn | AllergyTo, at: datetime) -> bool:
    if not isinstance(when, ConditionOn) or when.stale_after is None:
        return False
    return at - _since(hit.entry) > when.stale_after


def _met(hits: list[Hit], at: datetime) -> Met:
    firm = [hit for hit in hits if not hit.by_words]
    shown = {_shown(hit, at): None for hit in sorted(firm or hits, key=lambda h: h.entry.effective_at)}
    memory = bool(firm) and all(hit.unverified for hit in firm)
    return Met(tuple(shown), by_words=not firm, unverified=memory)


def _shown(hit: Hit, at: datetime) -> Measured:
    text = hit.entry.fact.text
    coded = f"{_SYSTEMS.get(hit.code.system, hit.code.system)} {hit.code.code}" if hit.code else ""
    if hit.code and text in ("", coded):
        text = hit.code.display or hit.means
    name = f"{text} ({coded})" if text and coded else text or coded
    word = kind_of(hit.entry.fact)
    return Measured(word, ", ".join((name, *_remarks(hit.entry, at))), _since(hit.entry).isoformat())


def _remarks(entry: Entry, at: datetime) -> list[str]:
    fact = entry.fact
    said = []
    ended: date | None = getattr(fact, "ended_on", None)
    if ended is not None and ended <= at.date():
        said.append(f"ended {ended}")
    elif fact.status in ("resolved", "unknown"):
        said.append("resolved" if fact.status == "resolved" else "status unknown")
    if isinstance(fact, Problem) and fact.verification == "unconfirmed" and not fact.said_by:
        said.append("unconfirmed")
    if isinstance(fact, Medicine) and not said:
        said.append(f"{ON_FILE_FOR}{in_words(at - _since(entry))}")
    if fact.said_by:
        said.append(f"said by the {fact.said_by}, confirmed by nobody yet")
    return said


def _since(entry: Entry) -> datetime:
    """When it began: the date on the fact where that is earlier, else the moment of the entry."""
    began: Any = getattr(entry.fact, "onset_on", None) or getattr(entry.fact, "since", None)
    if began is None or began >= entry.effective_at.date():
        return entry.effective_at
    return datetime(began.year, began.month, began.day, tzinfo=entry.effective_at.tzinfo)


def _outdated(title: str, entry: Entry, at: datetime) -> str:
    return f"what is true today: {title} is marked active since {in_words(at - _since(entry))} ago"


def _nothing(title: str, kind: type, chart: Chart, at: datetime) -> str:
    listed = sum(1 for entry in chart.all(Medicine) if entry.effective_at <= at) if kind is Medicine else 0
    among = "the one medicine" if listed == 1 else f"the {listed} medicines"
    return f"{_NOTHING}{title}" + (f" (not among {among} on file)" if listed else "")


def _where_asked(rule: Rule, chart: Chart, at: datetime, *, needs: str) -> Outcome:
    """The answer; where nobody has given one, people of another sex than the rule asks are not asked."""
    if (
        rule.asked_of_sex
        and chart.person.sex not in rule.asked_of_sex
        and not _answer(rule.id, rule, chart, at)
    ):
        return NotMet((Measured("sex on file", chart.person.sex),))
    return _by_answer(rule, chart, at, needs=needs)


def _by_answer(rule: Rule, chart: Chart, at: datetime, *, needs: str) -> Outcome:
    entry = _answer(rule.id, rule, chart, at)
    if entry is None:
        return _closed(rule, chart, at) or CannotTell(needs)
    unknown = CannotTell(f"{needs}; asked on {entry.effective_at:%Y-%m-%d} and not known")
    return answered(rule, chart, at) or unknown


def _closed(rule: Rule, chart: Chart, at: datetime) -> NotMet | None:
    """Somebody said that the whole list is complete, so what is not on it is not there."""
    entry = _answer(rule.closed_by, rule, chart, at) if rule.closed_by else None
    if entry is None or entry.fact.answer != "yes":
        return None
    said = f"the list is complete, said by the {entry.fact.said_by}"
    return NotMet((Measured("answer", said, entry.effective_at.isoformat()),))


def _answer(question: str, rule: Rule, chart: Chart, at: datetime) -> Entry | None:
    """The answer that stands: the newest, except that a patient's later "no" does not take back a "yes"."""
    answers = [e for e in shelf(chart, HistoryAnswered, (("question", question),)) if _holds(e, rule, at)]
    standing: Entry | None = None
    for entry in answers:
        taken_back = standing is not None and standing.fact.answer == "yes" and entry.fact.answer != "yes"
        if not (taken_back and entry.fact.said_by == "patient"):
            standing = entry
    return standing


def _holds(entry: Entry, rule: Rule, at: datetime) -> bool:
    age = at - entry.effective_at
    return timedelta(0) <= age and (rule.answer_holds is None or age <= rule.answer_holds)
