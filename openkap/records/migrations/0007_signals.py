"""Messages between two browsers that look for a way to each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_drill")]
    operations = [
        migrations.CreateModel(
            name="SignalRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chart", models.UUIDField()),
                ("visit", models.CharField(max_length=60)),
                ("link_sha256", models.CharField(max_length=64)),
                ("side", models.CharField(max_length=6)),
                ("body", models.TextField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["chart", "id"], name="signal_of_chart")]},
        ),
    ]
