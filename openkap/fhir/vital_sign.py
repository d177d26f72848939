"""An R4 Observation that a device posts, to what `actions.doors` takes. Nothing it refers to is ever fetched.

The subject is not read: the device's binding says whose it is.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openkap.actions.doors import Message, Value
from openkap.clinical.moments import parse_moment
from openkap.clinical.refusal import BadInput
from openkap.fhir.element import Node, NotRead, group, groups, text
from openkap.fhir.observation import FINAL
from openkap.fhir.units import UCUM, number_in
from openkap.protocol.doors import Signal, codes

TAKEN = (*FINAL[:1], "preliminary")
"""An amended or corrected Observation would change an earlier one; readings are never changed."""
MOST_PARTS = 20


def read(resource: Any, raw: bytes) -> Message:
    """The Observation as a message, or BadInput saying why none of it can be taken."""
    if not isinstance(resource, dict) or resource.get("resourceType") != "Observation":
        raise BadInput("resourceType", "it is not an Observation", "Send one Observation at a time")
    try:
        at = _instant(resource)
        values, faults, unread = [], [], []
        for node in _parts(resource):
            signal = _signal(node)
            if signal is None:
                unread.append(_named(node))
                continue
            try:
                values += _value(signal, node, at)
            except NotRead as fault:
                faults.append(f"{signal.id}: {fault}")
    except NotRead as fault:
        raise BadInput("Observation", str(fault)) from None
    return Message(
        raw=raw, sent_at=_issued(resource), values=tuple(values), faults=tuple(faults), unread=tuple(unread)
    )


def _instant(resource: Node) -> datetime:
    status = text(resource, "status")
    if status not in TAKEN:
        raise NotRead(f"its status is {status[:40]!r}; only final and preliminary ones are taken")
    written = text(resource, "effectiveDateTime") or text(resource, "effectiveInstant")
    if not written:
        raise NotRead("it does not say when this was measured (effectiveDateTime)")
    return _moment(written)


def _moment(written: str) -> datetime:
    try:
        return parse_moment(written, "time")
    except BadInput as fault:
        raise NotRead(fault.what) from None


def _issued(resource: Node) -> datetime | None:
    """The device's clock when it sent, where it says so."""
    try:
        return _moment(text(resource, "issued"))
    except NotRead:
        return None


def _parts(resource: Node) -> Iterator[Node]:
    """Whatever may hold a number: the Observation itself, and each component."""
    components = groups(resource, "component")
    if len(components) > MOST_PARTS:
        raise NotRead(f"it has more than {MOST_PARTS} components")
    if "valueQuantity" in resource or not components:
        yield resource
    yield from components


def _codings(node: Node) -> list[tuple[str, str]]:
    found = groups(group(node, "code"), "coding")
    return [(text(coding, "system"), text(coding, "code")) for coding in found]


def _signal(node: Node) -> Signal | None:
    found = {signal for pair in _codings(node) if (signal := codes().signal(*pair))}
    if len(found) > 1:
        raise NotRead(f"its codes mean different things: {', '.join(sorted(one.id for one in found))}")
    return next(iter(found), None)


def _named(node: Node) -> str:
    said = _codings(node)
    return "^".join(reversed(said[0]))[:80] if said else "an Observation without a code"


def _value(signal: Signal, node: Node, at: datetime) -> list[Value]:
    """The value; none where the device says that it has none."""
    if "dataAbsentReason" in node and "valueQuantity" not in node:
        return []
    quantity = group(node, "valueQuantity")
    if not quantity:
        raise NotRead("it has no valueQuantity")
    if text(quantity, "comparator"):
        raise NotRead("it is given only as more or less than a value")
    if text(quantity, "system") != UCUM or text(quantity, "code") != signal.unit:
        said = text(quantity, "code") or text(quantity, "unit") or "no unit"
        raise NotRead(f"it is in {said[:40]}, and is taken in {signal.unit} of UCUM alone")
    return [Value(signal=signal, value=number_in(quantity, "value"), at=at)]
