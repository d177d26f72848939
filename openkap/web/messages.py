"""Messages with one patient, as their team reads and answers them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import messages as act
from openkap.clinical import messages as pure
from openkap.clinical.case import Case
from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.clinical.entries.reminders import ReminderFailed
from openkap.clinical.messages import ANSWERED
from openkap.records import policy
from openkap.records.policy import Principal
from openkap.web import pages, people
from openkap.web.consents import case_of
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.typed import Typed


def told(who: Principal, case: Case) -> list[dict[str, Any]]:
    """The thread as its reader sees it: `mine`, `name`, `at`, `words`; other lines have no `words`."""
    entries = pure.thread(case)
    names = people.names(who, {entry.author for entry in entries})
    return [
        {
            "mine": entry.author == who.user,
            "name": names.get(entry.author, "a member of the team"),
            "at": entry.effective_at,
            "words": entry.fact.words if isinstance(entry.fact, MessageSent) else "",
            "settled": entry.fact.how if isinstance(entry.fact, MessageSettled) else "",
            "failed": entry.fact if isinstance(entry.fact, ReminderFailed) else None,
        }
        for entry in entries
    ]


@needs("chart.read")
def messages(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    """Everything that was written, and room to answer."""
    frame = pages.of(request, chart, permission="chart.read", here="messages")
    case = case_of(frame)
    context = {
        "thread": told(request.principal, case),
        "waiting": pure.waiting(case),
        "due": pure.due(case),
        "within": frame["protocol"].span(ANSWERED),
        "may_send": policy.may(request.principal, "message.send"),
    }
    return show(request, "messages.html", frame | context)


@needs("message.send", back=messages)
def send(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    typed = Typed(request)
    words = typed.text("words", todo="Write your message")
    typed.done()
    act.send(request.principal, str(chart), at=request.at, words=words, **sender_id(typed))
    return go(request, "messages", chart=chart, said="Your message is in their pages.")


@needs("message.settle", back=messages)
def settle(request: HttpRequest, chart: UUID) -> HttpResponseBase:
    typed = Typed(request)
    how = typed.text("how", todo="Write what was done, or why nothing is needed")
    typed.done()
    act.settle(request.principal, str(chart), at=request.at, how=how)
    return go(request, "messages", chart=chart, said="It is written down how this was settled.")
