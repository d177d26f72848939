"""Who of a clinic is signed off in what, from the clinic's own ledger."""

from uuid import UUID

from openkap.clinical.entries.office import CompetenceRecorded
from openkap.records import decoded
from openkap.records.models import EntryRow, User


def recorded(clinic: str) -> tuple[CompetenceRecorded, ...]:
    """Every record of the clinic, in the order written."""
    kind = CompetenceRecorded.KIND  # type: ignore[attr-defined]
    rows = EntryRow.objects.filter(subject=f"clinic:{clinic}", kind=kind).order_by("seq")
    return tuple(decoded.entry(row).fact for row in rows)


def staff(clinic: str) -> dict[str, User]:
    """Everybody who works in the clinic, by id, in the order of their names."""
    users = User.objects.filter(clinic=UUID(clinic), is_active=True).exclude(role="patient").order_by("name")
    return {str(user.id): user for user in users}
