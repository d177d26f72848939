"""Bytes that try to be JSON."""

import gzip
import json
import time
import zlib
from decimal import Decimal

import pytest

from openkap.clinical.refusal import BadInput
from openkap.fhir.json_text import DEEPEST, MOST_BYTES, MOST_PARTS, parse


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as fault:
        parse(data, "x.json")
    assert str(fault.value).startswith("x.json")
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_numbers_keep_every_digit() -> None:
    """A float would not."""
    assert parse(b'{"a": 0.1, "b": 120, "c": 1.10}', "x")[0] == {
        "a": Decimal("0.1"),
        "b": 120,
        "c": Decimal("1.10"),
    }


def test_a_byte_order_mark_is_let_pass() -> None:
    """Some editors write one."""
    assert parse(b"\xef\xbb\xbf{}", "x")[0] == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (b'{"a": 1,\n "b"}', "not JSON at line 2, column 5"),
        (b"{'a': 1}", "not JSON at line 1, column 2"),
        (b'{"a": 1}\n{"a": 2}', "a second document starts at line 2, column 1"),
        (b"<Bundle/>", "not JSON but XML or HTML"),
        (b'{"a": "\xff"}', "byte 8 is not UTF-8"),
        ('{"a": "ä"}'.encode("utf-16"), "is not UTF-8"),
        (b'{"a": "\xed\xa0\x80"}', "is not UTF-8"),
        (b'{"a": "\x00"}', "not JSON at line 1"),
        (b'{"a": 1, "a": 2}', "the key 'a' appears twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1e999}', "1e999 is too large"),
        (b'{"a": 1e99999999999999999999}', "is too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is too large"),
        (b'{"a": {"b": ["\\ud800"]}}', r"a.b\[0\]: the text holds half a character"),
        (b'{"a": "\\u0000"}', "a: the text holds a control character"),
        (b'{"a": "x\\by"}', "a: the text holds a control character"),
        (b'{"\\u0000": 1}', "the text holds a control character"),
    ],
)
def test_each_fault_has_its_sentence(data: bytes, said: str) -> None:
    """What is wrong and where, once."""
    import re

    assert re.search(said, refused(data))


@pytest.mark.parametrize("text", ["\\ud83d\\ude00", "C:\\\\bin\\\\f", "a\\n\\tb", "\\u00e4"])
def test_ordinary_escapes_are_text(text: str) -> None:
    """A pair of surrogates is one character, and a backslash before a b is no control."""
    data = f'{{"a": "{text}"}}'.encode()
    assert parse(data, "x")[0] == json.loads(data)


@pytest.mark.parametrize(("levels", "taken"), [(DEEPEST, True), (DEEPEST + 1, False), (100_000, False)])
def test_nesting_has_a_limit(levels: int, taken: bool) -> None:
    """Checked before the parser, which would run out of stack."""
    data = b"[" * levels + b"]" * levels
    if taken:
        parse(data, "x")
    else:
        assert f"nested more than {DEEPEST} levels" in refused(data)


def test_brackets_in_text_are_not_nesting() -> None:
    """Nor is a quote that is escaped an end of text."""
    assert parse(json.dumps({"a": '[["\\"' * 100}).encode(), "x")[0]["a"].startswith("[[")


def test_one_key_twice_among_very_many_is_found_at_once() -> None:
    """An object of 300,000 keys is compared once, not once a key."""
    data = b'{"a":0,' + b",".join(b'"%d":0' % n for n in range(300_000)) + b',"a":0}'
    began = time.process_time()
    assert "the key 'a' appears twice" in refused(data)
    assert time.process_time() - began < 3


def test_parts_have_a_limit() -> None:
    """Empty objects are small as text and large as objects."""
    fits = MOST_PARTS // 3 - 1
    parse(b"[" + b"{}," * fits + b"{}]", "x")
    assert "more than 1,000,000 parts" in refused(b"[" + b"{}," * (fits + 1) + b"{}]")


@pytest.mark.parametrize("packed", [False, True])
def test_length_has_a_limit(packed: bool) -> None:
    """For a gzip file it is the unpacked length, and no more than that is unpacked."""
    data = b'"' + b"a" * (MOST_BYTES - 2) + b'"'
    parse(gzip.compress(data) if packed else data, "x")
    assert "longer than 16 MiB" in refused(gzip.compress(data + b" ") if packed else data + b" ")


def test_a_bomb_is_not_unpacked() -> None:
    """A quarter of a gigabyte, packed a thousandfold, is refused at once."""
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    bomb = b"".join(packer.compress(block) for _ in range(256)) + packer.flush()
    began = time.process_time()
    assert "longer than 16 MiB" in refused(bomb)
    assert time.process_time() - began < 2


def test_members_of_a_gzip_file_are_read_on() -> None:
    """And count together."""
    assert parse(gzip.compress(b'{"a"') + gzip.compress(b": 1}"), "x")[0] == {"a": 1}
    half = gzip.compress(b" " * (MOST_BYTES // 2 + 1))
    assert "longer than 16 MiB" in refused(half + half)


@pytest.mark.parametrize("cut", [3, 12, 20])
def test_a_gzip_file_that_was_cut_off_is_refused(cut: int) -> None:
    """Nothing is half read."""
    assert "gzip" in refused(gzip.compress(b'{"a": 1, "b": 2}')[:cut])


@pytest.mark.parametrize(
    "data", [b'"' + b'\\"' * 4_000_000, b'"' + b"\\\\" * 4_000_000, b'{"a":' * 1_000_000, b'"' * 8_000_001]
)
def test_no_text_makes_the_scan_walk_back(data: bytes) -> None:
    """Eight million characters of escapes take well under a second each."""
    began = time.process_time()
    refused(data)
    assert time.process_time() - began < 3
