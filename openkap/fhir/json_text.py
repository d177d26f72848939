"""Bytes to a JSON tree, with every limit checked before the thing it limits can hurt.

Refused with BadInput: too long, unpacks to too much, not UTF-8, nested too deep, too many parts, not JSON,
a key given twice, a number that is not finite, and half characters or control characters in any text.
"""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from typing import Any, Final

from openkap.clinical.refusal import BadInput, clean_text

MOST_BYTES: Final = 16 * 1024 * 1024
"""Unpacked. Five times the largest of 292 real records (2.9 MB); parsed, it still fits in 256 MiB."""
DEEPEST: Final = 64
"""Levels of nesting. The deepest real record has 13; a questionnaire grouped ten deep has about 30."""
MOST_PARTS: Final = 1_000_000
"""Brackets and commas outside of strings. The largest real record has 74,000."""
LARGEST_EXPONENT: Final = 20
"""FHIR decimals carry 18 digits. 1e999 is a finite Decimal and no quantity of anything."""
SMALLEST_EXPONENT: Final = -400

_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{},'))
_STEP = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1, ord(","): 0}
_SUSPECT = re.compile(r"\\u(?:00[01789]|[dD][89a-fA-F])|\\[bf]|[\x7f-\x9f]")


def parse(data: bytes, source: str) -> tuple[Any, bytes]:
    """The JSON tree (numbers as int or Decimal) and the unpacked bytes it was read from."""
    plain = unpacked(data, source)
    text = _decoded(plain, source)
    _check_structure(plain, source)
    tree = _loaded(text, source)
    if _SUSPECT.search(text):
        _check_texts(tree, source)
    return tree, plain


def unpacked(data: bytes, source: str) -> bytes:
    """The bytes themselves, or what a gzip file holds, never more than MOST_BYTES of it."""
    if not data.startswith(b"\x1f\x8b"):
        if len(data) > MOST_BYTES:
            raise _too_long(source)
        return data
    parts: list[bytes] = []
    room, rest = MOST_BYTES + 1, data
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            parts.append(member.decompress(rest, room))
        except zlib.error:
            raise BadInput(
                source, "it starts as a gzip file and cannot be unpacked", "Pack it again"
            ) from None
        room -= len(parts[-1])
        if room <= 0:
            raise _too_long(source)
        if not member.eof:
            raise BadInput(source, "the gzip file is cut off", "Copy it again")
        rest = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _too_long(source: str) -> BadInput:
    return BadInput(
        source, f"it is longer than {MOST_BYTES // 1024 // 1024} MiB unpacked", "Send one person's record"
    )


def _decoded(plain: bytes, source: str) -> str:
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadInput(source, f"byte {fault.start + 1} is not UTF-8", "Save the file as UTF-8") from None
    if not text.strip():
        raise BadInput(source, "the file is empty", "Send FHIR R4 as JSON")
    return text


def _check_structure(plain: bytes, source: str) -> None:
    """Nesting and number of parts, told from the bytes alone: brackets and commas outside of strings."""
    marks = plain.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_STRUCTURE)
    strings = marks.count(b'"') // 2
    structure = b"".join(marks.split(b'"')[::2]) if strings <= 2 * MOST_PARTS else b""
    if strings > 2 * MOST_PARTS or len(structure) > MOST_PARTS:
        raise BadInput(source, f"it has more than {MOST_PARTS:,} parts", "Send one person's record")
    if max(accumulate(map(_STEP.__getitem__, structure)), default=0) > DEEPEST:
        raise BadInput(source, f"it is nested more than {DEEPEST} levels deep", "Send a plain FHIR R4 Bundle")


def _loaded(text: str, source: str) -> Any:
    def number(written: str) -> Decimal:
        return _finite(written, source)

    def whole(written: str) -> int:
        return int(number(written))

    def constant(name: str) -> None:
        raise BadInput(source, f"{name} is not a number JSON knows", "Leave the value out")

    def element(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            raise BadInput(source, f"the key {twice[:80]!r} appears twice in one object", "Keep one of them")
        return made

    try:
        return json.loads(
            text, parse_float=number, parse_int=whole, parse_constant=constant, object_pairs_hook=element
        )
    except json.JSONDecodeError as fault:
        raise _not_json(fault, source) from None


def _not_json(fault: json.JSONDecodeError, source: str) -> BadInput:
    place = f"line {fault.lineno}, column {fault.colno}"
    if fault.msg == "Extra data":
        return BadInput(source, f"a second document starts at {place}", "Send one Bundle a file, not NDJSON")
    if fault.doc.lstrip().startswith("<"):
        return BadInput(source, f"not JSON but XML or HTML at {place}", "Send the record as FHIR JSON")
    return BadInput(source, f"not JSON at {place}: {fault.msg}", "Send FHIR R4 as JSON")


def _finite(written: str, source: str) -> Decimal:
    try:
        value = Decimal(written)
    except InvalidOperation:
        value = Decimal("NaN")
    if value and (not value.is_finite() or not SMALLEST_EXPONENT <= value.adjusted() <= LARGEST_EXPONENT):
        raise BadInput(
            source, f"the number {written[:40]} is too large or too small to be real", "Correct it"
        )
    return value


def _check_texts(tree: Any, source: str) -> None:
    for place, text in _texts(tree, ""):
        # Every character is looked at, but here only once for the few files that hold a suspect one.
        clean_text(text, f"{source} {place}".rstrip(), limit=len(text))


def _texts(tree: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield place, tree
    elif isinstance(tree, list):
        for n, item in enumerate(tree):
            yield from _texts(item, f"{place}[{n}]")
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield f"{place} (a key)".lstrip(), key
            yield from _texts(item, f"{place}.{ascii(key)[1:-1]}".lstrip("."))
