"""What a patient does by themselves between sessions."""

from openkap.clinical.entries.kind import kind


@kind("practised")
class Practised:
    """A practice as the patient tells it: which, for how long, and how it was if they say so."""

    practice: str  # the id of a file of protocol/integration/practices
    minutes: int
    words: str = ""
