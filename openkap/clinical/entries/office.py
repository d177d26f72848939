"""Decisions about decisions: refusals, overrides, safety tasks; and the clinic's own ledger."""

from datetime import date

from openkap.clinical.entries.kind import kind
from openkap.clinical.entries.words import Measured


@kind("refused")
class Refused:
    """An action was asked for and not allowed. Recorded as carefully as a permission."""

    action: str
    because: tuple[str, ...]  # one sentence a reason
    rules: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = ()
    protocol: str = ""  # hash of the protocol in force


@kind("allowed")
class Allowed:
    """An action passed its gate: what was looked at, under which protocol."""

    action: str
    rules: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = ()
    protocol: str = ""


@kind("override")
class Override:
    """A named clinician goes past a rule that allows it, with the reason."""

    rule: str
    reason: str


@kind("seconded")
class Seconded:
    """Another person of the asked role confirms an override. One's own is never confirmed by oneself."""

    rule: str
    override: str  # id of the override's entry
    role: str  # of whoever confirms, as it was then
    note: str = ""


@kind("task-opened")
class TaskOpened:
    """Something a person must take on, such as a positive suicide item. Once more: it has become worse."""

    task: str  # id
    what: str
    rule: str
    instrument: str = ""  # where an answer opened it: which,
    item: int = 0  # from 1,
    value: int = 0  # and its score


@kind("task-taken")
class TaskTaken:
    task: str


@kind("task-closed")
class TaskClosed:
    task: str
    outcome: str  # what was done
    follow_up: str = ""  # what happens next, and when


@kind("safety-plan")
class SafetyPlan:
    """What the patient and a clinician agreed to do when the thoughts come back."""

    words: str


@kind("competence-recorded")
class CompetenceRecorded:
    """In the clinic's ledger: somebody is signed off in something until a day; a past day ends it."""

    user: str
    name: str
    competence: str  # an id of protocol/planning
    valid_until: date


@kind("chart-registered")
class ChartRegistered:
    """In the clinic's ledger: a chart exists. A chart that vanishes whole is missed by this."""

    chart: str


@kind("protocol-drafted")
class ProtocolDrafted:
    """In the clinic's ledger: changes somebody is working on. They change nothing until they are adopted."""

    overlay: str = ""  # TOML text, as openkap.protocol.overlay reads it


@kind("protocol-draft-discarded")
class ProtocolDraftDiscarded:
    """In the clinic's ledger: the changes somebody was working on are given up."""

    draft: str  # id of its entry


@kind("protocol-adopted")
class ProtocolAdopted:
    """In the clinic's ledger: the medical director takes a protocol into use, by signing with their name."""

    version: str  # of the protocol that ships
    base: str  # its hash
    hash: str  # of the whole, with the overlay laid over it: what every decision names
    signed_name: str
    overlay: str = ""
    unset: tuple[str, ...] = ()  # what stays off: each "<id>: <what it wants>"
