"""A form on the patient's own pages: one question a screen, saved as it is answered, resumed anywhere."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from openkap.actions import asking as act
from openkap.actions import screening
from openkap.clinical import asked_forms, runs
from openkap.clinical.asking import danger, form_named, items_of
from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import Score
from openkap.clinical.forms import (
    UNKNOWN,
    Answers,
    Form,
    Question,
    asked,
    fault,
    next_question,
    problems,
)
from openkap.clinical.intake import INTAKE
from openkap.clinical.runs import Run
from openkap.records.read import NotFound
from openkap.web import form_texts, scores
from openkap.web.door import go, link, needs, show
from openkap.web.form_answers import choices_of, given, in_words, shown
from openkap.web.intake_stops import is_wanted, left
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed

CHECK = "check"
"""Where a changed answer leads back to."""


class Filling:
    """The form a request is about, and how far this patient has come with it."""

    def __init__(self, request: HttpRequest, name: str) -> None:
        self.frame = frame_of(request)
        self.chart: Chart = self.frame["chart"]
        found = form_named(name, self.chart, request.protocol)
        if found is None:
            raise NotFound
        self.form: Form = found
        self.asked = asked_forms.named(name, self.chart)
        self.run: Run | None = runs.current(self.chart, found, request.at)
        self.answers: Answers = self.run.answers if self.run else {}

    def part(self, question: str) -> Question | None:
        """The question of that id, if it shows now."""
        return next((part for part in asked(self.form, self.answers) if part.id == question), None)

    def over(self, request: HttpRequest) -> HttpResponseBase | None:
        """Where to go when this form is not to be answered any more: it was sent, or taken back."""
        if self.asked is None or self.asked.waits:
            return None
        if self.asked.sent:
            return go(request, "portal-form-sent", form=self.form.id)
        return go(request, "portal", said="Your team does not need those answers any more. Thank you.")

    def beside(self, question: Question) -> list[Question]:
        """The questions of the same part, in order: what "3 of 9" counts. An asked form is one part."""
        if self.asked:
            return list(asked(self.form, self.answers))
        group = self.form.group_of(question.id)
        return [part for part in asked(self.form, self.answers) if self.form.group_of(part.id) == group]


@needs("form.answer")
def form(request: HttpRequest, form: str) -> HttpResponseBase:
    """To the first question that is open, or to the answers when there is none."""
    filling = Filling(request, form)
    if over := filling.over(request):
        return over
    following = next_question(filling.form, filling.answers)
    if following is None:
        return go(request, "portal-form-check", form=form)
    afresh = runs.lapsed(filling.chart, filling.form, request.at)
    return go(request, "portal-question", said=afresh, form=form, question=following.id)


@needs("form.answer")
def question(request: HttpRequest, form: str, question: str) -> HttpResponseBase:
    """One question, with the answer it has so far."""
    filling = Filling(request, form)
    if over := filling.over(request):
        return over
    part = filling.part(question)
    if part is None:
        return go(request, "portal-form", form=form)
    beside = filling.beside(part)
    place = beside.index(part)
    group = filling.form.group_of(part.id)
    context = {
        "form": filling.form,
        "question": part,
        "part": filling.form.title if filling.asked else group.text if group else "",
        "texts": form_texts.above(filling.form, filling.answers, part) if filling.asked else (),
        "number": place + 1,
        "of": len(beside),
        "back_to": _page(form, beside[place - 1]) if place else _home(form),
        "choices": choices_of(part),
        "value": shown(part, filling.answers.get(part.id, ())),
        "not_known": (UNKNOWN,) if filling.answers.get(part.id) == (UNKNOWN,) else (),
        "then": _then(request),
        "waits": filling.frame["resting"] and form == INTAKE,
    }
    return show(request, "portal/question.html", filling.frame | context)


@needs("form.answer", back=question)
def save(request: HttpRequest, form: str, question: str) -> HttpResponseBase:
    """One answer. A worrying one is answered to at once, on the very next page."""
    filling = Filling(request, form)
    if over := filling.over(request):
        return over
    part = filling.part(question)
    if part is None:
        return go(request, "portal-form", form=form)
    typed = Typed(request)
    values = given(typed, part)
    if not typed.faults and (wrong := fault(part, values)):
        typed.fault("answer", wrong.what, wrong.todo)
    typed.done()
    if filling.answers.get(question) != values:
        _save(request, filling, part, values)
    if danger(request.protocol, form, question, values, run=""):
        return go(request, "portal-form-help", form=form)
    return _onwards(request, filling.form, part, {**filling.answers, question: values})


def _save(request: HttpRequest, filling: Filling, part: Question, values: tuple[str, ...]) -> None:
    act.save_answer(
        request.principal,
        filling.frame["chart_id"],
        at=request.at,
        via=PORTAL,
        id=_sent_id(request, filling.chart, values),
        form=filling.form.id,
        version=request.POST.get("version", ""),
        question=part.id,
        values=values,
    )


def _sent_id(request: HttpRequest, chart: Chart, values: tuple[str, ...]) -> UUID | None:
    """The same answer of one page is one sending, however often; changed and changed back it is a new one."""
    try:
        sent = uuid5(UUID(request.POST.get("id", "")), "\n".join(values))
    except ValueError:
        return None
    return None if any(entry.id == sent for entry in chart.entries) else sent


def _onwards(request: HttpRequest, form: Form, part: Question, answers: Answers) -> HttpResponseBase:
    following = next_question(form, answers)
    if following is None:
        to_intake = form.id == INTAKE and _then(request) != CHECK
        return go(request, "portal-intake") if to_intake else go(request, "portal-form-check", form=form.id)
    elsewhere = form.group_of(following.id) != form.group_of(part.id)
    if form.id == INTAKE and elsewhere and _then(request) != CHECK:
        return go(request, "portal-intake")
    return HttpResponseRedirect(_page(form.id, following, then=_then(request)))


@needs("form.answer")
def help_first(request: HttpRequest, form: str) -> HttpResponseBase:
    """Who to call, before anything else; and the way to go on."""
    filling = Filling(request, form)
    return show(request, "portal/crisis.html", filling.frame | {"onwards": link("portal-form", form=form)})


@needs("form.answer")
def check(request: HttpRequest, form: str) -> HttpResponseBase:
    """Everything that was said, to look through, change and send."""
    filling = Filling(request, form)
    if over := filling.over(request):
        return over
    if filling.run is None:
        return go(request, "portal-form", form=form)
    open_ = {one.where for one in problems(filling.form, filling.answers)}
    context = {
        "form": filling.form,
        "run": filling.run.id,
        "groups": _groups(filling),
        "texts": form_texts.after_all(filling.form, filling.answers),
        "open": [part for part in asked(filling.form, filling.answers) if part.id in open_],
        "back_to": _home(form),
        "waits": filling.frame["resting"] and form == INTAKE,
    }
    return show(request, "portal/check.html", filling.frame | context)


def _groups(filling: Filling) -> list[dict[str, Any]]:
    """The answers by part, each with its words and the way to change it."""
    groups: dict[str, dict[str, Any]] = {}
    for part in asked(filling.form, filling.answers):
        group = filling.form.group_of(part.id)
        title = group.text if group else ""
        line = {
            "text": part.text,
            "said": in_words(part, filling.answers.get(part.id)),
            "href": _page(filling.form.id, part, then=CHECK),
        }
        groups.setdefault(title, {"title": title, "lines": []})["lines"].append(line)
    return list(groups.values())


@needs("form.answer", back=check)
def send(request: HttpRequest, form: str) -> HttpResponseBase:
    """The finished form, sent once: an instrument becomes a score, the intake goes to the clinic."""
    filling = Filling(request, form)
    run = request.POST.get("run", "")
    if _sent_before(filling.chart, run):
        return go(request, "portal-form-sent", form=form)
    if over := filling.over(request):
        return over
    if filling.run is None or filling.run.id != run or problems(filling.form, filling.answers):
        return go(request, "portal-form", form=form)
    common: Mapping[str, Any] = {"at": request.at, "via": PORTAL, "id": runs.finish_id(run)}
    if form == INTAKE:
        act.send_intake(request.principal, filling.frame["chart_id"], run=run, **common)
    elif filling.asked:
        act.send_form(request.principal, filling.frame["chart_id"], form=form, run=run, **common)
    else:
        items = items_of(request.protocol.instruments[form], filling.answers)
        screening.record_score(
            request.principal,
            filling.frame["chart_id"],
            instrument=form,
            items=items,
            by="patient",
            sitting=run,
            **common,
        )
    return go(request, "portal-form-sent", form=form)


@needs("portal.read")
def sent(request: HttpRequest, form: str) -> HttpResponseBase:
    """Thank you; and, when an answer says so, help first."""
    filling = Filling(request, form)
    latest = filling.chart.latest(Score, instrument=form)
    context = {
        "form": filling.form,
        "intake": form == INTAKE,
        "worried": latest is not None and scores.worries(latest.fact, request.protocol),
        "asked": filling.asked,
        "more": (form != INTAKE and is_wanted(filling.chart, request.protocol))
        or bool(left(filling.chart, request.protocol, request.at)),
    }
    return show(request, "portal/sent.html", filling.frame | context)


def _sent_before(chart: Chart, run: str) -> bool:
    try:
        return runs.finished(chart, run)
    except ValueError:
        return False


def _page(form: str, question: Question, *, then: str = "") -> str:
    href = link("portal-question", form=form, question=question.id)
    return f"{href}?{urlencode({'then': then})}" if then else href


def _home(form: str) -> str:
    return link("portal-intake") if form == INTAKE else link("portal")


def _then(request: HttpRequest) -> str:
    asked_for = request.POST.get("then") or request.GET.get("then", "")
    return CHECK if asked_for == CHECK else ""
