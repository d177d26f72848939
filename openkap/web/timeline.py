"""Days under a figure: as many as fit, on round days, the year named where it changes."""

from datetime import datetime, timedelta

from django.utils import timezone

STEPS_DAYS = (7, 14)
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def marks(start: datetime, end: datetime, *, most: int) -> list[tuple[datetime, str]]:
    """At most `most` round days between two moments, with their words: "4 May", "March", "2027"."""
    for step in STEPS_DAYS:
        days = _weeks(start, end, step)
        if len(days) <= most:
            return [(day, f"{day.day} {day:%b}") for day in days]
    for step in STEPS_MONTHS:
        days = _months(start, end, step)
        if len(days) <= most:
            return [(day, f"{day:%Y}" if step >= 12 or day.month == 1 else f"{day:%b}") for day in days]
    return []


def _weeks(start: datetime, end: datetime, step: int) -> list[datetime]:
    first = timezone.localtime(start).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (first + timedelta(days=step * n) for n in range((end - start).days // step + 2))
    return [day for day in days if start <= day <= end]


def _months(start: datetime, end: datetime, step: int) -> list[datetime]:
    first = timezone.localtime(start).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    month = first.year * 12 + first.month - 1
    month += -month % step
    while (day := first.replace(year=month // 12, month=month % 12 + 1)) <= end:
        found.append(day)
        month += step
    return [day for day in found if day >= start]
