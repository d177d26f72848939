"""A draft protocol asked of every chart of a clinic: whose result would change."""

from dataclasses import dataclass
from datetime import datetime

from openkap.clinical.protocol import Protocol
from openkap.clinical.what_if import Otherwise, otherwise
from openkap.records import decoded, policy, read
from openkap.records.in_force import in_force
from openkap.records.models import ChartRow
from openkap.records.policy import Principal
from openkap.records.scope import listed


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Whom it would change, worst first, and how many were asked."""

    changed: tuple[tuple[ChartRow, Otherwise], ...]
    asked: int


def what_if(who: Principal, draft: Protocol, at: datetime) -> WhatIf:
    """Every chart of the clinic screened under both protocols. Whoever is named was looked at: logged."""
    policy.require(who, "protocol.adopt")
    now, changed, asked = in_force(who.clinic), [], 0
    for row in listed(who).order_by("family", "given", "chart"):
        chart = decoded.chart(f"chart:{row.chart}")
        if chart is None:
            continue
        asked += 1
        if (other := otherwise(chart, now, draft, at)) is not None:
            read.chart(who, str(row.chart))
            changed.append((row, other))
    return WhatIf(tuple(sorted(changed, key=lambda pair: not (pair[1].gained or pair[1].moved))), asked)
