"""Passkeys: what a browser or a phone signs with, so that nobody has to remember anything."""

from django.db import models

from openkap.records.models.people import User


class PasskeyRow(models.Model):
    """One passkey of one account. Its secret half never leaves the device."""

    credential = models.CharField(primary_key=True, max_length=1400)
    """The id that the device gave it, in base64url."""
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    public_key = models.TextField()
    sign_count = models.BigIntegerField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
