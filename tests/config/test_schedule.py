"""`openkap schedule` on the demonstration clinic: each session owed is placed or named as impossible."""

import re
from pathlib import Path

from tests.config.test_pack import openkap
from tests.filled import Filled

OPEN = """minutes = 60
[[therapist]]
sign_in = "tomas.therapist"
week = [{days}]
"""


def week(*days: str) -> str:
    return OPEN.format(days=", ".join(f'"{day} 00:00-23:00"' for day in days))


def test_everything_owed_is_placed_or_named(filled_demo: Filled, tmp_path: Path) -> None:
    """As many by the solver, which prints its bound; nothing where nobody works."""
    home, hours = filled_demo.copy(tmp_path / "home"), tmp_path / "hours.toml"
    hours.write_text(week("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    done = openkap(home, "schedule", str(hours))
    assert done.returncode == 0, done.stderr
    owed, placed, impossible = map(int, re.findall(r"(\d+) (?:owed|placed|impossible)", done.stdout))
    assert owed == placed + impossible and placed > 0
    assert len(re.findall(r"(?m)^\w{3} \d\d .*tomas.therapist: ", done.stdout)) == placed
    solved = openkap(home, "schedule", str(hours), "--solver")
    assert solved.stdout.startswith("HiGHS: a plan worth") and f"{placed} placed" in solved.stdout
    hours.write_text(week())
    done = openkap(home, "schedule", str(hours))
    assert f"{owed} owed, 0 placed" in done.stdout
    assert done.stdout.count("none of its therapists has an open hour in that time") == owed


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = openkap(tmp_path, "schedule", "no-such.toml")
    assert done.returncode == 2 and "no-such.toml cannot be read" in done.stderr
