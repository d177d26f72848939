"""Passkeys."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="PasskeyRow",
            fields=[
                ("credential", models.CharField(max_length=1400, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("public_key", models.TextField()),
                ("sign_count", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
    ]
