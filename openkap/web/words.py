"""Dates, roles, grades and faults as people say them. Times are shown in the clinic's zone, stored in UTC."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.rules import Finding

ROLES = {
    "director": "the medical director",
    "prescriber": "the prescriber",
    "therapist": "the therapist",
    "monitor": "the session monitor",
    "manager": "the clinic manager",
    "auditor": "the auditor",
    "patient": "the patient",
    "system": "OpenKAP",
}
GROUPS = (
    ("exclude", "Stops treatment", "Treatment should not go ahead while this stands."),
    ("stabilise", "Settle first", "Treatment can be looked at again once this is settled."),
    ("decide", "Decide", "A clinician weighs this and says why."),
    ("warn", "Know", "Worth knowing; it does not change the decision."),
)
"""(grade, heading, what the grade means), worst first."""
WORST = {
    "clear": "Nothing on record stands in the way.",
    "decide": "A clinician has something to weigh.",
    "stabilise": "Something must be settled first.",
    "exclude": "Something on record stops treatment.",
}
DECISIONS = {"suitable": "Suitable", "not-suitable": "Not suitable", "deferred": "Not yet"}
UNITS = {"mm[Hg]": "mmHg", "/min": "a minute", "Cel": "°C", "kg/m2": "kg/m²", "[lb_av]": "lb", "{score}": ""}
ROUTES = {
    "iv": "IV",
    "im": "IM",
    "sublingual": "lozenge",
    "oral": "by mouth",
    "subcutaneous": "SC",
    "intranasal": "nasal spray",
}
SEXES = {"female": "female", "male": "male", "other": "other", "unknown": "sex not on record"}


_CODE = re.compile(r" \(([A-Z]{3}(?:-[A-Z0-9]+)+)(?:: ([^()]*))?\)")
_FIELD = re.compile(r"[a-z][a-z0-9_-]*")


def local(value: date | datetime | None) -> date | datetime | None:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """ "22 November 2026" """
    there = local(value)
    return f"{there.day} {there:%B %Y}" if there else ""


def moment(value: datetime | None) -> str:
    """ "Tue 19 May 2026, 10:05" """
    there = local(value)
    return f"{there:%a} {there.day} {there:%b %Y}, {clock(value)}" if there else ""


def clock(value: datetime | None) -> str:
    """ "10:05"; in the hour that comes twice when the clocks go back, "02:30 CEST" and "02:30 CET"."""
    there = local(value)
    if not isinstance(there, datetime):
        return ""
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return f"{there:%H:%M %Z}" if twice else f"{there:%H:%M}"


def stamp(value: datetime) -> str:
    """ "2026-05-19 10:05", as it is typed; with its zone in the hour that comes twice."""
    return f"{local(value):%Y-%m-%d} {clock(value)}"


def ago(value: datetime | None, at: datetime) -> str:
    """ "2 min ago", "just now", "in 5 min"."""
    if value is None:
        return "never"
    span = at - value
    if abs(span.total_seconds()) < 60:
        return "just now"
    return f"in {in_words(-span)}" if span.total_seconds() < 0 else f"{in_words(span)} ago"


def due(value: datetime, at: datetime) -> str:
    """ "overdue by 6 h", "due in 20 min", "due at 14:05", "due Tue 19 May 2026, 10:05"."""
    if at > value:
        return f"overdue by {in_words(at - value)}"
    if (value - at).total_seconds() < 2 * 3600:
        return f"due {ago(value, at)}"
    same_day = local(value).date() == local(at).date()
    return f"due at {clock(value)}" if same_day else f"due {moment(value)}"


def iso_day(text: str) -> str:
    """A moment written by a machine, as a day a person reads; anything else stays as it is."""
    try:
        return day(datetime.fromisoformat(text))
    except ValueError:
        return text


def ended(text: str) -> str:
    """Somebody's own words as a sentence that another may follow."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def years(born: date, on: date) -> int:
    """Whole years of age."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def route(name: str) -> str:
    """A route in the few letters a board has room for."""
    return ROUTES.get(name, name)


def role(name: str) -> str:
    return ROLES.get(name, name)


def another(name: str) -> str:
    """ "prescriber" → "another prescriber": somebody else of the same role."""
    return f"another {role(name).removeprefix('the ')}"


def lifter(name: str) -> str:
    """Who can lift a block."""
    return f"{_start(role(name))} can settle this." if name else ""


def lifters(who: str, override: str) -> str:
    """Who can settle a block, and who may go past it, in one or two sentences."""
    if who and who == override:
        return f"{_start(role(who))} can settle this, or go past it with a reason."
    return f"{lifter(who)} {overrider(override)}".strip()


def overrider(name: str) -> str:
    return f"{_start(role(name))} can go past it with a reason." if name else ""


def grade(name: str) -> str:
    return next((title for key, title, _ in GROUPS if key == name), name)


def unit(ucum: str) -> str:
    """A UCUM unit as people write it."""
    return UNITS.get(ucum, ucum)


def value(text: str) -> str:
    """ "168 mm[Hg]" → "168 mmHg" """
    number, blank, ucum = text.partition(" ")
    return f"{number} {unit(ucum)}".strip() if blank else text


def number(amount: Decimal | None) -> str:
    return plain(amount) if amount is not None else ""


def quoted(finding: Finding) -> list[dict[str, str]]:
    """The patient's own data behind a finding: what, value, the day."""
    return quoted_values(finding.because)


def quoted_values(values: Iterable[Measured]) -> list[dict[str, str]]:
    """Values a rule looked at: what, value, the day."""
    return [
        {"what": name(measured.what), "value": value(measured.value), "day": iso_day(measured.at)}
        for measured in values
    ]


def name(identifier: str) -> str:
    """ "heart-rate" → "heart rate"; words that are no identifier stay as they are."""
    return identifier.replace("-", " ").replace("_", " ") if _FIELD.fullmatch(identifier) else identifier


def code_apart(text: str) -> tuple[str, str]:
    """ "how often (LTS-11: nothing published)" → "how often (nothing published)" and "LTS-11"."""
    found = _CODE.search(text)
    if not found:
        return text, ""
    rest = f" ({found[2]})" if found[2] else ""
    return text[: found.start()] + rest + text[found.end() :], found[1]


def fault_sentence(fault: BadInput, label: str = "") -> str:
    """The fault with what its field is called, for the summary on top; a file's name stays as it is.

    What no field of the page has made is told without one: its name is our own word.
    """
    if not _FIELD.fullmatch(fault.where):
        return str(fault)
    if not label:
        return fault_beside(fault)
    if label[-1] in ".?!":
        return f"{label} {fault_beside(fault)}"
    return f"{_start(label)}: {_start(fault_beside(fault), lower=True)}"


def fault_beside(fault: BadInput) -> str:
    """The fault without the name of its field, for beside the field."""
    text = str(fault).removeprefix(f"{fault.where}: ")
    return _start(text)


def _start(text: str, *, lower: bool = False) -> str:
    first = text[:1].lower() if lower and not text[1:2].isupper() else text[:1].upper()
    return first + text[1:]
