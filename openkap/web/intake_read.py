"""The whole intake a patient sent, in order and in their own words, with what each answer led to.

Reading it changes nothing but the log of who looked.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.clinical import runs
from openkap.clinical.asking import form_named, form_of
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.forms import Form, Question, asked
from openkap.clinical.instruments import Instrument
from openkap.clinical.intake import INTAKE, group_of
from openkap.clinical.intake_read import rests_on, rests_on_score, run_of, score_beside, tasks_of
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Finding
from openkap.clinical.runs import Run
from openkap.web import form_read, pages, score_list, words
from openkap.web.door import link, needs, show
from openkap.web.form_read import Line, Mark, Part

ITEM = "item-"


@needs("screening.read")
def intake(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Every part as it was asked; where none was sent, a page that says so."""
    frame = pages.of(request, chart, permission="screening.read", here="screening")
    sent = frame["chart"].latest(IntakeSent)
    form = form_named(INTAKE, frame["chart"], request.protocol)
    if sent is None or form is None:
        return show(request, "screening/intake.html", frame | {"sent": None})
    reading = Reading(frame["chart"], request.protocol, frame["status"].findings, sent, form)
    parts = list(reading.parts())
    lines = [line for part in parts for line in part.lines]
    context = {
        "sent": sent,
        "parts": parts,
        "changed": form.version != sent.fact.version,
        "unknown": sum(line.state == "unknown" for line in lines),
        "blank": sum(line.state == "blank" for line in lines),
        "led": sum(bool(line.marks) for line in lines),
    }
    return show(request, "screening/intake.html", frame | context)


class Reading:
    """One sent intake beside the chart as it stands now."""

    def __init__(
        self, chart: Chart, protocol: Protocol, findings: Sequence[Finding], sent: Entry, form: Form
    ) -> None:
        self.chart, self.protocol, self.findings = chart, protocol, findings
        self.sent, self.form = sent, form
        self.chart_id = chart.subject.partition(":")[2]
        self.run = runs.whole(chart, sent.fact.run) or Run(
            sent.fact.run, INTAKE, sent.fact.version, sent.effective_at, {}
        )
        self.earlier = runs.earlier(chart, sent.fact.run)

    def parts(self) -> Iterator[Part]:
        """Every part of the intake that asked this person something, then what is not asked any more."""
        for part in self.protocol.intake.parts:
            if part.instrument:
                yield self._instrument(part.title, self.protocol.instruments[part.instrument])
                continue
            inside = [q for q in asked(self.form, self.run.answers) if self._group(q) == group_of(part)]
            if inside:
                yield Part(part.title, self._lines(inside))
        if strangers := self._not_asked_any_more():
            yield Part("Not asked any more", strangers)

    def _group(self, question: Question) -> str:
        group = self.form.group_of(question.id)
        return group.id if group else ""

    def _lines(self, inside: list[Question]) -> tuple[Line, ...]:
        made = form_read.lines(
            self.form, self.run.answers, questions=inside, earlier=self.earlier, marks=self._marks
        )
        return tuple(form_read.without_headings(line) for line in made)

    def _marks(self, question: Question) -> list[Mark]:
        """The findings that rest on this answer, and the safety tasks that any answer to it opened."""
        values = self.run.answers.get(question.id, ())
        becomes = self.protocol.intake.becomes.get(question.id, "")
        found = [f for f in self.findings if rests_on(f, question, values, becomes, self.sent)]
        given = [*self.earlier.get(question.id, ()), values]
        tasks = tasks_of(self.chart, self.protocol, INTAKE, question.id, given, self.run.id)
        return [*map(self._task, tasks), *map(self._finding, found)]

    def _instrument(self, title: str, scale: Instrument) -> Part:
        """The items of an instrument that belongs to the intake, from the score kept beside it."""
        score = score_beside(self.chart, scale.id, self.sent)
        if score is None:
            return Part(title, (), f"{scale.title} was not answered.")
        form, run = form_of(scale), run_of(self.chart, score)
        items = enumerate(score.fact.items, 1)
        answers = {f"{ITEM}{number}": (str(value),) for number, value in items if value is not None}
        earlier = runs.earlier(self.chart, run)

        def marks(question: Question) -> list[Mark]:
            given = [*earlier.get(question.id, ()), answers.get(question.id, ())]
            tasks = tasks_of(self.chart, self.protocol, scale.id, question.id, given, run)
            item = int(question.id.removeprefix(ITEM))
            found = [f for f in self.findings if rests_on_score(f, scale.title, item, score)]
            return [*map(self._task, tasks), *map(self._finding, found)]

        lines = form_read.lines(form, answers, earlier=earlier, marks=marks)
        return Part(title, lines, self._scored(scale, score))

    def _scored(self, scale: Instrument, score: Entry) -> str:
        """ "PHQ-9: 12 of 27. Moderate. Answered 3 May 2026." """
        point = next((p for p in score_list.of(self.chart, scale) if p.at == score.effective_at), None)
        line = score_list.line(scale, point) if point else None
        told = ". ".join(part for part in (line.total, line.word) if part) if line else ""
        whole = [f.rule.says for f in self.findings if rests_on_score(f, scale.title, 0, score)]
        return " ".join(
            f"{said.rstrip('.')}."
            for said in (
                f"{scale.title}: {told}",
                f"Answered {words.day(score.effective_at)}",
                *(f"Finding: {says}" for says in whole),
            )
        )

    def _not_asked_any_more(self) -> tuple[Line, ...]:
        """Answers to questions that the intake of today does not have, in the words of their ids."""
        known = {part.id for part, _ in self.form.flat}
        return tuple(
            Line(words.name(name).capitalize(), (), values or ("Left empty",), "said" if values else "blank")
            for name, values in self.run.answers.items()
            if name not in known
        )

    def _finding(self, finding: Finding) -> Mark:
        place = f"{link('screening', chart=self.chart_id)}#g-{finding.rule.then}"
        return Mark(f"{words.grade(finding.rule.then)}: {finding.rule.says}", place)

    def _task(self, task: TaskOpened) -> Mark:
        return Mark(f"Opened a safety task: {task.what}", loud=True)
