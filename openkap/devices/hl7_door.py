"""One HL7 v2 message from a known caller: read, stored or put aside, and the answer it gets."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import ZoneInfo

from openkap.actions import doors
from openkap.actions.doors import Receipt
from openkap.clinical.refusal import BadInput
from openkap.devices import hl7v2
from openkap.devices.hl7v2 import Header
from openkap.records.models import Clinic, DeviceRow

TAKEN, WRONG, REFUSED = "AA", "AE", "AR"
"""Original mode whatever MSH-15 asks: every sender of the field's understands these three."""
STRANGER = "this sender is not registered here"
LONGEST_WORDS = 200
_SPECIAL = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
NOBODY = Header("", "", "")


def answer(callers: Sequence[str], raw: bytes, *, place: int, at: datetime) -> bytes:
    """The acknowledgement, once everything is committed. `place`: the message's number in its connection.

    AA: stored, and what of it was put aside is said. AE: nothing of it is stored and it was put aside, with
    the reason; a message with one bad value among good ones is AA, or a sender would send it for ever. AR: it
    was not looked at. Raises what the database raises: then there is no answer, and the sender sends again.
    """
    rows = list(DeviceRow.objects.filter(device__in=callers, retired=False))
    if not rows:
        return acknowledgement(REFUSED, NOBODY, STRANGER, at)
    head = NOBODY
    try:
        message = hl7v2.segments(raw)
        head = hl7v2.header(message)
        oru = hl7v2.read(raw, message, zone=_zone(rows[0].clinic), at=at, place=place)
    except hl7v2.WrongKind as fault:
        return acknowledgement(REFUSED, head, fault.what, at)
    except BadInput as fault:
        receipt = doors.put_aside(rows[0], raw, str(fault), at=at)
        return acknowledgement(_code(receipt), head, _words(receipt), at)
    receipt = _received(rows, oru, at)
    return acknowledgement(_code(receipt), head, _words(receipt), at)


@cache
def _zone(clinic: UUID) -> ZoneInfo:
    """The zone of a clinic, which no page changes while a listener runs."""
    return ZoneInfo(Clinic.objects.get(id=clinic).time_zone)


def _received(rows: list[DeviceRow], oru: hl7v2.Oru, at: datetime) -> Receipt:
    """Into the device of the bed that is named, exactly as registered: a gateway is one device a bed."""
    here = [row for row in rows if row.bed.casefold() == oru.bed.casefold()]
    if len(here) == 1:
        return doors.receive(here[0], oru.message, at=at)
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
