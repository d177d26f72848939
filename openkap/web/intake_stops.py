"""How far a person has come with the intake: its parts in order, and where each goes on."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical import runs
from openkap.clinical.asking import form_named
from openkap.clinical.chart import Chart
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.entries.screening import Score, ScreeningDecided
from openkap.clinical.forms import Answers, Form, asked
from openkap.clinical.intake import INTAKE, Part, group_of
from openkap.clinical.protocol import Protocol
from openkap.web.door import link


@dataclass(frozen=True, slots=True)
class Stop:
    """One part of the intake as it stands for this person."""

    title: str
    says: str
    answered: int
    of: int
    done: bool
    href: str

    @property
    def state(self) -> str:
        if self.done:
            return "Done"
        if self.answered == self.of:
            return "Look through and send"
        return f"{self.answered} of {self.of} answered" if self.answered else "Not started"


def is_wanted(chart: Chart, protocol: Protocol) -> bool:
    """Whether this person still has an intake to send: nothing was sent, and nobody has decided yet."""
    done = chart.latest(IntakeSent) or chart.latest(ScreeningDecided)
    return done is None and form_named(INTAKE, chart, protocol) is not None


def stops(chart: Chart, protocol: Protocol, at: datetime) -> list[Stop]:
    """Every part that asks this person something."""
    whole = form_named(INTAKE, chart, protocol)
    assert whole is not None, "a protocol without an intake has no parts"
    answers = _answers(chart, whole, at)
    made = [
        _instrument(part, chart, protocol, at) if part.instrument else _questions(part, whole, answers)
        for part in protocol.intake.parts
    ]
    return [stop for stop in made if stop is not None and stop.of]


def left(chart: Chart, protocol: Protocol, at: datetime) -> list[Stop]:
    """What an intake was sent without, the questionnaires begun first; nothing once somebody decided."""
    if chart.latest(IntakeSent) is None or chart.latest(ScreeningDecided) is not None:
        return []
    made = [_instrument(part, chart, protocol, at) for part in protocol.intake.parts if part.instrument]
    return sorted((stop for stop in made if stop and not stop.done), key=lambda stop: not stop.answered)


def _answers(chart: Chart, form: Form, at: datetime) -> Answers:
    run = runs.current(chart, form, at)
    return run.answers if run else {}


def _questions(part: Part, form: Form, answers: Answers) -> Stop:
    inside = [
        q for q in asked(form, answers) if (group := form.group_of(q.id)) and group.id == group_of(part)
    ]
    open_ = [question for question in inside if question.id not in answers]
    first = (open_ or inside)[:1]
    href = link("portal-question", form=INTAKE, question=first[0].id) if first else ""
    return Stop(part.title, part.says, len(inside) - len(open_), len(inside), not open_, href)


def _instrument(part: Part, chart: Chart, protocol: Protocol, at: datetime) -> Stop | None:
    form = form_named(part.instrument, chart, protocol)
    if form is None:
        return None
    answers = _answers(chart, form, at)
    inside = asked(form, answers)
    last = chart.latest(Score, instrument=form.id)
    done = last is not None and (form.recall is None or at - last.effective_at < form.recall)
    answered = len(inside) if done else sum(question.id in answers for question in inside)
    href = "" if done else link("portal-form", form=form.id)
    return Stop(part.title, part.says, answered, len(inside), done, href)
