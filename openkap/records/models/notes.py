"""What private notes need beside the ledger: each writer's locked key, and what they have not finished."""

from django.db import models

from openkap.records.models.people import User


class NoteKeyRow(models.Model):
    """The key of one writer, locked twice. Neither lock can be opened by anything on this computer."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True)
    by_passphrase = models.TextField()
    by_sheet = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "records"


class NoteDraftRow(models.Model):
    """What a writer has not finished in one chart, sealed like a note. Overwritten as they type."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    chart = models.UUIDField()
    box = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint(fields=["user", "chart"], name="one_draft_a_chart")]
