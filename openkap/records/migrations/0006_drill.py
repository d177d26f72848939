"""Which charts are drills."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0005_engine")]
    operations = [
        migrations.AddField(model_name="chartrow", name="drill", field=models.BooleanField(default=False)),
    ]
