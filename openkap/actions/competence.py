"""Who is signed off in what: in the clinic's own ledger, renewed or ended by a later entry."""

from datetime import date, datetime
from uuid import UUID

from openkap.actions.door import guarded
from openkap.actions.fields import one_of
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import CompetenceRecorded
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import competence as records
from openkap.records import ledger
from openkap.records.in_force import in_force
from openkap.records.policy import Principal


@guarded("competence.record")
def record_competence(
    who: Principal, *, user: str, competence: str, valid_until: date, at: datetime, via: str = "web"
) -> Entry:
    """Somebody of the writer's own clinic is signed off until a day. A day that has gone ends it."""
    staff = records.staff(who.clinic)
    if user not in staff:
        raise BadInput("user", "this person does not work here", "Choose somebody from the list")
    if user == who.user:
        raise BadInput("user", "nobody signs themselves off", "Ask somebody else who may")
    one_of(competence, in_force(who.clinic).planning.competences, "competence")
    fact = CompetenceRecorded(
        user=user, name=staff[user].name, competence=competence, valid_until=valid_until
    )
    draft = ledger.Draft(f"clinic:{UUID(who.clinic)}", fact, utc(at))
    (entry,) = ledger.append([draft], author=who.user, via=via, at=utc(at))
    return entry
