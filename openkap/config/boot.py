"""Django, made ready for a command: settings read, database there and up to date, or one sentence why not."""

import os
import sys
from typing import TYPE_CHECKING

from openkap.config.unusable import Unusable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def boot() -> None:
    """Read the settings and the models. Raises Unusable when a setting is wrong."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as fault:
        raise Unusable(str(fault)) from None


def ready() -> None:
    """Boot, and see that the database is there: an absent one is made, an outdated one is said to be."""
    boot()
    check()
    from django.db import DatabaseError, connection

    try:
        made, pending = _migrations(connection)
    except DatabaseError as fault:
        raise Unusable(f"The database cannot be opened: {fault}.") from None
    if pending and made:
        raise Unusable("The database is older than this program. Run: openkap migrate")
    if pending:
        migrate()


def check() -> None:
    """Raises Unusable with the first thing that must be put right before anything is done."""
    from django.core.checks import ERROR, run_checks

    for found in run_checks(tags=["openkap"]):
        if found.level >= ERROR:
            raise Unusable(f"{found.msg}. {found.hint or ''}".strip())


def migrate() -> None:
    """Make the tables, or bring them up to date."""
    from django.core.management import call_command

    print("openkap: preparing the database", file=sys.stderr)
    call_command("migrate", verbosity=0, interactive=False)


def _migrations(connection: "BaseDatabaseWrapper") -> tuple[int, int]:
    """How many migrations are applied, and how many are not."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return len(executor.loader.applied_migrations), len(pending)
