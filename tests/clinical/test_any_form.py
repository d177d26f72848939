"""Any form at all: a second evaluator, from FHIR's words, agrees on what is asked."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.forms import (
    OPERATORS,
    UNKNOWN,
    Enabling,
    Form,
    Question,
    next_question,
    problems,
    total,
    visible,
)
from openkap.clinical.refusal import BadFields
from tests.clinical.test_forms import NEVER_TO_DAILY, ids

KINDS = ("one", "many", "yes-no", "text", "whole", "date")
TYPED = {
    "one": ("0", "1", "2"),
    "many": ("0", "1", "2"),
    "yes-no": ("yes", "no"),
    "text": ("a", "b"),
    "whole": ("1", "2", "3"),
    "date": ("2026-05-13", "2026-05-14"),
}


@st.composite
def forms(draw: Any, *, circles: bool = True) -> tuple[Question, ...]:
    """Up to six questions, some in a group, with conditions on any of them, or only on those before."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    made = []
    for number, kind in enumerate(kinds):
        within = len(kinds) if circles else number
        wanted = st.tuples(st.integers(0, max(within - 1, 0)), st.sampled_from(OPERATORS), st.integers(0, 5))
        conditions = draw(st.lists(wanted, max_size=2)) if within else []
        made.append(
            Question(
                f"q{number}",
                "?",
                kind,
                choices=NEVER_TO_DAILY if kind in ("one", "many") else (),
                required=draw(st.booleans()),
                enabled_when=tuple(condition(kinds, *one) for one in conditions),
                enabled_by=draw(st.sampled_from(("all", "any"))),
                may_not_know=draw(st.booleans()),
            )
        )
    cut = draw(st.integers(0, len(made)))
    return (*made[:cut], Question("g", "Group", "group", inner=tuple(made[cut:])))


def condition(kinds: list[str], of: int, operator: str, pick: int) -> Enabling:
    kind = kinds[of]
    if operator == "exists":
        return Enabling(f"q{of}", operator, ("true", "false")[pick % 2])
    if kind not in ("whole", "date") and operator not in ("=", "!="):
        operator = "!="
    return Enabling(f"q{of}", operator, TYPED[kind][pick % len(TYPED[kind])])


@st.composite
def answers_to(draw: Any, parts: tuple[Question, ...]) -> dict[str, tuple[str, ...]]:
    given = {}
    for part in flat(parts):
        if part.kind == "group" or draw(st.booleans()):
            continue
        known = st.sampled_from(TYPED[part.kind])
        several = st.lists(known, max_size=3 if part.kind == "many" else 1, unique=True).map(tuple)
        given[part.id] = draw(st.one_of(several, st.just((UNKNOWN,)))) if part.may_not_know else draw(several)
    return given


def flat(parts: tuple[Question, ...]) -> list[Question]:
    return [one for part in parts for one in (part, *flat(part.inner))]


class Naive:
    """FHIR's sentences, one after the other, asked again from the start for every question."""

    def __init__(self, parts: tuple[Question, ...], answers: dict[str, tuple[str, ...]]) -> None:
        self.parts, self.answers = parts, answers
        self.all = {part.id: part for part in flat(parts)}
        self.outer = {inner.id: part.id for part in flat(parts) for inner in part.inner}

    def circle(self) -> bool:
        def back_to(name: str, seen: tuple[str, ...]) -> bool:
            if name in seen:
                return True
            after = [one.question for one in self.all[name].enabled_when]
            after += [self.outer[name]] if name in self.outer else []
            return any(back_to(other, (*seen, name)) for other in after)

        return any(back_to(name, ()) for name in self.all)

    def enabled(self, name: str) -> bool:
        if name in self.outer and not self.enabled(self.outer[name]):
            return False
        part = self.all[name]
        if not part.enabled_when:
            return True
        held = [self.holds(one) for one in part.enabled_when]
        return False not in held if part.enabled_by == "all" else True in held

    def holds(self, one: Enabling) -> bool:
        part = self.all[one.question]
        given = list(self.answers.get(one.question, ())) if self.enabled(one.question) else []
        if part.may_not_know and UNKNOWN in given:
            given.remove(UNKNOWN)
        if one.operator == "exists":
            return (len(given) > 0) is (one.value == "true")
        convert: Any = {"whole": int, "date": date.fromisoformat}.get(part.kind, lambda text: text)
        ours, theirs = convert(one.value), [convert(value) for value in given]
        equal, above, below = ours in theirs, [v for v in theirs if v > ours], [v for v in theirs if v < ours]
        return {
            "=": equal,
            "!=": not equal,
            ">": bool(above),
            "<": bool(below),
            ">=": equal or bool(above),
            "<=": equal or bool(below),
        }[one.operator]


@given(st.data())
def test_a_second_evaluator_agrees_on_every_form(data: st.DataObject) -> None:
    parts = data.draw(forms())
    given = data.draw(answers_to(parts))
    naive = Naive(parts, given)
    if naive.circle():
        with pytest.raises(BadFields, match="depends on itself"):
            Form("f", "F", parts)
        return
    form = Form("f", "F", parts)
    shown = [part.id for part in flat(parts) if naive.enabled(part.id)]
    assert ids(visible(form, given)) == shown
    open_ = [name for name in shown if naive.all[name].kind != "group" and name not in given]
    following = next_question(form, given)
    assert (following.id if following else None) == (open_[0] if open_ else None)
    chosen = [
        int(v) for name in shown for v in given.get(name, ()) if naive.all[name].choices and v != UNKNOWN
    ]
    assert total(form, given) == sum(chosen)
    wanting = [name for name in shown if naive.all[name].required and not given.get(name)]
    assert [one.where for one in problems(form, given)] == wanting


@given(st.data())
def test_answers_nobody_is_asked_for_change_nothing(data: st.DataObject) -> None:
    """Taking away every answer to a hidden question leaves all that shows as it was."""
    parts = data.draw(forms(circles=False))
    form, given = Form("f", "F", parts), data.draw(answers_to(parts))
    shown = {part.id for part in visible(form, given)}
    without = {name: values for name, values in given.items() if name in shown}
    assert visible(form, without) == visible(form, given)
    assert total(form, without) == total(form, given)
    assert list(map(str, problems(form, without))) == list(map(str, problems(form, given)))


@given(st.data())
def test_answering_what_is_asked_next_comes_to_an_end(data: st.DataObject) -> None:
    """Whatever is answered, the form ends with nothing open, and no question came twice."""
    parts = data.draw(forms(circles=False))
    form, given = Form("f", "F", parts), {}
    while (question := next_question(form, given)) is not None:
        assert question.id not in given
        given[question.id] = (data.draw(st.sampled_from(TYPED[question.kind])),)
    assert problems(form, given) == ()
