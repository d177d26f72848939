"""A form as it will be asked, for the clinician who decides: every part, answer, score, condition."""

from collections.abc import Iterator
from dataclasses import dataclass

from openkap.clinical.forms import Choice, Enabling, Form, Question
from openkap.clinical.quantity import plain
from openkap.web.form_answers import choices_of

KINDS = {
    "one": "one answer of",
    "many": "any of",
    "yes-no": "one answer of",
    "text": "own words",
    "lines": "own words, one thing a line",
    "whole": "a whole number",
    "decimal": "a number",
    "date": "a day",
}
OPERATORS = {
    "=": "is",
    "!=": "is not",
    ">": "is above",
    "<": "is below",
    ">=": "is at least",
    "<=": "is at most",
}
LONGEST_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Outlined:
    """One part in order: a heading, a text to read, or a question with its number."""

    kind: str  # "heading" · "text" · "question"
    text: str
    number: int = 0
    takes: str = ""
    answers: tuple[str, ...] = ()
    hint: str = ""
    when: str = ""
    required: bool = False


def outline(form: Form) -> list[Outlined]:
    """Every part that is read or answered. A part without words of its own is told by what is in it."""
    parts = {part.id: part for part, _ in form.flat}
    numbers = {part.id: n for n, part in enumerate((p for p, _ in form.flat if p.asks), 1)}
    return list(_outlined(form, parts, numbers))


def _outlined(form: Form, parts: dict[str, Question], numbers: dict[str, int]) -> Iterator[Outlined]:
    for part, _ in form.flat:
        when = _when(part, parts, numbers)
        if part.asks:
            scored = {choice.value: choice for choice in part.choices}
            answers = tuple(_answer(label, scored.get(value)) for value, label in choices_of(part))
            takes = KINDS[part.kind]
            yield Outlined(
                "question", part.text, numbers[part.id], takes, answers, part.hint, when, part.required
            )
        elif part.text or when:
            kind = "heading" if part.kind == "group" else "text"
            yield Outlined(kind, part.text or "What follows", hint=part.hint, when=when)


def _answer(label: str, choice: Choice | None) -> str:
    return label if choice is None or choice.score is None else f"{label} ({plain(choice.score)})"


def _when(part: Question, parts: dict[str, Question], numbers: dict[str, int]) -> str:
    """ "only if question 2 is “Yes” or question 3 is answered"; "" for one that always shows."""
    joined = " or " if part.enabled_by == "any" else " and "
    told = joined.join(
        _condition(one, parts[one.question], numbers[one.question]) for one in part.enabled_when
    )
    return f"only if {told}" if told else ""


def _condition(when: Enabling, of: Question, number: int) -> str:
    if when.operator == "exists":
        return f"question {number} is {'answered' if when.value == 'true' else 'left empty'}"
    label = dict(choices_of(of)).get(when.value, when.value)
    return f"question {number} {OPERATORS[when.operator]} “{label[:LONGEST_QUOTED]}”"
