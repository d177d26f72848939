"""Forms a patient fills in: every answer is saved as it is given, and the intake is sent once."""

from openkap.actions.door import Act, action
from openkap.clinical import asked_forms, intake, runs
from openkap.clinical.asking import danger, form_named
from openkap.clinical.entries.asking import AnswerSaved, FormSent, IntakeSent
from openkap.clinical.forms import UNKNOWN, Form, counted, fault, problems
from openkap.clinical.intake import INTAKE
from openkap.clinical.refusal import BadFields, BadInput
from openkap.clinical.runs import Run
from openkap.clinical.tasks import news


@action("form.answer")
def save_answer(
    act: Act, *, form: str, version: str, question: str, values: tuple[str, ...], run: str = ""
) -> None:
    """One answer of the patient. `run`: the filling in it belongs to; empty for whatever is in progress.

    An answer that a safety rule calls positive opens its task at this moment, not when the form is finished.
    """
    asked = _form(act, form)
    if asked.version != version:
        raise BadInput("form", "the questions have changed since this page was opened", "Open them again")
    if wrong := fault(asked.question(question), values):
        raise BadFields([wrong])
    before = _in_progress(act, asked, run)
    here = before.id if before else act.new_id()
    act.write(AnswerSaved(form=form, version=version, run=here, question=question, values=values))
    told = danger(act.protocol, form, question, values, run=here)
    for task in news(told, act.chart, act.protocol):
        act.write(task)


@action("form.answer")
def send_intake(act: Act, *, run: str) -> None:
    """The intake as it was answered, sent to the clinic: what was said becomes facts said by the patient."""
    asked = _form(act, INTAKE)
    here = _in_progress(act, asked, run)
    if here is None:
        raise BadInput("run", "nothing has been answered yet", "Answer the questions first")
    if wrong := problems(asked, here.answers):
        raise BadFields(list(wrong))
    act.pass_gate("send-intake")
    said = counted(asked, here.answers)
    unknown = tuple(name for name, values in said.items() if values == (UNKNOWN,))
    act.write(IntakeSent(run=run, version=asked.version, answered=len(said), unknown=unknown))
    for fact in intake.facts(asked, act.protocol.intake, act.protocol.rules, here.answers):
        act.write(fact)


@action("form.answer")
def send_form(act: Act, *, form: str, run: str) -> None:
    """A form from elsewhere as it was answered, sent to the team. It becomes no fact that a rule looks at."""
    asked = _form(act, form)
    if asked_forms.named(form, act.chart) is None:
        raise BadInput("form", "this is not a form from elsewhere", "Send it from its own page")
    here = _in_progress(act, asked, run)
    if here is None:
        raise BadInput("run", "nothing has been answered yet", "Answer the questions first")
    if wrong := problems(asked, here.answers):
        raise BadFields(list(wrong))
    answered = len(counted(asked, here.answers))
    sent = FormSent(form=form, title=asked.title, version=asked.version, run=here.id, answered=answered)
    act.write(sent, id=runs.finish_id(here.id))


def _form(act: Act, name: str) -> Form:
    found = form_named(name, act.chart, act.protocol)
    if found is None:
        raise BadInput("form", f"{name[:40]!r} is not a form here", "Choose one that is")
    asked = asked_forms.named(name, act.chart)
    if asked and asked.sent:
        raise BadInput("form", "these answers have been sent already", "Talk with your team to add to them")
    if asked and asked.taken_back:
        raise BadInput("form", "your team does not ask this any more", "There is nothing left to answer")
    return found


def _in_progress(act: Act, form: Form, run: str) -> Run | None:
    """The run to go on with, which must be the one the page was about."""
    here = runs.current(act.chart, form, act.at)
    if run and (here is None or here.id != run):
        sent = runs.finished(act.chart, run)
        why = (
            "these answers have been sent already"
            if sent
            else runs.lapsed(act.chart, form, act.at).rstrip(".")
        )
        raise BadInput("run", why or "these questions were begun again elsewhere", "Open the questions again")
    return here
