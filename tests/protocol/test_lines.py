"""The line that is named is the line where the key stands."""

import tomllib
from pathlib import Path

import pytest

import openkap.protocol
from openkap.protocol.lines import line_of

SHIPPED = sorted(Path(openkap.protocol.__file__).parent.rglob("*.toml"))
TEXT = """\
title = "x"

[[rule]]
id = "one"
when = { all = [
  { condition = "stroke" },
  # a remark
  { any = [{ asked = true }] },
] }

[[rule]]
id = "two"
a.b = 3

[[rule.part]]
"quoted key" = 1
[numbers.first]
value = [
  1,
  2,
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("rule", 0), 3),
        (("rule", 0, "id"), 4),
        (("rule", 0, "when", "all", 0, "condition"), 6),
        (("rule", 0, "when", "all", 1), 8),
        (("rule", 0, "when", "all", 1, "any", 0, "asked"), 8),
        (("rule", 1, "a", "b"), 13),
        (("rule", 1, "part", 0, "quoted key"), 16),
        (("numbers", "first"), 17),
        (("numbers", "first", "value", 1), 20),
    ],
)
def test_a_key_is_found_however_deep(path: tuple[str | int, ...], line: int) -> None:
    """Arrays of tables, inline tables over several lines, dotted and quoted keys."""
    assert line_of(TEXT, path) == line


def test_what_is_missing_is_looked_for_in_the_table_it_belongs_to() -> None:
    """The head of the rule that lacks the key; nothing for a file that is empty or no TOML."""
    assert line_of(TEXT, ("rule", 1, "basis")) == 11
    assert line_of(TEXT, ("nowhere", "at all")) == 0
    assert line_of("", ("rule",)) == 0
    assert line_of(TEXT, ()) == 0


def test_a_letter_of_several_bytes_moves_no_line() -> None:
    """Lines are counted, not bytes."""
    assert line_of('a = "é–漢"\nb = 2', ("b",)) == 2


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_id_of_the_shipped_protocol_is_on_the_line_named(file: Path) -> None:
    """A second way to be right: the text of the line itself."""
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    for name, entries in tomllib.loads(text).items():
        for place, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict):
                key, value = next(iter(entry.items()))
                found = lines[line_of(text, (name, place, key)) - 1]
                assert key in found and str(value).lower()[:20] in found.lower(), (name, place)
