"""The same records on PostgreSQL: every test of this folder again, on a database of its own."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.db import connection

from tests.records.process import ROOT

PLACES = (
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql://root@127.0.0.1:5432/test",
    "postgresql:///postgres",
    "postgresql:///test",
)


def server() -> str | None:
    """The first place where a PostgreSQL server answers and lets us make databases."""
    given = os.environ.get("OPENKAP_TEST_POSTGRES")
    for place in (given,) if given else PLACES:
        try:
            with psycopg.connect(place, connect_timeout=3) as opened:
                may = opened.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                )
                if may.fetchone() == (True,):
                    return place
        except psycopg.OperationalError:
            if given:
                raise
    return None


@pytest.mark.postgres
def test_the_records_hold_on_postgresql(tmp_path):
    """Ledger, verification, lists, policy, durability: not one of them only on SQLite."""
    if connection.vendor == "postgresql":
        pytest.skip("this is the run on PostgreSQL")
    place = server()
    if place is None:
        pytest.skip("no PostgreSQL server answers here; name one in OPENKAP_TEST_POSTGRES")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENKAP_", "PYTEST_"))}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/records",
            "--ignore=tests/records/sqlcipher",
            "-q",
            "-m",
            "not long and not postgres",
        ]
        + ["-p", "no:cacheprovider", f"--basetemp={tmp_path}/pytest"],
        env=kept | {"OPENKAP_DATABASE": place, "OPENKAP_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-1000:]
    assert " passed" in done.stdout
