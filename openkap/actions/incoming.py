"""A record from elsewhere becomes a chart: all of it in one transaction, or nothing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from openkap.actions.door import guarded
from openkap.actions.office import append_new, joined, opening
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.entries.person import Identifier
from openkap.clinical.entries.screening import NotUnderstood, RecordImported, Score
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import safety_tasks_for
from openkap.records import read
from openkap.records.in_force import in_force
from openkap.records.ledger import uuid7
from openkap.records.lists import whose
from openkap.records.policy import NotFound, Principal
from openkap.records.projections import IdentifierTaken

RECORD = "urn:openkap:record-sha256"
"""System of the identifier that a record's own hash is, so that two uploads at once cannot both win."""


@guarded("chart.import")
def import_record(
    who: Principal, record: IncomingRecord, *, at: datetime, via: str = "web", synthetic: bool = False
) -> str:
    """The chart this record makes; its id. BadInput naming the chart that is there when it came in before."""
    moment = utc(at)
    identifiers = (*record.identifiers, Identifier(system=RECORD, value=record.sha256))
    shared = list(_shared(who, record.person, identifiers))
    chart = str(uuid4())
    facts = [
        *_facts(who, record, moment, identifiers, synthetic=synthetic),
        *((fact, moment) for fact in shared),
    ]
    try:
        append_new(who, chart, facts, at=moment, via=via)
    except IdentifierTaken as taken:
        raise _known(who, taken.chart) from None
    return chart


def _facts(
    who: Principal,
    record: IncomingRecord,
    at: datetime,
    identifiers: tuple[Identifier, ...],
    *,
    synthetic: bool,
) -> Iterator[tuple[Any, datetime]]:
    person = record.person
    yield (
        opening(
            who,
            at,
            family_name=person.family_name,
            given_name=person.given_name,
            birth_date=person.birth_date,
            sex=person.sex,
            deceased_at=person.deceased_at,
            synthetic=synthetic,
        ),
        at,
    )
    imported = RecordImported(
        source=record.source,
        sha256=record.sha256,
        facts=len(record.facts),
        not_understood=len(record.not_understood),
    )
    for fact in (*identifiers, *joined(who), imported):
        yield fact, at
    for fact, effective_at in record.facts:
        yield fact, effective_at
        for task in _tasks(who, fact, effective_at, at):
            yield task, at
    for missed in record.not_understood:
        yield missed, at


def _tasks(who: Principal, fact: object, effective_at: datetime, at: datetime) -> tuple[TaskOpened, ...]:
    """A recent answer opens the task it would have opened here, wherever it was given."""
    if not isinstance(fact, Score):
        return ()
    protocol = in_force(who.clinic)
    return safety_tasks_for(fact, protocol, score_id=str(uuid7(at)), age=at - effective_at)


def _shared(
    who: Principal, person: IncomingPerson, identifiers: tuple[Identifier, ...]
) -> Iterator[NotUnderstood]:
    """The same person again is refused. Another person with the same number is let in, and it is said.

    An identifier alone never decides who somebody is: numbers are typed wrong, reused and shared.
    """
    here = whose(person)
    for identifier in identifiers:
        for chart, other in read.carriers(who, identifier.system, identifier.value).items():
            if other == here:
                raise _known(who, chart)
            what = "another chart carries this number under another name or birth date; check who this is"
            yield NotUnderstood(where=f"{identifier.system} {identifier.value}", what=what)
    if read.namesakes(who, person.family_name, person.given_name, person.birth_date):
        what = "a chart of the same name and birth date is here under other numbers; check who this is"
        yield NotUnderstood(where="Patient", what=what)


def _known(who: Principal, chart: str) -> BadInput:
    try:
        person = read.chart(who, chart, permission="chart.import", log=False).person
        named = f"the chart of {person.given_name} {person.family_name}, born {person.birth_date}"
    except NotFound:
        named = "a chart whose care team you are not on"
    return BadInput("record", f"this person is already here: {named}", "Open that chart instead")
