"""Video to a home: the waiting room, letting in, and whether the clinic sees them. No picture is kept."""

from openkap.actions.door import Act, action
from openkap.clinical import home
from openkap.clinical.entries.home import SitterInvited, VideoAdmitted, VideoAsked, VideoChanged
from openkap.clinical.refusal import BadInput
from openkap.clinical.video import CONNECTED, LOST, Video, video


@action("sitter.answer")
def ask(act: Act, *, visit: str, link_sha256: str) -> None:
    """Whoever holds the link asks to be let in."""
    _standing(act, visit)
    act.write(VideoAsked(visit=visit, link_sha256=link_sha256))


@action("visit.check")
def let_in(act: Act, *, visit: str) -> None:
    """Whoever waits is let in, and sees and hears the clinic from now on."""
    if _standing(act, visit).waits_since is None:
        raise BadInput("video", "nobody waits to be let in", "Wait until they ask, or make a new link")
    invited = act.case.latest(SitterInvited, visit=visit)
    assert invited is not None, "somebody waits by a link"
    act.write(VideoAdmitted(visit=visit, link_sha256=invited.fact.link_sha256))


@action("visit.check")
def see(act: Act, *, visit: str) -> None:
    """The clinic sees the home. Only whoever sees it may say so."""
    if not _standing(act, visit).admitted:
        raise BadInput("video", "nobody was let in", "Let them in first")
    act.write(VideoChanged(visit=visit, to=CONNECTED))


@action("visit.check")
def lose(act: Act, *, visit: str) -> None:
    """The clinic no longer sees the home."""
    _lost(act, visit)


@action("sitter.answer")
def lose_at_home(act: Act, *, visit: str) -> None:
    """The home noticed that the way to the clinic broke; also where the clinic's own browser is gone."""
    _lost(act, visit)


def _lost(act: Act, visit: str) -> None:
    if _standing(act, visit).seen != CONNECTED:
        raise BadInput("video", "there was no picture to lose", "Open the page again")
    act.write(VideoChanged(visit=visit, to=LOST))


def _standing(act: Act, visit: str) -> Video:
    if act.open_visit(visit).place != home.HOME:
        raise BadInput("visit", "this visit is in the clinic", "Choose a visit at home")
    return video(act.chart, visit)
