"""Reminders: by which way, if any, and what was sent."""

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import reminding as act
from openkap.clinical.entries.reminders import RemindersChosen
from openkap.clinical.reminders import CHANNELS
from openkap.web.door import go, needs, show
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed

WAYS = {"email": "By e-mail", "sms": "By text", "none": "Not at all"}
STATES = {
    "waiting": "on its way",
    "sent": "sent",
    "refused": "could not be sent",
    "too late": "could not be sent",
}


@needs("reminders.choose")
def reminders(request: HttpRequest) -> HttpResponseBase:
    """What stands, the form to change it, and what went out."""
    frame = frame_of(request)
    entry = frame["chart"].latest(RemindersChosen)
    rows = act.receipts(request.principal)
    context = {
        "stands": entry.fact if entry else None,
        "way": WAYS[entry.fact.channel] if entry else "",
        "ways": list(WAYS.items()),
        "lines": [{"at": row.placed_at, "subject": row.subject, "state": STATES[row.state]} for row in rows],
    }
    return show(request, "portal/reminders.html", frame | context)


@needs("reminders.choose", back=reminders)
def choose(request: HttpRequest) -> HttpResponseBase:
    typed = Typed(request)
    channel = typed.choice("channel", CHANNELS)
    address = typed.text("address", required=channel in ("email", "sms"), todo="Write where to")
    typed.done()
    own = str(request.principal.chart)
    act.choose(request.principal, own, at=request.at, via=PORTAL, channel=channel, address=address)
    return go(request, "portal-reminders", said="It is saved. You can change it whenever you like.")
