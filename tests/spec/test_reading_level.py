"""What patients and sitters read is for somebody who is tired: no text above the sixth grade.

The American Medical Association advises the sixth grade for what patients read (Weiss 2007, Health
literacy and patient safety).
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

import openkap
from openkap.actions.reminding import in_words
from openkap.clinical.reminders import Reminder
from tests.conftest import AT
from tests.spec.reading import grade, sentences, shown, syllables

HIGHEST_GRADE = 6.0
LONGEST_SENTENCE = 28  # words; an enumeration reads slowly and not hard
HOUSE = Path(openkap.__file__).parent
READ = ("text", "says", "unsure", "explains", "asks", "heading", "title")
WORDS_TO_JUDGE = 30
TOML = sorted(
    path
    for folder in ("explained", "consents", "integration/practices")
    for path in (HOUSE / "protocol" / folder).glob("*.toml")
)
TEMPLATES = sorted((HOUSE / "web/templates/portal").glob("*.html")) + [HOUSE / "web/templates/home/sit.html"]


def texts(table: Any, key: str = "") -> list[str]:
    if isinstance(table, dict):
        return [text for name, value in table.items() for text in texts(value, name)]
    if isinstance(table, list):
        return [text for value in table for text in texts(value, key)]
    return [f"{table.rstrip('.')}."] if isinstance(table, str) and key in READ else []


def told(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return "\n".join(texts(tomllib.loads(text))) if path.suffix == ".toml" else shown(text)


@pytest.mark.parametrize("path", [*TOML, *TEMPLATES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_can_be_read_by_a_tired_person(path: Path) -> None:
    """The whole by its grade, and no single sentence too long to come to its end."""
    text = told(path)
    if sum(map(len, sentences(text))) >= WORDS_TO_JUDGE:
        assert grade(text) <= HIGHEST_GRADE
    assert [" ".join(one) for one in sentences(text) if len(one) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("when", [AT, None])
def test_so_can_a_reminder(when: Any) -> None:
    assert grade(" ".join(in_words(Reminder("", "", AT, AT, when)))) <= HIGHEST_GRADE


def test_the_measure_tells_easy_from_hard() -> None:
    """Two texts of the same length, and words whose syllables are known."""
    assert grade("The cat sat on the mat. It was warm. It was fed.") < 2
    assert (
        grade("Esketamine administration necessitates cardiovascular monitoring by authorised practitioners.")
        > 15
    )
    assert [syllables(word) for word in ("cat", "table", "time", "medicine", "ketamine")] == [1, 2, 1, 3, 3]
