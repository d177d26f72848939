"""When something happened: now, unless a form says another time. Both times are kept and shown.

`happened`: hours and minutes on the wall of the clinic, the last time they came round. `tapped_at`: when a
tap was made that could not be sent at once, from the page's own count of the server's time.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from openkap.clinical.moments import parse_moment
from openkap.clinical.refusal import BadInput
from openkap.web.typed import Typed

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?: +(\S{1,6}))?")
A_DAY = timedelta(days=1)


def happened(typed: Typed, at: datetime, *, within: timedelta = A_DAY) -> dict[str, Any]:
    """`{"effective_at": …}` for an action, or {} when it is now. Faults are kept in `typed`.

    `within`: how long a tap may have waited.
    """
    try:
        tapped = _tapped(typed.data.get("tapped_at", ""), at, within)
        moment = on_the_wall(typed.data.get("happened", ""), tapped or at) or tapped
    except BadInput as fault:
        typed.faults.append(fault)
        return {}
    return {"effective_at": moment} if moment else {}


def _tapped(text: str, at: datetime, within: timedelta) -> datetime | None:
    if not text:
        return None
    moment = parse_moment(text, "tapped_at")
    if not at - within <= moment <= at:
        hours = within // timedelta(hours=1)
        raise BadInput("happened", f"the tap is not from the last {hours} hours", "Write when it happened")
    return moment


def on_the_wall(text: str, at: datetime) -> datetime | None:
    """ "10:05" as the last such moment up to `at`, in the clinic's zone; None for "". UTC.

    In the hour that comes twice the name of the zone is asked for ("02:30 CEST"); a time that was skipped
    is refused.
    """
    if not text.strip():
        return None
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise BadInput("happened", f"{text[:20]!r} is not a time of day", "Write it like 10:05")
    hour, minute, zone = int(found[1]), int(found[2]), (found[3] or "").upper()
    moments = [m for m in _candidates(hour, minute, at) if m <= at]
    if not moments:
        raise BadInput("happened", f"{found[0]} did not come in the last day", "Write another time")
    newest = max(moments)
    twins = [m for m in moments if timezone.localtime(m).date() == timezone.localtime(newest).date()]
    names = {f"{timezone.localtime(m):%Z}".upper(): m for m in twins}
    if zone and zone in names:
        return names[zone]
    if zone or len(names) > 1:
        told = " or ".join(f"{found[1]}:{found[2]} {name}" for name in sorted(names))
        raise BadInput("happened", f"{found[0]} does not name one moment", f"Write {told}")
    return newest


def read_stamp(text: str, where: str) -> datetime:
    """ "2026-05-19 10:05", with a zone in the hour that comes twice, as UTC; else BadInput."""
    day, _, clock = text.strip().partition(" ")
    try:
        end = datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=timezone.get_current_timezone())
    except ValueError:
        raise BadInput(
            where, f"{text[:30]!r} is not a day and a time", "Write it like 2026-05-19 10:05"
        ) from None
    try:
        moment = on_the_wall(clock, end.astimezone(UTC))
    except BadInput as fault:
        raise BadInput(where, fault.what, fault.todo) from None
    if moment is None or timezone.localtime(moment).date() != end.date():
        raise BadInput(where, f"{text[:30]!r} did not come that day", "Write it like 2026-05-19 10:05")
    return moment


def _candidates(hour: int, minute: int, at: datetime) -> Iterable[datetime]:
    """That time of day today and yesterday, twice where the clocks went back, never where they skipped it."""
    zone, there = timezone.get_current_timezone(), timezone.localtime(at)
    for day in (there.date(), there.date() - A_DAY):
        for fold in (0, 1):
            local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold)
            moment = local.astimezone(UTC)
            if (moment.astimezone(zone).hour, moment.astimezone(zone).minute) == (hour, minute):
                yield moment
