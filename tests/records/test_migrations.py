"""The tables and the models say the same."""

import pytest
from django.core.management import call_command

from tests.records.process import run


@pytest.mark.django_db
def test_no_migration_is_missing():
    """A model that was changed without its migration stops here."""
    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)


BEFORE_SEQUENCES = """
from datetime import UTC, datetime
from uuid import uuid4
from django.core.management import call_command

from tests.records.process import run
from openkap.records import readings
from openkap.records.canonical import START
from openkap.records.models import HeadRow, Reading
from openkap.records.seals import seal
from openkap.records.verify import verify

call_command("migrate", "records", "0003", verbosity=0)
chart, at, last = uuid4(), datetime(2026, 5, 14, 10, 0, tzinfo=UTC), START
columns = [field.column for field in Reading._meta.concrete_fields if field.name != "sequence"]
for number in range(1, 4):
    row = Reading(
        id=uuid4(), chart=chart, visit="v1", number=number, signal="spo2", thousandths=97000 + number,
        unit="%", source="monitor", device_at=at, received_at=at,
    )
    last = readings.chained(last, row)
    fields = [field for field in Reading._meta.concrete_fields if field.name != "sequence"]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    marks = ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO records_reading ({', '.join(columns)}) VALUES ({marks})"
    connection.cursor().execute(insert, values)
name = readings.subject(chart, "v1")
HeadRow(subject=name, seq=3, hash=last, mac=seal(name, 3, last)).save()
call_command("migrate", verbosity=0)
assert Reading.objects.filter(sequence=None).count() == 3
assert verify() == [], verify()
readings.store(
    [readings.Sample(uuid4(), str(chart), "v1", "spo2", readings.Decimal(97), "%", "monitor", at, 9)],
    received_at=at,
)
assert verify() == [], verify()
print("whole")
"""


def test_readings_from_before_sequences_stay_sealed(tmp_path):
    """A database filled before the column was there: brought up to date, its chain holds and goes on."""
    done = run(tmp_path, BEFORE_SEQUENCES)
    assert done.stdout.endswith("whole\n"), done.stderr
