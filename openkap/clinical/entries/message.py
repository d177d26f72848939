"""What patient and team write to each other between visits."""

from openkap.clinical.entries.kind import kind


@kind("message-sent")
class MessageSent:
    words: str
    side: str  # "patient" · "team"


@kind("message-settled")
class MessageSettled:
    """What the patient wrote needs no answer in writing: what was done instead."""

    how: str
