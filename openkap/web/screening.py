"""Screening: what the record says, what nobody has asked yet, and the signed decision."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import screening as actions
from openkap.actions.door import together
from openkap.clinical import preparation
from openkap.clinical.case import Case
from openkap.clinical.entries.asking import IntakeSent
from openkap.clinical.rules import Finding
from openkap.records import policy
from openkap.web import changes, findings, gathered, pages, people, words
from openkap.web.door import go, link, needs, show
from openkap.web.sentences import rule_says
from openkap.web.signature import own_name
from openkap.web.typed import Typed

SAID_BY = (("patient", "The patient"), ("prescriber", "A clinician"), ("record", "Another record"))
ANSWERS = ("yes", "no", "unknown")
WEIGHT_UNITS = (("kg", "kilograms"), ("lb", "pounds"))
PRESSURE, WEIGHT, NUMBER, RESULT = "pressure", "weight", "number", "result"


@needs("screening.read")
def screening(request: HttpRequest, chart: UUID) -> HttpResponse:
    context = pages.of(request, chart, permission="screening.read", here="screening")
    folded, status, who = context["chart"], context["status"], request.principal
    case = Case(folded, context["protocol"], request.at)
    decided = preparation.decision(case)
    gate = status.gates.get("decide-screening")
    asked = [unknown for unknown in status.unknown if unknown.rule.ask]
    context |= {
        "groups": findings.groups(status.findings, findings.Look.at_chart(who, case)),
        "unsure": findings.unsure(status.unknown, case),
        "judged": findings.judged(who, case),
        "changed": changes.told(who, case),
        "gathered": gathered.lines(case),
        "intake_sent": folded.latest(IntakeSent),
        "steps": findings.next_steps(status.findings),
        "worst": words.WORST[status.worst],
        "asked": findings.asked(asked),
        "wanting": [unknown for unknown in status.unknown if not unknown.rule.ask],
        "gate": gate,
        "past": [reason for reason in (gate.because if gate else ()) if reason.override == who.acts_as],
        "decided": decided,
        "decided_words": words.DECISIONS.get(decided.fact.decision, "") if decided else "",
        "decided_by": people.names(who, {decided.author}).get(decided.author, "") if decided else "",
        "accepted": [rule_says(rule, request.protocol) for rule in decided.fact.accepted] if decided else [],
        "left_open": [rule_says(rule, request.protocol) for rule in decided.fact.unknown] if decided else [],
        "accept": [(finding.rule.id, _accepts(finding)) for finding in status.findings],
        "may_answer": policy.may(who, "screening.answer"),
        "may_decide": policy.may(who, "screening.decide"),
        "decisions": findings.DECISION_CHOICES,
        "said_by_options": (("", "Choose"), *SAID_BY),
        "sign_hint": f"You are signed in as {who.name}.",
        "preparation_href": link("preparation", chart=chart),
        "weight_units": WEIGHT_UNITS,
        "numbers": findings.measurable(context["protocol"]),
        "results": findings.results(context["protocol"]),
    }
    return show(request, "screening.html", context)


def _accepts(finding: Finding) -> str:
    """What a signer ticks: the finding, how sure it is, and whether it was gone past."""
    marks = [
        word
        for word, there in (
            ("assumed", finding.rule.basis == "assumed"),
            ("gone past", finding.overridden),
            ("by words", finding.by_words),
        )
        if there
    ]
    return f"{finding.rule.says} ({', '.join(marks)})" if marks else finding.rule.says


@needs("screening.answer", back=screening)
def answer(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Every question of the form that was answered, in one transaction."""
    typed = Typed(request)
    asked = {rule.id for rule in request.protocol.rules if rule.ask}
    given = {
        name: typed.choice(f"answer-{name}", ANSWERS)
        for name in (key.removeprefix("answer-") for key in request.POST if key.startswith("answer-"))
        if name in asked
    }
    said_by = typed.choice("said_by", dict(SAID_BY))
    note = typed.text("note", required=False)
    if not given:
        typed.fault("said_by", "no question was answered", "Answer at least one")
    typed.done()
    acts = [
        (actions.answer_history, {"question": question, "answer": said, "said_by": said_by, "note": note})
        for question, said in given.items()
    ]
    together(request.principal, str(chart), acts, at=request.at, seen=typed.seen)
    count = len(given)
    return go(request, "screening", chart=chart, said=f"{count} answer{'s' if count > 1 else ''} recorded.")


@needs("screening.answer", back=screening)
def measure(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """One of the four small forms: blood pressure, weight, another number, or a test result."""
    typed = Typed(request)
    record = {PRESSURE: _pressure, WEIGHT: _weight, NUMBER: _number, RESULT: _result}
    said = record[typed.choice("form", record) or NUMBER](request, typed, str(chart))
    return go(request, "screening", chart=chart, said=said)


def _pressure(request: HttpRequest, typed: Typed, chart: str) -> str:
    systolic, diastolic = typed.number("systolic"), typed.number("diastolic")
    typed.done()
    actions.measure_blood_pressure(
        request.principal, chart, at=request.at, seen=typed.seen, systolic=systolic, diastolic=diastolic
    )
    return f"Blood pressure {words.number(systolic)}/{words.number(diastolic)} mmHg recorded."


def _weight(request: HttpRequest, typed: Typed, chart: str) -> str:
    value, unit = typed.number("value"), typed.choice("unit", dict(WEIGHT_UNITS))
    typed.done()
    kind = request.protocol.measurements["weight"]
    spelt = next((u for u, _ in kind.other_units if u.strip("[]").startswith(unit)), kind.unit)
    actions.measure(
        request.principal,
        chart,
        at=request.at,
        seen=typed.seen,
        what="weight",
        value=value,
        unit=kind.unit if unit == kind.unit else spelt,
        source="" if unit == kind.unit else f"{words.number(value)} {unit}",
    )
    return f"Weight {words.number(value)} {unit} recorded."


def _number(request: HttpRequest, typed: Typed, chart: str) -> str:
    what, value = typed.choice("what", request.protocol.measurements), typed.number("value")
    typed.done()
    kind = request.protocol.measurements[what]
    actions.measure(
        request.principal, chart, at=request.at, seen=typed.seen, what=what, value=value, unit=kind.unit
    )
    return f"{kind.title} {words.number(value)} {words.unit(kind.unit)} recorded."


def _result(request: HttpRequest, typed: Typed, chart: str) -> str:
    known = {name: kind.title for name, kind in request.protocol.results.items()}
    what, value = typed.choice("what", known), typed.choice("value", actions.RESULTS)
    typed.done()
    actions.record_result(request.principal, chart, at=request.at, seen=typed.seen, what=what, value=value)
    return f"{known[what]}: {value}, recorded."


@needs("screening.decide", back=screening)
def decide(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The decision, signed by the name of whoever is signed in."""
    typed = Typed(request)
    decision = typed.choice("decision", actions.DECISIONS)
    accepted = tuple(request.POST.getlist("accepted"))
    reason = typed.text("reason", todo="Write why you decide so")
    until = typed.day("until", required=False)
    own_name(typed, request.principal)
    typed.done()
    actions.decide(
        request.principal,
        str(chart),
        at=request.at,
        seen=typed.seen,
        decision=decision,
        reason=reason,
        accepted=accepted,
        until=until,
    )
    return go(
        request, "screening", chart=chart, said=f"Decision signed: {words.DECISIONS[decision].lower()}."
    )
