"""Every gate of a running visit and its next step, as text: asked here and where nothing can be simulated."""

import json
from datetime import UTC, datetime
from typing import Any

from openkap.clinical.gates import GATES, verdict
from openkap.clinical.status import assess
from tests.clinical.charts import MINUTE, adopted, chart_of, day_facts, given, prepared_facts

AT = datetime(2026, 5, 14, 10, tzinfo=UTC)
MINUTES = (0, 5, 45, 119, 121, 240)
"""After the dose: before, in and after what a forecast would call the peak and the end."""


def running() -> Any:
    """Half a milligram a kilogram by muscle, given at AT."""
    facts = [*prepared_facts(AT), *day_facts(AT), ("dose", AT, given("v1"))]
    return chart_of([(at, fact) for _, at, fact in facts])


def answers() -> str:
    """One line a moment: the status's next step, then each gate with the rules that close it."""
    chart, told = running(), []
    for minute in MINUTES:
        at = AT + minute * MINUTE
        closed = {
            gate: [reason.rule for reason in verdict(gate, chart, adopted(), at, "v1").because]
            for gate in sorted(GATES)
        }
        told.append(json.dumps([minute, assess(chart, adopted(), at).next.says, closed]))
    return "\n".join(told)
