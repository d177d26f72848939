"""Codes of one use: how a patient comes in who has no passkey yet, or lost it."""

from django.db import models

from openkap.records.models.people import User


class SignInCodeRow(models.Model):
    """One code. Only its digest is kept, so that a look into the database opens nothing."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
