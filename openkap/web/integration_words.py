"""What is written about the weeks after a dose, as sentences of a timeline."""

from collections.abc import Callable
from typing import Any

from openkap.clinical import sessions
from openkap.clinical.entries import integration as i
from openkap.clinical.protocol import Protocol
from openkap.web import words


def _held(fact: i.IntegrationHeld, protocol: Protocol) -> str:
    called = sessions.title(fact, protocol.sessions)
    said = " ".join(f"{label}: {words.ended(text)}" for label, text in sessions.lines(fact))
    return f"Integration session: {called}, {fact.minutes} min. {said}"


WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {i.IntegrationHeld: _held}
