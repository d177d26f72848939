"""The collection of public records, each as one Bundle: the whole ones, and those that lie in pieces."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
DAYS = {
    "synthea": datetime(2021, 4, 1, tzinfo=UTC),
    "synthea-load": datetime(2012, 1, 1, tzinfo=UTC),  # in the middle of most lives, so that much lies ahead
    "cms-testcases": datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    "bulk-10-patients": datetime(2025, 6, 1, tzinfo=UTC),
    "us-core-examples": datetime(2024, 6, 1, tzinfo=UTC),
    "r4-examples": datetime(2024, 6, 1, tzinfo=UTC),
}
EARLIER = {
    "synthea": datetime(2012, 7, 1, tzinfo=UTC),
    "synthea-load": datetime(2020, 2, 1, tzinfo=UTC),
    "cms-testcases": datetime(2026, 3, 1, tzinfo=UTC),
    "bulk-10-patients": datetime(2010, 1, 1, tzinfo=UTC),
}
"""A second day, on which every fifth record is read again."""
AFRESH = 5
IN_PIECES = ("bulk-10-patients", "us-core-examples", "r4-examples")
"""A bulk export (a resource a line) and examples (a resource a file), gathered by whom they are about."""


@dataclass(frozen=True)
class Record:
    """One person: where the record lies, its resources, and the Bundle that holds them."""

    folder: str
    name: str
    resources: list[dict[str, Any]]
    bundle: bytes


def of(folder: str) -> Iterator[Record]:
    """Every person of a folder."""
    return _in_pieces(folder) if folder in IN_PIECES else _whole(folder)


def _whole(folder: str) -> Iterator[Record]:
    for path in sorted((FOLDER / folder).glob("*.json*")):
        data = path.read_bytes()
        tree = _parsed(gzip.decompress(data) if path.suffix == ".gz" else data)
        yield Record(folder, path.name, [entry["resource"] for entry in tree["entry"]], data)


def _in_pieces(folder: str) -> Iterator[Record]:
    lying = list(_lying(FOLDER / folder))
    for who in (one for one in lying if one["resourceType"] == "Patient"):
        about = [one for one in lying if _about(one) == f"Patient/{who['id']}"]
        entries = [{"resource": one} for one in (who, *about)]
        tree = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        yield Record(folder, who["id"], [who, *about], json.dumps(tree, default=float).encode())


def _parsed(data: bytes) -> Any:
    return json.loads(data, parse_float=Decimal)


def _lying(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.ndjson.gz")):
        yield from map(_parsed, gzip.decompress(path.read_bytes()).splitlines())
    for path in sorted(folder.glob("*.json")):
        yield _parsed(path.read_bytes())


def _about(one: dict[str, Any]) -> str:
    pointer = one.get("subject") or one.get("patient")
    return str(pointer.get("reference", "")) if isinstance(pointer, dict) else ""
