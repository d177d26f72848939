"""A clinic's changes as TOML: what a form sends, written as somebody would have written it by hand."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadInput

_BLOCK = re.compile(r"(?m)^(?=\[\[change\]\])")
_BETWEEN = "\t"  # no line of a form holds one
_VALUE = re.compile(r"[0-9]+(?:\.[0-9]+)?(?: (?:min|h|d|y))?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who answers for a change, since when and why."""

    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A change that a form made: the values as they were typed, and its TOML."""

    typed: tuple[str, ...]
    block: str


def parts(overlay: str) -> tuple[str, dict[str, Settled]]:
    """The changes written by hand, and those a form made, by what they settle. The text has no fault."""
    own, made = [], {}
    for block in _BLOCK.split(overlay):
        change = tomllib.loads(block).get("change", [{}])[0]
        if "typed" in change:
            name = next(change[key] for key in ("rule", "number", "open") if key in change)
            made[name] = Settled(tuple(change["typed"].split(_BETWEEN)), block)
        else:
            own.append(block)
    return "".join(own).strip(), made


def joined(own: str, blocks: Sequence[str]) -> str:
    """The overlay that both make."""
    return "\n".join(part.strip() + "\n" for part in (own, *blocks) if part.strip())


def settled(one: Unset, values: Sequence[str], signature: Signature, where: str) -> str:
    """The change that settles what is open, as TOML. Raises BadInput for a value that is none.

    `values`: one for each of `one.asks`, of a cap one may be ""; for a number the value; else words.
    """
    if one.rule is not None:
        return _block(signature, values, rule=_text(one.id), when=_filled(one.template, values, where))
    if one.number is not None:
        return _block(signature, values, number=_text(one.id), value=_typed(values[0], where))
    if one.route:
        return _block(signature, values, open=_text(one.name), **_caps(values, where))
    return _block(signature, values, open=_text(one.name), says=_text(values[0]))


def _caps(values: Sequence[str], where: str) -> dict[str, str]:
    given = {key: value for key, value in zip(("cap_mg_per_kg", "cap_mg"), values, strict=True) if value}
    for value in given.values():
        if not _NUMBER.fullmatch(value):
            raise BadInput(where, f"{value[:40]!r} is no amount", "Write a number such as 1.5")
    return given


def _filled(template: str, values: Sequence[str], where: str) -> str:
    for value in values:
        if not _VALUE.fullmatch(value):
            raise _no_value(value, where)
        template = template.replace("?", value, 1)
    try:
        tomllib.loads(f"when = {template}")
    except tomllib.TOMLDecodeError:
        raise _no_value(" ".join(values), where) from None
    return template


def _typed(value: str, where: str) -> str:
    if not _VALUE.fullmatch(value):
        raise _no_value(value, where)
    return value if _NUMBER.fullmatch(value) else _text(value)


def _no_value(value: str, where: str) -> BadInput:
    return BadInput(
        where, f"{value[:40]!r} is no value", 'Write a number such as 4, or a time such as "90 d"'
    )


def _block(signature: Signature, values: Sequence[str], **keys: str) -> str:
    lines = [f"{key} = {value}" for key, value in keys.items()]
    lines += [f"by = {_text(signature.by)}", f"on = {signature.on}", f"reason = {_text(signature.reason)}"]
    return "\n".join(("[[change]]", *lines, f"typed = {_text(_BETWEEN.join(values))}")) + "\n"


def _text(value: str) -> str:
    """A TOML string. What JSON escapes, TOML reads alike; a control character cannot come this far."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
