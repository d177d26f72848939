"""Second wall: the database itself refuses to change or remove rows that are only ever added."""

from django.db import migrations

ONLY_ADDED = ("records_entryrow", "records_reading", "records_accessrow")
HEADS = "records_headrow"

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added, never changed or removed'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION records_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of %% are only added, never changed or removed', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION records_only_added()
"""


def _walls(vendor):
    """(table, verb) pairs to refuse. A head moves on but is never removed."""
    verbs = ("update", "delete", "truncate") if vendor == "postgresql" else ("update", "delete")
    return [(table, verb) for table in ONLY_ADDED for verb in verbs] + [
        (HEADS, verb) for verb in verbs if verb != "update"
    ]


def raise_walls(_apps, schema_editor):
    vendor = schema_editor.connection.vendor
    template = SQLITE if vendor == "sqlite" else POSTGRESQL
    if vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=())
    for table, verb in _walls(vendor):
        schema_editor.execute(template.format(table=table, verb=verb))


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(raise_walls)]
