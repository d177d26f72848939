"""Messages to the patient's own team. The page says first that nobody watches it around the clock."""

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import messages as act
from openkap.clinical.messages import ANSWERED
from openkap.clinical.moments import in_words
from openkap.web import messages
from openkap.web.consents import case_of
from openkap.web.door import go, needs, show
from openkap.web.dosing import sender_id
from openkap.web.portal import PORTAL, frame_of
from openkap.web.typed import Typed


@needs("message.send")
def mine(request: HttpRequest) -> HttpResponseBase:
    """Everything that was written, and room for one more."""
    frame = frame_of(request)
    thread = [one for one in messages.told(request.principal, case_of(frame)) if one["words"]]
    within = in_words(frame["protocol"].span(ANSWERED))
    return show(request, "portal/messages.html", frame | {"thread": thread, "within": within})


@needs("message.send", back=mine)
def send(request: HttpRequest) -> HttpResponseBase:
    typed = Typed(request)
    words = typed.text("words", todo="Write your message")
    typed.done()
    own = str(request.principal.chart)
    act.send(request.principal, own, at=request.at, via=PORTAL, words=words, **sender_id(typed))
    return go(request, "portal-messages", said="Your message is sent.")
