"""What a sent intake led to: which findings rest on an answer of it, and the instruments answered with it."""

from collections.abc import Iterable, Mapping

from openkap.clinical.asking import danger
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.asking import AnswerSaved
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.screening import Score
from openkap.clinical.entries.words import Measured
from openkap.clinical.forms import Question
from openkap.clinical.intake import PATIENT
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Finding
from openkap.clinical.runs import finish_id

YES = ("yes",)


def rests_on(
    finding: Finding, question: Question, values: tuple[str, ...], becomes: str, sent: Entry
) -> bool:
    """Whether this answer of the intake makes the finding speak, alone or with the record.

    A yes to its rule's own question does. So does a line among the data of the finding; `becomes`: the kind
    of fact its lines were written down as, "" for a question of a rule.
    """
    if becomes:
        return any(_is_line(data, becomes, values, sent) for data in finding.because)
    return finding.rule.ask == question.text and values == YES


def _is_line(data: Measured, becomes: str, lines: tuple[str, ...], sent: Entry) -> bool:
    here = data.what == becomes and data.at == sent.effective_at.isoformat()
    return here and any(data.value.startswith(f"{line}, ") for line in lines)


def rests_on_score(finding: Finding, title: str, item: int, score: Entry) -> bool:
    """Whether the finding looks at this item of the score; item 0: at the score as a whole."""
    name = f"{title} item {item}" if item else title
    at = score.effective_at.isoformat()
    return any(data.what == name and data.at == at for data in finding.because)


def tasks_of(
    chart: Chart, protocol: Protocol, form: str, question: str, said: Iterable[tuple[str, ...]], run: str
) -> tuple[TaskOpened, ...]:
    """The safety tasks in the chart that one of these answers to a question opened, the last said first."""
    opened: Mapping[tuple[str, str], TaskOpened] = {(f.task, f.what): f for f in chart.facts(TaskOpened)}
    told = (task for values in said for task in danger(protocol, form, question, values, run=run))
    found = (opened.get((task.task, task.what)) for task in told)
    return tuple(dict.fromkeys(task for task in found if task is not None))


def score_beside(chart: Chart, instrument: str, sent: Entry) -> Entry | None:
    """The score the patient gave last before the intake was sent; else the first one after it."""
    given = [e for e in chart.all(Score) if e.fact.instrument == instrument and e.fact.by == PATIENT]
    given.sort(key=lambda entry: (entry.effective_at, entry.seq))
    before = [entry for entry in given if entry.effective_at <= sent.effective_at]
    return before[-1] if before else next(iter(given), None)


def run_of(chart: Chart, score: Entry) -> str:
    """The run whose answers became this score; the score's own id where it was not filled in that way."""
    saved = (entry.fact for entry in chart.all(AnswerSaved) if entry.fact.form == score.fact.instrument)
    runs_ = dict.fromkeys(fact.run for fact in saved)
    return next((run for run in runs_ if finish_id(run) == score.id), str(score.id))
