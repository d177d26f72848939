"""Django, made ready for a command: settings read, database there and up to date, or one sentence why not."""

import os
import sys
from pathlib import Path
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


def ready(*, make: bool = True) -> None:
    """Boot, and see that the database is there. An outdated one is said to be; an absent one is made.

    `make=False` is for commands that look at what was kept: to them an absent or empty database is Unusable.
    """
    boot()
    check()
    from django.db import DatabaseError, connection

    if not make:
        _there(connection)
    try:
        made, pending = _migrations(connection)
    except DatabaseError as fault:
        raise Unusable(f"The database cannot be opened: {fault}.") from None
    if pending and made:
        raise Unusable("The database is older than this program. Run: openkap migrate")
    if pending and not make:
        raise Unusable(f"The database holds nothing, not even empty tables. {_WHERE}")
    if pending:
        migrate()


_WHERE = "Name where the records are in OPENKAP_HOME or OPENKAP_DATABASE, or put back a backup."


def _there(connection: "BaseDatabaseWrapper") -> None:
    """Before the first question: asking is what makes SQLite's file, and its key."""
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and not path.exists():
        raise Unusable(f"There is no database at {path}. {_WHERE}")


def check() -> None:
    """Raises Unusable with the first thing that must be put right before anything is done."""
    from django.core.checks import ERROR, run_checks

    for found in run_checks(tags=["openkap"]):
        if found.level >= ERROR:
            raise Unusable(f"{found.msg.rstrip('.')}. {found.hint or ''}".strip())


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
