"""Every table of OpenKAP."""

from openkap.records.models.access import AccessRow
from openkap.records.models.codes import SignInCodeRow
from openkap.records.models.devices import BindingRow, DeviceRow, HeardRow, QuarantineRow
from openkap.records.models.engine import EngineRow
from openkap.records.models.journal import JournalRow
from openkap.records.models.lists import ChartRow, DueRow, IdentifierRow, TaskRow, TeamRow, VisitRow
from openkap.records.models.notes import NoteDraftRow, NoteKeyRow
from openkap.records.models.onlyadd import OnlyAdded
from openkap.records.models.outbox import OutboxRow
from openkap.records.models.passkeys import PasskeyRow
from openkap.records.models.people import Clinic, User
from openkap.records.models.rows import EntryRow, HeadRow, Reading
from openkap.records.models.signals import SignalRow

__all__ = [
    "AccessRow",
    "BindingRow",
    "ChartRow",
    "Clinic",
    "DeviceRow",
    "DueRow",
    "EngineRow",
    "EntryRow",
    "HeadRow",
    "HeardRow",
    "IdentifierRow",
    "JournalRow",
    "NoteDraftRow",
    "NoteKeyRow",
    "OutboxRow",
    "PasskeyRow",
    "SignInCodeRow",
    "OnlyAdded",
    "QuarantineRow",
    "Reading",
    "SignalRow",
    "TaskRow",
    "TeamRow",
    "User",
    "VisitRow",
]
