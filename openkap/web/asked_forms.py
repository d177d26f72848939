"""Forms from elsewhere on a chart: which were asked, how far each is, and what was answered."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import forms as act
from openkap.clinical import asked_forms, runs
from openkap.clinical.asked_forms import Added, AskedForm
from openkap.clinical.chart import Chart
from openkap.clinical.forms import asked
from openkap.clinical.quantity import plain
from openkap.records import policy
from openkap.records.read import NotFound
from openkap.web import form_read, pages, people, words
from openkap.web.door import go, needs, show
from openkap.web.form_outline import outline
from openkap.web.typed import Typed


@needs("chart.read")
def forms(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Every form that was asked, the newest first."""
    frame = pages.of(request, chart, permission="chart.read")
    asked_ = asked_forms.asked_forms(frame["chart"])
    names = people.names(request.principal, {one.entry.author for one in asked_})
    context = {
        "rows": [
            {
                "id": one.form.id,
                "title": one.form.title,
                "state": state(one, frame["chart"], request),
                "at": one.entry.effective_at,
                "by": names.get(one.entry.author, ""),
                "sent": one.sent,
            }
            for one in reversed(asked_)
        ],
        "may_ask": policy.may(request.principal, "form.ask"),
    }
    return show(request, "forms/forms.html", frame | context)


def state(one: AskedForm, chart: Chart, request: HttpRequest) -> str:
    """How far this asking is, in a few words."""
    if one.sent:
        return f"Answered {words.day(one.sent.effective_at)}"
    if one.taken_back:
        return f"Taken back {words.day(one.taken_back.effective_at)}, not answered"
    run = runs.current(chart, one.form, request.at)
    if run is None:
        return "Waits for the patient"
    shown = asked(one.form, run.answers)
    return f"Begun: {sum(part.id in run.answers for part in shown)} of {len(shown)} answered, not sent"


@needs("chart.read")
def answers(request: HttpRequest, chart: UUID, asking: str) -> HttpResponseBase:
    """One asking: the answers once they were sent, else what is asked."""
    frame = pages.of(request, chart, permission="chart.read")
    one = asked_forms.named(asking, frame["chart"])
    if one is None:
        raise NotFound
    by = people.names(request.principal, {one.entry.author}).get(one.entry.author, "")
    context = {
        "one": one,
        "fact": one.entry.fact,
        "asked_by": by,
        "state": state(one, frame["chart"], request),
        "may_take_back": one.waits and policy.may(request.principal, "form.ask"),
    }
    told = _read(one, frame["chart"]) if one.sent else {"parts": outline(one.form)}
    return show(request, "forms/answers.html", frame | context | told)


def _read(one: AskedForm, chart: Chart) -> dict[str, Any]:
    assert one.sent, "what was not sent is not read"
    run = runs.whole(chart, one.sent.fact.run)
    given = run.answers if run else {}
    added = asked_forms.added(one.form, given)
    read = form_read.lines(one.form, given, earlier=runs.earlier(chart, one.sent.fact.run))
    not_asked = sum(part.asks for part, _ in one.form.flat) - len(read)
    return {"lines": read, "total": _total(added), "not_asked": not_asked}


def _total(added: Added | None) -> str:
    """The total, or what the scores come to and why that is none."""
    if added is None:
        return ""
    if added.complete:
        return f"Total {plain(added.total)}, from {added.scored} answers by the scores in the file."
    unscored = f"{added.unscored} answer{' has' if added.unscored == 1 else 's have'} no score in the file"
    blank = f"{added.blank} {'was' if added.blank == 1 else 'were'} left empty"
    missing = " and ".join(
        said for said, there in ((unscored, added.unscored), (blank, added.blank)) if there
    )
    return f"The scores add up to {plain(added.total)}, which is no total: {missing}."


@needs("form.ask", back=answers)
def take_back(request: HttpRequest, chart: UUID, asking: str) -> HttpResponseBase:
    """A form that was not sent is asked no more."""
    typed = Typed(request)
    reason = typed.text("reason", required=False)
    typed.done()
    act.take_back_form(request.principal, str(chart), at=request.at, form=asking, reason=reason)
    return go(request, "forms", chart=chart, said="It is taken back. The patient is not asked it any more.")
