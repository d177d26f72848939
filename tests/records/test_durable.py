"""What was acknowledged stays, through kill -9 and through a crowd of writers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.records.process import ROOT, environment, migrated

Program = Callable[..., dict[str, Any]]


@pytest.fixture
def crowd(tmp_path, transactional_db) -> Program:
    """Runs tests.records.crowd on a database of its own."""
    more = {}
    if connection.vendor == "sqlite":
        migrated(tmp_path)
    else:
        at = connection.settings_dict
        more["OPENKAP_DATABASE"] = (
            f"postgresql://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        )

    def run(*arguments: object) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.records.crowd", *map(str, arguments)],
            env=environment(tmp_path, **more),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=540,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


SHORT = 50 if connection.vendor == "sqlite" else 15
"""PostgreSQL is killed less often in the fast run: each of its processes connects anew."""


@pytest.mark.parametrize("rounds", [SHORT, pytest.param(300, marks=pytest.mark.long)])
def test_kill_9_during_writes_loses_nothing_acknowledged(crowd, rounds):
    """After every round all that was acknowledged is there, the chain is whole, the lists are level."""
    seed = int.from_bytes(os.urandom(4))
    found = crowd("kill", rounds, seed)
    print(f"seed {seed}: {rounds} rounds, {found['acknowledged']} acknowledged, {found['stored']} stored")
    assert found["faults"] == [], f"seed {seed}"
    assert found["behind"] == [], f"seed {seed}"
    assert found["acknowledged"] >= rounds


@pytest.mark.parametrize(("writers", "entries"), [(6, 25)])
def test_processes_writing_to_one_chart_leave_no_gap(crowd, writers, entries):
    """Every append of every process is there once, numbered without a gap."""
    found = crowd("together", writers, entries)
    assert found["numbers"] == list(range(1, writers * entries + 2))
    assert found["acknowledged"] == writers * entries
    assert (found["missing"], found["faults"], found["behind"]) == ([], [], [])
