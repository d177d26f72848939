"""A chart assessed under the protocol in force."""

from datetime import datetime

from openkap.clinical.answers import Status
from openkap.clinical.chart import Chart
from openkap.clinical.status import assess
from openkap.protocol.load import adopted


def assessed(chart: Chart, at: datetime) -> Status:
    return assess(chart, adopted(), at)


def protocol_hash() -> str:
    """Which protocol that was, so that rows made under another one can be told."""
    return adopted().hash
