"""Who looked at which chart, kept as strictly as the ledger."""

from django.db import models

from openkap.records.models.onlyadd import AddOnly


class AccessRow(AddOnly):
    """One look at a chart, or one refused attempt. A patient can see who looked."""

    chart = models.UUIDField()
    """As asked for: a refused look may name a chart that is not there."""
    user = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    clinic = models.CharField(max_length=40, blank=True)
    permission = models.CharField(max_length=40)
    at = models.DateTimeField()
    allowed = models.BooleanField()

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["chart", "-at"], name="looks_at_a_chart")]

    def __str__(self) -> str:
        return f"{self.name} {self.permission} {self.chart}"
