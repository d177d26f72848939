"""HL7 v2 messages from known callers: read, stored or put aside together, and the answer each gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from openkap.actions import doors
from openkap.actions.doors import Delivery, Receipt
from openkap.clinical.refusal import BadInput
from openkap.devices import hl7v2
from openkap.devices.hl7v2 import Header
from openkap.records import devices
from openkap.records.models import Clinic, DeviceRow

TAKEN, WRONG, REFUSED = "AA", "AE", "AR"
"""Original mode whatever MSH-15 asks: every sender of the field's understands these three."""
STRANGER = "this sender is not registered here"
LONGEST_WORDS = 200
_SPECIAL = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
NOBODY = Header("", "", "")


@dataclass(frozen=True, slots=True)
class Call:
    """One message as it came. `callers`: devices its sender can be; `place`: its number in its connection."""

    callers: Sequence[str]
    raw: bytes
    place: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    """A message on its way: who wrote it, and either what to store or what became of it already."""

    head: Header
    outcome: Delivery | Receipt


def answers(calls: Sequence[Call]) -> list[bytes | Exception]:
    """The acknowledgement of each, once everything is committed; an exception for whom there is none.

    AA: stored, and what of it was put aside is said. AE: nothing of it is stored and it was put aside, with
    the reason; a message with one bad value among good ones is AA, or a sender would send it for ever. AR: it
    was not looked at. Without an answer the sender sends again; so it does, all of them, where this raises
    what the database raises.
    """
    known = devices.working(device for call in calls for device in call.callers)
    read = [_read(call, [known[device] for device in call.callers if device in known]) for call in calls]
    deliveries = [one.outcome for one in read if isinstance(one.outcome, Delivery)]
    received = iter(doors.receive_each(deliveries))
    receipts = [next(received) if isinstance(one.outcome, Delivery) else one.outcome for one in read]
    return [
        receipt
        if isinstance(receipt, Exception)
        else acknowledgement(_code(receipt), one.head, _words(receipt), call.at)
        for call, one, receipt in zip(calls, read, receipts, strict=True)
    ]


def _read(call: Call, rows: list[DeviceRow]) -> _Read:
    if not rows:
        return _Read(NOBODY, Receipt(turned_away=STRANGER))
    head = NOBODY
    try:
        message = hl7v2.segments(call.raw)
        head = hl7v2.header(message)
        oru = hl7v2.read(call.raw, message, zone=_zone(rows[0].clinic), at=call.at, place=call.place)
    except hl7v2.WrongKind as fault:
        return _Read(head, Receipt(turned_away=fault.what))
    except BadInput as fault:
        return _Read(head, doors.put_aside(rows[0], call.raw, str(fault), at=call.at))
    return _Read(head, _delivered(rows, oru, call.at))


@cache
def _zone(clinic: UUID) -> ZoneInfo:
    """The zone of a clinic, which no page changes while a listener runs."""
    return ZoneInfo(Clinic.objects.get(id=clinic).time_zone)


def _delivered(rows: list[DeviceRow], oru: hl7v2.Oru, at: datetime) -> Delivery | Receipt:
    """Into the device of the bed that is named, exactly as registered: a gateway is one device a bed."""
    here = [row for row in rows if row.bed.casefold() == oru.bed.casefold()]
    if len(here) == 1:
        return Delivery(here[0], oru.message, at)
    why = f"no device of this sender is registered for the bed {oru.bed[:60]!r}"
    for row in rows:
        doors.turn_away(row, why, at=at, sent_at=oru.message.sent_at)
    return Receipt(turned_away=why)


def _code(receipt: Receipt) -> str:
    if receipt.turned_away:
        return REFUSED
    return WRONG if receipt.aside and not receipt.stored else TAKEN


def _words(receipt: Receipt) -> str:
    if receipt.turned_away:
        return receipt.turned_away
    if not receipt.aside:
        return f"{receipt.stored} stored"
    return f"{receipt.stored} stored, {len(receipt.aside)} put aside: {receipt.aside[0]}"


def acknowledgement(code: str, head: Header, words: str, at: datetime) -> bytes:
    """An ACK in UTF-8, ready to be framed. What came from outside is escaped and cut."""
    stamp = at.strftime("%Y%m%d%H%M%S+0000")
    to = f"{escaped(head.application)}|{escaped(head.facility)}"
    number = escaped(head.control_id)
    lines = (
        f"MSH|^~\\&|OPENKAP||{to}|{stamp}||ACK^R01^ACK|{number or stamp}|P|2.6||||||UNICODE UTF-8",
        f"MSA|{code}|{number}|{escaped(words)}",
    )
    return ("\r".join(lines) + "\r").encode()


def escaped(words: str) -> str:
    """Words as one HL7 field of at most 200 characters, whatever is in them."""
    return "".join(_SPECIAL.get(c, c) for c in words[:LONGEST_WORDS] if c.isprintable())
