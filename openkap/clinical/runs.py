"""Runs: one filling in of a form, saved answer by answer, gone on with anywhere, finished once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.asking import AnswerSaved
from openkap.clinical.forms import Form


@dataclass(frozen=True, slots=True)
class Run:
    """One filling in of a form. `answers` holds the newest answer to each question."""

    id: str
    form: str
    version: str
    began_at: datetime
    answers: dict[str, tuple[str, ...]]


def current(chart: Chart, form: Form, at: datetime) -> Run | None:
    """The run to go on with; None when there is none, or it is finished, or can only be started afresh."""
    run = _newest(chart, form.id, at)
    return run if run and not why_afresh(run, form, at) else None


def lapsed(chart: Chart, form: Form, at: datetime) -> str:
    """Why answers already given cannot be gone on with, as a sentence for the person; "" when they can."""
    run = _newest(chart, form.id, at)
    return why_afresh(run, form, at) if run else ""


def why_afresh(run: Run, form: Form, at: datetime) -> str:
    """Why this run cannot be gone on with; "" when it can."""
    if form.recall is not None and at - run.began_at > form.recall:
        return (
            f"You began on {run.began_at.day} {run.began_at:%B}. That is too long ago, so please start again."
        )
    if run.version != form.version:
        return "The questions have changed since you began, so please start again."
    return ""


def finish_id(run: str) -> UUID:
    """The id of the entry that finishes a run: sent twice, it is stored once."""
    return uuid5(UUID(run), "finished")


def finished(chart: Chart, run: str) -> bool:
    """Whether the entry that finishes this run is in the ledger."""
    ending = finish_id(run)
    return any(entry.id == ending for entry in chart.entries)


def whole(chart: Chart, run: str) -> Run | None:
    """A run as it stands, finished or not; None where nothing was answered under that id."""
    saved = [entry for entry in chart.all(AnswerSaved) if entry.fact.run == run]
    return _run(saved) if saved else None


def earlier(chart: Chart, run: str) -> dict[str, list[tuple[str, ...]]]:
    """What was answered in a run and changed later, by question, oldest first."""
    said: dict[str, list[tuple[str, ...]]] = {}
    for entry in chart.all(AnswerSaved):
        if entry.fact.run == run:
            said.setdefault(entry.fact.question, []).append(tuple(entry.fact.values))
    return {
        question: [values for values in dict.fromkeys(given) if values != given[-1]]
        for question, given in said.items()
        if set(given) != {given[-1]}
    }


def _newest(chart: Chart, form: str, at: datetime) -> Run | None:
    """The unfinished run of a form that was answered last."""
    saved = [e for e in chart.all(AnswerSaved) if e.fact.form == form and e.effective_at <= at]
    if not saved or finished(chart, saved[-1].fact.run):
        return None
    of_it = [entry for entry in saved if entry.fact.run == saved[-1].fact.run]
    return _run(of_it)


def _run(saved: list[Entry]) -> Run:
    last = saved[-1].fact
    answers = {entry.fact.question: tuple(entry.fact.values) for entry in saved}
    return Run(last.run, last.form, last.version, saved[0].effective_at, answers)
