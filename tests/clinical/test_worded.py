"""What was matched by words speaks until a clinician denies it, and as certain once one confirms it."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Allergy, HistoryAnswered, MatchJudged, Medicine, Problem
from openkap.clinical.entries.words import Code
from openkap.clinical.evaluate import evaluate
from openkap.clinical.rules import CannotTell, Met, NotMet
from openkap.clinical.worded import Words, unjudged
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROTOCOL = adopted()
KINDS = [
    ("psychosis", "psychosis", "problem", Problem(text="hx of psychosis")),
    ("lamotrigine", "lamotrigine", "medicine", Medicine(text="Lamotrigine 25 MG")),
    ("ketamine-allergy", "ketamine", "allergy", Allergy(text="Ketamine")),
]


def with_(*facts: object) -> Chart:
    written = [(AT - (len(facts) - n) * DAY, fact) for n, fact in enumerate(facts)]
    return chart_of([(AT - 99 * DAY, person()), *written])


def judged(of: str, value_set: str, text: str, so: str) -> MatchJudged:
    return MatchJudged(of=of, value_set=value_set, text=text, so=so, reason="her mother's")


@pytest.mark.parametrize(("rule", "value_set", "of", "fact"), KINDS, ids=[kind[2] for kind in KINDS])
def test_confirmed_is_certain_and_denied_is_silent(rule: str, value_set: str, of: str, fact: object) -> None:
    """Problems, medicines and allergies alike; the denial is quoted, and the question is open again."""
    said = PROTOCOL.rule(rule)
    bare = with_(fact)
    told = evaluate(said, bare, PROTOCOL, AT)
    assert isinstance(told, Met) and told.by_words
    assert unjudged(said, bare, PROTOCOL, AT) == (Words(of, value_set, fact.text),)
    sure = with_(fact, judged(of, value_set, fact.text, "yes"))
    told = evaluate(said, sure, PROTOCOL, AT)
    assert isinstance(told, Met) and not told.by_words
    not_so = with_(fact, judged(of, value_set, fact.text, "no"))
    told = evaluate(said, not_so, PROTOCOL, AT)
    assert isinstance(told, CannotTell) and f"“{fact.text}” is not that" in told.needs
    assert "her mother's" in told.needs
    assert unjudged(said, sure, PROTOCOL, AT) == unjudged(said, not_so, PROTOCOL, AT) == ()


def test_the_last_word_counts() -> None:
    """A denial taken back speaks again."""
    text = "hx of psychosis"
    no, yes = (judged("problem", "psychosis", text, so) for so in ("no", "yes"))
    told = evaluate(PROTOCOL.rule("psychosis"), with_(Problem(text=text), no, yes), PROTOCOL, AT)
    assert isinstance(told, Met) and not told.by_words


def test_a_judgement_is_about_those_words_alone() -> None:
    """Other words, the same words of another value set, and a code are not touched by it."""
    no = judged("problem", "psychosis", "hx of psychosis", "no")
    rule = PROTOCOL.rule("psychosis")
    assert isinstance(evaluate(rule, with_(Problem(text="Psychosis in 2011"), no), PROTOCOL, AT), Met)
    coded = Problem(text="hx of psychosis", codes=(Code("icd10cm", "F20.9"),))
    assert isinstance(evaluate(rule, with_(coded, no), PROTOCOL, AT), Met)
    other = judged("problem", "bipolar", "hx of psychosis", "no")
    assert isinstance(evaluate(rule, with_(Problem(text="hx of psychosis"), other), PROTOCOL, AT), Met)


def test_a_judgement_of_tomorrow_changes_nothing_today() -> None:
    """The past replays as it was."""
    later = (AT + DAY, judged("problem", "psychosis", "hx of psychosis", "no"))
    chart = chart_of([(AT - DAY, person()), (AT - DAY, Problem(text="hx of psychosis")), later])
    assert isinstance(evaluate(PROTOCOL.rule("psychosis"), chart, PROTOCOL, AT), Met)


def test_denied_and_asked_is_a_no() -> None:
    """The question that is open again can be answered."""
    text = "hx of psychosis"
    no = HistoryAnswered(question="psychosis", answer="no", said_by="patient")
    chart = with_(Problem(text=text), judged("problem", "psychosis", text, "no"), no)
    assert isinstance(evaluate(PROTOCOL.rule("psychosis"), chart, PROTOCOL, AT), NotMet)
