"""Words and moments for templates: `{% load openkap %}`. Times are shown in the clinic's zone."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings

from openkap.clinical.crisis import Crisis, Line
from openkap.clinical.moments import in_words
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.rules import Reason
from openkap.protocol.load import shipped
from openkap.web import words

register = template.Library()


@register.simple_tag
def crisis() -> Crisis:
    """The words and numbers a person in danger is shown, of the clinic's region."""
    return shipped().crisis[settings.REGION]


@register.filter
def dial(line: Line) -> str:
    """The address that calls or texts a number."""
    return f"{'tel' if line.way == 'call' else 'sms'}:{line.number}"


ALERT_SHAPES = {"high": "▲▲▲ Now", "mid": "▲▲ Soon", "low": "▲ Know"}


@register.filter
def day(value: date | datetime | None) -> str:
    """ "22 November 2026" """
    return words.day(value)


@register.filter
def weekday(value: date | datetime | None) -> str:
    """ "Tue 19 May" """
    local = words.local(value)
    return f"{local:%a} {local.day} {local:%b}" if local else ""


@register.filter
def full_day(value: date | datetime | None) -> str:
    """ "Thursday 14 May" """
    local = words.local(value)
    return f"{local:%A} {local.day} {local:%B}" if local else ""


@register.filter
def clock(value: datetime | None) -> str:
    """ "10:05", as staff write it; with its zone in the hour that comes twice."""
    return words.clock(value)


@register.filter
def moment(value: datetime | None) -> str:
    """ "Tue 19 May 2026, 10:05" """
    return words.moment(value)


@register.filter
def ago(value: datetime | None, at: datetime) -> str:
    """ "2 min ago"; "in 5 min" for what is still to come."""
    return words.ago(value, at)


@register.filter
def due_in(value: datetime, at: datetime) -> str:
    """ "overdue by 6 h", or the moment it falls due."""
    return words.due(value, at)


@register.filter
def span(value: Any) -> str:
    return in_words(value) if value is not None else ""


@register.filter
def quantity(value: Decimal | None) -> str:
    """A number without a trailing zero and with its leading one."""
    return plain(value) if value is not None else ""


@register.filter
def role(value: str) -> str:
    """ "prescriber" → "the prescriber" """
    return words.role(value)


@register.filter
def route_words(value: str) -> str:
    """ "iv" → "IV" """
    return words.route(value)


@register.filter
def lifter(value: str) -> str:
    """Who can lift a block, as a sentence."""
    return words.lifter(value)


@register.filter
def lifters(block: Reason) -> str:
    """Who can settle a block, and who may go past it."""
    return words.lifters(block.who, block.override)


@register.filter
def overrider(value: str) -> str:
    return words.overrider(value)


@register.filter
def fault_sentence(fault: BadInput) -> str:
    return words.fault_sentence(fault)


@register.filter
def alert_shape(level: str) -> str:
    """Shape and word of an alert, so that the colour is never alone."""
    return ALERT_SHAPES[level]


@register.filter
def without_code(text: str) -> str:
    """The words of a line that names the fact it rests on."""
    return words.code_apart(text)[0]


@register.filter
def code_of(text: str) -> str:
    """The fact it rests on, or ""."""
    return words.code_apart(text)[1]


@register.filter
def plain_name(identifier: str) -> str:
    """ "heart_rate" → "Heart rate" """
    return words.name(identifier).capitalize()
