"""One chart at one moment: only what was true by then, and the newest of it."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.case import Case, day, order, times
from openkap.clinical.entries.dosing import Checked, DischargeChecked
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.preparation import Intention, PlanApproved
from tests.clinical.charts import DAY, MINUTE, adopted, chart_of, given, person, plan, ready_chart

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)


def case(*facts: tuple[datetime, object], at: datetime = AT, visit: str = "") -> Case:
    return Case(chart_of([(AT - 99 * DAY, person()), *facts]), adopted(), at, visit)


def said(words: str, ago: timedelta) -> tuple[datetime, Intention]:
    return AT - ago, Intention(words=words)


def test_what_happens_later_is_not_seen() -> None:
    """Up to the very moment, and not a minute further; in the order it was written."""
    told = case(said("now", timedelta(0)), said("later", -MINUTE), said("before", MINUTE))
    assert [entry.fact.words for entry in told.all(Intention)] == ["now", "before"]
    assert told.all(PlanApproved) == []
    assert [entry.fact.words for entry in told.all(Intention, words="before")] == ["before"]


def test_the_newest_is_by_when_it_happened_then_by_when_it_was_written() -> None:
    """A late entry about yesterday does not replace what was true today."""
    told = case(said("first", MINUTE), said("second", MINUTE), said("late", DAY), said("later", -MINUTE))
    newest = told.latest(Intention)
    assert newest is not None and newest.fact.words == "second"
    late = told.latest(Intention, words="late")
    assert late is not None and late.effective_at == AT - DAY
    assert told.latest(Intention, words="later") is None
    assert told.latest(PlanApproved) is None


@pytest.mark.parametrize(
    ("closed", "stands"),
    [(None, True), (3 * DAY, True), (2 * DAY, False), (DAY, False), (-MINUTE, True)],
)
def test_a_plan_ends_with_its_course(closed: timedelta | None, stands: bool) -> None:
    """Closed since, it is of the course before; a plan signed after the closing is of the next one."""
    end = [(AT - closed, CourseClosed(reason="done"))] if closed is not None else []
    told = case((AT - 2 * DAY, plan()), *end).of_course(PlanApproved)
    assert (told is not None) is stands
    assert case(*end).of_course(PlanApproved) is None


def test_doses_are_told_in_the_order_they_were_given() -> None:
    """However the visits are numbered or called; a visit without a dose is none of them."""
    told = case((AT - DAY, given("a")), (AT - 3 * DAY, given("c")), (AT - 3 * DAY, given("b")))
    assert [visit.id for visit in told.dosed] == ["b", "c", "a"]
    assert Case(ready_chart(AT), adopted(), AT).dosed == ()


def test_a_line_of_a_checklist_has_its_newest_answer() -> None:
    """For each visit and each of the two lists by itself."""

    def tick(ago: timedelta, visit: str, answer: str, kind: type = Checked) -> tuple[datetime, object]:
        return AT - ago, kind(visit=visit, item="escort", answer=answer)

    told = case(
        tick(MINUTE, "v1", "no"),
        tick(2 * MINUTE, "v1", "yes"),
        tick(-MINUTE, "v1", "later"),
        tick(DAY, "v2", "yes"),
        tick(DAY, "v1", "home", DischargeChecked),
    )
    assert {key: entry.fact.answer for key, entry in told.ticks.items()} == {
        (Checked, "v1", "escort"): "no",
        (Checked, "v2", "escort"): "yes",
        (DischargeChecked, "v1", "escort"): "home",
    }


def test_a_case_is_about_one_visit_or_none() -> None:
    """The same moment may be asked about another visit; the visits themselves are worked out once."""
    told = Case(ready_chart(AT), adopted(), AT)
    assert told.this_visit is None
    about = told.about("v1")
    assert (about.chart, about.protocol, about.at, about.visit) == (told.chart, told.protocol, AT, "v1")
    assert about.this_visit is not None and about.this_visit.id == "v1"
    assert about.visits is told.visits
    assert told.about("v9").this_visit is None


def test_at_home_the_same_person_is_graded_by_itself() -> None:
    """Two screenings of one case, each with its own rules."""
    told = case()
    here, home = (
        {one.rule.id: one.rule.then for one in s.unknown} for s in (told.screening, told.screening_at_home)
    )
    assert here.keys() == home.keys() and here["opioid-use"] != home["opioid-use"] == "exclude"


def test_order_is_when_it_happened_then_when_it_was_written() -> None:
    """Two of the same minute are told apart."""
    (entry,) = chart_of([(AT, person())]).entries
    assert order(entry) == (AT, 1)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), "2 March"),
        (datetime(2025, 3, 2, tzinfo=UTC), "2 March 2025"),
        (datetime(2027, 12, 31, tzinfo=UTC), "31 December 2027"),
    ],
)
def test_a_day_in_words_has_its_year_when_it_is_another(moment: datetime, words: str) -> None:
    """As a person says it."""
    assert day(moment, AT) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 doses"), (1, "1 dose"), (2, "2 doses")])
def test_a_count_in_words(count: int, words: str) -> None:
    """One is singular."""
    assert times(count, "dose") == words
