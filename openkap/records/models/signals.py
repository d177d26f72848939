"""What two browsers say to each other to find a way for a picture. Nothing of a patient is in it."""

from django.db import models


class SignalRow(models.Model):
    """One message of a call, kept for minutes: the picture itself never comes to the server."""

    chart = models.UUIDField()
    visit = models.CharField(max_length=60)
    link_sha256 = models.CharField(max_length=64)  # the sitter's link it belongs to
    side = models.CharField(max_length=6)  # who sent it: "clinic" or "home"
    body = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["chart", "id"], name="signal_of_chart")]

    def __str__(self) -> str:
        return f"signal {self.pk} from the {self.side}"
