"""A recording of vital signs as CSV: `t_s` in seconds, then one column a signal, named like `HR[bpm]`.

As in MIMIC, a blank is "invalid" and 0 is "probe off": neither is a value. Columns not listed in SIGNALS are
named in `Recording.ignored`, never dropped unseen.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from openkap.clinical.quantity import parse_decimal
from openkap.clinical.refusal import BadInput, clean_text

SIGNALS: dict[str, tuple[str, str]] = {
    "HR[bpm]": ("heart-rate", "/min"),
    "PULSE[bpm]": ("pulse", "/min"),
    "RESP[pm]": ("respiratory-rate", "/min"),
    "SpO2[%]": ("spo2", "%"),
    "NBPSys[mmHg]": ("systolic", "mm[Hg]"),
    "NBPDias[mmHg]": ("diastolic", "mm[Hg]"),
    "NBPMean[mmHg]": ("mean-pressure", "mm[Hg]"),
    "ABPSys[mmHg]": ("arterial-systolic", "mm[Hg]"),
    "ABPDias[mmHg]": ("arterial-diastolic", "mm[Hg]"),
    "ABPMean[mmHg]": ("arterial-mean", "mm[Hg]"),
    "MAP_mmHg": ("mean-pressure", "mm[Hg]"),
}
"""Column → (signal, UCUM unit). Cuff and arterial line are two signals: they do not read alike."""

LARGEST_FILE_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of a recording."""

    seconds: Decimal  # since the recording began
    signal: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    samples: tuple[Sample, ...]  # in the order of time
    dropouts: int  # cells that were blank or 0
    ignored: tuple[str, ...]  # columns nobody told us how to read


def read(path: Path) -> Recording:
    """The recording, or BadInput with one sentence saying which file, which line and what to do."""
    rows = _rows(path)
    header = next(rows, None)
    if header is None:
        raise BadInput(path.name, "the file is empty", "Choose a recording")
    columns = _columns(path, header)
    samples: list[Sample] = []
    dropouts = 0
    last = Decimal(-1)
    for number, row in enumerate(rows, 2):
        found, missing, last = _line(row, columns, last, f"{path.name}, line {number}")
        samples += found
        dropouts += missing
    if not samples:
        raise BadInput(path.name, "the recording holds no value at all", "Choose another recording")
    ignored = tuple(name for name in header[1:] if name not in SIGNALS)
    return Recording(path.name, tuple(samples), dropouts, ignored)


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadInput(path.name, "the file is larger than 20 MB", "Cut the recording into parts")
        text = clean_text(path.read_text(encoding="utf-8-sig"), path.name, limit=LARGEST_FILE_BYTES)
    except OSError as fault:
        raise BadInput(str(path), f"cannot be read ({fault.strerror})", "Check the name") from None
    except UnicodeDecodeError:
        raise BadInput(path.name, "is not text in UTF-8", "Save it as CSV in UTF-8") from None
    try:
        yield from csv.reader(text.splitlines(), strict=True)
    except csv.Error as fault:
        raise BadInput(path.name, f"is not CSV ({fault})", "Save it as CSV") from None


def _columns(path: Path, header: list[str]) -> dict[int, tuple[str, str]]:
    if not header or header[0] != "t_s":
        raise BadInput(
            path.name, "the first column is not t_s (seconds)", "Choose a recording of vital signs"
        )
    columns = {place: SIGNALS[name] for place, name in enumerate(header) if name in SIGNALS}
    if not columns:
        raise BadInput(
            path.name, "no column is a vital sign that is known here", f"Known: {', '.join(SIGNALS)}"
        )
    return columns


def _line(
    row: list[str], columns: dict[int, tuple[str, str]], last: Decimal, where: str
) -> tuple[list[Sample], int, Decimal]:
    if not row:
        return [], 0, last
    seconds = parse_decimal(row[0], where)
    if seconds <= last:
        raise BadInput(where, "time does not go forward", "Mend the recording")
    if len(row) <= max(columns):
        raise BadInput(where, f"has {len(row)} columns, fewer than its header", "Mend the recording")
    cells = [(columns[place], row[place].strip()) for place in columns]
    values = [(name, parse_decimal(cell, where)) for name, cell in cells if cell]
    found = [Sample(seconds, signal, value, unit) for (signal, unit), value in values if value != 0]
    return found, len(cells) - len(found), seconds
