"""A clinic's changes as TOML: what a form sends, written as somebody would have written it by hand."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadFields, BadInput
from openkap.protocol.blanks import CAP_KEYS, Blank, blanks, filled
from openkap.protocol.lines import pieces
from openkap.protocol.read_toml import BadToml, values_of

_BETWEEN = "\t"  # no line of a form holds one
_WRITTEN = {
    "time": (re.compile(r"[0-9]{1,9} (?:min|h|d|y)"), "a time", "Write it like 90 d, with min, h, d or y"),
    "count": (re.compile(r"[0-9]{1,9}"), "a whole number", "Write it like 6"),
    "amount": (re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?"), "a number", "Write it like 1.5"),
}
"""How each kind of value is written, what it is called, and what to do else. Words are free."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for a change, since when and why."""

    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A change that a form made: the values as they were typed, who signed them, and its TOML."""

    typed: tuple[str, ...]
    signed: Signature
    block: str


def parts(overlay: str, gaps: Iterable[Unset]) -> tuple[str, dict[str, Settled]]:
    """The changes written by hand, and those a form would write so, by the gap they settle. Nothing is lost.

    What no form would write is by hand, whatever it calls itself: so is a whole text that is not TOML.
    """
    open_ = {one.name: one for one in gaps}
    head, *entries = pieces(overlay, "change")
    own, made = [head], dict[str, Settled]()
    for piece in entries:
        name, found = _settled_in(piece, open_)
        if found and name not in made:
            made[name] = found
        else:
            own.append(piece)
    return "".join(own).strip(), made


def _settled_in(piece: str, gaps: Mapping[str, Unset]) -> tuple[str, Settled | None]:
    """The gap whose form wrote this piece, and what it says; None when no form would write it so."""
    try:
        (change,) = values_of(piece)["change"]
    except BadToml:
        return "", None
    name = next((change[key] for key in ("rule", "number", "open") if key in change), "")
    match name, change:
        case str(), {"typed": str(text), "by": str(by), "on": date() as on, "reason": str(reason)}:
            typed, signed = tuple(text.split(_BETWEEN)), Signature(by, on, reason)
        case _:
            return name, None
    if name not in gaps or len(typed) != len(blanks(gaps[name])):
        return name, None
    try:
        again = settled(gaps[name], typed, signed, typed)
    except BadFields:
        return name, None
    return name, Settled(typed, signed, piece) if again.strip() == piece.strip() else None


def changes_of(overlay: str) -> list[dict[str, Any]]:
    """Every change as it is written, key by key. BadToml: it is none, or no other can stand beside them."""
    try:
        changes: list[dict[str, Any]] = values_of(f"{overlay}\n[[change]]")["change"]
    except BadToml:
        values_of(overlay)
        raise BadToml("begin every change with [[change]], so that others can stand beside it") from None
    return changes[:-1]


def joined(own: str, blocks: Sequence[str]) -> str:
    """The overlay that both make."""
    return "\n".join(part.strip() + "\n" for part in (own, *blocks) if part.strip())


def settled(one: Unset, values: Sequence[str], signature: Signature, fields: Sequence[str]) -> str:
    """The change that settles what is open, as TOML. BadFields for values that are none, by their fields.

    `values`: one for each of its blanks; of a cap one may be "".
    """
    asked = blanks(one)
    if faults := [*_faults(one, asked, values, fields)]:
        raise BadFields(faults)
    return _block(signature, values, **_keys(one, asked, values))


def _faults(
    one: Unset, asked: Sequence[Blank], values: Sequence[str], fields: Sequence[str]
) -> Iterator[BadInput]:
    for blank, value, where in zip(asked, values, fields, strict=True):
        pattern, called, todo = _WRITTEN.get(blank.kind, (None, "", ""))
        if not value and one.route:
            continue
        if not value:
            yield BadInput(where, "nothing was written", "Write it, or empty what belongs to it")
        elif pattern and not pattern.fullmatch(value):
            yield BadInput(where, f"{value[:40]!r} is not {called}", todo)


def _keys(one: Unset, asked: Sequence[Blank], values: Sequence[str]) -> dict[str, str]:
    """What the change gives, as TOML."""
    if one.rule is not None:
        return {"rule": _text(one.id), "when": filled(one.template, tuple(values))}
    if one.number is not None:
        value = _text(values[0]) if asked[0].kind == "time" else values[0]
        return {"number": _text(one.id), "value": value}
    if one.route:
        given = {key: value for key, value in zip(CAP_KEYS, values, strict=True) if value}
        return {"open": _text(one.name), **given}
    return {"open": _text(one.name), "says": _text(values[0])}


def _block(signature: Signature, values: Sequence[str], **keys: str) -> str:
    lines = [f"{key} = {value}" for key, value in keys.items()]
    lines += [f"by = {_text(signature.by)}", f"on = {signature.on}", f"reason = {_text(signature.reason)}"]
    return "\n".join(("[[change]]", *lines, f"typed = {_text(_BETWEEN.join(values))}")) + "\n"


def _text(value: str) -> str:
    """A TOML string. What JSON escapes, TOML reads alike; a control character cannot come this far."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
