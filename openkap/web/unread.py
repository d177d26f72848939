"""What an imported record held beyond its facts: what could not be read, and what nobody here uses."""

from typing import Any

from openkap.clinical.chart import Chart
from openkap.clinical.entries.screening import NotUnderstood

WHOLE = "Bundle"
"""A line about a kind of content names the whole file; any other names the place that could not be read."""


def told(chart: Chart) -> dict[str, Any]:
    """`not_understood`: should have been read, could not be. `left_aside`: kinds of content without a use."""
    lines = chart.facts(NotUnderstood)
    return {
        "not_understood": [line for line in lines if line.where != WHOLE],
        "left_aside": [line for line in lines if line.where == WHOLE],
    }
