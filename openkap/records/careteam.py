"""Who is on a chart's care team, from its entries."""

from datetime import datetime

from openkap.clinical.chart import Chart
from openkap.clinical.entries.person import JoinedCareTeam, LeftCareTeam


def members(chart: Chart) -> dict[str, tuple[JoinedCareTeam, datetime]]:
    """User id → how and when they joined, for everyone who has not left since. Ledger order decides."""
    moves = sorted((*chart.all(JoinedCareTeam), *chart.all(LeftCareTeam)), key=lambda entry: entry.seq)
    team: dict[str, tuple[JoinedCareTeam, datetime]] = {}
    for move in moves:
        team.pop(move.fact.user, None)
        if isinstance(move.fact, JoinedCareTeam):
            team[move.fact.user] = (move.fact, move.effective_at)
    return team
