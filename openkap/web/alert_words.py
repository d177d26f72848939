"""What the entries about alerts say, for the list of what happened."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import alerts as a
from openkap.clinical.entries.words import Measured
from openkap.clinical.protocol import Protocol
from openkap.web import words

SOUNDS = {
    "off": "silent in this room; the second screen sounds",
    "earpiece": "through an earpiece, so that the patient hears nothing",
    "aloud": "aloud: the patient hears it",
}
"""How a tablet may sound, in words."""


def of(alert: str, protocol: Protocol) -> str:
    """The sentence of an alert, or its id when the protocol no longer has it."""
    rule = protocol.alerting.rule(alert)
    return rule.says if rule else words.name(alert)


def told(measured: tuple[Measured, ...]) -> str:
    """The values an alert rests on: "systolic blood pressure 186 mm[Hg] (limit: at least 180)"."""
    return ", ".join(f"{one.what} {_plainly(one.value)}" for one in measured)


def _plainly(value: str) -> str:
    return " ".join(words.unit(word) for word in value.split(" "))


def _raised(fact: a.AlertRaised) -> str:
    values = f": {told(fact.measured)}" if fact.measured else ""
    return f"{fact.priority.capitalize()} alert. {fact.says}{values}"


SENTENCES: dict[type, Callable[[Any], str]] = {
    a.AlertRaised: _raised,
    a.SoundChosen: lambda f: f"Sound of {f.screen}: {SOUNDS.get(f.sound, f.sound)}",
    a.SoundTested: lambda f: f"Sound test on {f.screen}: {'heard' if f.heard == 'yes' else 'not heard'}",
}
WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {
    a.AlertAcknowledged: lambda f, protocol: f"Alert acknowledged: {of(f.alert, protocol)}",
    a.AlertSilenced: lambda f, protocol: (
        f"Sound silenced until {words.local(f.until):%H:%M:%S}: {of(f.alert, protocol)}"
    ),
    a.AlertEscalated: lambda f, protocol: (
        f"Alert went on to the {f.to}: {of(f.alert, protocol)}. {f.because}"
    ),
    a.AlertCleared: lambda f, protocol: f"Alert over: {of(f.alert, protocol)}. {f.because.capitalize()}",
}
