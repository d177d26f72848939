"""One rule asked about one person, forty and with nothing else on file."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from openkap.clinical.evaluate import evaluate
from openkap.clinical.rules import Outcome, Rule, When
from tests.clinical.charts import DAY, adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def rule(when: When, **more: Any) -> Rule:
    """A screening rule of this condition, "q", with a question of its own."""
    made = Rule(
        "q", "screening", "Something", when, "decide", (), ("practice",), "local", "Is it so?", "patient"
    )
    return replace(made, **more)


def ask(when: When, *facts: tuple[datetime, Any], at: datetime = AT, visit: str = "", **more: Any) -> Outcome:
    """What the rule says at `at` about whoever has these dated facts on file."""
    chart = chart_of([(AT - 3650 * DAY, person()), *facts])
    return evaluate(rule(when, **more), chart, adopted(), at, visit)
