"""Video to a home: nobody is let in unasked, and only whoever sees may say so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from openkap.actions import sitter
from openkap.actions import video as act
from openkap.actions.dosing import arrive
from openkap.clinical.entries.dosing import Arrived
from openkap.clinical.entries.home import VideoAdmitted, VideoChanged
from openkap.clinical.refusal import BadInput
from openkap.clinical.video import Video, video
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound, Principal
from tests.actions.day import booked
from tests.actions.test_home import booked_at_home
from tests.conftest import AT

IDENTIFIERS = ("name", "birth date")


def does(ready: Telling, action: Any, who: Principal | None = None, second: int = 0, **fields: Any) -> None:
    at = AT + timedelta(seconds=second)
    action(who or ready.staff.monitor, ready.chart, at=at, visit="h1", **fields)


def home_of(ready: Telling) -> Principal:
    """Whoever holds the link of the visit."""
    return replace(ready.staff.monitor, user="sitter:h1", role="sitter", chart=ready.chart)


def waiting(ready: Telling) -> str:
    """A visit at home, with somebody in the waiting room."""
    visit = booked_at_home(ready)
    does(ready, sitter.invite, link_sha256="one")
    does(ready, act.ask, home_of(ready), link_sha256="one")
    return visit


def stands(ready: Telling) -> Video:
    return video(ready.folded(), "h1")


def test_whoever_asks_waits_until_they_are_let_in(ready: Telling) -> None:
    """And sees nobody before."""
    waiting(ready)
    assert stands(ready) == Video(waits_since=AT, admitted=False, seen="", since=None)
    does(ready, act.let_in, second=1)
    assert stands(ready) == Video(waits_since=None, admitted=True, seen="", since=None)


def test_a_newer_link_waits_again(ready: Telling) -> None:
    """Letting in was for whoever held the one before."""
    waiting(ready)
    does(ready, act.let_in)
    does(ready, sitter.invite, second=1, link_sha256="two")
    assert not stands(ready).admitted
    does(ready, act.ask, home_of(ready), second=2, link_sha256="two")
    assert stands(ready).waits_since == AT + timedelta(seconds=2)


def refusals() -> list[tuple[str, Callable[[Telling], None], str]]:
    return [
        ("let in unasked", lambda r: does(r, act.let_in), "nobody waits"),
        ("seen without being let in", lambda r: does(r, act.see), "nobody was let in"),
        ("lost without being seen", lambda r: does(r, act.lose), "no picture to lose"),
        ("lost at home the same", lambda r: does(r, act.lose_at_home, home_of(r)), "no picture to lose"),
        (
            "arrived out of sight",
            lambda r: does(r, arrive, identifiers=IDENTIFIERS),
            "nobody sees the patient by video yet",
        ),
    ]


@pytest.mark.parametrize(("does_what", "says"), [pytest.param(d, s, id=n) for n, d, s in refusals()])
def test_nothing_goes_before_its_turn(
    ready: Telling, does_what: Callable[[Telling], None], says: str
) -> None:
    """Each with one sentence, and nothing written."""
    booked_at_home(ready)
    with pytest.raises(BadInput, match=says):
        does_what(ready)
    assert not any(ready.folded().facts(kind) for kind in (VideoChanged, VideoAdmitted, Arrived))


def test_the_home_may_not_say_that_it_is_seen_nor_let_itself_in(ready: Telling) -> None:
    """A link opens no door of the clinic's."""
    waiting(ready)
    for action in (act.see, act.let_in, act.lose):
        with pytest.raises(NotFound):
            does(ready, action, home_of(ready))


def test_a_picture_comes_goes_and_comes_back(ready: Telling) -> None:
    """Lost as the home says too: the clinic's browser may be what is gone."""
    waiting(ready)
    does(ready, act.let_in)
    does(ready, act.see, second=1)
    does(ready, arrive, second=2, identifiers=IDENTIFIERS)
    does(ready, act.lose_at_home, home_of(ready), second=3)
    assert (stands(ready).seen, stands(ready).since) == ("lost", AT + timedelta(seconds=3))
    does(ready, act.see, second=4)
    assert [fact.to for fact in ready.folded().facts(VideoChanged)] == ["connected", "lost", "connected"]


def test_a_visit_in_the_clinic_has_no_video(ready: Telling) -> None:
    """Its own staff is in the room."""
    visit = booked(ready).visit
    with pytest.raises(BadInput, match="in the clinic"):
        act.let_in(ready.staff.monitor, ready.chart, at=AT, visit=visit)
