"""Answers to a form's questions as they are typed, shown again, and told in words."""

from datetime import date

from openkap.clinical.forms import UNKNOWN, Question
from openkap.web import words
from openkap.web.typed import Typed

NOT_KNOWN = "I don’t know"
YES_NO = (("yes", "Yes"), ("no", "No"))


def choices_of(question: Question) -> tuple[tuple[str, str], ...]:
    """(value, words) of each answer there is to choose; empty where one writes."""
    listed = YES_NO if question.kind == "yes-no" else tuple((c.value, c.label) for c in question.choices)
    return (*listed, (UNKNOWN, NOT_KNOWN)) if listed and question.may_not_know else listed


def given(typed: Typed, question: Question) -> tuple[str, ...]:
    """What was answered in the field called "answer"; a fault where it cannot be told what was meant."""
    if choices_of(question):
        return tuple(value for value in typed.data.getlist("answer") if value)
    written = typed.text("answer", required=False)
    values = tuple(dict.fromkeys(line.strip() for line in written.splitlines() if line.strip()))
    if question.kind != "lines" and values:
        values = (" ".join(values),)
    if question.may_not_know and typed.data.get("unknown") == UNKNOWN:
        if values:
            typed.fault("answer", "you wrote something and also ticked “I don’t know”", "Keep one of the two")
        return (UNKNOWN,)
    return values


def shown(question: Question, values: tuple[str, ...]) -> str | tuple[str, ...]:
    """The answer so far, as the field of the question holds it."""
    if question.kind == "many":
        return values
    if values == (UNKNOWN,) and not choices_of(question):
        return ""
    return "\n".join(values)


def in_words(question: Question, values: tuple[str, ...] | None) -> list[str]:
    """The answer as a person would say it, one thing a line."""
    if values is None:
        return ["Not answered yet"]
    if not values:
        return ["Left empty"]
    if values == (UNKNOWN,) and question.may_not_know:
        return [NOT_KNOWN]
    said = dict(choices_of(question))
    if question.kind == "date":
        return [words.day(date.fromisoformat(value)) for value in values]
    return [said.get(value, value) for value in values]
