"""HL7 times: to the minute at least, with their own zone, or in the clinic's."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from openkap.clinical.refusal import BadInput

_DTM = re.compile(
    r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,9}))?)?(?:([+-])(\d\d)(\d\d))?", re.ASCII
)


def instant(written: str, zone: tzinfo, near: datetime) -> datetime:
    """The instant in UTC, or BadInput. `zone`: for a time without its own; `near`: when it was received.

    In the hour that the clocks repeat such a time names two instants, in the hour they skip none: the one
    nearer to its reception is taken, since a device sends what it has just measured.
    """
    match = _DTM.fullmatch(written)
    if not match:
        raise BadInput("time", f"{written[:40]!r} is not a time to the minute")
    *digits, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in digits)
    microseconds = int((fraction or "").ljust(6, "0")[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, microseconds)
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            own = timezone(offset if sign == "+" else -offset)
            return local.replace(tzinfo=own).astimezone(UTC)
        return _nearest(local, zone, near)
    except (ValueError, OverflowError):
        raise BadInput("time", f"{written[:40]!r} is not in the calendar") from None


def _nearest(local: datetime, zone: tzinfo, near: datetime) -> datetime:
    meant = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return min(meant, key=lambda moment: abs(moment - near))
