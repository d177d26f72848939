"""Form fields: `{% load forms %}`. Each keeps what was typed and shows its own fault.

`form` names the form on the page: a page may hold several, and the one that was sent is filled in again.
"""

from typing import Any
from uuid import uuid4

from django import template

from openkap.clinical.consent_text import ConsentQuestion
from openkap.web import words
from openkap.web.templatetags.told import note

register = template.Library()
Context = template.Context

TYPES = {"number": "text", "decimal": "text", "day": "date", "moment": "datetime-local"}
INPUT_MODES = {"number": "numeric", "decimal": "decimal"}


@register.inclusion_tag("parts/form_keys.html", takes_context=True)
def form_keys(context: Context, form: str, seen: int | None = None) -> dict[str, Any]:
    """The hidden first line of every form: CSRF token, the form's name, the seq the person is looking at."""
    return {"csrf_token": context.get("csrf_token"), "form": form, "seen": seen}


@register.simple_tag
def new_id() -> str:
    """The id of what a form will record, drawn anew for every form: sent twice, it is stored once."""
    return str(uuid4())


@register.inclusion_tag("parts/field.html", takes_context=True)
def field(context: Context, form: str, name: str, label: str, **options: Any) -> dict[str, Any]:
    """A line of text.

    Options: kind (text, number, decimal, day, moment, password, textarea), hint, unit, value,
    width (k-w4, k-w8, k-w12), rows, optional, autocomplete, heading (the label is the page's heading),
    called (what a fault calls it, where the label alone would not do).
    """
    kind = options.get("kind", "text")
    part = _part(context, form, name, options | {"called": options.get("called", label)})
    return part | {
        "label": label,
        "kind": kind,
        "type": TYPES.get(kind, kind),
        "inputmode": INPUT_MODES.get(kind, ""),
        "unit": options.get("unit", ""),
        "width": options.get("width", ""),
        "rows": options.get("rows", 3),
        "optional": options.get("optional", False),
        "heading": options.get("heading", False),
        "autocomplete": options.get("autocomplete", "off"),
        "value": "" if kind == "password" else _typed(context, form, name, options.get("value", "")),
    }


@register.inclusion_tag("parts/choices.html", takes_context=True)
def choices(context: Context, form: str, name: str, legend: str, **options: Any) -> dict[str, Any]:
    """Radio buttons. Nothing is chosen unless `value` says so.

    Options: options (list of (value, label[, hint]), or "yes=Yes; no=No"), inline, small, hint, value,
    legend_hidden, heading (the legend is the page's heading).
    """
    chosen = {_typed(context, form, name, options.get("value", ""))}
    return _group(context, form, name, options | {"called": legend}) | {
        "legend": legend,
        "base": "govuk-radios",
        "type": "radio",
        "options": _options(form, name, options.get("options", ""), chosen),
    }


@register.inclusion_tag("parts/choices.html", takes_context=True)
def consent_question(context: Context, form: str, name: str, question: ConsentQuestion) -> dict[str, Any]:
    """One question about a consent with its choices, none of them chosen."""
    return choices(context, form, name, question.asks, options=[(one, one) for one in question.choices])


@register.inclusion_tag("parts/asked_row.html", takes_context=True)
def asked_row(context: Context, form: str, name: str, legend: str, **options: Any) -> dict[str, Any]:
    """One question of many, its radio buttons at the right. Options: options, of (a note below)."""
    chosen = {_typed(context, form, name, "")}
    return _part(context, form, name, {"called": legend}) | {
        "legend": legend,
        "of": options.get("of", ""),
        "options": _options(form, name, options.get("options", ""), chosen),
    }


@register.inclusion_tag("parts/choices.html", takes_context=True)
def ticks(context: Context, form: str, name: str, legend: str, **options: Any) -> dict[str, Any]:
    """Check boxes, with the options of `choices`."""
    ticked = _sent(context, form).getlist(name) if _sent(context, form) else options.get("value", ())
    return _group(context, form, name, options | {"called": legend}) | {
        "legend": legend,
        "base": "govuk-checkboxes",
        "type": "checkbox",
        "options": _options(form, name, options.get("options", ""), set(ticked)),
    }


@register.inclusion_tag("parts/select.html", takes_context=True)
def select(context: Context, form: str, name: str, label: str, **options: Any) -> dict[str, Any]:
    """A list to choose one from; let its first option be empty, so that nothing is chosen for the person."""
    chosen = {_typed(context, form, name, options.get("value", ""))}
    return _part(context, form, name, options | {"called": label}) | {
        "label": label,
        "options": _options(form, name, options.get("options", ""), chosen),
    }


def _group(context: Context, form: str, name: str, options: dict[str, Any]) -> dict[str, Any]:
    kept = ("inline", "small", "legend_hidden", "heading")
    return _part(context, form, name, options) | {key: options.get(key, False) for key in kept}


def _part(context: Context, form: str, name: str, options: dict[str, Any]) -> dict[str, Any]:
    ident = f"{form}-{name}"
    note(context, form, name, options["called"])
    fault = next((f for f in context.get("faults") or () if f.where == name), None)
    shown = words.fault_beside(fault) if fault and _sent(context, form) else ""
    hint = options.get("hint", "")
    described = [ident + end for end, there in (("-hint", hint), ("-error", shown)) if there]
    return {"id": ident, "name": name, "hint": hint, "fault": shown, "described": " ".join(described)}


def _sent(context: Context, form: str) -> Any:
    """What was typed into this form a moment ago, or None."""
    typed = context.get("typed") or {}
    return typed if typed and typed.get("form") == form else None


def _typed(context: Context, form: str, name: str, otherwise: Any) -> str:
    sent = _sent(context, form)
    return sent.get(name, "") if sent else str(otherwise)


def _options(form: str, name: str, given: Any, chosen: set[str]) -> list[dict[str, Any]]:
    if isinstance(given, str):
        given = [
            tuple(part.strip() for part in pair.split("=", 1)) for pair in given.split(";") if pair.strip()
        ]
    return [
        {
            # The first carries the name of the group: an error summary's link leads to it.
            "id": f"{form}-{name}" if index == 0 else f"{form}-{name}-{index + 1}",
            "value": value,
            "label": label,
            "hint": rest[0] if rest else "",
            "checked": str(value) in chosen,
        }
        for index, (value, label, *rest) in enumerate(given)
    ]
