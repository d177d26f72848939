"""The patient's own pages: one thing to do now, what comes next, help on every page.

After a dose there is nothing to sign and nothing to decide until the impairment lock ends: the page rests.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from openkap.actions import preparation
from openkap.clinical import insights
from openkap.clinical.entries.message import MessageSent
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.status import assess
from openkap.records import read
from openkap.records.read import NotFound
from openkap.web import pack, portal_words, treatment_words
from openkap.web.consents import case_of
from openkap.web.door import go, needs, show
from openkap.web.figures import story
from openkap.web.typed import Typed

PORTAL = "portal"


def frame_of(request: HttpRequest, *, log: bool = True) -> dict[str, Any]:
    """What every page of a patient is given. NotFound for an account without a chart of its own."""
    own = request.principal.chart
    if not own:
        raise NotFound
    chart = read.chart(request.principal, own, permission="portal.read", log=log)
    status = assess(chart, request.protocol, request.at)
    intention = chart.latest(Intention)
    until = portal_words.rests_until(status, request.protocol)
    return {
        "chart": chart,
        "chart_id": own,
        "status": status,
        "protocol": request.protocol,
        "given_name": chart.person.given_name.split(" ")[0],
        "synthetic": chart.person.synthetic,
        "intention": intention.fact.words if intention else "",
        "resting": until is not None,
        "rests_until": until,
    }


@needs("portal.read")
def today(request: HttpRequest) -> HttpResponseBase:
    """A greeting, one thing to do now, what comes next."""
    frame = frame_of(request)
    todo = portal_words.one_thing(frame["chart"], frame["status"], request.protocol)
    waiting = portal_words.forms_waiting(frame["chart"], request.at)
    sent = frame["chart"].all(MessageSent)
    return show(
        request,
        "portal/today.html",
        frame
        | {
            "greeting": portal_words.greeting(request.at),
            "todo": todo,
            "later": [one for one in waiting if one != todo],
            "steps_waiting": [step for step in insights.steps(case_of(frame)) if step.waits],
            "dose_to_tell": portal_words.dose_to_tell(case_of(frame)),
            "answered": bool(sent) and sent[-1].fact.side == "team",
            "soon": portal_words.what_comes_next(frame["chart"], frame["status"]),
        },
    )


@needs("portal.read")
def record(request: HttpRequest) -> HttpResponseBase:
    """What was given to me, what I answered over time, what I signed, and who looked."""
    frame = frame_of(request)
    course, protocol = frame["status"].course, request.protocol
    visits = [visit for visit in frame["status"].visits if visit.dose_at]
    given = [visit.dose_at for visit in visits]
    looks = read.accesses(request.principal, frame["chart_id"], permission="portal.read")
    return show(
        request,
        "portal/record.html",
        frame
        | {
            "looks": portal_words.looks(looks, me=request.principal.user),
            "figure": story(course.scores, given, protocol.instruments, request.at),
            "columns": treatment_words.COLUMNS,
            "doses": treatment_words.doses(visits, protocol),
            "totals": treatment_words.totals(course, visits, protocol),
            "signed": portal_words.signed(frame["chart"], protocol),
        },
    )


@needs("portal.read")
def take_along(request: HttpRequest) -> HttpResponseBase:
    """Everything that is kept about me, in one file, at any time. That I took it is logged like a look."""
    frame = frame_of(request)
    file = pack.made(request.principal, frame["chart"], request.protocol, request.at)
    answer = HttpResponse(file, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{pack.NAME}.zip"'
    return answer


@needs("portal.read")
def help_now(request: HttpRequest) -> HttpResponseBase:
    """Who to call, in large letters."""
    return show(request, "portal/help.html", frame_of(request))


@needs("intention.set")
def intention(request: HttpRequest) -> HttpResponseBase:
    """My intention, in my own words."""
    return show(request, "portal/intention.html", frame_of(request))


@needs("intention.set", back=intention)
def save_intention(request: HttpRequest) -> HttpResponseBase:
    typed = Typed(request)
    said = typed.text("words", todo="Write a few words. They can be simple")
    typed.done()
    preparation.set_intention(
        request.principal, str(request.principal.chart), at=request.at, via=PORTAL, words=said
    )
    return go(request, "portal", said="Your intention is saved. You can change it whenever you like.")
