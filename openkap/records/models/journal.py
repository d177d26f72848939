"""A patient's own journal, beside the ledger: it is theirs to change and to throw away."""

from django.db import models

from openkap.records.models.people import User


class JournalRow(models.Model):
    """One page, sealed with a key that is kept apart from the database."""

    id = models.CharField(primary_key=True, max_length=36)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    sound = models.CharField(max_length=40, blank=True)
    """What a voice memo is recorded as, such as "audio/webm"; empty for a written page."""
    box = models.TextField()
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    """When it was copied into the chart; None: nobody but the patient reads it."""

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["user", "begun_at"], name="journal_by_user")]
