"""IEEE 11073 SDC, metric by metric: what a device's report says, as `actions.doors` takes it.

Works on anything shaped like the containers of `sdc11073`, and imports none of it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from openkap.actions.doors import Message, Value
from openkap.clinical.refusal import BadInput
from openkap.protocol.doors import Signal, codes, doors

MDC = "urn:oid:1.2.840.10004.1.1.1.0.0.1"
"""The coding system of BICEPS where a code names none."""
ON = "On"


@dataclass
class _Gathered:
    values: list[Value] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    simulated: bool = False


def report(metrics: Iterable[tuple[Any, Any]], *, sequence: int) -> Message | None:
    """One report as a message, or None where it holds no number. `metrics`: (descriptor, state) pairs.

    `sequence`: the device's own version of its data, which goes up with every report.
    """
    found, told = _Gathered(), []
    for descriptor, state in metrics:
        number = getattr(state, "MetricValue", None)
        if number is None or not isinstance(number.Value, Decimal):
            continue
        told.append({"handle": str(state.DescriptorHandle)[:80], "value": str(number.Value)[:40]})
        _metric(descriptor, state, sequence, found)
    if not (found.values or found.faults or found.unread):
        return None
    return Message(
        raw=json.dumps({"sequence": sequence, "metrics": told}).encode(),
        sent_at=max((value.at for value in found.values), default=None),
        values=tuple(found.values),
        simulated=found.simulated,
        faults=tuple(found.faults),
        unread=tuple(found.unread),
    )


def _metric(descriptor: Any, state: Any, sequence: int, found: _Gathered) -> None:
    system, code = descriptor.Type.CodingSystem or MDC, str(descriptor.Type.Code)
    signal = codes().signal(system, code)
    if signal is None:
        if not codes().known(system, code):
            found.unread.append(f"{code}^{system}"[:80])
        return
    quality = state.MetricValue.MetricQuality
    if _word(state.ActivationState, ON) != ON or _word(quality.Validity) not in doors().sdc.valid:
        return
    found.simulated = found.simulated or _word(quality.Mode) in doors().sdc.simulated
    try:
        found.values.append(_value(signal, descriptor, state, sequence))
    except BadInput as fault:
        found.faults.append(f"{signal.id}: {fault.what}")


def _value(signal: Signal, descriptor: Any, state: Any, sequence: int) -> Value:
    unit = descriptor.Unit
    written = codes().unit(unit.CodingSystem or MDC, str(unit.Code), "") if unit else ""
    if written != signal.unit:
        raise BadInput("Unit", f"its unit {getattr(unit, 'Code', '')!s:.40} is not known to be {signal.unit}")
    number = state.MetricValue
    if not number.DeterminationTime:
        raise BadInput("DeterminationTime", "it is not said when it was measured")
    try:
        at = datetime.fromtimestamp(number.DeterminationTime, UTC)
    except (ValueError, OverflowError, OSError):
        raise BadInput("DeterminationTime", "its time is outside the calendar") from None
    if not number.Value.is_finite():
        raise BadInput("Value", "it is not a finite number")
    return Value(signal=signal, value=number.Value, at=at, sequence=sequence)


def _word(given: Any, otherwise: str = "") -> str:
    """A word of an enumeration, or what stands where none is given."""
    return otherwise if given is None else str(getattr(given, "value", given))
