"""Reminders: how a patient wants them, placing them in the outbox, and what became of each.

A row is placed once, and handed over until the next server takes it. A process that is killed between the
handing over and its receipt sends that one again, under the same id: twice is a nuisance, never is worse.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from openkap.actions.door import Act, Terms, action, guarded, load
from openkap.clinical import reminders
from openkap.clinical.case import Case
from openkap.clinical.entries.reminders import ReminderFailed, RemindersChosen
from openkap.clinical.refusal import BadInput
from openkap.clinical.reminders import Reminder
from openkap.records import decoded, ledger
from openkap.records.in_force import in_force
from openkap.records.models import Clinic, OutboxRow, User
from openkap.records.policy import ENGINE, Principal

VIA = "reminders"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
"""Between one try and the next; after the last of them it is given up."""
AT_A_TIME = 50
RECEIPTS_SHOWN = 20
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{5,20}")


@action("reminders.choose")
def choose(act: Act, *, channel: str, address: str = "") -> None:
    """By which way, or none. While a dose may still be felt no way is opened; closing one is always heard."""
    if channel not in reminders.CHANNELS:
        raise BadInput("channel", "nothing was chosen", "Choose one of the answers")
    if channel == "none":
        act.write(RemindersChosen(channel=channel))
        return
    act.pass_gate("grant-permission")
    form, example = (_EMAIL, "ada@mail.example") if channel == "email" else (_NUMBER, "+1 555 0142")
    if not form.fullmatch(address.strip()):
        raise BadInput("address", "reminders cannot be sent there", f"Write it like {example}")
    act.write(RemindersChosen(channel=channel, address=address.strip()))


@guarded("reminders.choose")
def receipts(who: Principal) -> list[OutboxRow]:
    """What went out to the reader, or did not, newest first."""
    return list(OutboxRow.objects.filter(chart=str(who.chart)).order_by("-id")[:RECEIPTS_SHOWN])


def place(at: datetime) -> int:
    """What is owed now goes into the outbox, for every patient with an account; how many were new."""
    accounts = User.objects.filter(role="patient", is_active=True)
    clinics = {str(chart): str(clinic) for chart, clinic in accounts.values_list("chart", "clinic_id")}
    charts = decoded.charts([f"chart:{chart}" for chart in clinics])
    zones = {str(id): zone for id, zone in Clinic.objects.values_list("id", "time_zone")}
    made = 0
    for chart, clinic in clinics.items():
        case = Case(charts[f"chart:{chart}"], in_force(clinic), at)
        if (way := reminders.chosen(case)) is not None:
            with timezone.override(zones[clinic]):
                made += _placed(chart, clinic, way, reminders.owed(case), at)
    return made


def _placed(chart: str, clinic: str, way: RemindersChosen, owed: Iterable[Reminder], at: datetime) -> int:
    made = 0
    for one in owed:
        subject, body = in_words(one)
        fields = {
            "clinic": clinic,
            "channel": way.channel,
            "address": way.address,
            "subject": subject,
            "body": body,
            "placed_at": at,
            "useless_after": one.useless_after,
            "next_try_at": at,
        }
        _, new = OutboxRow.objects.get_or_create(chart=chart, key=one.key, defaults=fields)
        made += new
    return made


def in_words(one: Reminder) -> tuple[str, str]:
    """(subject, body). Nothing of a clinic, a treatment or a person: whoever holds the phone reads it."""
    end = "This cannot be answered, and nobody watches it."
    if one.when is None:
        return "Something to read", f"There is something new for you. Please sign in to read it. {end}"
    local = timezone.localtime(one.when)
    hour = f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
    when = f"{local:%A}, {local.day} {local:%B}, at {hour}"
    return "A reminder", f"You have an appointment on {when}. Please sign in for more. {end}"


def waiting(at: datetime) -> list[OutboxRow]:
    """What is to be handed over now. What comes too late is said to, and goes no more."""
    rows = OutboxRow.objects.filter(state="waiting")
    for row in rows.filter(useless_after__lte=at):
        fail(row, "too late", "it could not be handed over in time", at)
    return list(rows.filter(next_try_at__lte=at).order_by("next_try_at", "id")[:AT_A_TIME])


def sent(row: OutboxRow, said: str, at: datetime) -> None:
    """The next server has taken it: that is all a receipt can say."""
    row.state, row.said, row.settled_at = "sent", said[:200], at
    row.tries += 1
    row.save(update_fields=["state", "said", "settled_at", "tries"])


def again(row: OutboxRow, said: str, at: datetime) -> None:
    """Not taken now: later, or given up where it was tried often enough."""
    row.tries += 1
    if row.tries > len(PAUSES):
        fail(row, "refused", said, at)
        return
    row.said, row.next_try_at = said[:200], at + PAUSES[row.tries - 1]
    row.save(update_fields=["said", "next_try_at", "tries"])


def fail(row: OutboxRow, state: str, said: str, at: datetime) -> None:
    """It did not reach them: the chart says so in the same commit, and the board with it."""
    with transaction.atomic():
        ledger.locked_heads([f"chart:{row.chart}"])
        act = load(ENGINE, str(row.chart), "message.send", Terms(at=at, via=VIA))
        about = "an appointment" if row.key.startswith(("visit", "talk")) else "an answer that waits"
        act.write(ReminderFailed(about=about, channel=row.channel, why=said[:200]))
        act.finish()
        row.state, row.said, row.settled_at = state, said[:200], at
        row.save(update_fields=["state", "said", "settled_at", "tries"])
