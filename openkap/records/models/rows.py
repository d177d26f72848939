"""The ledger itself, and the device readings beside it.

The ledger's columns hold text exactly as it was hashed, so any changed byte shows: no database may rewrite
a time, a number or a JSON body on its way in or out.
"""

from django.db import models

from openkap.records.models.onlyadd import AddOnly


class EntryRow(AddOnly):
    """One entry. Ids and hashes are lower-case text, times are ISO 8601 in UTC with microseconds."""

    id = models.CharField(primary_key=True, max_length=36)
    subject = models.CharField(max_length=80)
    """ "chart:<uuid>" or "clinic:<uuid>"."""
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    body = models.TextField()
    """Canonical JSON."""
    effective_at = models.CharField(max_length=32)
    recorded_at = models.CharField(max_length=32)
    author = models.CharField(max_length=80)
    via = models.CharField(max_length=40)
    supersedes = models.CharField(max_length=36, blank=True)
    """Id of the entry this one corrects, or empty."""
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="entry_number_used_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.seq} {self.kind}"


class HeadRow(models.Model):
    """Where a chain ends: how many entries, the last hash, and a seal only the holder of the key can make."""

    subject = models.CharField(primary_key=True, max_length=140)
    """A ledger's subject, or "readings:<chart>:<visit>"."""
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)

    class Meta:
        app_label = "records"

    def __str__(self) -> str:
        return f"{self.subject} ends at {self.seq}"


class Reading(AddOnly):
    """One number from a device during a visit, in thousandths of its unit: 97.5 % is 97500."""

    id = models.UUIDField(primary_key=True, editable=False)
    """Made by the sender, so that sending twice stores once."""
    chart = models.UUIDField()
    visit = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    """1, 2, 3… within the visit, in the order received."""
    signal = models.CharField(max_length=40)
    thousandths = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    source = models.CharField(max_length=80)
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sequence = models.PositiveBigIntegerField(null=True)
    """The device's own number, else the place within its connection. None: neither was kept."""

    class Meta:
        app_label = "records"
        constraints = [
            models.UniqueConstraint(fields=["chart", "visit", "number"], name="reading_number_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.thousandths}/1000 {self.unit}"
