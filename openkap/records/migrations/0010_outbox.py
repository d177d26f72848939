"""The outbox of reminders."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0009_journal"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("clinic", models.UUIDField()),
                ("chart", models.UUIDField()),
                ("key", models.CharField(max_length=120)),
                ("channel", models.CharField(max_length=10)),
                ("address", models.CharField(max_length=254)),
                ("subject", models.CharField(max_length=120)),
                ("body", models.TextField()),
                ("placed_at", models.DateTimeField()),
                ("useless_after", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                ("said", models.CharField(blank=True, max_length=200)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("chart", "key"), name="one_reminder_a_thing")
                ],
                "indexes": [models.Index(fields=["state", "next_try_at"], name="outbox_by_turn")],
            },
        ),
    ]
