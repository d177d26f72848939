"""The draft of a clinic's protocol as a form: every gap with its values, and changes written by hand."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from openkap.clinical.protocol import Unset
from openkap.clinical.refusal import BadFields, BadInput
from openkap.protocol.blanks import blanks
from openkap.protocol.fault import Fault, ProtocolFault
from openkap.protocol.load import CHANGES, STAGES, shipped
from openkap.protocol.read_toml import BadToml
from openkap.protocol.write_overlay import Settled, Signature, changes_of, joined, parts, settled
from openkap.records import in_force
from openkap.web.typed import Typed

OWN = "overlay"


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
    return tuple((f"{name}-{place}", blank.asks) for place, blank in enumerate(blanks(one)))


def shown(overlay: str, faulty: Collection[str] = ()) -> dict[str, Any]:
    """What the form holds of an overlay: each stage with its gaps and their values, and the changes by hand.

    A stage is open where one of its fields is `faulty`.
    """
    own, made = parts(overlay, shipped().unset)
    by_stage: dict[str, list[Gap]] = {stage: [] for stage in STAGES}
    for gap in gaps():
        by_stage[gap.open.stage].append(gap)
    stages = [_stage(stage, open_, made, faulty) for stage, open_ in by_stage.items() if open_]
    return {"stages": stages, OWN: own, "by_hand": bool(own) or OWN in faulty}


def _stage(name: str, open_: list[Gap], made: dict[str, Settled], faulty: Collection[str]) -> dict[str, Any]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for gap in open_:
        groups.setdefault(gap.open.says, []).append(_gap(gap, made.get(gap.open.name)))
    return {
        "name": name,
        "groups": groups,
        "of": len(open_),
        "set": sum(gap.open.name in made for gap in open_),
        "open": any(name in faulty for gap in open_ for name, _ in gap.fields),
    }


def _gap(gap: Gap, held: Settled | None) -> dict[str, Any]:
    values = held.typed if held else ("",) * len(gap.fields)
    fields = [
        {"name": name, "label": label, "called": f"{gap.open.says}, {label}", "value": value}
        for (name, label), value in zip(gap.fields, values, strict=True)
    ]
    words = any(blank.kind == "words" for blank in blanks(gap.open))
    return {"open": gap.open, "fields": fields, "signed": held.signed if held else None, "words": words}


def written(typed: Typed, before: str, *, by: str, on: date) -> str:
    """The overlay that the form makes. What was not touched keeps who set it and when. Faults are noted."""
    _, made = parts(before, shipped().unset)
    reason = typed.text("reason", todo="Write why these values")
    signature = Signature(by, on, reason or "still to be written")  # so that the rest is checked as well
    own, blocks = typed.text(OWN, required=False), dict[str, str]()
    for gap in gaps():
        values = tuple(typed.text(name, required=False) for name, _ in gap.fields)
        held = made.get(gap.open.name)
        if held is not None and held.typed == values:
            blocks[gap.open.name] = held.block
        elif any(values):
            try:
                blocks[gap.open.name] = settled(gap.open, values, signature, [n for n, _ in gap.fields])
            except BadFields as refusal:
                typed.faults += refusal.faults
    overlay = joined(own, [*blocks.values()])
    typed.faults += _faults(own, overlay, [gap for gap in gaps() if gap.open.name in blocks])
    return overlay


def _faults(own: str, overlay: str, made: list[Gap]) -> list[BadInput]:
    """What is wrong with the whole, each fault at the field that made it. `made`: the gaps after `own`."""
    try:
        by_hand = len(changes_of(own))
        in_force.laid(overlay)
    except BadToml as error:
        return [BadInput(OWN, f"this is not TOML ({error})")]
    except ProtocolFault as fault:
        return [_hung(one, by_hand, made) for one in fault.found]
    return []


def _hung(fault: Fault, by_hand: int, made: list[Gap]) -> BadInput:
    match fault.path:
        case ("change", int(place), *keys) if place >= by_hand:
            gap = made[place - by_hand]
            paths = [blank.path for blank in blanks(gap.open)]
            name, _ = gap.fields[paths.index(tuple(keys)) if tuple(keys) in paths else 0]
            return BadInput(name, fault.what)
    where = fault.where.removeprefix(CHANGES).lstrip(", :")
    return BadInput(OWN, f"{where}: {fault.what}" if where else fault.what)
