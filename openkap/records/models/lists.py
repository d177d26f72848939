"""Lists made from the ledger: for boards, search and calendars. `openkap rebuild` makes them all again.

Each row is what the chart said at its last entry. What moves with the clock is assessed when it is shown.
"""

from django.db import models


class ChartRow(models.Model):
    chart = models.UUIDField(primary_key=True)
    clinic = models.UUIDField(db_index=True)
    family = models.CharField(max_length=200)
    given = models.CharField(max_length=200)
    sought = models.CharField(max_length=420)
    """Given, family, birth date and identifiers in lower case, for search."""
    birth_date = models.DateField()
    sex = models.CharField(max_length=20)
    synthetic = models.BooleanField()
    drill = models.BooleanField(default=False)
    """Practised on, not treated: in no list of patients."""
    opened_at = models.DateTimeField()
    stage = models.CharField(max_length=20)
    next_says = models.TextField()
    next_who = models.CharField(max_length=20)
    next_action = models.CharField(max_length=40)
    waiting = models.TextField(blank=True)
    """What stands in the way of the next step, in words; empty when nothing does."""
    worst = models.CharField(max_length=20)
    phq9 = models.PositiveSmallIntegerField(null=True)
    phq9_at = models.DateTimeField(null=True)
    gad7 = models.PositiveSmallIntegerField(null=True)
    gad7_at = models.DateTimeField(null=True)
    doses = models.PositiveIntegerField()
    planned = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    assessed_at = models.DateTimeField()
    protocol = models.CharField(max_length=64)
    """Hash of the protocol it was assessed under."""

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["clinic", "family", "given"], name="charts_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


class OfChart(models.Model):
    """A row of a list that belongs to one chart."""

    chart = models.ForeignKey(ChartRow, on_delete=models.CASCADE, related_name="%(class)ss")
    clinic = models.UUIDField()

    class Meta:
        abstract = True


class VisitRow(OfChart):
    visit = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    room = models.CharField(max_length=80)
    route = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    phase = models.CharField(max_length=20)
    dose_at = models.DateTimeField(null=True)
    dose_ended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    last_vitals_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["clinic", "starts_at"], name="visits_by_day")]


class DueRow(OfChart):
    what = models.TextField()
    who = models.CharField(max_length=20)
    at = models.DateTimeField()
    rule = models.CharField(max_length=80)
    visit = models.CharField(max_length=60, blank=True)
    stage = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["clinic", "at"], name="dues_by_time")]


class TaskRow(OfChart):
    task = models.CharField(max_length=60)
    what = models.TextField()
    opened_at = models.DateTimeField()
    taken_by = models.CharField(max_length=80, blank=True)

    class Meta:
        app_label = "records"
        indexes = [models.Index(fields=["clinic", "opened_at"], name="tasks_by_age")]


class TeamRow(OfChart):
    user = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        app_label = "records"
        constraints = [models.UniqueConstraint(fields=["chart", "user"], name="once_in_a_care_team")]
        indexes = [models.Index(fields=["user"], name="charts_of_a_user")]


class IdentifierRow(OfChart):
    """One person of a clinic carries an identifier once. Two people may share one: numbers are reused."""

    system = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    person = models.CharField(max_length=220)
    """Family name in lower case and birth date: the second half of who this is."""

    class Meta:
        app_label = "records"
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "system", "value", "person"], name="identifier_of_one_person"
            )
        ]
