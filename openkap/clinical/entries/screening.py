"""What is known about the person before anyone decides: history, medicines, measurements, scores, answers."""

from datetime import date, datetime
from decimal import Decimal

from openkap.clinical.entries.kind import kind
from openkap.clinical.entries.words import Code


@kind("record-imported")
class RecordImported:
    """A record came in from elsewhere; the facts that follow it in the ledger were read from it."""

    source: str  # file name or sender
    sha256: str
    facts: int
    not_understood: int


@kind("not-understood")
class NotUnderstood:
    """Something in an imported record that could not be read. Listed, never dropped."""

    where: str  # e.g. "Bundle.entry[14] Observation/123"
    what: str  # one sentence


@kind("problem")
class Problem:
    """A condition on file. `effective_at` of the entry is its onset, or when it was recorded."""

    text: str
    codes: tuple[Code, ...] = ()
    status: str = "active"  # "active" · "resolved" · "unknown"
    verification: str = "confirmed"  # "confirmed" · "unconfirmed" · "refuted"
    onset_on: date | None = None
    ended_on: date | None = None
    said_by: str | None = None  # "patient": in their own words, confirmed by nobody yet


@kind("medicine")
class Medicine:
    text: str
    codes: tuple[Code, ...] = ()
    status: str = "active"  # "active" · "stopped" · "unknown"
    since: date | None = None
    ended_on: date | None = None
    said_by: str | None = None


@kind("allergy")
class Allergy:
    text: str
    codes: tuple[Code, ...] = ()
    status: str = "active"
    said_by: str | None = None


@kind("match-judged")
class MatchJudged:
    """A clinician says whether words on file mean what a value set took them for. The words stay as they are.

    Speaks for every entry of that kind with exactly this text.
    """

    of: str  # kind of the entries: "problem" · "medicine" · "allergy"
    value_set: str
    text: str
    so: str  # "yes" · "no"
    reason: str = ""


@kind("measurement")
class Measurement:
    """One number with its unit: systolic 128 mm[Hg]. A blood pressure is two, at one instant."""

    what: str  # a name from protocol/measurements.toml: "systolic", "weight", "alt" …
    value: Decimal
    unit: str  # UCUM
    source: str = ""


@kind("result")
class Result:
    """A finding that is a word, not a number: a pregnancy test, a urine drug screen."""

    what: str
    value: str  # "positive" · "negative" · "indeterminate"


@kind("score")
class Score:
    """A completed instrument. `items` holds the answers in order; None where an item was not asked."""

    instrument: str  # "phq9", "gad7"
    total: int
    items: tuple[int | None, ...] = ()
    by: str = "patient"  # who gave or rated it: "patient", a role of the staff, "record", or a name


@kind("history-answered")
class HistoryAnswered:
    """A screening question that the record could not answer, asked of a person and answered."""

    question: str  # the rule id that asked
    answer: str  # "yes" · "no" · "unknown"
    said_by: str  # "patient" · "prescriber" · "record"
    note: str = ""


@kind("screening-decided")
class ScreeningDecided:
    """A named clinician's decision about suitability, with the findings it accepts."""

    decision: str  # "suitable" · "not-suitable" · "deferred"
    reason: str
    accepted: tuple[str, ...] = ()  # rule ids of findings the signer accepts
    unknown: tuple[str, ...] = ()  # rule ids that could not be told at the time
    worst: str = "clear"
    decided_at: datetime | None = None
    protocol: str | None = None  # hash of the protocol in force, None in entries older than this field
    protocol_version: str | None = None
    until: date | None = None  # "deferred": when to look again
