"""Corrections of a visit: every entry with its earlier versions, and a form that says what was wrong."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from openkap.actions import correcting as act
from openkap.clinical.entries import Entry
from openkap.clinical.quantity import Amount, parse_decimal, plain
from openkap.clinical.refusal import BadInput
from openkap.records.read import NotFound
from openkap.web import pages, people, room_lines, words
from openkap.web.door import go, link, needs, show
from openkap.web.dosing import sender_id
from openkap.web.sentences import sentence
from openkap.web.typed import Typed
from openkap.web.when import on_the_wall, read_stamp


@needs("visit.read")
def corrections(request: HttpRequest, chart: UUID, visit: str) -> HttpResponseBase:
    """Everything of the visit, what can be corrected, and what was."""
    context = _frame(request, chart, visit)
    lines = room_lines.happened(context["chart"], context["visit"], request.protocol, request.principal)
    names = people.names(request.principal, {line.author for line in lines})
    told = [(line, names.get(line.author, "").partition(",")[0]) for line in lines]
    return show(request, "room/corrections.html", context | {"lines": told})


def _frame(request: HttpRequest, chart: UUID, visit: str) -> dict[str, Any]:
    frame = pages.of(request, chart, permission="visit.read", here="dosing")
    found = next((one for one in frame["status"].visits if one.id == visit), None)
    if found is None:
        raise NotFound
    return frame | {"visit": found, "room_url": link("visit", chart=chart, visit=visit)}


@needs("visit.read")
def correction(request: HttpRequest, chart: UUID, visit: str, entry: UUID) -> HttpResponseBase:
    """One entry, as a form that holds what it says now."""
    context = _frame(request, chart, visit)
    found = act.of_visit(context["chart"], visit, entry)
    line = next((one for one in _lines(request, context) if one.entry == str(entry)), None)
    if found is None or line is None:
        raise NotFound
    shown = context | {
        "entry": found,
        "line": line,
        "says": sentence(found, request.protocol),
        "asked": _asked(found),
        "at_words": words.clock(found.effective_at),
    }
    return show(request, "room/correction.html", shown)


def _lines(request: HttpRequest, context: Mapping[str, Any]) -> list[room_lines.Line]:
    return room_lines.happened(context["chart"], context["visit"], request.protocol, request.principal)


def _asked(entry: Entry) -> list[dict[str, str]]:
    """The fields of the form with what stands in them now."""
    return [
        {
            "name": f"was-{name}",
            "label": words.name(name).capitalize(),
            "value": shown(getattr(entry.fact, name)),
        }
        for name in act.correctable(entry)
    ]


def shown(value: Any) -> str:
    """A value as it is typed."""
    if isinstance(value, Amount):
        return plain(value.value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return words.stamp(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


@needs("visit.read", back=correction)
def correct(request: HttpRequest, chart: UUID, visit: str, entry: UUID) -> HttpResponseBase:
    """The entry is written anew, with the reason."""
    old = act.of_visit(_frame(request, chart, visit)["chart"], visit, entry)
    if old is None:
        raise NotFound
    typed = Typed(request)
    reason, changed = typed.text("reason", todo="Write what was wrong"), _changed(typed, old)
    moment = _moment(typed, old)
    typed.done()
    act.correct(
        request.principal,
        str(chart),
        at=request.at,
        seen=typed.seen,
        visit=visit,
        entry=str(entry),
        reason=reason,
        changed=changed,
        effective_at=moment,
        **sender_id(typed),
    )
    return go(
        request,
        "visit-corrections",
        said="Corrected. What it said before stays readable.",
        chart=chart,
        visit=visit,
    )


def _moment(typed: Typed, old: Entry) -> datetime | None:
    """When it happened, if the form says another time; counted back from when it was written."""
    given = typed.text("happened", required=False)
    if given in ("", words.clock(old.effective_at)):
        return None
    try:
        return on_the_wall(given, old.recorded_at)
    except BadInput as fault:
        typed.faults.append(fault)
        return None


def _changed(typed: Typed, old: Entry) -> dict[str, Any]:
    """The fields that say something else than before, each in its own type."""
    needed = {field.name for field in fields(old.fact) if field.default is MISSING}
    changed: dict[str, Any] = {}
    for name, kind in act.correctable(old).items():
        text, before = typed.text(f"was-{name}", required=False), getattr(old.fact, name)
        if text == shown(before):
            continue
        try:
            changed[name] = _read(text, f"was-{name}", kind, empty=name not in needed)
        except BadInput as fault:
            typed.faults.append(fault)
    return changed


def _read(text: str, where: str, kind: type, *, empty: bool) -> Any:
    """What was typed, in the type of its field; nothing where the field may be empty."""
    if kind is str:
        return text
    if not text:
        if empty:
            return None
        raise BadInput(where, "nothing was written", "Write what is right")
    if kind is bool:
        if text not in ("yes", "no"):
            raise BadInput(where, f"{text[:20]!r} is neither yes nor no", "Write yes or no")
        return text == "yes"
    if kind is datetime:
        return read_stamp(text, where)
    if issubclass(kind, Amount):
        return kind.parse(text, where)
    number = parse_decimal(text, where)
    if kind is int and number != number.to_integral_value():
        raise BadInput(where, f"{text} is not a whole number", "Leave out the part after the point")
    return int(number) if kind is int else number


@needs("visit.read", back=correction)
def take_out(request: HttpRequest, chart: UUID, visit: str, entry: UUID) -> HttpResponseBase:
    """It should not have been written. It stays readable, struck through."""
    typed = Typed(request)
    reason = typed.text("reason", todo="Write why it does not stand")
    typed.done()
    act.take_out(
        request.principal,
        str(chart),
        at=request.at,
        visit=visit,
        entry=str(entry),
        reason=reason,
        **sender_id(typed),
    )
    back = "visit" if typed.data.get("form") == "undo" else "visit-corrections"
    return go(request, back, said="Taken out. It stays readable, struck through.", chart=chart, visit=visit)
