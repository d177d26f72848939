"""Devices: who may send, what each is bound to, when it was last heard, and what was put aside."""

import uuid

from django.db import models

from openkap.records.models.lists import OfChart
from openkap.records.models.onlyadd import AddOnly


class DeviceRow(models.Model):
    """A registered device, made from its clinic's ledger; `openkap rebuild` makes it again."""

    device = models.CharField(primary_key=True, max_length=60)
    clinic = models.UUIDField(db_index=True)
    name = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    certificate = models.CharField(max_length=64, blank=True)
    addresses = models.TextField(blank=True)
    """Networks by spaces."""
    bed = models.CharField(max_length=120, blank=True)
    key_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    registered_at = models.DateTimeField()
    retired = models.BooleanField(default=False)

    class Meta:
        app_label = "records"

    def __str__(self) -> str:
        return self.name


class BindingRow(OfChart):
    """A device that sends into a visit now. The database lets no device be in two places."""

    visit = models.CharField(max_length=60)
    device = models.CharField(max_length=60)
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint(fields=["device"], name="device_bound_once")]


class HeardRow(models.Model):
    """The last that was heard of a device, bound or not. Overwritten as it goes: a light, not a record."""

    device = models.CharField(primary_key=True, max_length=60)
    at = models.DateTimeField()
    skew_ms = models.BigIntegerField(null=True)
    """By how much the device's clock is behind ours; below zero it is ahead. None: it sent no time."""
    turned_away = models.PositiveBigIntegerField(default=0)
    """Messages not taken since the device was registered: it was bound to no visit, or named another bed."""
    why = models.TextField(blank=True)

    class Meta:
        app_label = "records"

    def __str__(self) -> str:
        return f"{self.device} heard at {self.at}"


class QuarantineRow(AddOnly):
    """Something a device sent that is in no chart, kept whole for a person to look at.

    It lies in the database with everything else, and is encrypted as that is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.UUIDField()
    device = models.CharField(max_length=60)
    key = models.CharField(max_length=64, unique=True)
    """What makes two of them the same, so that a message sent again is kept once."""
    received_at = models.DateTimeField()
    why = models.TextField()
    raw = models.BinaryField()
    chart = models.UUIDField(null=True)
    """What the device was bound to then; never who the message says it is about."""
    visit = models.CharField(max_length=60, blank=True)

    class Meta:
        app_label = "records"
        indexes = [
            models.Index(fields=["clinic", "-received_at"], name="quarantine_by_time"),
            models.Index(fields=["device", "received_at"], name="quarantine_of_a_device"),
        ]

    def __str__(self) -> str:
        return self.why[:80]
