"""The experience record: which intention stood then, what was told, and when looking back is asked."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.experience import ExperienceTold, LookedBack
from openkap.clinical.entries.preparation import Intention
from openkap.clinical.experience import record
from tests.clinical.charts import DAY, adopted, and_then, given, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TOLD = ExperienceTold(visit="v1", words="Quiet", felt="good")
BACK = LookedBack(visit="v1", turned_out="somewhat")


@pytest.mark.parametrize(
    ("more", "at", "asks"),
    [
        ([], AT, "told"),
        ([], AT + 30 * DAY, "told"),
        ([(AT + DAY, TOLD)], AT + 2 * DAY, ""),
        ([(AT + DAY, TOLD)], AT + 7 * DAY - SECOND, ""),
        ([(AT + DAY, TOLD)], AT + 7 * DAY, "looked-back"),
        ([(AT + DAY, TOLD), (AT + 8 * DAY, BACK)], AT + 9 * DAY, ""),
    ],
)
def test_words_first_and_looking_back_a_week_after(
    more: list[tuple[datetime, object]], at: datetime, asks: str
) -> None:
    """How it turned out is asked a week after the dose, of those who told how it was."""
    chart = and_then(ready_chart(AT), (AT, given("v1")), *more)
    (one,) = record(Case(chart, adopted(), at))
    assert one.asks == asks


def test_the_intention_is_the_one_that_stood_then() -> None:
    """What is hoped for later does not reach back; what is told again is told anew."""
    later, again = (
        Intention(words="Later hopes"),
        ExperienceTold(visit="v1", words="Sadder now", felt="mixed"),
    )
    chart = and_then(
        ready_chart(AT), (AT, given("v1")), (AT + DAY, TOLD), (AT + DAY, later), (AT + 2 * DAY, again)
    )
    (one,) = record(Case(chart, adopted(), AT + 3 * DAY))
    assert one.intention and one.intention != "Later hopes"
    assert (one.told, one.looked_back) == (again, None)


def test_without_a_dose_there_is_nothing() -> None:
    assert record(Case(ready_chart(AT), adopted(), AT)) == ()
