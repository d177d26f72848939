"""The role of the medical director, who adopts the protocol."""

from django.db import migrations, models

ROLES = ["director", "prescriber", "therapist", "monitor", "manager", "auditor", "patient"]


class Migration(migrations.Migration):
    dependencies = [("records", "0002_only_added")]
    operations = [
        migrations.RemoveConstraint(model_name="user", name="user_has_a_known_role"),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(choices=[(role, role) for role in ROLES], max_length=20),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", tuple(ROLES))), name="user_has_a_known_role"
            ),
        ),
    ]
