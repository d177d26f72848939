"""A form: what is asked of a person, question after question, and what is next given the answers so far.

Instruments, the intake and imported questionnaires are all made into forms, so that there is one way to ask.
Answers are given by question id as a tuple of texts: the value of a choice, "yes" or "no", a number or a day
as written, one text a line. An empty tuple was asked and left blank. A question that does not show is not
asked, and an answer kept from when it showed does not count.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from typing import Any

from openkap.clinical.quantity import parse_decimal
from openkap.clinical.refusal import BadFields, BadInput

KINDS = ("one", "many", "yes-no", "text", "lines", "whole", "decimal", "date", "display", "group")
"""What a part of a form is: "one" or "many" of its choices, "lines" one thing a line, "whole" a number."""
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
UNKNOWN = "unknown"
"""The answer "I don't know": an answer, and never a pass."""
YES_NO = ("yes", "no")
_NOT_ASKED = ("display", "group")
_CHOSEN = ("one", "many")
_SEVERAL = ("many", "lines")

Answers = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    score: Decimal | None = None  # the ordinal value


@dataclass(frozen=True, slots=True)
class Enabling:
    """One condition under which a question is asked, as in a FHIR R4 Questionnaire.

    "exists" compares with "true" or "false". "=" and the orders hold for at least one answer, "!=" when no
    answer equals the value, so also when there is none.
    """

    question: str
    operator: str  # one of OPERATORS
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """One part of a form: a question, a text to show, or a group of parts."""

    id: str
    text: str
    kind: str  # one of KINDS
    choices: tuple[Choice, ...] = ()
    required: bool = False
    enabled_when: tuple[Enabling, ...] = ()
    enabled_by: str = "all"  # "all" · "any" of enabled_when
    may_not_know: bool = False  # UNKNOWN is an answer too
    above: str = ""  # printed over it: "Past month"
    hint: str = ""  # printed under it
    inner: tuple["Question", ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it takes an answer."""
        return self.kind not in _NOT_ASKED


@dataclass(frozen=True, slots=True)
class Form:
    """Questions in order. Raises BadFields with every fault of its make, circles of conditions among them."""

    id: str
    title: str
    parts: tuple[Question, ...]
    stem: str = ""  # said above every question
    notice: str = ""  # whose it is, said below
    recall: timedelta | None = None  # how far back the answers reach; older ones are asked afresh
    version: str = field(init=False, compare=False, repr=False)  # hash over all of it
    flat: tuple[tuple[Question, str], ...] = field(
        init=False, compare=False, repr=False
    )  # in order, with parent
    _order: tuple[str, ...] = field(
        init=False, compare=False, repr=False
    )  # what decides before what is decided

    def __post_init__(self) -> None:
        flat = tuple(_walk(self.parts, ""))
        faults = list(_make_faults(flat))
        if faults:
            raise BadFields(faults)
        object.__setattr__(self, "flat", flat)
        object.__setattr__(self, "_order", _order(flat))
        object.__setattr__(self, "version", sha256(repr(self).encode()).hexdigest())

    def question(self, name: str) -> Question:
        """The question of that id, or BadInput."""
        found = next((part for part, _ in self.flat if part.id == name and part.asks), None)
        if found is None:
            raise BadInput("question", f"{name[:40]!r} is not a question here", "Open the questions again")
        return found

    def group_of(self, name: str) -> Question | None:
        """The outermost group this part stands in."""
        holds = {part.id: top for top in self.parts for part, _ in _walk((top,), "")}
        top = holds[name]
        return top if top.kind == "group" else None


def visible(form: Form, answers: Answers) -> tuple[Question, ...]:
    """Every part that shows, in order, groups and texts too. What stands in a hidden part is hidden."""
    shown = _shown(form, answers)
    return tuple(part for part, _ in form.flat if part.id in shown)


def asked(form: Form, answers: Answers) -> tuple[Question, ...]:
    """The questions that show, in order."""
    return tuple(part for part in visible(form, answers) if part.asks)


def next_question(form: Form, answers: Answers) -> Question | None:
    """The first question that shows and has not been answered or left blank; None when there is none."""
    return next((part for part in asked(form, answers) if part.id not in answers), None)


def counted(form: Form, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers that count: those of questions that show and were not left blank."""
    return {part.id: answers[part.id] for part in asked(form, answers) if answers.get(part.id)}


def problems(form: Form, answers: Answers) -> tuple[BadInput, ...]:
    """All that keeps this from being complete, one sentence each, with the question's id as `where`."""
    strange = set(answers) - {part.id for part, _ in form.flat if part.asks}
    unknown = [BadInput(name, "this is not a question of this form") for name in sorted(strange)]
    found = (fault(part, answers.get(part.id, ())) for part in asked(form, answers))
    return (*unknown, *(one for one in found if one is not None))


def total(form: Form, answers: Answers) -> Decimal:
    """The ordinal values of the chosen answers that count, added up."""
    given = counted(form, answers)
    scores = (
        choice.score
        for part in asked(form, answers)
        for choice in part.choices
        if choice.value in given.get(part.id, ()) and choice.score is not None
    )
    return sum(scores, Decimal(0))


def fault(question: Question, values: tuple[str, ...]) -> BadInput | None:
    """What is wrong with an answer to this question, or None. `where` is the question's id."""
    if not values:
        return (
            BadInput(question.id, "this is not answered", _TODO[question.kind]) if question.required else None
        )
    if values == (UNKNOWN,) and question.may_not_know:
        return None
    if len(values) > 1 and question.kind not in _SEVERAL:
        return BadInput(question.id, f"{len(values)} answers were given", "Give one answer")
    if len(set(values)) < len(values):
        return BadInput(question.id, "the same answer was given twice", "Give it once")
    bad = next((value for value in values if not _readable(question, value)), None)
    if bad is None:
        return None
    return BadInput(question.id, f"{bad[:40]!r} is {_NOT_A[question.kind]}", _TODO[question.kind])


_NOT_A = {
    "one": "not one of the answers",
    "many": "not one of the answers",
    "yes-no": "neither yes nor no",
    "text": "not a text",
    "lines": "not a text",
    "whole": "not a whole number",
    "decimal": "not a number",
    "date": "not a date",
}
_TODO = {
    "one": "Choose one of the answers",
    "many": "Choose from the answers",
    "yes-no": "Choose one of the answers",
    "text": "Write it in your own words",
    "lines": "Write one on each line",
    "whole": "Write a number such as 2",
    "decimal": "Write a number such as 2.5",
    "date": "Write it like 2026-05-14",
}


def _day(text: str) -> date:
    value = date.fromisoformat(text)
    if value.isoformat() != text:  # fromisoformat reads "20260514" and weeks as well
        raise BadInput("", "not written as a date is here")
    return value


def _whole(text: str) -> Decimal:
    value = parse_decimal(text, "")
    if value != value.to_integral_value():
        raise BadInput("", "not whole")
    return value


_READ: dict[str, Callable[[str], Any]] = {
    "whole": _whole,
    "decimal": lambda text: parse_decimal(text, ""),
    "date": _day,
}
"""Kinds whose answers have an order, and how one is read."""


def _readable(question: Question, value: str) -> bool:
    if question.kind in _CHOSEN:
        return any(choice.value == value for choice in question.choices)
    if question.kind == "yes-no":
        return value in YES_NO
    if question.kind not in _READ:
        return bool(value.strip())
    try:
        _READ[question.kind](value)
    except ValueError:
        return False
    return True


def _shown(form: Form, answers: Answers) -> set[str]:
    """The ids of what shows. Conditions look at answers that count: each is judged after what it looks at."""
    parts = {part.id: (part, parent) for part, parent in form.flat}
    shown: set[str] = set()
    for name in form._order:
        part, parent = parts[name]
        if parent and parent not in shown:
            continue
        told = [
            _holds(
                one, parts[one.question][0], answers.get(one.question, ()) if one.question in shown else ()
            )
            for one in part.enabled_when
        ]
        if not told or (any(told) if part.enabled_by == "any" else all(told)):
            shown.add(name)
    return shown


def _holds(when: Enabling, of: Question, given: tuple[str, ...]) -> bool:
    known = [value for value in given if not (value == UNKNOWN and of.may_not_know)]
    if when.operator == "exists":
        return bool(known) == (when.value == "true")
    read = _READ.get(of.kind, str)
    wanted = read(when.value)
    values = [read(value) for value in known if _readable(of, value)]
    if when.operator == "!=":
        return all(value != wanted for value in values)
    return any(_COMPARE[when.operator](value, wanted) for value in values)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, wanted: value == wanted,
    ">": lambda value, wanted: value > wanted,
    "<": lambda value, wanted: value < wanted,
    ">=": lambda value, wanted: value >= wanted,
    "<=": lambda value, wanted: value <= wanted,
}


def _walk(parts: tuple[Question, ...], parent: str) -> Iterator[tuple[Question, str]]:
    for part in parts:
        yield part, parent
        yield from _walk(part.inner, part.id)


def _order(flat: tuple[tuple[Question, str], ...]) -> tuple[str, ...]:
    """Every id after those that decide whether it shows. Raises CycleError."""
    needs = {
        part.id: [*([parent] if parent else []), *(one.question for one in part.enabled_when)]
        for part, parent in flat
    }
    return tuple(TopologicalSorter(needs).static_order())


def _make_faults(flat: tuple[tuple[Question, str], ...]) -> Iterator[BadInput]:
    parts = {part.id: part for part, _ in flat}
    found = [*_id_faults([part.id for part, _ in flat])]
    if not any(part.asks for part in parts.values()):
        found.append(BadInput("questions", "this form asks nothing"))
    for part in parts.values():
        found += [*_part_faults(part), *_condition_faults(part, parts)]
    yield from found or _circles(flat)


def _id_faults(names: list[str]) -> Iterator[BadInput]:
    for name in sorted(set(names)):
        if not name:
            yield BadInput(name, "a part has no id")
        elif names.count(name) > 1:
            yield BadInput(name, f"{names.count(name)} parts have this id")


def _circles(flat: tuple[tuple[Question, str], ...]) -> Iterator[BadInput]:
    try:
        _order(flat)
    except CycleError as circle:
        named = " → ".join(reversed(circle.args[1]))
        yield BadInput(circle.args[1][0], f"whether this is asked depends on itself ({named})")


def _part_faults(part: Question) -> Iterator[BadInput]:
    if part.kind not in KINDS:
        yield BadInput(part.id, f"{part.kind!r} is not a kind of question")
    elif (part.kind in _CHOSEN) != bool(part.choices):
        yield BadInput(
            part.id, "there is nothing to choose from" if not part.choices else "it offers no choice"
        )
    values = [choice.value for choice in part.choices]
    if len(set(values)) < len(values) or not all(values):
        yield BadInput(part.id, "two answers have the same value, or one has none")
    if part.may_not_know and UNKNOWN in values:
        yield BadInput(part.id, f"an answer has the value {UNKNOWN!r}, which means: I don't know")
    if part.enabled_by not in ("all", "any"):
        yield BadInput(part.id, f"{part.enabled_by!r} is neither all nor any")


def _condition_faults(part: Question, parts: Mapping[str, Question]) -> Iterator[BadInput]:
    for one in part.enabled_when:
        of = parts.get(one.question)
        if of is None or not of.asks:
            yield BadInput(part.id, f"its condition asks about {one.question!r}, which is no question here")
        elif one.operator not in OPERATORS:
            yield BadInput(part.id, f"{one.operator!r} is not a condition")
        elif one.operator == "exists":
            if one.value not in ("true", "false"):
                yield BadInput(part.id, f"{one.value!r} is neither true nor false")
        elif one.operator not in ("=", "!=") and of.kind not in _READ:
            yield BadInput(part.id, f"answers to {of.id!r} have no order, so {one.operator!r} means nothing")
        elif not _readable(of, one.value):
            yield BadInput(part.id, f"{one.value!r} cannot be an answer to {of.id!r}")
