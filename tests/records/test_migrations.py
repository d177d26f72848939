"""The tables and the models say the same."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing():
    """A model that was changed without its migration stops here."""
    call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0)
