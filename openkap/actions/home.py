"""Treatment at home: where that is, and the law there."""

import re
from datetime import date
from zoneinfo import available_timezones

from openkap.actions.door import Act, action
from openkap.actions.fields import YES_NO, needed, one_of
from openkap.clinical import home
from openkap.clinical.entries.home import HomeConfirmed, HomeNamed, LawLookedUp, SitterNamed
from openkap.clinical.refusal import BadInput

_NUMBER = re.compile(r"[+(]?\d[\d ()./-]*")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@action("readiness.record")
def name_home(
    act: Act, *, address: str, region: str, time_zone: str, emergency_number: str, phone: str
) -> None:
    """Where the drug would be taken. Region as ISO 3166-2; the time zone is never guessed from it."""
    needed(address, "address", "Write street, number, place and door, as an ambulance needs it")
    _region(region)
    if time_zone not in available_timezones():
        raise BadInput("time_zone", f"{time_zone[:40]!r} is no time zone", "Write it like America/New_York")
    _dialled(emergency_number, "emergency_number", "Write the number for an ambulance there")
    _dialled(phone, "phone", "Write a number they answer during the session")
    said = {"address": address, "region": region, "time_zone": time_zone, "phone": phone}
    act.write(HomeNamed(emergency_number=emergency_number, **said))


@action("screening.decide")
def look_up_law(act: Act, *, region: str, allows: str, source: str, until: date) -> None:
    """What the law of a region says to treatment at home, where that stands, and its last day."""
    _region(region)
    one_of(allows, YES_NO, "allows")
    needed(source, "source", "Write where it stands")
    entry = home.named(act.chart, act.at)
    today = home.local_day(entry.fact, act.at) if entry else act.at.date()
    if until < today:
        raise BadInput("until", f"{until} is over already", "Write the last day it holds")
    act.write(LawLookedUp(region=region, allows=allows, source=source, until=until))


def _dialled(number: str, where: str, todo: str) -> None:
    """A number that a telephone can dial, and nothing beside it: it is dialled by one tap in an emergency."""
    needed(number, where, todo)
    if not _NUMBER.fullmatch(number):
        raise BadInput(where, f"{number[:40]!r} cannot be dialled", f"{todo}: digits, blanks, +, -, ( and )")


def _region(region: str) -> str:
    if not _REGION.fullmatch(region):
        raise BadInput("region", f"{region[:20]!r} is no region", "Write it like US-CA, or CH")
    return region


@action("visit.check")
def confirm_home(act: Act, *, visit: str, here: str, number_read: str) -> None:
    """The patient said live that they are at the home named, and the number was read back: "yes" each."""
    _at_home(act, visit)
    entry = home.named(act.chart, act.at)
    if entry is None:
        raise BadInput("here", "no home is named in this chart", "Name it first, with the law there")
    if here != "yes":
        raise BadInput("here", "the patient is not at the home that is named", "Name where they are first")
    if number_read != "yes":
        raise BadInput("number_read", "the emergency number was not read back", "Read it out together")
    there = entry.fact
    said = {"address": there.address, "region": there.region, "emergency_number": there.emergency_number}
    act.write(HomeConfirmed(visit=visit, home=str(entry.id), **said))


@action("visit.check")
def name_sitter(act: Act, *, visit: str, name: str, phone: str) -> None:
    """The adult who stays with the patient, spoken to before the dose."""
    _at_home(act, visit)
    needed(name, "name", "Write their name")
    _dialled(phone, "phone", "Write a number they answer during the session")
    act.write(SitterNamed(visit=visit, name=name, phone=phone))


def _at_home(act: Act, visit: str) -> None:
    if act.open_visit(visit).place != home.HOME:
        raise BadInput("visit", "this visit is in the clinic", "Choose a visit at home")
