"""A simulation never opens a gate: what decides runs, and answers alike, where none can be made."""

import os
import subprocess
import sys
from pathlib import Path

from openkap.web import forecasting
from tests.clinical.charts import adopted
from tests.house.answers import AT, MINUTES, answers, running

ROOT = Path(__file__).resolve().parents[2]
SIMULATES = ("numpy", "openkap.kinetics", "openkap.protocol.read_kinetics", "openkap.protocol.read_explained")
WITHOUT = f"import sys\nfor gone in {SIMULATES!r}: sys.modules[gone] = None\n"
"""From here on an import of any of them fails."""
DECIDES = """
import importlib, pkgutil
from openkap.config.boot import boot
boot()
for room in ("clinical", "actions", "records", "fhir", "devices", "live"):
    package = importlib.import_module("openkap." + room)
    for module in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        importlib.import_module(module.name)
"""


def alone(program: str, home: Path) -> "subprocess.CompletedProcess[str]":
    env = os.environ | {"OPENKAP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT + program],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_decides_and_writes_runs_without_a_simulation(tmp_path: Path) -> None:
    """Every module of the rooms that decide, write, read and listen comes up where kinetics is not."""
    told = alone(DECIDES, tmp_path)
    assert told.returncode == 0, told.stderr


def test_every_gate_answers_alike_without_a_simulation(tmp_path: Path) -> None:
    """Around the peak and the end that a forecast would name, to the letter."""
    told = alone("from tests.house.answers import answers\nprint(answers())", tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == answers()
    assert len(set(answers().splitlines())) == len(MINUTES)


def test_a_simulation_that_is_missing_would_show(tmp_path: Path) -> None:
    """Both checks can fail: the pages' own forecast does not come up there, and it does here."""
    told = alone("import openkap.web.forecasting", tmp_path)
    assert told.returncode != 0 and "halted; None in sys.modules" in told.stderr
    assert forecasting.given(running(), "v1", adopted(), AT) and forecasting.person(running(), AT)
