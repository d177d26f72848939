"""What a patient brings to a dose, each kind of entry as one sentence of the timeline."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import readiness as e
from openkap.clinical.protocol import Protocol
from openkap.web import words

RIDES = {"car": "somebody drives", "taxi": "by taxi", "public": "by bus or train", "walk": "on foot"}


def _calming(fact: e.CalmingPlan) -> str:
    avoid = f"Does not help: {fact.avoid}" if fact.avoid else ""
    signal = f"Shows it by: {fact.signal}" if fact.signal else ""
    return ". ".join(part.rstrip(".") for part in (f"Calming plan: {fact.helps}", avoid, signal) if part)


def _setting(fact: e.SettingChosen) -> str:
    wanted = ("eyeshades" if fact.eyeshades else "", "headphones" if fact.headphones else "")
    return "Setting: " + _and(fact.position, *wanted, fact.music)


def _escort(fact: e.EscortNamed) -> str:
    unsure = "" if fact.confirmed else ". Not yet known to be sober and free that day"
    return f"Escort: {_and(fact.name, fact.relation, fact.phone)}{unsure}"


def _ride(fact: e.RidePlanned) -> str:
    return f"Way home: {RIDES[fact.way]}" + ("" if fact.not_driving else ". Has not agreed not to drive")


def _support(fact: e.SupportNamed) -> str:
    called = ". May be called" if fact.may_call else ""
    return f"Support people: {_and(fact.name, fact.relation, fact.phone)}{called}"


def _permission(permission: str, protocol: Protocol) -> str:
    """What a permission is about, or its id when the protocol no longer has it."""
    known = protocol.permissions.get(permission)
    return known.says.lower() if known else words.name(permission)


def _and(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


SENTENCES: dict[type, Callable[[Any], str]] = {
    e.OwnWords: lambda f: f"{f.about.capitalize()}: “{f.words}”",
    e.CalmingPlan: _calming,
    e.EscortNamed: _escort,
    e.RidePlanned: _ride,
    e.HoldsConfirmed: lambda f: f"Food, drink and medicines: all {len(f.lines)} lines confirmed",
    e.SettingChosen: _setting,
    e.SupportNamed: _support,
}
WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {
    e.PermissionAnswered: lambda f, protocol: _and(
        f"Permission, {_permission(f.permission, protocol)}: {f.answer}", f.said
    ),
    e.PermissionRehearsed: lambda f, protocol: (
        f"Tried out sober, {_permission(f.permission, protocol)}: {f.note}"
    ),
}
