"""Devices: who may send, what is bound where, what was put aside; and a reading's place in its device's order.

The new column is empty in old rows, whose hashes do not cover it, so old chains stay true.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

ASIDE = "records_quarantinerow"


def raise_walls(_apps, schema_editor):
    """What was put aside is only ever added, as the ledger is."""
    vendor = schema_editor.connection.vendor
    walls = import_module("openkap.records.migrations.0002_only_added")
    template = walls.SQLITE if vendor == "sqlite" else walls.POSTGRESQL
    verbs = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    for verb in verbs:
        schema_editor.execute(template.format(table=ASIDE, verb=verb))


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0003_director"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeviceRow",
            fields=[
                ("device", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("clinic", models.UUIDField(db_index=True)),
                ("name", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=10)),
                ("certificate", models.CharField(blank=True, max_length=64)),
                ("addresses", models.TextField(blank=True)),
                ("bed", models.CharField(blank=True, max_length=120)),
                ("key_sha256", models.CharField(blank=True, db_index=True, max_length=64)),
                ("registered_at", models.DateTimeField()),
                ("retired", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="HeardRow",
            fields=[
                ("device", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("skew_ms", models.BigIntegerField(null=True)),
                ("turned_away", models.PositiveBigIntegerField(default=0)),
                ("why", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="reading",
            name="sequence",
            field=models.PositiveBigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="QuarantineRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("clinic", models.UUIDField()),
                ("device", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("received_at", models.DateTimeField()),
                ("why", models.TextField()),
                ("raw", models.BinaryField()),
                ("chart", models.UUIDField(null=True)),
                ("visit", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["clinic", "-received_at"], name="quarantine_by_time"),
                    models.Index(fields=["device", "received_at"], name="quarantine_of_a_device"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BindingRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clinic", models.UUIDField()),
                ("visit", models.CharField(max_length=60)),
                ("device", models.CharField(max_length=60)),
                ("since", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "chart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="%(class)ss",
                        to="records.chartrow",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("device",), name="device_bound_once")],
            },
        ),
        migrations.RunPython(raise_walls),
    ]
