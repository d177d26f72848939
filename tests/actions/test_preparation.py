"""Intention, and the session."""

from typing import Any

import pytest

from openkap.actions import preparation
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from tests.conftest import AT


@pytest.mark.parametrize(
    ("act", "fields", "field"),
    [
        (preparation.set_intention, {"words": " \n"}, "words"),
        (preparation.hold_preparation, {"minutes": 0, "note": "x"}, "minutes"),
        (preparation.hold_preparation, {"minutes": 50, "note": ""}, "note"),
    ],
)
def test_blank_and_impossible_fields_are_named(
    ready: Telling, act: Any, fields: dict[str, Any], field: str
) -> None:
    """No words, no minutes, no note."""
    with pytest.raises(BadInput) as fault:
        act(ready.staff.therapist, ready.chart, at=AT, **fields)
    assert fault.value.where == field
