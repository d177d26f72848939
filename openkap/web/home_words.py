"""Treatment at home in the timeline."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import home as e
from openkap.clinical.entries import supply as s
from openkap.web import words


def _law(fact: e.LawLookedUp) -> str:
    allows = "allows" if fact.allows == "yes" else "does not allow"
    return (
        f"The law of {fact.region} {allows} treatment at home, until {words.day(fact.until)}: {fact.source}"
    )


SENTENCES: dict[type, Callable[[Any], str]] = {
    e.HomeNamed: lambda f: f"Home named: {f.address} ({f.region}), emergency number {f.emergency_number}",
    e.LawLookedUp: _law,
    e.HomeConfirmed: lambda f: (
        f"Said live: at {f.address} ({f.region}), emergency number {f.emergency_number}"
    ),
    s.SupplySent: lambda f: f"Sent to the home: {f.units} of {f.each}, lot {f.lot}, by {f.by}",
    s.SupplyAsked: lambda f: f"Asked for more medicine while {f.left} should be left: {f.said}",
    s.SupplyCounted: lambda f: f"Counted at home: {f.units}, where {f.should_be} should be",
    s.SupplyReturned: lambda f: f"Came back from the home: {f.units}, to {f.to}",
    s.SupplyLost: lambda f: f"Lost at home: {f.units}. {f.said}",
    e.SitterInvited: lambda f: f"Link made for the sitter, until {words.moment(f.expires_at)}",
    e.SitterJoined: lambda f: "The sitter opened their link",
    e.VideoAsked: lambda f: "Somebody at home asked to be let in by video",
    e.VideoAdmitted: lambda f: "Let in by video",
    e.VideoChanged: lambda f: "Seen by video" if f.to == "connected" else "The video was lost",
    e.SitterNamed: lambda f: f"Sitter: {f.name}, {f.phone}",
}
