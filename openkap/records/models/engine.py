"""When alerts were last evaluated: one row, overwritten. Nothing of a patient is in it."""

from django.db import models


class EngineRow(models.Model):
    """The engine's last heartbeat, from which it tells after a start that it was away."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()

    class Meta:
        app_label = "records"

    def __str__(self) -> str:
        return f"alerts evaluated at {self.beat_at}"
