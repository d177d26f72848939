"""Quick charts for measuring: synthetic, spread, and as whole as any other."""

from openkap.demo.crowd import crowd, one
from openkap.records import read
from openkap.records.models import ChartRow
from openkap.records.policy import Principal
from openkap.records.verify import verify
from tests.conftest import AT


def test_a_crowd_is_spread_over_the_stages(people: dict[str, Principal]) -> None:
    """Twenty people: all synthetic, several stages, nobody twice, and the ledger whole."""
    charts = crowd(people["prescriber"], 20, AT)
    rows = ChartRow.objects.filter(chart__in=charts)
    assert rows.count() == len(set(charts)) == 20
    assert all(row.synthetic for row in rows)
    assert len({row.stage for row in rows}) >= 3
    assert max(row.doses for row in rows) == 6
    assert verify() == []


def test_a_course_can_be_made_as_long_as_needed(people: dict[str, Principal]) -> None:
    """Twenty doses with 38 sets of signs each are about a thousand facts; none lies ahead of its moment."""
    record = one(2, AT, doses=20, signs=38)
    assert 900 < len(record.facts) < 1100
    assert max(effective_at for _, effective_at in record.facts) <= AT
    assert one(2, AT) == one(2, AT)


def test_some_of_a_crowd_come_today(people: dict[str, Principal]) -> None:
    """One in thirty has a visit booked within hours."""
    charts = crowd(people["prescriber"], 32, AT)
    today = [visit for visit in read.board(people["prescriber"], AT).visits if visit.visit.phase == "booked"]
    assert len(today) == 2
    assert {str(visit.row.chart) for visit in today} == {charts[1], charts[31]}
