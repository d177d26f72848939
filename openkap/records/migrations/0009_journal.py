"""The journal of a patient."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="JournalRow",
            fields=[
                ("id", models.CharField(max_length=36, primary_key=True, serialize=False)),
                ("sound", models.CharField(blank=True, max_length=40)),
                ("box", models.TextField()),
                ("begun_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("shared_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "begun_at"], name="journal_by_user")],
            },
        ),
    ]
