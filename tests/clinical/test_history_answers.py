"""What a person answered: which answer stands, and who is asked."""

from datetime import datetime, timedelta

import pytest

from openkap.clinical.entries.screening import HistoryAnswered, Problem
from openkap.clinical.entries.words import Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.rules import (
    AllOf,
    Asked,
    CannotTell,
    ConditionOn,
    Met,
    NotMet,
    Outcome,
    Present,
    When,
)
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, chart_of, person
from tests.clinical.one_rule import AT, ask, rule

PROTOCOL = adopted()
TRUE, OPEN = Present("chart-opened"), Asked()


def answered(
    answer: str, ago: timedelta, by: str = "patient", question: str = "q"
) -> tuple[datetime, HistoryAnswered]:
    return AT - ago, HistoryAnswered(question=question, answer=answer, said_by=by)


def told_by(answer: str, ago: timedelta, by: str = "patient") -> tuple[Measured]:
    return (Measured("answer", f"{answer}, said by the {by}", (AT - ago).isoformat()),)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([answered("yes", DAY)], Met(told_by("yes", DAY))),
        ([answered("no", DAY)], NotMet(told_by("no", DAY))),
        (
            [answered("unknown", DAY)],
            CannotTell("an answer to: Is it so?; asked on 2026-05-13 and not known"),
        ),
        ([answered("yes", 2 * DAY), answered("no", DAY)], Met(told_by("yes", 2 * DAY))),
        ([answered("yes", 2 * DAY), answered("unknown", DAY)], Met(told_by("yes", 2 * DAY))),
        (
            [answered("yes", 2 * DAY), answered("no", DAY, "prescriber")],
            NotMet(told_by("no", DAY, "prescriber")),
        ),
        ([answered("yes", 2 * DAY), answered("yes", DAY)], Met(told_by("yes", DAY))),
        ([answered("no", 2 * DAY), answered("yes", DAY)], Met(told_by("yes", DAY))),
        ([answered("unknown", 2 * DAY), answered("no", DAY)], NotMet(told_by("no", DAY))),
        ([answered("yes", DAY, question="other")], CannotTell("an answer to: Is it so?")),
        ([answered("yes", -MINUTE)], CannotTell("an answer to: Is it so?")),
        ([answered("yes", 30 * DAY)], Met(told_by("yes", 30 * DAY))),
        ([answered("yes", 30 * DAY + MINUTE)], CannotTell("an answer to: Is it so?")),
        ([answered("yes", 31 * DAY), answered("no", DAY)], NotMet(told_by("no", DAY))),
    ],
)
def test_the_answer_that_stands(answers: list[tuple[datetime, HistoryAnswered]], told: Outcome) -> None:
    """The newest that still holds; only staff take a "yes" back."""
    assert ask(OPEN, *answers, answer_holds=30 * DAY) == told


def test_an_answer_without_a_term_holds_for_good() -> None:
    """Ten years on, it is still what was said."""
    assert ask(OPEN, answered("no", 3000 * DAY)) == NotMet(told_by("no", 3000 * DAY))


@pytest.mark.parametrize(
    ("own", "whole", "told"),
    [
        (
            "",
            "yes",
            NotMet(
                (Measured("answer", "the list is complete, said by the patient", (AT - DAY).isoformat()),)
            ),
        ),
        ("", "no", CannotTell("an answer to: Is it so?")),
        ("", "unknown", CannotTell("an answer to: Is it so?")),
        ("", "", CannotTell("an answer to: Is it so?")),
        ("yes", "yes", Met(told_by("yes", DAY))),
        ("unknown", "yes", CannotTell("an answer to: Is it so?; asked on 2026-05-13 and not known")),
    ],
)
def test_a_list_that_is_complete_answers_what_is_not_on_it(own: str, whole: str, told: Outcome) -> None:
    """Somebody said that nothing is missing, unless the question itself was answered."""
    said = [answered(own, DAY)] if own else []
    said += [answered(whole, DAY, question="list")] if whole else []
    assert ask(OPEN, *said, closed_by="list") == told


def test_whom_a_rule_does_not_ask_is_told_by_the_sex_on_file() -> None:
    """And whoever it does ask is asked."""
    of = {"asked_of_sex": ("female", "other")}
    chart = chart_of([(AT - DAY, person(sex="male"))])
    told = evaluate(rule(OPEN, **of), chart, PROTOCOL, AT)
    assert told == NotMet((Measured("sex on file", "male"),))
    assert ask(OPEN, **of) == CannotTell("an answer to: Is it so?")


@pytest.mark.parametrize("when", [OPEN, ConditionOn("pregnancy"), AllOf((OPEN, TRUE))])
@pytest.mark.parametrize(
    ("answer", "expected"), [("", NotMet), ("no", NotMet), ("unknown", CannotTell), ("yes", Met)]
)
def test_of_another_sex_nobody_is_asked_and_whoever_answers_is_heard(
    when: When, answer: str, expected: type[Outcome]
) -> None:
    """The sex on file is a form's word; what the person says of themselves weighs more."""
    said = [HistoryAnswered(question="q", answer=answer, said_by="patient")] if answer else []
    facts = [(AT - 3650 * DAY, person(sex="male")), *((AT - DAY, fact) for fact in said)]
    told = evaluate(rule(when, asked_of_sex=("female", "other")), chart_of(facts), PROTOCOL, AT)
    assert isinstance(told, expected)


@pytest.mark.parametrize(("status", "stale_after"), [("active", HOUR), ("resolved", None)])
def test_what_the_record_leaves_open_an_answer_settles(status: str, stale_after: timedelta | None) -> None:
    """A problem too old to be believed, or over: whoever is asked knows."""
    when = ConditionOn("stroke", stale_after=stale_after)
    old = (AT - 9 * DAY, Problem(text="Stroke", status=status))
    assert isinstance(ask(when, old), CannotTell)
    assert ask(when, old, answered("no", DAY)) == NotMet(told_by("no", DAY))
    assert ask(when, old, answered("yes", DAY)) == Met(told_by("yes", DAY))
