"""Incidents of the clinic: closed by whoever answers for one, with what was found."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from openkap.actions.door import guarded
from openkap.actions.fields import cleaned, needed
from openkap.clinical.entries import Entry
from openkap.clinical.entries.balance import IncidentClosed
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import ledger
from openkap.records.incidents import incidents
from openkap.records.policy import Principal


@guarded("incident.read")
def close_incident(who: Principal, *, incident: str, outcome: str, at: datetime, via: str = "web") -> Entry:
    """What was found and done. Its owner closes it, or the medical director."""
    outcome = needed(cleaned({"outcome": outcome})["outcome"], "outcome", "Write what was found and done")
    subject = f"clinic:{UUID(who.clinic)}"
    with transaction.atomic():
        ledger.locked_heads([subject])
        found = next((one for one in incidents(who) if one.opened.incident == incident), None)
        if found is None or found.closed_at:
            raise BadInput("incident", "this incident is not open", "Look at the list again")
        if who.user != found.opened.owner and who.role != "director":
            raise BadInput("incident", f"{found.opened.owner_name} answers for this", "Ask them to close it")
        fact = IncidentClosed(incident=incident, outcome=outcome)
        (entry,) = ledger.append([ledger.Draft(subject, fact, utc(at))], author=who.user, via=via, at=utc(at))
    return entry
