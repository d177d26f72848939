"""What goes out to people by other ways than these pages."""

from django.db import models


class OutboxRow(models.Model):
    """One reminder for one person: kept until it was handed over, and after that as its receipt."""

    clinic = models.UUIDField()
    chart = models.UUIDField()
    key = models.CharField(max_length=120)
    """What it is about, so that no reminder is placed twice, such as "visit-…"."""
    channel = models.CharField(max_length=10)
    address = models.CharField(max_length=254)
    subject = models.CharField(max_length=120)
    body = models.TextField()
    placed_at = models.DateTimeField()
    useless_after = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    """ "waiting" · "sent": the next server took it · "refused": it never will · "too late"."""
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    said = models.CharField(max_length=200, blank=True)
    """What the next server answered last."""
    settled_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint(fields=["chart", "key"], name="one_reminder_a_thing")]
        indexes = [models.Index(fields=["state", "next_try_at"], name="outbox_by_turn")]
