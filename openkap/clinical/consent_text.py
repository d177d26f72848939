"""A consent as it is read: sections, questions about them, every version, and what changed between two."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from re import split

_END_OF_SENTENCE = r"(?<=[.!?])\s+|\n"


@dataclass(frozen=True, slots=True)
class ConsentSection:
    """A part of a consent with where what it states comes from. `heading` may be empty."""

    heading: str
    text: str
    basis: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentQuestion:
    """One question about the text. It is never a trap: a wrong answer is explained and can be tried again."""

    id: str
    asks: str
    choices: tuple[str, ...]
    right: str  # one of choices
    explains: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of a consent. The signature covers the hash of `text` exactly as shown."""

    id: str
    version: str
    title: str
    required: bool  # no dose goes without it
    sections: tuple[ConsentSection, ...]
    questions: tuple[ConsentQuestion, ...] = ()
    earlier: tuple["ConsentText", ...] = ()

    @property
    def text(self) -> str:
        """Every word that is shown, each heading on a line of its own, a blank line between sections."""
        parts = (f"{part.heading}\n{part.text}" if part.heading else part.text for part in self.sections)
        return "\n\n".join(parts) + "\n"

    @property
    def sha256(self) -> str:
        """Of the text as UTF-8, in hex."""
        return sha256(self.text.encode()).hexdigest()

    def as_signed(self, text_sha256: str) -> "ConsentText | None":
        """The version whose text has this hash, this one or an earlier; None when it is none of them."""
        versions = (self, *self.earlier)
        return next((version for version in versions if version.sha256 == text_sha256), None)


@dataclass(frozen=True, slots=True)
class Changed:
    """One section that is not as it was: the sentences that came and those that went."""

    heading: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


def changes(before: ConsentText, now: ConsentText) -> tuple[Changed, ...]:
    """What is said now and was not, and what was and is not: by section, in the order of the text now."""
    old, new = _by_heading(before), _by_heading(now)
    told = (_changed(heading, old.get(heading, ()), new.get(heading, ())) for heading in {**new, **old})
    return tuple(one for one in told if one.added or one.removed)


def _by_heading(text: ConsentText) -> dict[str, tuple[str, ...]]:
    """The sentences under each heading. What stands under none belongs together."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.sections:
        found[part.heading] = (*found.get(part.heading, ()), *_sentences(part.text))
    return found


def _sentences(text: str) -> Iterator[str]:
    return (sentence for sentence in split(_END_OF_SENTENCE, text) if sentence)


def _changed(heading: str, old: tuple[str, ...], new: tuple[str, ...]) -> Changed:
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    moved = [step for step in steps if step[0] != "equal"]
    added = tuple(sentence for _, _, _, first, last in moved for sentence in new[first:last])
    removed = tuple(sentence for _, first, last, _, _ in moved for sentence in old[first:last])
    return Changed(heading, added, removed)
