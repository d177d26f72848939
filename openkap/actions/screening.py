"""Screening: what a person said, measured or scored, and the clinician's decision about suitability."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.timezone import localtime

from openkap.actions.door import Act, action
from openkap.actions.fields import YES_NO, needed, one_of, plausible
from openkap.actions.incoming import import_record
from openkap.clinical.entries import Entry
from openkap.clinical.entries.screening import (
    HistoryAnswered,
    MatchJudged,
    Measurement,
    Result,
    Score,
    ScreeningDecided,
)
from openkap.clinical.refusal import BadInput
from openkap.clinical.scoring import checked, total_alone
from openkap.clinical.scoring import total as scored_total
from openkap.clinical.screening import STAGE
from openkap.clinical.tasks import news, safety_tasks_for
from openkap.clinical.worded import Words, matched
from openkap.records.ledger import uuid7

__all__ = ["import_record"]

ANSWERS = ("yes", "no", "unknown")
DEFERRED = "deferred"
DECISIONS = ("suitable", "not-suitable", DEFERRED)
RESULTS = ("positive", "negative", "indeterminate")
SAID_BY = ("patient", "prescriber", "therapist", "monitor", "record")


@action("screening.answer")
def answer_history(act: Act, *, question: str, answer: str, said_by: str = "patient", note: str = "") -> None:
    """A question the record could not answer, put to a person. `question`: id of the rule that asked."""
    one_of(question, (rule.id for rule in act.protocol.rules), "question")
    one_of(answer, ANSWERS, "answer")
    one_of(said_by, SAID_BY, "said_by")
    act.write(HistoryAnswered(question=question, answer=answer, said_by=said_by, note=note))


@action("screening.answer")
def measure(act: Act, *, what: str, value: Decimal, unit: str, source: str = "") -> None:
    """One number in the unit the protocol measures it in, or one it can convert from exactly."""
    act.write(_measurement(act, what, value, unit, source))


@action("screening.answer")
def measure_blood_pressure(act: Act, *, systolic: Decimal, diastolic: Decimal, source: str = "") -> None:
    """Blood pressure in mm[Hg]: two measurements at one instant."""
    if diastolic >= systolic:
        raise BadInput("diastolic", "it is not below the systolic pressure", "Check which is which")
    act.write(_measurement(act, "systolic", systolic, "mm[Hg]", source))
    act.write(_measurement(act, "diastolic", diastolic, "mm[Hg]", source))


def _measurement(act: Act, what: str, value: Decimal, unit: str, source: str) -> Measurement:
    kind = act.protocol.measurements[one_of(what, act.protocol.measurements, "what")]
    factors = {kind.unit: Decimal(1), **dict(kind.other_units)}
    one_of(unit, factors, "unit")
    kept = value * factors[unit]
    plausible(kept, kind, what)
    return Measurement(what=what, value=kept, unit=kind.unit, source=source)


@action("screening.answer")
def record_result(act: Act, *, what: str, value: str) -> None:
    """A finding that is a word: a pregnancy test, a urine drug screen."""
    one_of(what, act.protocol.results, "what")
    act.write(Result(what=what, value=one_of(value, RESULTS, "value")))


@action("score.record")
def record_score(
    act: Act,
    *,
    instrument: str,
    items: tuple[int | None, ...] = (),
    total: int | None = None,
    by: str = "patient",
    sitting: str = "",
) -> None:
    """A completed instrument: its answers, added up here; or a total alone where its items are not ours.

    An answer that worries opens a task at once. `sitting`: the id its answers were saved under while it was
    filled in, so that they open one task and not two.
    """
    scale = act.protocol.instruments[one_of(instrument, act.protocol.instruments, "instrument")]
    items = checked(scale, items) if items or total is None else ()
    added = scored_total(scale, items) if items else total_alone(scale, total)
    if total is not None and total != added:
        raise BadInput("total", f"the answers add up to {added}, not {total}", "Check the answers")
    score = Score(instrument=instrument, total=added, items=items, by=needed(by, "by"))
    score_id = act.terms.id or uuid7(act.at)
    act.write(score, id=score_id)
    opened = safety_tasks_for(score, act.protocol, score_id=_sitting(sitting) if sitting else str(score_id))
    for task in news(opened, act.chart, act.protocol):
        act.write(task)


@action("score.record")
def raise_worry(act: Act, *, instrument: str, items: tuple[int | None, ...], sitting: str) -> None:
    """An instrument is half answered, and an answer worries: its task is opened now, not at the end.

    `sitting`: the id these answers will be recorded under. Raised once more with nothing worse: BadInput.
    """
    one_of(instrument, act.protocol.instruments, "instrument")
    so_far = Score(instrument=instrument, total=0, items=items)
    opened = safety_tasks_for(so_far, act.protocol, score_id=_sitting(sitting))
    for task in news(opened, act.chart, act.protocol):
        act.write(task)
    if not act.drafts:
        raise BadInput("items", "nothing in these answers is new", "Go on with the questions")


def _sitting(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise BadInput("sitting", "this is not the id of a form", "Open the form again") from None


@action("screening.decide")
def judge_match(act: Act, *, of: str, value_set: str, text: str, so: str, reason: str = "") -> None:
    """A clinician confirms or denies what a rule took from words alone. The words on file stay.

    A judgement can be changed, with a reason; the first one stays in the ledger.
    """
    one_of(so, YES_NO, "so")
    rules = (rule for rule in act.protocol.rules if rule.stage == STAGE)
    known: dict[Words, Entry | None] = {}
    for rule in rules:
        known |= matched(rule, act.chart, act.protocol, act.at)
    words = Words(of, value_set, text)
    if words not in known:
        raise BadInput("text", "no finding rests on these words alone", "Read the findings again")
    before = known[words]
    if before is not None and before.fact.so == so:
        raise BadInput("so", "this was said already", "Read the findings again")
    if before is not None or so == "no":
        needed(reason, "reason", "Write why it is not so" if so == "no" else "Write what has changed")
    act.write(MatchJudged(of=of, value_set=value_set, text=text, so=so, reason=reason))


@action("screening.decide")
def decide(
    act: Act, *, decision: str, reason: str, accepted: tuple[str, ...] = (), until: date | None = None
) -> None:
    """A clinician decides about suitability, signing every finding by its id. "suitable" passes the gate.

    `until`: when a deferred decision is looked at again.
    """
    one_of(decision, DECISIONS, "decision")
    needed(reason, "reason", "Write why you decide so")
    _no_stranger(act, accepted)
    if until is not None and (decision != DEFERRED or until <= localtime(act.at).date()):
        raise BadInput(
            "until",
            "only what is put off is looked at again, and on a day after today",
            "Choose another day, or leave it out",
        )
    if decision == "suitable":
        _all_accepted(act, accepted)
        act.pass_gate("decide-screening")
    screening = act.case.screening
    act.write(
        ScreeningDecided(
            decision=decision,
            reason=reason,
            accepted=accepted,
            unknown=tuple(unknown.rule.id for unknown in screening.unknown),
            worst=screening.worst,
            decided_at=act.at,
            protocol=act.protocol.hash,
            protocol_version=act.protocol.version,
            until=until,
        )
    )


def _no_stranger(act: Act, accepted: tuple[str, ...]) -> None:
    strange = sorted(set(accepted) - {finding.rule.id for finding in act.case.screening.findings})
    if strange:
        named = strange[0][:60]
        raise BadInput("accepted", f"{named!r} is not a finding of this chart", "Read the findings again")


def _all_accepted(act: Act, accepted: tuple[str, ...]) -> None:
    findings = [finding.rule for finding in act.case.screening.findings]
    left = [rule.says for rule in findings if rule.id not in accepted]
    if left:
        raise BadInput(
            "accepted", f"not accepted yet: {'; '.join(left)}", "Accept each finding or decide otherwise"
        )
