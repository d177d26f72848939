"""A chart made of a record nobody has stored, to ask the rules about it."""

from datetime import datetime
from uuid import UUID

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.incoming import IncomingRecord
from openkap.clinical.entries.person import ChartOpened


def chart_of(record: IncomingRecord, at: datetime) -> Chart:
    """The chart this record would make if it were imported at `at`."""
    person = record.person
    opened = ChartOpened(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        sex=person.sex,
        clinic="",
        deceased_at=person.deceased_at,
    )
    facts = [(opened, at), *record.facts, *((missed, at) for missed in record.not_understood)]
    subject = f"record:{record.sha256}"
    return fold(
        subject,
        (
            Entry(
                id=UUID(int=seq),
                subject=subject,
                seq=seq,
                fact=fact,
                effective_at=effective_at,
                recorded_at=at,
                author="record",
                via="record",
            )
            for seq, (fact, effective_at) in enumerate(facts, 1)
        ),
    )
