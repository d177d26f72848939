"""Answers, measurements, scores, and the decision about suitability."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import screening
from openkap.actions.door import NotAllowed
from openkap.clinical.entries.office import Allowed, Refused, TaskOpened
from openkap.clinical.entries.screening import HistoryAnswered, Measurement, Problem, Score, ScreeningDecided
from openkap.clinical.refusal import BadInput
from openkap.clinical.screening import screen
from openkap.clinical.tasks import open_tasks
from openkap.demo.stories import HYPERTENSION, PSYCHOSIS
from openkap.demo.telling import Telling
from openkap.records.ledger import Draft, append
from tests.clinical.charts import adopted
from tests.conftest import AT

CALM, MARKED = (1,) * 8 + (0,), (1,) * 8 + (1,)


@pytest.mark.parametrize(("items", "tasks"), [(CALM, 0), (MARKED, 1), ((0,) * 8 + (3,), 1)])
def test_item_nine_opens_a_task_at_once(record: Telling, items: tuple[int, ...], tasks: int) -> None:
    """Zero opens none; one or more opens one, in the same append as the score."""
    entry = screening.record_score(
        record.staff.therapist, record.chart, at=AT, instrument="phq9", items=items
    )
    assert entry.fact.total == sum(items)
    opened = record.folded().all(TaskOpened)
    assert len(opened) == tasks
    assert all(task.recorded_at == entry.recorded_at for task in opened)


def test_the_task_stays_when_the_score_is_corrected(record: Telling) -> None:
    """A mistyped answer is corrected to zero: the score changes, the task waits for a person."""
    therapist = record.staff.therapist
    wrong = screening.record_score(therapist, record.chart, at=AT, instrument="phq9", items=MARKED)
    screening.record_score(therapist, record.chart, at=AT, instrument="phq9", items=CALM, supersedes=wrong.id)
    assert [score.items for score in record.folded().facts(Score)] == [CALM]
    assert len(open_tasks(record.folded(), AT)) == 1


def test_two_marked_scores_are_two_tasks(record: Telling) -> None:
    """Closing the first one does not close the second."""
    for _ in range(2):
        screening.record_score(record.staff.therapist, record.chart, at=AT, instrument="phq9", items=MARKED)
    assert len(open_tasks(record.folded(), AT)) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"instrument": "phq10", "items": CALM}, "instrument"),
        ({"instrument": "phq9", "items": CALM[:8]}, "items"),
        ({"instrument": "gad7", "items": CALM}, "items"),
        ({"instrument": "phq9", "items": (4, *CALM[1:])}, "item 1"),
        ({"instrument": "phq9", "items": (*CALM[:8], -1)}, "item 9"),
        ({"instrument": "phq9", "items": CALM, "total": 9}, "total"),
    ],
)
def test_answers_that_are_none_are_named(record: Telling, fields: dict[str, Any], field: str) -> None:
    """Too few, too many, out of range, or a total that does not add up."""
    with pytest.raises(BadInput) as fault:
        screening.record_score(record.staff.therapist, record.chart, at=AT, **fields)
    assert fault.value.where == field
    assert record.folded().latest(Score) is None


@pytest.mark.parametrize(
    ("value", "unit", "kept"), [("154", "[lb_av]", "69.85322498"), ("70", "kg", "70"), ("70000", "g", "70")]
)
def test_a_measurement_is_kept_in_one_unit(record: Telling, value: str, unit: str, kept: str) -> None:
    """Pounds and grams are converted exactly; kilograms are kept."""
    screening.measure(
        record.staff.monitor, record.chart, at=AT, what="weight", value=Decimal(value), unit=unit
    )
    fact = record.folded().latest(Measurement, what="weight").fact
    assert fact.value == Decimal(kept)
    assert fact.unit == "kg"


@pytest.mark.parametrize(
    ("what", "value", "unit", "field"),
    [
        ("mood", "5", "1", "what"),
        ("weight", "70", "st", "unit"),
        ("weight", "401", "kg", "weight"),
        ("spo2", "100.1", "%", "spo2"),
        ("spo2", "39.9", "%", "spo2"),
    ],
)
def test_a_measurement_nobody_can_have_is_refused(
    record: Telling, what: str, value: str, unit: str, field: str
) -> None:
    """Unknown, in a unit we cannot convert, or outside what a living person can have."""
    with pytest.raises(BadInput) as fault:
        screening.measure(
            record.staff.monitor, record.chart, at=AT, what=what, value=Decimal(value), unit=unit
        )
    assert fault.value.where == field


def test_a_binary_fraction_is_refused_by_field(record: Telling) -> None:
    """0.1 as a float is not 0.1."""
    with pytest.raises(BadInput) as fault:
        screening.measure(record.staff.monitor, record.chart, at=AT, what="weight", value=70.1, unit="kg")
    assert fault.value.where == "value"


@pytest.mark.parametrize(("systolic", "diastolic", "taken"), [(120, 119, True), (120, 120, False)])
def test_blood_pressure_is_two_numbers_the_right_way_up(
    record: Telling, systolic: int, diastolic: int, *, taken: bool
) -> None:
    """Both or neither, at one instant."""
    pair = {"systolic": Decimal(systolic), "diastolic": Decimal(diastolic)}
    if taken:
        screening.measure_blood_pressure(record.staff.monitor, record.chart, at=AT, **pair)
        newest = [record.folded().latest(Measurement, what=what) for what in pair]
        assert [entry.fact.value for entry in newest] == list(pair.values())
        assert newest[0].effective_at == newest[1].effective_at
    else:
        with pytest.raises(BadInput, match="not below"):
            screening.measure_blood_pressure(record.staff.monitor, record.chart, at=AT, **pair)
        assert record.folded().latest(Measurement, what="systolic") is None


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        (screening.answer_history, {"question": "no-such-rule", "answer": "no"}, "question"),
        (screening.record_result, {"what": "ecg", "value": "fine"}, "value"),
        (screening.record_result, {"what": "x-ray", "value": "negative"}, "what"),
    ],
)
def test_words_nobody_knows_are_named(record: Telling, act: Any, fields: dict[str, Any], field: str) -> None:
    """An unknown question, test or outcome is refused by field."""
    with pytest.raises(BadInput) as fault:
        act(record.staff.prescriber, record.chart, at=AT, **fields)
    assert fault.value.where == field


@pytest.mark.parametrize(
    ("answer", "said_by", "field"), [("maybe", "patient", "answer"), ("no", "cat", "said_by")]
)
def test_an_answer_is_yes_no_or_unknown_and_somebody_said_it(
    record: Telling, answer: str, said_by: str, field: str
) -> None:
    """Anything else is refused by field."""
    question = next(rule.id for rule in adopted().rules if rule.ask)
    with pytest.raises(BadInput) as fault:
        screening.answer_history(
            record.staff.prescriber, record.chart, at=AT, question=question, answer=answer, said_by=said_by
        )
    assert fault.value.where == field


def test_suitable_is_signed_with_what_was_known(telling: Telling) -> None:
    """The gate is open: the decision stands, with what could not be told, and the permission beside it."""
    record = telling
    record.record_comes_in(record.day(0, 9))
    record.measured(AT)
    record.decided(AT)
    kept = record.folded().latest(ScreeningDecided).fact
    assert kept.decision == "suitable"
    assert set(kept.unknown) == {unknown.rule.id for unknown in record.status(AT).unknown}
    assert record.folded().latest(Allowed).fact.action == "decide-screening"


def test_an_exclusion_closes_the_gate_to_suitable_alone(telling: Telling) -> None:
    """Psychosis on record: "suitable" is refused with the rule; "not-suitable" is taken."""
    telling.record_comes_in(telling.day(3, 9), PSYCHOSIS)
    telling.measured(AT)
    with pytest.raises(NotAllowed) as refusal:
        telling.decided(AT)
    assert "Schizophrenia" in str(refusal.value)
    assert telling.folded().latest(Refused).fact.action == "decide-screening"
    telling.decided(AT, "not-suitable", "Schizophrenia on record")
    assert telling.folded().latest(ScreeningDecided).fact.worst == "exclude"


def test_what_nobody_asked_closes_the_gate(telling: Telling) -> None:
    """A record without one bad word is not "suitable": the unasked questions are named."""
    telling.record_comes_in(telling.day(3, 9), answered=False)
    with pytest.raises(NotAllowed) as refusal:
        telling.decided(AT)
    assert [reason.rule for reason in refusal.value.because] == ["screening-unanswered"]


def test_every_finding_is_accepted_by_its_id(telling: Telling) -> None:
    """One finding left out is named in words, a made-up one by its id; neither is signed."""
    telling.record_comes_in(telling.day(3, 9), HYPERTENSION)
    telling.measured(AT, (172, 104))
    findings = [finding.rule.id for finding in telling.status(AT).findings]
    assert findings
    fields = {"decision": "suitable", "reason": "x"}
    for accepted in ((), (*findings, "made-up")):
        with pytest.raises(BadInput) as fault:
            screening.decide(telling.staff.prescriber, telling.chart, at=AT, accepted=accepted, **fields)
        assert fault.value.where == "accepted"
    assert telling.folded().latest(ScreeningDecided) is None


@pytest.mark.parametrize(
    ("changed", "field"), [({"decision": "fine"}, "decision"), ({"reason": " "}, "reason")]
)
def test_a_decision_is_one_of_three_with_its_reason(
    record: Telling, changed: dict[str, str], field: str
) -> None:
    """Another word or no reason is refused by field."""
    fields = {"decision": "deferred", "reason": "x"} | changed
    with pytest.raises(BadInput) as fault:
        screening.decide(record.staff.prescriber, record.chart, at=AT, **fields)
    assert fault.value.where == field


def test_an_answer_counts_in_the_screening(telling: Telling) -> None:
    """Answered "no" by a person, the question is no longer open."""
    telling.record_comes_in(telling.day(3, 9), answered=False)
    open_ = [unknown.rule.id for unknown in telling.status(AT).unknown if unknown.rule.ask]
    screening.answer_history(telling.staff.prescriber, telling.chart, at=AT, question=open_[0], answer="no")
    assert open_[0] not in [unknown.rule.id for unknown in telling.status(AT).unknown]
    assert telling.folded().latest(HistoryAnswered).fact.said_by == "patient"


@pytest.mark.parametrize("decision", ["not-suitable", "deferred"])
def test_no_decision_signs_what_was_not_found(record: Telling, decision: str) -> None:
    """A decision against treatment takes no made-up findings either, and nothing is written."""
    fields = {"decision": decision, "reason": "Waits for a letter"}
    with pytest.raises(BadInput, match="not a finding"):
        screening.decide(record.staff.prescriber, record.chart, at=AT, accepted=("x" * 10_000,), **fields)
    assert record.folded().latest(ScreeningDecided) is None
    assert screening.decide(record.staff.prescriber, record.chart, at=AT, **fields).fact.accepted == ()


WORDS = {"of": "problem", "value_set": "psychosis", "text": "hx of psychosis"}


def test_words_are_judged_by_a_clinician(telling: Telling) -> None:
    """A denial needs its reason, and so does a change of mind; the same again is refused."""
    telling.record_comes_in(telling.day(20, 9), Problem(text="hx of psychosis"))
    prescriber, chart = telling.staff.prescriber, telling.chart
    for changed, field in (({"so": "no"}, "reason"), ({"so": "yes", "text": "Asthma"}, "text")):
        with pytest.raises(BadInput) as fault:
            screening.judge_match(prescriber, chart, at=AT, **WORDS | changed)
        assert fault.value.where == field
    screening.judge_match(prescriber, chart, at=AT, so="no", reason="her mother", **WORDS)
    for so, reason, field in (("no", "her mother", "so"), ("yes", "", "reason")):
        with pytest.raises(BadInput) as fault:
            screening.judge_match(prescriber, chart, at=AT, so=so, reason=reason, **WORDS)
        assert fault.value.where == field
    assert "psychosis" not in found(telling)
    screening.judge_match(prescriber, chart, at=AT, so="yes", reason="herself after all", **WORDS)
    assert "psychosis" in found(telling)


def test_the_same_words_in_a_later_record_are_asked_about_anew(telling: Telling) -> None:
    """A denial speaks for what it was said about."""
    telling.record_comes_in(telling.day(20, 9), Problem(text="hx of psychosis"))
    prescriber, chart = telling.staff.prescriber, telling.chart
    screening.judge_match(prescriber, chart, at=AT, so="no", reason="her mother", **WORDS)
    assert "psychosis" not in found(telling)
    append([Draft(f"chart:{chart}", Problem(text="hx of psychosis"), AT)], author="t", via="t", at=AT)
    assert "psychosis" in found(telling)
    screening.judge_match(prescriber, chart, at=AT, so="no", reason="her mother again", **WORDS)
    assert "psychosis" not in found(telling)


def found(telling: Telling) -> set[str]:
    """The rules that are findings now."""
    return {finding.rule.id for finding in screen(telling.folded(), adopted(), AT).findings}


def test_a_decision_carries_the_protocol_it_was_made_under(record: Telling) -> None:
    """Whatever was decided; and only what is put off has a day to look again, a day to come."""
    prescriber, tomorrow = record.staff.prescriber, AT.date() + timedelta(days=1)
    for decision, until in (("not-suitable", tomorrow), ("deferred", AT.date())):
        with pytest.raises(BadInput) as fault:
            screening.decide(prescriber, record.chart, at=AT, decision=decision, reason="x", until=until)
        assert fault.value.where == "until"
    entry = screening.decide(prescriber, record.chart, at=AT, decision="deferred", reason="x", until=tomorrow)
    assert (entry.fact.protocol, entry.fact.until) == (adopted().hash, tomorrow)
