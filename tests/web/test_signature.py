"""A signature is the patient's own name, however it is spelt out."""

import dataclasses
from datetime import UTC, datetime

import pytest

from openkap.web.signature import is_name_of
from tests.clinical.charts import chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "family", "signed", "own"),
    [
        ("Ada", "Berg", "ada BERG", True),
        ("Ada", "Berg", "Ada", False),
        ("Ada Maria", "Berg", "Berg Ada", True),
        ("Ada", "O'Brien42", "Ada Obrien", True),
        ("7", "42", "7  42", True),
        ("7", "42", "7 43", False),
        ("7", "42", "anything", False),
    ],
)
def test_a_name_is_its_words(given: str, family: str, signed: str, own: bool) -> None:
    """Order, case and marks do not matter; a missing word does; without letters every sign does."""
    opened = dataclasses.replace(person(), given_name=given, family_name=family)
    assert is_name_of(chart_of([(AT, opened)]), signed) is own
