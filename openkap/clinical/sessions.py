"""The kinds of integration session as the protocol describes them, and what a recorded one says."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openkap.clinical.entries.integration import IntegrationHeld, PartWritten
from openkap.clinical.refusal import BadFields, BadInput


@dataclass(frozen=True, slots=True)
class SessionPart:
    """One thing that is written down in a session."""

    id: str
    label: str
    hint: str
    long: bool  # room for several lines
    required: bool

    @property
    def field(self) -> str:
        """What a form calls it."""
        return f"part-{self.id}"

    @property
    def optional(self) -> bool:
        return not self.required


@dataclass(frozen=True, slots=True)
class SessionKind:
    """One way to work in an integration session: a file of protocol/integration/sessions."""

    id: str
    title: str
    says: str
    parts: tuple[SessionPart, ...]
    together: bool  # held once for several people
    basis: str
    sources: tuple[str, ...]


def written(kind: SessionKind, given: Mapping[str, str]) -> tuple[PartWritten, ...]:
    """What was given for each part, blanks left out. BadFields naming every required part that is blank."""
    known = {part.id for part in kind.parts}
    faults = [
        BadInput(f"part-{name}", f"{kind.title} has no such part") for name in given if name not in known
    ]
    faults += [
        BadInput(part.field, "nothing was written", "Write it in a few words")
        for part in kind.parts
        if part.required and not given.get(part.id)
    ]
    if faults:
        raise BadFields(faults)
    return tuple(PartWritten(p.id, p.label, given[p.id]) for p in kind.parts if given.get(p.id))


def names_in(parts: Iterable[PartWritten], names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Which part names whom: (part, name). Whole words with their capitals, so that a rose is no Rose."""
    every = tuple(names)
    return tuple(
        (part.part, name)
        for part in parts
        for name in every
        if re.search(rf"\b{re.escape(name)}\b", part.text)
    )


def title(held: IntegrationHeld, kinds: Mapping[str, SessionKind]) -> str:
    """What the session is called; its id, where the protocol knows it no more."""
    kind = kinds.get(held.approach)
    return kind.title if kind else held.approach


def lines(held: IntegrationHeld) -> tuple[tuple[str, str], ...]:
    """(label, text) of what was written, with the labels as they stood then."""
    earlier = (("What came up", held.insight), ("Small step", held.action))
    return tuple((part.label, part.text) for part in held.parts) or tuple(
        (label, text) for label, text in earlier if text
    )
