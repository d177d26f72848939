"""Going past a finding that two people must weigh: one is not enough, and nobody confirms themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry
from openkap.clinical.entries.office import Override, Seconded
from openkap.clinical.entries.screening import Problem
from openkap.clinical.entries.words import Code, Measured
from openkap.clinical.gates import verdict
from openkap.clinical.overrides import behind
from openkap.clinical.rules import Finding, Met
from openkap.clinical.screening import screen
from tests.clinical.charts import adopted, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BIPOLAR = Problem(text="Bipolar depression", codes=(Code("icd10cm", "F31.30"),))
PAST = Override(rule="bipolar", reason="lithium covers the course")


def told(*written: tuple[str, object]) -> Chart:
    """The chart of these (author, fact), a day apart, the last one now; entry n has the id n."""
    first = AT - len(written) * DAY
    facts = [("staff", person()), *written]
    return fold(
        "chart:1",
        [
            Entry(UUID(int=n), "chart:1", n, fact, first + n * DAY, first + n * DAY, author, "test")
            for n, (author, fact) in enumerate(facts)
        ],
    )


def bipolar(chart: Chart) -> Finding:
    return next(f for f in screen(chart, adopted(), AT).findings if f.rule.id == "bipolar")


def confirmed(of: int = 2, role: str = "prescriber") -> Seconded:
    return Seconded(rule="bipolar", override=str(UUID(int=of)), role=role)


def test_one_person_is_not_enough() -> None:
    """The reason is kept, the finding stands, and it says who is awaited; so does the gate."""
    chart = told(("a", BIPOLAR), ("a", PAST))
    finding = bipolar(chart)
    assert (finding.overridden, finding.awaits, finding.proposed) == ("", "prescriber", PAST.reason)
    assert screen(chart, adopted(), AT).worst == "decide"
    (reason,) = [r for r in verdict("decide-screening", chart, adopted(), AT).because if r.rule == "bipolar"]
    assert "a second person must still confirm that (prescriber)" in reason.says
    assert (reason.who, reason.override) == ("prescriber", "")


@pytest.mark.parametrize(
    ("author", "second", "holds"),
    [
        ("b", confirmed(), True),
        ("a", confirmed(), False),
        ("b", confirmed(role="therapist"), False),
        ("b", confirmed(of=1), False),
    ],
    ids=["another prescriber", "the same person", "another role", "another override"],
)
def test_only_another_person_of_the_asked_role_confirms(author: str, second: Seconded, holds: bool) -> None:
    """Whatever the ledger holds, the fold asks who wrote it."""
    chart = told(("a", BIPOLAR), ("a", PAST), (author, second))
    assert bool(bipolar(chart).overridden) is holds
    spoke = {reason.rule for reason in verdict("decide-screening", chart, adopted(), AT).because}
    assert ("bipolar" in spoke) is not holds


def test_newer_data_asks_both_again() -> None:
    """A diagnosis written after both brings the finding back, and a new reason needs a second person too."""
    again = Problem(text="Bipolar II disorder", codes=(Code("icd10cm", "F31.81"),))
    lapsed = told(("a", BIPOLAR), ("a", PAST), ("b", confirmed()), ("a", again))
    assert not bipolar(lapsed).overridden and not bipolar(lapsed).awaits
    anew = told(("a", BIPOLAR), ("a", PAST), ("b", confirmed()), ("a", again), ("a", PAST))
    assert bipolar(anew).awaits == "prescriber"


def test_a_rule_without_a_second_needs_none() -> None:
    """One clinician's reason is enough where the protocol asks for no other."""
    chart = told(("a", BIPOLAR), ("a", PAST))
    alone = replace(adopted().rule("bipolar"), second="")
    rules = tuple(alone if rule.id == "bipolar" else rule for rule in adopted().rules)
    found = screen(chart, replace(adopted(), rules=rules, hash="one"), AT).findings
    assert next(f for f in found if f.rule.id == "bipolar").overridden == PAST.reason


@pytest.mark.parametrize(
    ("then", "holds"),
    [
        (Problem(text="Bipolar II", codes=(Code("icd10cm", "F31.81"),), onset_on=date(2020, 1, 1)), True),
        (Problem(text="Bipolar I", codes=(Code("icd10cm", "F31.2"),), onset_on=date(2020, 1, 1)), False),
    ],
    ids=["the same again", "a worse one of the same day"],
)
def test_another_diagnosis_of_the_same_day_was_not_known(then: Problem, holds: bool) -> None:
    """What was gone past is that diagnosis, not its date; and it need not be said twice."""
    first = Problem(text="Bipolar II", codes=(Code("icd10cm", "F31.81"),), onset_on=date(2020, 1, 1))
    chart = told(("a", first), ("a", PAST), ("b", confirmed()), ("a", then))
    assert bool(bipolar(chart).overridden) is holds


def test_growing_older_takes_nothing_back() -> None:
    """How long a medicine is on file, an age, the time since: the same fact on another day."""
    for one in (
        Measured("medicine", "Lithium, on file for 3 years", "2020-01-01"),
        Measured("age", "66 years", "1960-01-01"),
        Measured("time since dose", "3 h", "2026-01-01"),
    ):
        older = replace(one, value=one.value.replace("3", "4").replace("66", "67"))
        assert behind(Met((one,))) == behind(Met((older,)))
    assert behind(Met((Measured("systolic", "150", "x"),))) != behind(
        Met((Measured("systolic", "190", "x"),))
    )
