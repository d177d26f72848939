"""What is gathered beside the record: treatments tried, letters, tests with their age, classes of risk."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import history as actions
from openkap.clinical import stopbang
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries import history as h
from openkap.clinical.labs import Lab, labs
from openkap.clinical.protocol import Protocol
from openkap.records import policy, read
from openkap.web import history_words as said
from openkap.web import pages, people, words
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

YES_NO_UNKNOWN = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
CORRECTED = {h.TreatmentTrial: "trial", h.SubstanceUse: "substance", h.ClearanceLetter: "letter"}
"""Kinds of which there are many lines, so that one of them may have to be corrected: their forms."""
KINDS = (h.TreatmentTrial, h.SubstanceUse, h.PdmpQueried, h.ClearanceLetter, h.AsaClass, h.StopBang)


@needs("screening.read")
def history(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Each kind with what is on file, newest first, and a form for one more."""
    context = pages.of(request, chart, permission="screening.read", here="screening")
    folded, protocol, who = context["chart"], context["protocol"], request.principal
    rows = {kind: sorted(folded.all(kind), key=_newest, reverse=True) for kind in KINDS}
    names = people.names(who, {entry.author for entries in rows.values() for entry in entries})
    context |= {
        "trials": [_trial(entry, protocol, names) for entry in rows[h.TreatmentTrial]],
        "substances": _rows(rows[h.SubstanceUse], said.substance, names),
        "queries": _rows(rows[h.PdmpQueried], said.query, names),
        "letters": [
            _letter(entry, protocol, names, context["status"].at) for entry in rows[h.ClearanceLetter]
        ],
        "classes": _rows(rows[h.AsaClass], lambda fact: f"Class {said.ASA[fact.asa]}. {fact.reason}", names),
        "scores": _rows(rows[h.StopBang], lambda fact: said.score(fact, protocol), names),
        "labs": [lab(one, request.at) for one in labs(folded, protocol, request.at)],
        "known": _known(folded, protocol, request.at),
        "weeks_unset": "adequate-trial-weeks" not in protocol.numbers,
        "may_answer": policy.may(who, "screening.answer"),
        "may_decide": policy.may(who, "screening.decide"),
        "options": _options(context),
        "edit": _being_corrected(request, folded),
    }
    return show(request, "screening/history.html", context)


def _being_corrected(request: HttpRequest, chart: Chart) -> dict[str, dict[str, str]]:
    """The line a person is about to correct, as its form shows it: form → field → text."""
    wanted = request.GET.get("correct") or request.POST.get("supersedes", "")
    for kind, form in CORRECTED.items():
        for entry in chart.all(kind):
            if str(entry.id) == wanted:
                said = {field.name: getattr(entry.fact, field.name) for field in fields(entry.fact)}
                shown = {name: "" if value is None else str(value) for name, value in said.items()}
                return {form: shown | {"supersedes": wanted}}
    return {}


def _corrects(request: HttpRequest, chart: UUID, typed: Typed, kind: type) -> dict[str, Any]:
    """The terms of a correction: which line it takes the place of, and when that line was from."""
    wanted = typed.data.get("supersedes", "")
    if not wanted:
        return {}
    folded = read.chart(request.principal, str(chart), permission="screening.answer", log=False)
    entry = next((one for one in folded.all(kind) if str(one.id) == wanted), None)
    if entry is None:
        typed.fault("supersedes", "this line is not there any more", "Open the page again")
        return {}
    return {"supersedes": entry.id, "effective_at": entry.effective_at}


def _newest(entry: Entry) -> tuple[Any, int]:
    return entry.effective_at, entry.seq


def _rows(entries: list[Entry], say: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "says": say(entry.fact),
            "id": str(entry.id),
            "at": entry.effective_at,
            "by": names.get(entry.author, ""),
        }
        for entry in entries
    ]


def _trial(entry: Entry, protocol: Protocol, names: dict[str, str]) -> dict[str, Any]:
    fact = entry.fact
    least = protocol.numbers.get("adequate-trial-weeks")
    short = least is not None and fact.weeks is not None and fact.weeks < least.value
    return {
        "kind": said.TREATMENTS.get(fact.treatment, fact.treatment),
        "says": said.trial(fact),
        "judged": said.judged(fact),
        "reason": fact.reason,
        "short": f"shorter than the {least.value} weeks this clinic asks for" if least and short else "",
        "id": str(entry.id),
        "at": entry.effective_at,
        "by": names.get(entry.author, ""),
    }


def _letter(entry: Entry, protocol: Protocol, names: dict[str, str], at: Any) -> dict[str, Any]:
    fact = entry.fact
    return {
        "says": said.letter(fact),
        "about": words_of_rule(fact.rule, protocol),
        "old": bool(fact.valid_until and fact.valid_until < words.local(at).date()),
        "id": str(entry.id),
        "at": entry.effective_at,
        "by": names.get(entry.author, ""),
    }


def words_of_rule(rule: str, protocol: Protocol) -> str:
    return next((known.says for known in protocol.rules if known.id == rule), words.name(rule))


def lab(one: Lab, at: Any) -> dict[str, Any]:
    """One test as a line: its newest value, its age, and how long it holds."""
    return {
        "title": one.title[:1].upper() + one.title[1:],
        "value": words.value(one.value) if one.value else "",
        "at": one.at,
        "ago": words.ago(one.at, at) if one.at else "",
        "holds": one.holds,
        "old": one.out_of_date,
    }


def _known(chart: Any, protocol: Protocol, at: Any) -> list[dict[str, str]]:
    """The eight questions: those the chart answers, with what the answer rests on, and those to be asked."""
    told = stopbang.known(chart, protocol, at)
    items = said.stop_bang_items(protocol)
    return [
        {
            "name": name,
            "asks": items[name],
            "answer": told[name].answer if name in told and told[name].answer != stopbang.UNKNOWN else "",
            "because": words.value(told[name].because) if name in told else "",
        }
        for name in stopbang.ITEMS
    ]


def _options(context: dict[str, Any]) -> dict[str, Any]:
    findings = [finding.rule for finding in context["status"].findings]
    others = [
        rule
        for rule in context["protocol"].rules
        if rule.stage == "screening"
        and rule.then in ("exclude", "stabilise", "decide")
        and rule not in findings
    ]
    return {
        "treatments": list(said.TREATMENTS.items()),
        "outcomes": [(name, text[:1].upper() + text[1:]) for name, text in said.OUTCOMES.items()],
        "adherence": [("full", "As agreed"), ("partial", "In part"), ("unknown", "Not known")],
        "answers": YES_NO_UNKNOWN,
        "showed": [("expected", "Nothing but what was expected"), ("to-weigh", "Something to weigh")],
        "specialties": [("", "Choose"), *((name, name) for name in said.LETTERS_FROM)],
        "opinions": [(name, text[:1].upper() + text[1:]) for name, text in said.OPINIONS.items()],
        "about": [("", "Choose the finding"), *((rule.id, rule.says) for rule in (*findings, *others))],
        "asa": [(str(number), roman) for number, roman in said.ASA.items()],
    }


@needs("screening.answer", back=history)
def trial(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One treatment that was tried."""
    typed = Typed(request)
    given = {
        **_corrects(request, chart, typed, h.TreatmentTrial),
        "treatment": typed.choice("treatment", actions.TREATMENTS),
        "what": typed.text("what", todo="Write which treatment"),
        "outcome": typed.choice("outcome", actions.OUTCOMES),
        "adherence": typed.choice("adherence", actions.ADHERENCE),
        "this_episode": typed.choice("this_episode", actions.ANSWERS),
        "adequate": typed.choice("adequate", actions.ANSWERS),
        "weeks": typed.whole("weeks", required=False),
        **{name: typed.text(name, required=False) for name in ("dose", "highest_dose", "when", "reason")},
    }
    typed.done()
    return _done(request, chart, actions.record_trial, typed, "The treatment is written down.", **given)


@needs("screening.answer", back=history)
def substance(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One substance."""
    typed = Typed(request)
    given = _corrects(request, chart, typed, h.SubstanceUse)
    given |= {name: typed.text(name) for name in ("substance", "how", "last_use")}
    given |= {name: typed.text(name, required=False) for name in ("treatment", "note")}
    typed.done()
    return _done(request, chart, actions.record_substance, typed, "The substance is written down.", **given)


@needs("screening.answer", back=history)
def query(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The monitoring programme was asked."""
    typed = Typed(request)
    given = {
        "effective_at": typed.moment("effective_at"),
        "showed": typed.choice("showed", actions.SHOWED),
        "note": typed.text("note", required=False),
        "reference": typed.text("reference", required=False),
    }
    typed.done()
    return _done(request, chart, actions.record_query, typed, "The query is written down.", **given)


@needs("screening.answer", back=history)
def letter(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A letter about one finding."""
    typed = Typed(request)
    given = {
        **_corrects(request, chart, typed, h.ClearanceLetter),
        "rule": typed.text("rule", todo="Choose the finding it is about"),
        "specialty": typed.choice("specialty", said.LETTERS_FROM),
        "signed_by": typed.text("signed_by", todo="Write who signed it"),
        "written_on": typed.day("written_on"),
        "valid_until": typed.day("valid_until", required=False),
        "opinion": typed.choice("opinion", actions.OPINIONS),
        "says": typed.text("says", todo="Write what matters of it"),
    }
    typed.done()
    return _done(request, chart, actions.record_letter, typed, "The letter is written down.", **given)


@needs("screening.decide", back=history)
def asa(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The class of physical status."""
    typed = Typed(request)
    chosen = typed.choice("asa", [str(number) for number in actions.ASA_CLASSES])
    reason = typed.text("reason", todo="Write why this class")
    typed.done()
    fields = {"asa": int(chosen), "reason": reason}
    return _done(
        request, chart, actions.record_asa, typed, f"ASA class {said.ASA[int(chosen)]} recorded.", **fields
    )


@needs("screening.answer", back=history)
def stop_bang(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The questions of STOP-BANG that the chart does not answer by itself."""
    typed = Typed(request)
    answers = {
        name: typed.choice(name, actions.ANSWERS)
        for name in stopbang.ITEMS
        if name in request.POST or name in stopbang.ASKED
    }
    typed.done()
    return _done(request, chart, actions.record_stop_bang, typed, "STOP-BANG is recorded.", **answers)


def _done(
    request: HttpRequest, chart: UUID, action: Any, typed: Typed, done: str, **fields: Any
) -> HttpResponseBase:
    action(request.principal, str(chart), at=request.at, seen=typed.seen, **fields)
    return go(request, "screening-history", chart=chart, said=done)
