"""The examples in the handbook are those of the specifications, and no screening rule lacks one."""

import pytest

from openkap.clinical.rules import Rule
from openkap.protocol.load import shipped
from openkap.reports.handbook import EXAMPLES, examples
from tests.spec.examples import text


def test_the_handbook_shows_what_the_specifications_say() -> None:
    """A table that was changed and a handbook that was not: run `make examples`."""
    assert EXAMPLES.read_text(encoding="utf-8") == text()


ASKED = [rule for rule in shipped().rules if rule.stage == "screening" and rule.then != "block"]


@pytest.mark.parametrize("rule", ASKED, ids=lambda rule: rule.id)
def test_every_screening_rule_has_an_example(rule: Rule) -> None:
    """A reader who does not read conditions reads what happened to somebody."""
    assert examples()[rule.id]
