"""The house rules a machine can hold: what imports what, how long, how named, what is never committed."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "openkap"
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
VAGUE_FILES = {"utils", "util", "helpers", "helper", "common", "misc"}
VAGUE_CLASS = re.compile(r"(Manager|Handler|Service)$")
# Spelt in two halves so that this file does not hold what it forbids.
REGISTRY_HOSTS = tuple(
    name + "." + rest
    for name, rest in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("proxy.golang", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)


def python_files(*folders: Path) -> list[Path]:
    found = (path for folder in folders or (PACKAGE, ROOT / "tests") for path in folder.rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def committable() -> list[Path]:
    """Every file git holds or would take: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listed.returncode:
        pytest.skip(f"not a git checkout, so nothing says what is committed: {listed.stderr.strip()}")
    names = sorted(set(listed.stdout.split("\0")))
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache", "--no-logo", "--config", folder / "pyproject.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


# --- which room may import which ---------------------------------------------------------------------


def test_imports_point_down() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("planted", "line", "named"),
    [
        ("clinical/planted.py", "import django", "openkap.clinical.planted -> django"),
        ("clinical/planted.py", "import openkap.protocol", "openkap.clinical.planted -> openkap.protocol"),
        (
            "web/planted.py",
            "from openkap.records import ledger",
            "openkap.web.planted -> openkap.records.ledger",
        ),
        ("records/planted.py", "import openkap.live", "openkap.records.planted -> openkap.live"),
        ("protocol/planted.py", "import openkap.actions", "openkap.protocol.planted -> openkap.actions"),
        ("clinical/planted.py", "import openkap.kinetics", "openkap.clinical.planted -> openkap.kinetics"),
        ("kinetics/planted.py", "import openkap.clinical", "openkap.kinetics.planted -> openkap.clinical"),
        ("kinetics/planted.py", "import scipy", "openkap.kinetics.planted -> scipy"),
        (
            "actions/planted.py",
            "import openkap.kinetics.forecast",
            "openkap.actions.planted -> openkap.kinetics.forecast",
        ),
        (
            "records/planted.py",
            "import openkap.protocol.read_kinetics",
            "openkap.records.planted -> openkap.protocol.read_kinetics",
        ),
        ("annex.py", "", "openkap.annex"),
    ],
)
def test_a_planted_breach_is_named(tmp_path: Path, planted: str, line: str, named: str) -> None:
    shutil.copytree(
        PACKAGE, tmp_path / "openkap", ignore=lambda folder, names: {n for n in names if not keeps(folder, n)}
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "openkap" / planted).write_text(line + "\n", encoding="utf-8")
    result = lint_imports(tmp_path)
    said = re.sub(r"\s+", " ", result.stdout + result.stderr)
    assert result.returncode != 0, f"{line!r} in {planted} went unseen"
    assert named in said


def keeps(folder: str, name: str) -> bool:
    return name.endswith(".py") or ((Path(folder) / name).is_dir() and name != "__pycache__")


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_clinical_imports_the_standard_library_alone() -> None:
    strange = [
        f"{shown(path)} imports {name}"
        for path in python_files(PACKAGE / "clinical")
        for name in imported(parsed(path))
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name != "openkap"
        and not (name + ".").startswith("openkap.clinical.")
    ]
    assert not strange


def test_clinical_works_with_nothing_installed() -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "import openkap.clinical as room\n"
        "for module in pkgutil.walk_packages(room.__path__, 'openkap.clinical.'):\n"
        "    importlib.import_module(module.name)\n"
    )
    result = subprocess.run(
        [sys.executable, "-S", "-I", "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_kinetics_imports_numpy_and_the_standard_library_alone() -> None:
    strange = [
        f"{shown(path)} imports {name}"
        for path in python_files(PACKAGE / "kinetics")
        for name in imported(parsed(path))
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "numpy"}
        and not (name + ".").startswith("openkap.kinetics.")
    ]
    assert not strange


def test_neither_the_rules_nor_the_actions_bring_in_a_simulation() -> None:
    """Simulation never opens a gate: what decides and what writes run without it, and without NumPy."""
    program = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'openkap.config.settings'\n"
        "import django; django.setup()\n"
        "import openkap.actions.dosing, openkap.clinical.gates, openkap.protocol.load\n"
        "openkap.protocol.load.shipped()\n"
        "sys.exit(sum(name == 'numpy' or name.startswith('openkap.kinetics') for name in sys.modules))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def appends(tree: ast.Module) -> Iterator[int]:
    """Lines that take the ledger's pen: `from …ledger import append` or `ledger.append`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == "ledger":
            yield from (node.lineno for alias in node.names if alias.name in {"append", "*"})
        elif isinstance(node, ast.Attribute) and node.attr == "append":
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            if owner == "ledger":
                yield node.lineno


def test_only_actions_append_to_the_ledger() -> None:
    may = (PACKAGE / "actions", PACKAGE / "records")
    others = [path for path in python_files(PACKAGE) if not any(path.is_relative_to(room) for room in may)]
    assert [f"{shown(path)}:{line}" for path in others for line in appends(parsed(path))] == []


@pytest.mark.parametrize(
    "source",
    [
        "from openkap.records.ledger import append",
        "from openkap.records import ledger\nledger.append(1)",
        "import openkap.records.ledger\nopenkap.records.ledger.append(1)",
    ],
)
def test_taking_the_pen_is_seen(source: str) -> None:
    assert list(appends(ast.parse(source)))


# --- short and plainly named -------------------------------------------------------------------------


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{shown(path)}:{node.lineno} {node.name} is {node.end_lineno - node.lineno + 1} lines"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_files_are_named_for_what_they_hold() -> None:
    parts = {(path, part) for path in python_files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert sorted(shown(path) for path, part in parts if part.lower() in VAGUE_FILES) == []


def test_classes_are_named_for_what_they_are() -> None:
    vague = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(node.name)
    ]
    assert not vague


# --- nothing of one machine or one registry ----------------------------------------------------------


def test_no_committed_file_names_a_package_registry() -> None:
    found = []
    for path in committable():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        text = content.decode("utf-8", errors="replace").lower()
        found += [f"{shown(path)} holds {host}" for host in REGISTRY_HOSTS if host in text]
    assert not found


def test_locks_hold_no_address() -> None:
    locks = [*sorted((ROOT / "requirements").iterdir()), ROOT / "package-lock.json"]
    assert [shown(path) for path in locks if "://" in path.read_text(encoding="utf-8")] == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_every_requirement_says_why_and_is_locked_with_a_hash() -> None:
    for wanted in sorted((ROOT / "requirements").glob("*.in")):
        lock = wanted.with_suffix(".txt").read_text(encoding="utf-8")
        for line in wanted.read_text(encoding="utf-8").splitlines():
            requirement, _, reason = line.partition("  # ")
            assert reason.strip(), f"{shown(wanted)}: {line!r} gives no reason"
            name = re.match(r"[A-Za-z0-9-]+", requirement)
            assert name, f"{shown(wanted)}: {line!r} names no package"
            pinned = rf"^{name[0]}==[^\n]*\\\n    --hash=sha256:"
            assert re.search(pinned, lock, re.MULTILINE), f"{name[0]} is not locked: run `make lock`"


def test_every_lock_entry_has_a_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
