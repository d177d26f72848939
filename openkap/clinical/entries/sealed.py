"""A therapist's own notes: that there is one is known to the chart, what it says to its author alone."""

from openkap.clinical.entries.kind import kind


@kind("note-sealed")
class NoteSealed:
    """A private psychotherapy note (the idea of 45 CFR 164.501), sealed to whoever wrote the entry."""

    note: str
    box: tuple[str, ...]  # base 64, in pieces: see records.sealing
