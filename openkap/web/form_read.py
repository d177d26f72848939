"""Answers as a clinician reads them: in order, in the person's words, with what is open visible as such."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from openkap.clinical.forms import UNKNOWN, Answers, Choice, Form, Question, asked
from openkap.clinical.quantity import plain
from openkap.web.form_answers import in_words
from openkap.web.form_texts import above


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer led to, and where it is looked at."""

    says: str
    href: str = ""
    loud: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer."""

    text: str
    over: tuple[str, ...]  # what was read above it, where that differs from the line before
    said: tuple[str, ...]
    state: str  # "said" · "unknown" · "blank"
    score: str = ""
    earlier: tuple[str, ...] = ()  # what was answered first and changed before sending
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form."""

    title: str
    lines: tuple[Line, ...]
    note: str = ""


Marks = Callable[[Question], Sequence[Mark]]
Earlier = Mapping[str, Sequence[tuple[str, ...]]]


def lines(
    form: Form,
    answers: Answers,
    *,
    questions: Sequence[Question] | None = None,
    earlier: Earlier | None = None,
    marks: Marks = lambda _: (),
) -> tuple[Line, ...]:
    """Every question that showed, or those given, with its answer."""
    made, before = [], ()
    for part in asked(form, answers) if questions is None else questions:
        over = tuple(above(form, answers, part))
        changed = (earlier or {}).get(part.id, ())
        made.append(_line(part, answers.get(part.id, ()), over[_same(over, before) :], changed, marks(part)))
        before = over
    return tuple(made)


def without_headings(line: Line) -> Line:
    """The line alone, where its headings are told already."""
    return replace(line, over=())


def _line(
    part: Question,
    values: tuple[str, ...],
    over: tuple[str, ...],
    earlier: Sequence[tuple[str, ...]],
    marks: Sequence[Mark],
) -> Line:
    known = values != (UNKNOWN,) or not part.may_not_know
    return Line(
        part.text,
        over,
        tuple(in_words(part, values)),
        "blank" if not values else "said" if known else "unknown",
        ", ".join(_score(choice) for choice in part.choices if choice.value in values and _score(choice)),
        tuple(", ".join(in_words(part, given)) for given in earlier),
        tuple(marks),
    )


def _score(choice: Choice) -> str:
    return "" if choice.score is None else plain(choice.score)


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many texts two questions have in common from the outermost on; all of them, or none to repeat."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
