"""What was acknowledged stays when the power goes, and a careless program shows that the power did go."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.records.process import ROOT, environment, migrated

Program = Callable[..., dict[str, Any]]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Runs tests.trials.cuts on a home of its own."""
    _needs_a_disk_of_ours()
    migrated(tmp_path)

    def run(*arguments: object) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.trials.cuts", *map(str, arguments)],
            env=environment(tmp_path),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def _needs_a_disk_of_ours() -> None:
    if not os.access("/dev/fuse", os.W_OK) or shutil.which("fusermount") is None:
        pytest.skip("FUSE is not here (Debian: fuse, libfuse2), so no power can be cut")
    try:
        import mfusepy  # noqa: F401
    except OSError as fault:
        pytest.skip(f"libfuse is not here, so no power can be cut: {fault}")


@pytest.mark.parametrize("rounds", [3, pytest.param(200, marks=pytest.mark.long)])
def test_a_power_cut_loses_nothing_acknowledged(program, rounds):
    """After every cut all of the visit that was acknowledged is there, the chain whole, the lists level."""
    seed = int.from_bytes(os.urandom(4))
    found = program(rounds, seed)
    print(f"seed {seed}: {rounds} cuts, {found}")
    assert found["faults"] == [], f"seed {seed}"
    assert found["behind"] == [], f"seed {seed}"
    assert found["acknowledged"] > found["of visits"] >= rounds


def test_the_same_cuts_rob_a_program_that_does_not_wait_for_the_disk(program):
    """A disk on which nothing can be lost would prove nothing."""
    assert program(5, 1, "careless")["faults"]
