"""Which forms there are for a person, and what an answer to one sets off at once."""

from decimal import Decimal

from openkap.clinical import asked_forms, intake, tasks
from openkap.clinical.answers import Due
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.forms import Answers, Choice, Enabling, Form, Question, counted
from openkap.clinical.instruments import Instrument
from openkap.clinical.intake import INTAKE
from openkap.clinical.protocol import Protocol

_ITEM = "item-"
READ = "intake-read"
"""The time an intake that was sent may wait to be read, and the due that says so."""
_PATIENT = "patient"


def form_named(name: str, chart: Chart, protocol: Protocol) -> Form | None:
    """The form of that name as this person is asked it, or None.

    The intake, what a patient rates, or a form from elsewhere that the team asked of them.
    """
    if asked := asked_forms.named(name, chart):
        return asked.form
    key = f"form {name} {chart.person.sex if name == INTAKE else ''}"
    if key not in protocol.memo:
        protocol.memo[key] = _made(name, chart.person.sex, protocol)
    made: Form | None = protocol.memo[key]
    return made


def _made(name: str, sex: str, protocol: Protocol) -> Form | None:
    if name == INTAKE:
        return intake.form(protocol.intake, protocol.rules, sex) if protocol.intake.parts else None
    scale = protocol.instruments.get(name)
    return form_of(scale) if scale and scale.items and scale.rated_by == _PATIENT else None


def form_of(scale: Instrument) -> Form:
    """An instrument with items as a form: in their published order, each answer with its score."""
    return Form(
        scale.id,
        scale.title,
        tuple(_question(scale, number) for number in range(1, len(scale.items) + 1)),
        # What stands over a triage is said to whoever asks it, not to whoever answers.
        stem="" if scale.how == "triage" else scale.stem,
        notice=scale.notice,
        recall=scale.recall or None,
    )


def _question(scale: Instrument, number: int) -> Question:
    item = scale.items[number - 1]
    scored = item.scored
    return Question(
        f"{_ITEM}{number}",
        item.text,
        "one",
        choices=tuple(
            Choice(str(n), words, Decimal(n) if scored else None)
            for n, words in enumerate(scale.answers_of(number))
        ),
        required=scored,
        enabled_when=_conditions(scale, number),
        enabled_by="any",
        above=item.above,
        hint=item.note,
    )


def _conditions(scale: Instrument, number: int) -> tuple[Enabling, ...]:
    """ "Asked if item 2 scored at least 1" as one condition for each answer that does."""
    wanted = scale.items[number - 1].asked_if
    if wanted is None:
        return ()
    looked_at = (wanted.item,) if wanted.item else range(1, number)
    return tuple(
        Enabling(f"{_ITEM}{other}", "=", str(value))
        for other in looked_at
        for value in range(wanted.at_least, len(scale.answers_of(other)))
    )


def items_of(scale: Instrument, answers: Answers) -> tuple[int | None, ...]:
    """The answers to an instrument's items in order, as a score keeps them: None for what was not asked."""
    said = counted(form_of(scale), answers)
    names = (f"{_ITEM}{number}" for number in range(1, len(scale.items) + 1))
    return tuple(int(said[name][0]) if name in said else None for name in names)


def due(case: Case) -> tuple[Due, ...]:
    """An intake that was sent waits to be read, until somebody has decided since."""
    sent, decided = case.latest(IntakeSent), case.latest(ScreeningDecided)
    if sent is None or (decided is not None and decided.effective_at >= sent.effective_at):
        return ()
    by = sent.effective_at + case.protocol.span(READ)
    return (Due("intake to read", "prescriber", by, READ, stage="screening"),)


def danger(
    protocol: Protocol, form: str, question: str, values: tuple[str, ...], *, run: str
) -> tuple[TaskOpened, ...]:
    """The safety tasks that this one answer opens, whether or not they are open already.

    A form from elsewhere opens none: no rule knows its questions.
    """
    if form == INTAKE:
        return intake.safety_tasks(protocol.intake, protocol.rules, question, values, run)
    item = question.removeprefix(_ITEM)
    if form not in protocol.instruments or not values or not item.isdigit():
        return ()
    return tasks.safety_tasks_for_answer(form, int(item), int(values[0]), protocol, sitting=run)
