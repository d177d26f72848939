"""Who holds a sitter's link: it opens one visit of one chart, and nothing else."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from openkap.clinical.chart import Chart
from openkap.clinical.entries.home import SitterInvited, SitterJoined
from openkap.records import decoded
from openkap.records.policy import NotFound, Principal


@dataclass(frozen=True, slots=True)
class Held:
    """A link that still holds, whose it is, and the browser that opened it; "" while nobody has."""

    who: Principal
    chart: Chart
    invited: SitterInvited
    browser_sha256: str


def digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def holder(chart: str, clinic: str, visit: str) -> Principal:
    """Whoever holds the link of a visit, as actions take them."""
    return Principal(f"sitter:{visit}"[:60], "The sitter", "sitter", clinic, chart)


def held(chart_id: UUID, token: str, at: datetime) -> Held:
    """What the link opens, or NotFound: unknown, replaced by a newer one, or expired look alike."""
    chart = decoded.chart(f"chart:{chart_id}")
    link = digest(token)
    entry = chart.latest(SitterInvited) if chart else None
    if chart is None or entry is None or entry.fact.link_sha256 != link or at >= entry.fact.expires_at:
        raise NotFound
    joined = chart.latest(SitterJoined, link_sha256=link)
    who = holder(str(chart_id), str(chart.person.clinic), entry.fact.visit)
    return Held(who, chart, entry.fact, joined.fact.browser_sha256 if joined else "")
