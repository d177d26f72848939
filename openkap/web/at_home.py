"""Treatment at home: whether it is open for this person and why not, where home is, the law there."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import dosing
from openkap.actions import home as act
from openkap.actions import screening as screening_act
from openkap.actions.door import together
from openkap.clinical import home, supply
from openkap.clinical.case import Case
from openkap.clinical.entries.home import LawLookedUp
from openkap.clinical.entries.screening import HistoryAnswered
from openkap.clinical.gates import OF_THE_HOME, judge
from openkap.records import policy
from openkap.web import pages
from openkap.web.door import go, needs, show
from openkap.web.typed import Typed

ANSWERS = ("yes", "no", "unknown")


@needs("chart.read")
def at_home(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The verdict with its reasons, and the forms that could change it."""
    frame = pages.of(request, chart, permission="chart.read", here="preparation")
    folded, who = frame["chart"], request.principal
    told = judge(OF_THE_HOME, Case(folded, request.protocol, request.at))
    asked = [rule for rule in request.protocol.rules if rule.gate == OF_THE_HOME and rule.ask]
    entry = home.named(folded, request.at)
    decides = policy.may(who, "screening.decide")
    past = [one for one in told.because if one.override == who.acts_as] if decides else []
    context = {
        "told": told,
        "home": entry,
        "today": home.local_day(entry.fact, request.at) if entry else None,
        "law": folded.latest(LawLookedUp, region=entry.fact.region) if entry else None,
        "asked": [(rule, folded.latest(HistoryAnswered, question=rule.id)) for rule in asked],
        "past": past,
        "supply": supply.supply(Case(folded, request.protocol, request.at)),
        "may_send": policy.may(who, "plan.approve"),
        "may_count": policy.may(who, "visit.check"),
        "may_name": policy.may(who, "readiness.record"),
        "may_answer": policy.may(who, "screening.answer"),
        "may_decide": decides,
    }
    return show(request, "preparation/at_home.html", frame | context)


@needs("readiness.record", back=at_home)
def name(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Where the drug would be taken."""
    typed = Typed(request)
    fields = {
        "address": typed.text("address", todo="Write street, number, place and door"),
        "region": typed.text("region", todo="Write it like US-CA, or CH").upper(),
        "time_zone": typed.text("time_zone", todo="Write it like America/New_York"),
        "emergency_number": typed.text("emergency_number", todo="Write the number for an ambulance there"),
        "phone": typed.text("phone", todo="Write a number they answer during the session"),
    }
    typed.done()
    act.name_home(request.principal, str(chart), at=request.at, **fields)
    return go(request, "at-home", chart=chart, said="The home is written down.")


@needs("screening.decide", back=at_home)
def law(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """What was found of the law there."""
    typed = Typed(request)
    fields: dict[str, Any] = {
        "region": typed.text("region", todo="Name the home first").upper(),
        "allows": typed.choice("allows", ("yes", "no")),
        "source": typed.text("source", todo="Write where it stands"),
        "until": typed.day("until"),
    }
    typed.done()
    act.look_up_law(request.principal, str(chart), at=request.at, **fields)
    return go(request, "at-home", chart=chart, said="What the law says is written down, with your name.")


@needs("screening.answer", back=at_home)
def answer(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """The questions that are asked only for treatment at home."""
    typed = Typed(request)
    asked = {rule.id: rule.ask_of for rule in request.protocol.rules if rule.gate == OF_THE_HOME and rule.ask}
    said = {one: typed.choice(f"answer-{one}", ANSWERS, required=False) for one in asked}
    if not any(said.values()):
        typed.fault(f"answer-{next(iter(asked))}", "no question was answered", "Answer at least one")
    typed.done()
    acts = [
        (screening_act.answer_history, {"question": one, "answer": word, "said_by": asked[one]})
        for one, word in said.items()
        if word
    ]
    together(request.principal, str(chart), acts, at=request.at, seen=typed.seen)
    return go(request, "at-home", chart=chart, said="Written down.")


@needs("screening.decide", back=at_home)
def override(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """A prescriber goes past a rule of treatment at home that allows it."""
    typed = Typed(request)
    rule, reason = typed.text("rule"), typed.text("reason", todo="Write why treatment may go on")
    typed.done()
    dosing.override(request.principal, str(chart), at=request.at, seen=typed.seen, rule=rule, reason=reason)
    return go(request, "at-home", chart=chart, said="Your reason is recorded beside the rule.")
