"""The draft of a clinic's protocol as a form: every gap with its values, and changes written by hand."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadInput
from openkap.protocol.load import shipped
from openkap.protocol.write_overlay import Settled, Signature, joined, parts, settled
from openkap.web.typed import Typed

OWN = "own"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something nobody has published, and the fields that settle it: (name, label)."""

    open: Unset
    fields: tuple[tuple[str, str], ...]


def gaps() -> list[Gap]:
    """Every gap of the protocol that ships, in the order of its files."""
    return [Gap(one, _fields(one)) for one in shipped().unset]


def _fields(one: Unset) -> tuple[tuple[str, str], ...]:
    name = f"gap-{sha256(one.name.encode()).hexdigest()[:8]}"
    return tuple((f"{name}-{place}", asks) for place, asks in enumerate(one.asks or ("in words",)))


def shown(overlay: str) -> dict[str, Any]:
    """What the form holds of an overlay: by stage each gap with its values, and the changes by hand."""
    own, made = parts(overlay)
    stages: dict[str, list[dict[str, Any]]] = {}
    for gap in gaps():
        held = made.get(gap.open.name, Settled((), "")).typed
        values = [*held, *[""] * len(gap.fields)]
        fields = [
            {"name": name, "label": label, "value": value}
            for (name, label), value in zip(gap.fields, values, strict=False)
        ]
        stages.setdefault(gap.open.stage, []).append({"open": gap.open, "fields": fields})
    return {"stages": stages, OWN: own}


def written(typed: Typed, before: str, *, by: str, on: date) -> str:
    """The overlay that the form makes. What was not touched keeps who set it and when. Faults are noted."""
    _, made = parts(before)
    reason = typed.text("reason", todo="Write why these values")
    blocks = []
    for gap in gaps():
        values = tuple(typed.text(name, required=False) for name, _ in gap.fields)
        if not any(values):
            continue
        held = made.get(gap.open.name)
        if held is not None and held.typed == values:
            blocks.append(held.block)
            continue
        try:
            blocks.append(settled(gap.open, values, Signature(by, on, reason), gap.fields[0][0]))
        except BadInput as fault:
            typed.faults.append(fault)
    return joined(typed.text(OWN, required=False), blocks)
