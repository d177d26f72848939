"""Recordings of vital signs: what is a value, what is not, and what is no recording."""

from decimal import Decimal
from pathlib import Path

import pytest

from openkap.clinical.refusal import BadInput
from openkap.devices.vitals_csv import SIGNALS, read

REAL = Path(__file__).resolve().parents[2] / "../shared/data/vitals"
HEAD = "t_s,HR[bpm],SpO2[%],NBPSys[mmHg]\n"


def recording(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "r.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_blank_and_zero_are_not_values(tmp_path: Path) -> None:
    """Two blanks and two zeros are counted as dropouts; 0.1 is a value."""
    found = read(recording(tmp_path, HEAD + "0,0,98,\n60,0.0,,0.1\n"))
    assert [(s.seconds, s.signal, s.value) for s in found.samples] == [
        (Decimal(0), "spo2", Decimal(98)),
        (Decimal(60), "systolic", Decimal("0.1")),
    ]
    assert found.dropouts == 4


def test_columns_nobody_knows_are_named(tmp_path: Path) -> None:
    """An unknown column is listed, never dropped unseen; cuff and arterial line stay apart."""
    found = read(recording(tmp_path, "t_s,HR[bpm],Mood,ABPSys[mmHg],NBPSys[mmHg]\n0,70,5,118,121\n"))
    assert found.ignored == ("Mood",)
    assert [(s.signal, s.value) for s in found.samples] == [
        ("heart-rate", Decimal(70)),
        ("arterial-systolic", Decimal(118)),
        ("systolic", Decimal(121)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("time,HR[bpm]\n0,70\n", "t_s"),
        ("t_s,Mood\n0,5\n", "no column"),
        (HEAD, "no value at all"),
        (HEAD + "0,0,,0\n", "no value at all"),
        (HEAD + "0,70,98,120\n0,71,98,120\n", "line 3"),
        (HEAD + "60,70,98,120\n0,71,98,120\n", "does not go forward"),
        (HEAD + "0,70\n", "line 2"),
        (HEAD + "0,seventy,98,120\n", "line 2"),
        (HEAD + "0,1e999,98,120\n", "line 2"),
        (HEAD + "0,nan,98,120\n", "line 2"),
        (HEAD + "x,70,98,120\n", "line 2"),
        (HEAD + "0,70\0,98,120\n", "control character"),
        (b"\xff\xfe\x00bad", "UTF-8"),
    ],
)
def test_what_is_no_recording_is_one_sentence(tmp_path: Path, text: str | bytes, said: str) -> None:
    """What and where, in one sentence with the file's name."""
    with pytest.raises(BadInput, match=said) as fault:
        read(recording(tmp_path, text))
    assert "r.csv" in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A wrong name is one sentence too; so is a folder."""
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read(path)


@pytest.mark.parametrize("name", sorted(path.name for path in REAL.glob("*.csv")) or ["none"])
def test_every_real_recording_is_read(name: str) -> None:
    """Values and dropouts together are every cell under a known column."""
    if name == "none":
        pytest.skip("the shared recordings are not beside this checkout")
    found = read(REAL / name)
    lines = (REAL / name).read_text(encoding="utf-8").splitlines()
    known = [column for column in lines[0].split(",") if column in SIGNALS]
    assert len(found.samples) + found.dropouts == len(known) * (len(lines) - 1)
    assert found.ignored == ()
    assert all(sample.value > 0 for sample in found.samples)
