"""The command line itself: what is found, how faults are said, what is not loaded."""

import ast
import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from openkap.clinical.refusal import BadInput
from openkap.config import cli, commands
from openkap.records import policy
from openkap.records.policy import ALL
from tests.fhir.made import RECORD

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys; from openkap.config.cli import main; sys.exit(main())"


def run(*typed: str, **more: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *typed], cwd=ROOT, capture_output=True, text=True, check=False, **more
    )


@pytest.mark.parametrize("file", commands.files())
def test_every_command_says_what_it_is_and_who_may(file: str) -> None:
    """Its file begins with its name, so that one command loads without the others."""
    command = commands.load(file)
    assert file.partition("_")[0] == command.NAME
    assert command.HELP.endswith(".")
    assert command.PERMISSION in ALL
    assert commands.called(command.NAME) == [command]


@pytest.mark.parametrize(
    ("change", "status"),
    [({}, 0), ({"role": "therapist", "system": False}, 2), ({"role": "auditor", "system": False}, 0)],
)
def test_a_command_is_refused_to_whoever_may_not(
    change: dict[str, object],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The door asks the policy about the command's own permission, and nothing of the command runs first."""
    ran: list[object] = []
    monkeypatch.setattr(policy, "OPERATOR", dataclasses.replace(policy.OPERATOR, **change))
    monkeypatch.setattr(commands.load("verify"), "run", lambda typed: ran.append(typed) or 0)
    assert cli.main(["verify"]) == status
    assert bool(ran) is (status == 0)
    assert ("needs 'ledger.verify'" in capsys.readouterr().err) is (status == 2)


@pytest.mark.parametrize(("gives_way", "niceness"), [(True, cli.POLITE), (False, 0)])
def test_a_command_gives_way_where_it_says_so(gives_way: bool, niceness: int) -> None:
    """A report beside a dosing room gets what the room leaves of the processor."""
    told = (
        "import os; from openkap.config import cli, commands\n"
        "asked = commands.load('screen')\n"
        f"asked.GIVES_WAY = {gives_way}\n"
        "asked.run = lambda typed: print(os.getpriority(os.PRIO_PROCESS, 0)) or 0\n"
        "cli.main(['screen', 'a'])"
    )
    before = os.getpriority(os.PRIO_PROCESS, 0)
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == max(niceness, before)


def test_a_permission_that_nobody_knows_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name is not a way in, not even for the operator."""
    monkeypatch.setattr(commands.load("verify"), "PERMISSION", "ledger.verifi")
    assert cli.main(["verify"]) == 2


def at_the_top(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("file", commands.files())
def test_no_command_loads_django_by_being_listed(file: str) -> None:
    """`openkap --help` lists them all and needs no database."""
    tree = ast.parse((ROOT / "openkap" / "config" / "commands" / f"{file}.py").read_text(encoding="utf-8"))
    heavy = ("django", "openkap.records", "openkap.actions", "openkap.web", "openkap.demo", "openkap.live")
    assert [name for name in at_the_top(tree) if name.startswith(heavy)] == []


def test_screening_starts_at_once_and_leaves_django_alone(tmp_path: Path) -> None:
    """Half a second is waited for without wondering; the fastest of three is the program's own."""
    program = (
        "import sys\nfrom openkap.config.cli import main\n"
        "status = main()\nassert 'django' not in sys.modules, 'django was loaded'\nsys.exit(status)\n"
    )
    took = []
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", program, "screen", str(RECORD)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT), "OPENKAP_HOME": str(tmp_path / "home")},
            capture_output=True,
            text=True,
            check=False,
        )
        took.append(time.perf_counter() - began)
        assert done.returncode in (0, 1), done.stderr
    assert list(tmp_path.iterdir()) == []
    assert min(took) < 0.5 or os.getloadavg()[0] > (os.cpu_count() or 1)


def test_what_is_not_a_command_is_said_with_all_that_are() -> None:
    """Exit status 2, as for any input that cannot be used."""
    done = run("nonsense")
    assert done.returncode == 2
    assert "screen" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (BadInput("here", "wrong", "Mend it"), 2, "openkap: here: wrong. Mend it.\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_fault_is_one_sentence(
    fault: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback reaches a person."""

    def failing(_: list[str]) -> int:
        raise fault

    monkeypatch.setattr(cli, "_run", failing)
    assert cli.main(["screen"]) == status
    assert capsys.readouterr().err == said


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`openkap screen … | head` ends quietly."""
    program = f"{PROGRAM}"
    writer = subprocess.Popen(
        [sys.executable, "-c", program, "screen", *[str(RECORD)] * 40],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None and writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    said = writer.stderr.read()
    writer.stderr.close()
    assert writer.wait(30) == 141
    assert said == ""
