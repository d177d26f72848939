"""Treatment at home in the timeline."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import home as e
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
    e.SitterNamed: lambda f: f"Sitter: {f.name}, {f.phone}",
}
