"""The intake: what a new patient is asked before the first appointment, and what their answers become."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import ContactGiven
from openkap.clinical.entries.screening import Allergy, HistoryAnswered, Medicine, Problem
from openkap.clinical.forms import UNKNOWN, Answers, Form, Question, counted
from openkap.clinical.rules import Rule

INTAKE = "intake"
PATIENT = "patient"
THE_REST = "*"
"""As a topic of a part: every file of screening rules that no part names."""
_LISTED = {"problem": Problem, "medicine": Medicine, "allergy": Allergy}
BECOMES = (*_LISTED, "called", "phone", "emergency_name", "emergency_relation", "emergency_phone")
"""What an answer to a question of the intake itself can become: a fact a line, or a field of ContactGiven."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the intake: its own questions and the screening questions of topics, or an instrument."""

    id: str
    title: str
    says: str = ""
    questions: tuple[Question, ...] = ()
    topics: tuple[str, ...] = ()  # files of screening rules
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """Its parts in the order they are asked."""

    parts: tuple[Part, ...] = ()
    recall: timedelta = timedelta(0)
    becomes: Mapping[str, str] = field(default_factory=dict)  # id of an own question → one of BECOMES
    hints: Mapping[str, str] = field(default_factory=dict)  # rule id → what a hard word means
    safety: tuple[tuple[str, str], ...] = ()  # (question, answer) that is answered with help at once
    basis: str = ""
    sources: tuple[str, ...] = ()

    @property
    def instruments(self) -> tuple[str, ...]:
        return tuple(part.instrument for part in self.parts if part.instrument)


def form(intake: Intake, rules: Iterable[Rule], sex: str) -> Form:
    """The intake as a form, but for its instruments, which are forms of their own."""
    put = questions(rules, sex)
    named = {topic for part in intake.parts for topic in part.topics}
    groups = []
    for part in intake.parts:
        rest = THE_REST in part.topics
        ours = (r for r in put if r.topic in part.topics or (rest and r.topic not in named))
        from_rules = (_from_rule(rule, intake) for rule in ours)
        inner = (*part.questions, *from_rules)
        if inner:
            groups.append(Question(group_of(part), part.title, "group", hint=part.says, inner=inner))
    return Form(INTAKE, "Your intake", tuple(groups), recall=intake.recall)


def group_of(part: Part) -> str:
    """The id of the group this part makes in the form; a rule may be called as the part is."""
    return f"part-{part.id}"


def questions(rules: Iterable[Rule], sex: str) -> tuple[Rule, ...]:
    """The rules whose question is put to a patient of that sex, each wording once."""
    first: dict[str, Rule] = {}
    for rule in rules:
        if _is_asked(rule, sex):
            first.setdefault(rule.ask, rule)
    return tuple(first.values())


def _is_asked(rule: Rule, sex: str) -> bool:
    ours = rule.stage == "screening" and rule.ask != "" and rule.ask_of == PATIENT
    return ours and (not rule.asked_of_sex or sex in rule.asked_of_sex)


def _from_rule(rule: Rule, intake: Intake) -> Question:
    hint = intake.hints.get(rule.id, "")
    return Question(rule.id, rule.ask, "yes-no", required=True, may_not_know=True, hint=hint)


def facts(form: Form, intake: Intake, rules: Iterable[Rule], answers: Answers) -> tuple[object, ...]:
    """What the answers become, marked as said by the patient. "I don't know" is kept as exactly that."""
    said = counted(form, answers)
    put = [rule for rule in rules if rule.ask and rule.stage == "screening"]
    return (*_contact(intake, said), *_listed(intake, said), *_history(put, said))


def _history(rules: list[Rule], said: Answers) -> Iterator[HistoryAnswered]:
    """Every rule that asks in the same words is answered by the one question."""
    answered = {rule.ask: said[rule.id][0] for rule in rules if rule.id in said}
    for rule in rules:
        if rule.ask in answered:
            yield HistoryAnswered(question=rule.id, answer=answered[rule.ask], said_by=PATIENT)


def _listed(intake: Intake, said: Answers) -> Iterator[object]:
    for name, becomes in intake.becomes.items():
        for line in said.get(name, ()) if becomes in _LISTED else ():
            if line != UNKNOWN:
                unsure = {"verification": "unconfirmed"} if becomes == "problem" else {}
                yield _LISTED[becomes](text=line, said_by=PATIENT, **unsure)


def _contact(intake: Intake, said: Answers) -> Iterator[ContactGiven]:
    fields = {
        becomes: said[name][0]
        for name, becomes in intake.becomes.items()
        if becomes not in _LISTED and name in said and said[name] != (UNKNOWN,)
    }
    if fields:
        yield ContactGiven(**fields)


def safety_tasks(
    intake: Intake, rules: Iterable[Rule], question: str, values: tuple[str, ...], run: str
) -> tuple[TaskOpened, ...]:
    """The task an answer of the intake opens: one where the intake names the answer as a sign of danger."""
    says = {rule.id: rule.says for rule in rules}
    return tuple(
        TaskOpened(task=f"{INTAKE}-{run}", what=f"{says[question]} (the patient's own answer)", rule=question)
        for asked, answer in intake.safety
        if asked == question and values == (answer,)
    )
