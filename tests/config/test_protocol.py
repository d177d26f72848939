"""openkap protocol check: a folder that can be used is counted, and one that cannot names line and key."""

import shutil
from pathlib import Path

import pytest

import openkap.protocol
from openkap.config.cli import main

SHIPPED = Path(openkap.protocol.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(SHIPPED, tmp_path / "p", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def test_the_shipped_protocol_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """And what waits for the medical director is listed."""
    assert main(["protocol", "check"]) == 0
    said = capsys.readouterr().out
    assert "can be used" in said
    assert "bp-hard-stop: The blood pressure above which no dose is given" in said


def test_every_fault_is_told_with_file_line_and_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files broken, both named; exit status 2."""
    heart = folder / "screening" / "heart.toml"
    lines = heart.read_text(encoding="utf-8").splitlines()
    broken = lines.index('basis = "primary"')
    lines[broken] = 'basis = "certain"'
    heart.write_text("\n".join(lines), encoding="utf-8")
    (folder / "codes" / "new.toml").write_text('title = "x"\nwords = ["a"]\ncolour = 3\n', encoding="utf-8")
    assert main(["protocol", "check", str(folder)]) == 2
    said = capsys.readouterr().err
    assert f"screening/heart.toml, line {broken + 1}: rule aneurysm: basis: 'certain' is not one of" in said
    assert "codes/new.toml, line 3: colour: this key is not known here." in said


def test_the_kinetic_models_are_checked_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fault of theirs stands beside one of the rules."""
    (folder / "codes" / "new.toml").write_text('title = "x"\nwords = ["a"]\ncolour = 3\n', encoding="utf-8")
    otto = folder / "kinetics" / "otto.toml"
    otto.write_text(otto.read_text(encoding="utf-8").replace('by = "CLn"', 'by = "CLx"'), encoding="utf-8")
    assert main(["protocol", "check", str(folder)]) == 2
    said = capsys.readouterr().err
    assert "kinetics/otto.toml, line" in said and "'CLx' is not a parameter of this model" in said
    assert "codes/new.toml, line 3" in said
    assert main(["protocol", "check"]) == 0
    assert "6 kinetic models" in capsys.readouterr().out


def test_a_file_that_is_no_toml_is_told_by_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The parser's own line and column."""
    (folder / "program.toml").write_text('version = "1"\nversion = \n', encoding="utf-8")
    assert main(["protocol", "check", str(folder)]) == 2
    assert "program.toml: this is not TOML (Invalid value (at line 2" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What, where, what to do."""
    assert main(["protocol", "check", str(tmp_path / "no")]) == 2
    assert capsys.readouterr().err == (
        f"openkap: {tmp_path / 'no'} is not a folder. Name the one that holds program.toml.\n"
    )


def test_the_handbook_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A PDF of the whole protocol, and one sentence that says so."""
    out = tmp_path / "handbook.pdf"
    assert main(["protocol", "handbook", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert capsys.readouterr().out.startswith(f"Wrote {out}: ")


def test_a_place_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What, where, what to do."""
    assert main(["protocol", "handbook", str(tmp_path / "no" / "h.pdf")]) == 2
    assert (
        "h.pdf cannot be written (No such file or directory). Name another file." in capsys.readouterr().err
    )


def test_observations_are_checked_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the file and the line, like every other fault of a folder."""
    observations = folder / "kinetics" / "observations.toml"
    text = observations.read_text(encoding="utf-8")
    observations.write_text(text.replace('sources = ["wang19"]', "sources = []"), encoding="utf-8")
    assert main(["protocol", "check", str(folder)]) == 2
    assert "kinetics/observations.toml, line" in capsys.readouterr().err
