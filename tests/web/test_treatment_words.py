"""What was given, in all and by each route: the figures of the program's own course and no other sum."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from openkap.clinical.answers import Course, Visit
from openkap.web.treatment_words import doses, totals
from tests.clinical.charts import adopted

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
COURSE = Course(2, 6, Decimal("85"), Decimal("50.0"), (), {})
IV = Visit("v1", 1, "Room 1", "iv", AT, "closed", dose_at=AT, given_mg=Decimal("35"))
IM = replace(IV, id="v2", number=2, route="im", given_mg=Decimal("50"))


def test_one_route_is_not_said_twice() -> None:
    assert totals(COURSE, [IV], adopted()) == ("In all 85 mg; in the last 30 days 50 mg.",)


def test_each_of_several_routes_is_said_by_itself() -> None:
    told = totals(COURSE, [IV, IM, IV], adopted())
    assert told[1:] == ("Intravenous infusion: 70 mg on 2 days.", "Intramuscular injection: 50 mg on 1 day.")


def test_a_dose_that_nobody_wrote_down_is_no_nothing() -> None:
    """Missing is not zero; a route the protocol lost keeps its name."""
    unknown = replace(IV, given_mg=None, route="lost")
    assert [row[2:] for row in doses([IV, unknown], adopted())] == [
        ("Intravenous infusion", "35 mg"),
        ("lost", "not written down"),
    ]
