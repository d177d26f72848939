"""A chart in one file that anybody can open: a zip whose parts are named with their digests."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from openkap.clinical.refusal import BadInput
from openkap.records import carried
from openkap.records.carried import Carried

SUMS = "SHA256SUMS"
ENTRIES, READINGS, HOUSE = "entries.jsonl", "readings.jsonl", "clinic.json"
LARGEST_BYTES = 1 << 30
"""Of all parts together, so that a small file cannot fill the memory."""
_AGAIN = "Make the pack again where the chart is"


def packed(parts: Mapping[str, bytes], *, at: datetime) -> bytes:
    """The parts, and their digests as `sha256sum -c` reads them. Same parts, same time: the same file."""
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in parts.items())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, data in ({**parts, SUMS: sums.encode()}).items():
            whole.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def chart_parts(chart: str) -> dict[str, bytes]:
    """What makes the chart again, byte for byte."""
    return {
        ENTRIES: "".join(f"{line}\n" for line in carried.entries_of(chart)).encode(),
        READINGS: "".join(f"{line}\n" for line in carried.readings_of(chart)).encode(),
        HOUSE: carried.house_of(chart).encode(),
    }


def unpacked(file: bytes) -> Carried:
    """The chart in a pack, every digest and every hash checked; BadInput says what is wrong and where."""
    parts = _parts(file)
    _check_sums(parts)
    lines = {}
    for name in (ENTRIES, READINGS, HOUSE):
        if name not in parts:
            raise BadInput(name, "the pack is without it", _AGAIN)
        try:
            lines[name] = parts[name].decode()
        except UnicodeDecodeError:
            raise BadInput(name, "it is not text", _AGAIN) from None
    # Split at "\n" alone: a text inside may hold other characters that end a line.
    entries, readings = (lines[name].split("\n")[:-1] for name in (ENTRIES, READINGS))
    return carried.read(entries, readings, lines[HOUSE])


def _parts(file: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as whole:
            infos = whole.infolist()
            if sum(info.file_size for info in infos) > LARGEST_BYTES:
                raise BadInput("pack", "it is larger than any chart", _AGAIN)
            return {info.filename: whole.read(info) for info in infos}
    except BadInput:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise BadInput("pack", "it is no zip file, or a damaged one", "Copy it again") from None


def _check_sums(parts: Mapping[str, bytes]) -> None:
    said = parts.get(SUMS, b"").decode("utf-8", "replace")
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in said.splitlines())}
    for name in parts.keys() - {SUMS}:
        if listed.get(name) != sha256(parts[name]).hexdigest():
            raise BadInput(name, "it is not what the pack was made with", "Copy the pack again")
    for name in listed.keys() - parts.keys():
        raise BadInput(name, "the pack is without it", _AGAIN)
