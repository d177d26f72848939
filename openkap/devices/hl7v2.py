"""ORU^R01, as bedside monitors and their gateways send it, to what `actions.doors` takes.

Nothing is filled in: a value without a known unit, a time that cannot be read, a status that withdraws it are
each a fault in a sentence. PID is read only to be compared with the chart the device is bound to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from openkap.actions.devices import bed_words
from openkap.actions.doors import Claims, Message, Value
from openkap.clinical.quantity import parse_decimal
from openkap.clinical.refusal import BadInput
from openkap.devices import er7
from openkap.devices.er7 import Segment
from openkap.devices.hl7_time import instant
from openkap.protocol.doors import Signal, codes, doors
from openkap.records.readings import LARGEST_SEQUENCE

ORU = ("ORU", "R01")
LONGEST_CODE = 80


class WrongKind(BadInput):
    """A message of a kind this door does not take: well written, and not for us."""


@dataclass(frozen=True, slots=True)
class Header:
    """What an answer needs of a message, read before anything else."""

    control_id: str
    application: str
    facility: str


@dataclass(frozen=True, slots=True)
class Oru:
    """One ORU^R01, read. `bed`: the words of PV1-3."""

    header: Header
    bed: str
    message: Message


@dataclass
class _Reading:
    """What is gathered on the way through the segments."""

    zone: tzinfo
    near: datetime
    sequence: int | None
    times: tuple[str, ...] = ()  # of the OBR at hand and of MSH
    values: list[Value] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unread: dict[str, None] = field(default_factory=dict)
    simulated: bool = False


def segments(raw: bytes) -> tuple[Segment, ...]:
    """The message's segments, or BadInput."""
    return er7.read(raw, doors().mllp.most_segments)


def header(message: tuple[Segment, ...]) -> Header:
    """Who wrote, and the number of the message. BadInput where it has none, or does not say what it is."""
    msh = message[0]
    if not msh.part(9, 1):
        raise BadInput("MSH-9", "it does not say what kind of message it is")
    if not msh.text(msh.at(10)):
        raise BadInput("MSH-10", "the message carries no number of its own")
    return Header(msh.text(msh.at(10)), msh.text(msh.at(3)), msh.text(msh.at(4)))


def read(raw: bytes, message: tuple[Segment, ...], *, zone: tzinfo, at: datetime, place: int) -> Oru:
    """The message's meaning. WrongKind: not ORU^R01; BadInput: nothing of it can be taken.

    `zone`: of times without their own; `at`: when it came; `place`: its number within the connection.
    """
    msh = message[0]
    if (msh.part(9, 1), msh.part(9, 2)) != ORU:
        raise WrongKind("MSH-9", f"{msh.at(9)[:20]!r} is not ORU^R01, the only message taken here")
    if not any(segment.name == "OBX" for segment in message):
        raise BadInput("message", "it holds no OBX, so it says nothing")
    known = _Reading(zone, at, _sequence(msh, place), simulated=msh.part(11, 1) in doors().training)
    for number, segment in enumerate(message, 1):
        if segment.name == "OBR":
            known.times = (segment.part(7, 1),)
        elif segment.name == "OBX":
            _observation(segment, f"line {number}", msh.part(7, 1), known)
    made = Message(
        raw=raw,
        sent_at=_sent_at(msh, known),
        values=tuple(known.values),
        claims=_claims(message),
        simulated=known.simulated,
        faults=tuple(known.faults),
        unread=tuple(known.unread),
    )
    return Oru(header(message), _bed(message), made)


def _sequence(msh: Segment, place: int) -> int:
    """MSH-13, the sender's own count, where it keeps one."""
    own = msh.text(msh.at(13))
    return int(own) if own.isascii() and own.isdigit() and int(own[:20]) <= LARGEST_SEQUENCE else place


def _sent_at(msh: Segment, known: _Reading) -> datetime | None:
    try:
        return instant(msh.part(7, 1), known.zone, known.near)
    except BadInput:
        return None


def _bed(message: tuple[Segment, ...]) -> str:
    places = [segment for segment in message if segment.name == "PV1"]
    beds = {bed_words(" ".join(pv1.parts(pv1.repeats(3)[0]))) for pv1 in places}
    if len(beds) > 1:
        raise BadInput("PV1-3", "it names more than one bed")
    return beds.pop() if beds else ""


def _claims(message: tuple[Segment, ...]) -> Claims:
    people = [segment for segment in message if segment.name == "PID"]
    if len(people) > 1:
        raise BadInput("PID", "it is about more than one person")
    if not people:
        return Claims()
    pid = people[0]
    name = pid.parts(pid.repeats(5)[0])
    numbers = (pid.parts(one)[0] for one in pid.repeats(3))
    return Claims(
        family=name[0].partition(pid.marks[4])[0],
        given=name[1] if len(name) > 1 else "",
        birth_date=_birth_date(pid.part(7, 1)),
        numbers=tuple(number for number in numbers if number),
    )


def _birth_date(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(f"{written[:4]}-{written[4:6]}-{written[6:8]}")
    except ValueError:
        raise BadInput("PID-7", "the birth date in it cannot be read") from None


def _observation(obx: Segment, where: str, sent: str, known: _Reading) -> None:
    """One OBX: a value, a fault, a code nobody knows, or nothing at all."""
    signal = _signal(obx, known)
    if signal is None:
        return
    known.simulated = known.simulated or any(part in doors().simulated for part in obx.repeats(8))
    try:
        value = _value(obx)
        if value is not None:
            at = _time(obx, sent, known)
            _must_be_in(signal, obx)
            known.values.append(Value(signal=signal, value=value, at=at, sequence=known.sequence))
    except BadInput as fault:
        known.faults.append(f"{where}, {signal.id}: {fault.what}")


def _signal(obx: Segment, known: _Reading) -> Signal | None:
    code = obx.parts(obx.repeats(3)[0])
    code += [""] * (6 - len(code))
    for number, system in ((code[0], code[2]), (code[3], code[5])):
        if found := codes().signal(system, number):
            return found
        if codes().known(system, number):
            return None
    if obx.text(obx.at(2)) == "NM" and obx.text(obx.at(5)):
        known.unread["^".join(part for part in code[:3])[:LONGEST_CODE]] = None
    return None


def _value(obx: Segment) -> Decimal | None:
    """The number, or None where the device says that it has none."""
    status, written = obx.text(obx.at(11)), obx.text(obx.at(5))
    if status in doors().absent or not written:
        return None
    if status not in doors().accepted:
        raise BadInput(
            "OBX-11", f"status {status[:5]!r} takes back or changes a value; readings are never changed"
        )
    if obx.text(obx.at(2)) != "NM":
        raise BadInput("OBX-2", f"it is of type {obx.text(obx.at(2))[:5]!r}, not one number")
    value = parse_decimal(written, "OBX-5")
    return None if value in doors().none else value


def _must_be_in(signal: Signal, obx: Segment) -> None:
    written = obx.parts(obx.repeats(6)[0])
    written += [""] * (3 - len(written))
    if not any(written):
        raise BadInput("OBX-6", "it has no unit")
    if codes().unit(written[2], written[0], written[1]) != signal.unit:
        raise BadInput("OBX-6", f"it is in {obx.at(6)[:40]!r}, not known to be {signal.unit}")


def _time(obx: Segment, sent: str, known: _Reading) -> datetime:
    """When it was measured: OBX-14, else OBR-7, else MSH-7. The first that is there has to be readable."""
    for written in _said((obx.part(14, 1), *known.times, sent)):
        return instant(written, known.zone, known.near)
    raise BadInput("OBX-14", "it is not said when it was measured")


def _said(times: tuple[str, ...]) -> Iterator[str]:
    return (written for written in times if written)
