"""The heartbeat of what evaluates the alerts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_devices"),
    ]

    operations = [
        migrations.CreateModel(
            name="EngineRow",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
        ),
    ]
