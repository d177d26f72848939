"""What a patient is reminded of, and when. Every text can be read on a locked screen by whoever is near."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.case import Case
from openkap.clinical.entries.integration import IntegrationBooked
from openkap.clinical.entries.message import MessageSent
from openkap.clinical.entries.reminders import RemindersChosen
from openkap.clinical.integration import talks

CHANNELS = ("email", "sms", "none")
BEFORE, NEWS_FOR = "reminder-before", "reminder-of-news"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to be reminded of from `at` on; after `useless_after` it is not sent any more."""

    key: str
    about: str  # "appointment" · "news"
    at: datetime
    useless_after: datetime
    when: datetime | None = None  # of the appointment


def chosen(case: Case) -> RemindersChosen | None:
    """How they want to be reminded; None: they did not say, or do not want it."""
    entry = case.latest(RemindersChosen)
    return entry.fact if entry and entry.fact.channel != "none" else None


def owed(case: Case) -> tuple[Reminder, ...]:
    """What to remind of now, whether or not it was done already."""
    every = (*_appointments(case), *_news(case))
    return tuple(one for one in every if one.at <= case.at < one.useless_after)


def _appointments(case: Case) -> Iterator[Reminder]:
    """The day before a visit, and before a talk."""
    before = case.protocol.span(BEFORE)
    booked = [(f"visit-{v.id}", v.starts_at) for v in case.visits if v.phase == "booked"]
    booked += [(f"talk-{e.id}", e.fact.starts_at) for e in talks(case.all(IntegrationBooked), case.visits)]
    for key, starts_at in booked:
        yield Reminder(
            f"{key} {starts_at:%Y%m%d%H%M}", "appointment", starts_at - before, starts_at, starts_at
        )


def _news(case: Case) -> Iterator[Reminder]:
    """An answer of the team that nobody has written after."""
    sent = case.all(MessageSent)
    if sent and sent[-1].fact.side == "team":
        at = sent[-1].effective_at
        yield Reminder(f"news-{sent[-1].id}", "news", at, at + case.protocol.span(NEWS_FOR))
