"""From what came up to what is done about it, and how that went."""

from openkap.clinical.entries.kind import kind


@kind("insight-noted")
class InsightNoted:
    """What came up after a dose, in the patient's words, and what they mean to do with it."""

    insight: str  # id
    visit: str  # the dose it came from
    words: str
    intention: str | None = None


@kind("step-agreed")
class StepAgreed:
    """A small action: what, when and with whom. Without an insight it is homework between sessions."""

    step: str  # id
    visit: str
    what: str
    when: str  # as it was said: "Sunday evening"
    with_whom: str | None = None
    insight: str | None = None


@kind("step-told")
class StepTold:
    """How a step went, in the words of whoever tells it."""

    step: str
    went: str  # "done" · "partly" · "not-yet" · "set-aside"
    words: str = ""
