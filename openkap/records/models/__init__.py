"""Every table of OpenKAP."""

from openkap.records.models.access import AccessRow
from openkap.records.models.lists import ChartRow, DueRow, IdentifierRow, TaskRow, TeamRow, VisitRow
from openkap.records.models.onlyadd import OnlyAdded
from openkap.records.models.people import Clinic, User
from openkap.records.models.rows import EntryRow, HeadRow, Reading

__all__ = [
    "AccessRow",
    "ChartRow",
    "Clinic",
    "DueRow",
    "EntryRow",
    "HeadRow",
    "IdentifierRow",
    "OnlyAdded",
    "Reading",
    "TaskRow",
    "TeamRow",
    "User",
    "VisitRow",
]
