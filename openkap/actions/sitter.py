"""The sitter of a visit at home: a link of one use, the browser that opened it, and what they say."""

from dataclasses import replace

from openkap.actions.door import Act, action
from openkap.actions.fields import needed
from openkap.clinical import home
from openkap.clinical.alerts.judge import LATE
from openkap.clinical.entries.dosing import Observed
from openkap.clinical.entries.home import SitterInvited, SitterJoined
from openkap.clinical.in_room import SITTER
from openkap.clinical.moments import in_words
from openkap.clinical.refusal import BadInput

LASTS = "sitter-link-lasts"
"""The number of the protocol: for how long a link opens anything."""
WELL, HELP = "sitter says all is well", "sitter asks for help"
"""What a sitter says, by its events in the room."""


@action("visit.check")
def invite(act: Act, *, visit: str, link_sha256: str) -> None:
    """A new link for the sitter; the one before opens nothing any more. Only its digest is kept."""
    if act.open_visit(visit).place != home.HOME:
        raise BadInput("visit", "this visit is in the clinic", "Choose a visit at home")
    expires = act.at + act.protocol.span(LASTS)
    act.write(SitterInvited(visit=visit, link_sha256=link_sha256, expires_at=expires))


@action("sitter.answer")
def join(act: Act, *, visit: str, link_sha256: str, browser_sha256: str) -> None:
    """The link is opened, once."""
    act.open_visit(visit)
    if act.case.latest(SitterJoined, link_sha256=link_sha256):
        raise BadInput("link", "it was opened already in another browser", "Ask the clinic for a new one")
    act.write(
        SitterJoined(visit=visit, link_sha256=link_sha256, browser_sha256=needed(browser_sha256, "link"))
    )


@action("sitter.answer")
def say(act: Act, *, visit: str, event: str) -> None:
    """What the sitter says, one of the sitter's events of the room.

    What was pressed too long ago to alert anybody, and is no "all is well", is said now: a call for help
    rings, however late it comes through.
    """
    act.open_visit(visit)
    known = act.protocol.room.event(event)
    if known is None or known.group != SITTER:
        raise BadInput("event", f"{event[:40]!r} is nothing a sitter says", "Press one of the buttons")
    waited = act.at - (act.terms.effective_at or act.at)
    if event == WELL or waited < act.protocol.span(LATE):
        act.write(Observed(visit=visit, event=event))
        return
    act.terms = replace(act.terms, effective_at=act.at)
    act.write(Observed(visit=visit, event=event, note=f"Pressed {in_words(waited)} before it came through"))
