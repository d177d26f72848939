"""HL7 v2 in its bars and carets ("ER7"): bytes to segments and fields, whatever bytes they are.

Our own reader, because the kept one (`hl7`) asserts on some damaged messages and takes 4.6 s and 440 MiB for
one megabyte of carets, before anybody has said who is sending. The tests read every message with both.
"""

import re
from dataclasses import dataclass
from typing import Final

from openkap.clinical.refusal import BadInput

_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_BREAKS = re.compile(r"\r\n|\r|\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPES = {"F": 0, "S": 1, "R": 2, "E": 3, "T": 4}
_LATIN = "8859"
NULL: Final = '""'
"""How HL7 writes "there is none, on purpose"."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One line. `at(3)` is field 3 as HL7 counts; a field that is not there is ""."""

    name: str
    fields: tuple[str, ...]
    marks: str  # field, component, repetition, escape and subcomponent separator

    def at(self, number: int) -> str:
        return self.fields[number] if number < len(self.fields) else ""

    def repeats(self, number: int) -> list[str]:
        """The repetitions of a field, as they are written."""
        return self.at(number).split(self.marks[2])

    def parts(self, field: str) -> list[str]:
        """The components of one repetition, each as text."""
        return [self.text(part) for part in field.split(self.marks[1])]

    def part(self, number: int, component: int) -> str:
        """One component of a field's first repetition, counted from 1, as text."""
        parts = self.parts(self.repeats(number)[0])
        return parts[component - 1] if component <= len(parts) else ""

    def text(self, written: str) -> str:
        """The words without escapes, without blanks around them; "" for null."""
        words = written.strip()
        if words == NULL:
            return ""
        if self.marks[3] in words:
            escape = re.escape(self.marks[3])
            words = re.sub(f"{escape}([FSRET]){escape}", lambda m: self.marks[_ESCAPES[m[1]]], words)
        return words


def read(raw: bytes, most_segments: int) -> tuple[Segment, ...]:
    """Every segment, the first of them MSH, or BadInput in one sentence. Blank lines are passed over."""
    marks = _marks(raw)
    text = _decoded(raw, marks)
    lines = [line for line in _BREAKS.split(text) if line.strip()]
    if len(lines) > most_segments:
        raise BadInput("message", f"it has more than {most_segments} segments")
    return tuple(_segment(line, number, marks) for number, line in enumerate(lines, 1))


def _marks(raw: bytes) -> str:
    """The five separators, which a message names in its first nine bytes."""
    named = raw[3:8].decode("latin-1")
    proper = len(set(named)) == 5 and all(c.isascii() and c.isprintable() and not c.isalnum() for c in named)
    if raw[:3] != b"MSH" or not proper:
        raise BadInput("message", "it does not begin with MSH and five separators")
    return named


def _decoded(raw: bytes, marks: str) -> str:
    """UTF-8, or Latin-1 where MSH-18 says so. No other control character than line breaks and tabs."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        first = _BREAKS.split(raw.decode("latin-1"), maxsplit=1)[0].split(marks[0])
        if len(first) < 18 or _LATIN not in first[17]:
            raise BadInput("message", f"byte {fault.start + 1} is not UTF-8") from None
        text = raw.decode("latin-1")
    if _CONTROLS.search(text):
        raise BadInput("message", "it holds a control character")
    return text


def _segment(line: str, number: int, marks: str) -> Segment:
    name, _, rest = line.partition(marks[0])
    if not _NAME.fullmatch(name) or (name == "MSH") != (number == 1):
        raise BadInput("message", f"line {number} begins with {line[:3]!r}, which no segment does here")
    fields = rest.split(marks[0])
    # MSH-1 is the separator itself, so its fields are counted one further.
    return Segment(name, (name, *((marks[0],) if name == "MSH" else ()), *fields), marks)
