"""A list of all heads, kept outside the database: printed, mailed, or on another disk.

Seals show a rewritten ledger; only something kept elsewhere shows that a whole older copy was put back.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from openkap.clinical.refusal import BadInput
from openkap.records.canonical import moment, spelled
from openkap.records.models import HeadRow
from openkap.records.seals import seal

_SUBJECT = "anchor"


@dataclass(slots=True)
class Anchor:
    """Where each chain ended when the anchor was written: subject → (number, hash)."""

    made_at: str
    heads: Mapping[str, tuple[int, str]]
    met: set[str] = field(default_factory=set)

    @classmethod
    def none(cls) -> "Anchor":
        return cls("", {})

    def pass_by(self, subject: str, seq: int, last_hash: str) -> None:
        """A walk came past this entry; note whether it is the anchored one."""
        if self.heads.get(subject) == (seq, last_hash):
            self.met.add(subject)

    def missed(self, ends: Mapping[str, tuple[int, str]]) -> Iterator[tuple[str, int, str]]:
        """Anchored ledgers whose anchored entry never came: subject, number, what."""
        for subject, (seq, _) in self.heads.items():
            if subject in self.met or subject.startswith("readings:"):
                continue
            found = ends.get(subject, (0, ""))[0]
            if found < seq:
                yield subject, seq, f"the anchor of {self.made_at} saw {seq} entries, and {found} are there"
            else:
                yield subject, seq, f"it is not the entry that the anchor of {self.made_at} saw"


def write_anchor(path: Path, *, at: datetime) -> int:
    """Write where every chain ends now, sealed; returns how many chains."""
    heads = {head.subject: [head.seq, head.hash] for head in HeadRow.objects.filter(seq__gt=0)}
    made_at = moment(at, "at")
    content = {"heads": heads, "made_at": made_at, "seal": _sealed(heads, made_at)}
    path.write_text(spelled(content) + "\n", encoding="utf-8")
    return len(heads)


def read_anchor(path: Path) -> Anchor:
    """The anchor in a file, or BadInput where it is not one of this clinic's."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        heads, made_at, told = content["heads"], content["made_at"], content["seal"]
        parsed = {str(subject): (int(seq), str(last)) for subject, (seq, last) in heads.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(
            str(path), "this is not an anchor file", "Name a file that was written as an anchor"
        ) from None
    if told != _sealed(heads, made_at):
        raise BadInput(
            str(path), "the anchor does not carry this clinic's seal", "Use the file as it was written"
        )
    return Anchor(made_at, parsed)


def _sealed(heads: object, made_at: str) -> str:
    return seal(_SUBJECT, 0, spelled([heads, made_at]))
