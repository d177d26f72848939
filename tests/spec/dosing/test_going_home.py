"""Dosing: what must be so before the patient goes home, and before a visit is closed."""

from datetime import UTC, datetime, timedelta

import pytest

from openkap.clinical.entries.dosing import DischargeChecked, Discharged, VisitStopped
from openkap.clinical.entries.office import Override
from tests.clinical.charts import (
    DISCHARGE,
    HOUR,
    MINUTE,
    Fact,
    and_then,
    ended,
    given,
    home_facts,
    ready_facts,
    refused,
    said,
    vitals,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOME = AT + 2 * HOUR


def recovering(route: str = "im", home: datetime = HOME) -> list[Fact]:
    """Everything done for going home at `home`, after a dose at 10:00 (an infusion ended at 10:40)."""
    end: list[Fact] = [("end", AT + 40 * MINUTE, ended("v1"))] if route == "iv" else []
    return [*ready_facts(AT, route), ("dose", AT, given("v1", route=route)), *end, *home_facts(home)]


def test_with_everything_in_order_the_patient_may_go() -> None:
    """The gate opens for a single dose after two hours."""
    assert refused(without(recovering()), "discharge", HOME) == {}


@pytest.mark.parametrize(
    ("route", "earliest", "says"),
    [
        ("im", AT + 120 * MINUTE, "Only 119 min have passed since the dose; this route asks for 2 h"),
        (
            "iv",
            AT + 130 * MINUTE,
            "Only 89 min have passed since the end of the infusion; this route asks for 90 min",
        ),
    ],
)
def test_nobody_goes_home_before_the_routes_time(route: str, earliest: datetime, says: str) -> None:
    """Counted from the last of the drug: at the minute itself one may go, a second before not."""
    assert refused(without(recovering(route, earliest)), "discharge", earliest) == {}
    chart = without(recovering(route, earliest - SECOND))
    reason = refused(chart, "discharge", earliest - SECOND)["discharge-too-early"]
    assert (reason.says, reason.override) == (says, "prescriber")


def test_a_visit_without_a_dose_is_stopped_not_discharged() -> None:
    """There is nothing to go home from."""
    assert "discharge-needs-dose" in refused(without(recovering(), "dose"), "discharge", HOME)


def test_the_end_of_an_infusion_is_written_down_before_going_home_and_before_closing() -> None:
    """How much went in is not known otherwise."""
    chart = without(recovering("iv"), "end")
    says = "The infusion began 2 h ago and its end is not recorded"
    assert said(chart, "discharge", HOME, "discharge-dose-ended") == says
    stopped = and_then(chart, (HOME, VisitStopped(visit="v1", reason="emergency")))
    assert said(stopped, "close-visit", HOME, "close-needs-dose-end") == says
    assert "discharge-dose-ended" not in refused(without(recovering("iv")), "discharge", HOME + HOUR)


@pytest.mark.parametrize(("age", "speaks"), [(15 * MINUTE, False), (15 * MINUTE + SECOND, True)])
def test_the_last_vital_signs_are_at_most_15_minutes_old(age: timedelta, speaks: bool) -> None:
    """Exactly 15 min counts."""
    chart = and_then(without(recovering(), "last vitals"), (HOME - age, vitals("v1")))
    assert (set(refused(chart, "discharge", HOME)) == {"discharge-vitals", "discharge-awake"}) is speaks
    assert said(chart, "discharge", HOME, "discharge-vitals") == (
        "No vital signs have been charted in this visit in the last 15 min" if speaks else ""
    )


@pytest.mark.parametrize(
    ("sedation", "says"),
    [(5, ""), (4, "Sedation 4, taken 1 min ago, is below the limit of 5 for going home")],
)
def test_who_is_not_fully_awake_stays(sedation: int, says: str) -> None:
    """MOAA/S 5 goes, 4 stays."""
    chart = and_then(without(recovering(), "last vitals"), (HOME - MINUTE, vitals("v1", sedation=sedation)))
    assert said(chart, "discharge", HOME, "discharge-awake").replace(" (MOAA/S)", "") == says


def test_sedation_nobody_scored_is_not_awake() -> None:
    """Vital signs without a sedation score cannot tell."""
    chart = and_then(
        without(recovering(), "vitals", "last vitals"), (HOME - MINUTE, vitals("v1", sedation=None))
    )
    assert said(chart, "discharge", HOME, "discharge-awake").startswith("Cannot tell: needs ")


RULES = {
    "steady": "steady-at-discharge",
    "no-symptoms": "symptoms-at-discharge",
    "pressure": "pressure-at-discharge",
    "suicide-check": "suicide-check-at-discharge",
    "escort": "escort-at-discharge",
    "driving": "driving-at-discharge",
    "contact": "contact-at-discharge",
}


@pytest.mark.parametrize("item", DISCHARGE)
def test_every_line_of_the_discharge_checklist_holds_the_patient(item: str) -> None:
    """Not asked and answered no both hold; only the numbers may be weighed by a prescriber."""
    facts = [fact for fact in recovering() if not (fact[0] == item and fact[1] > AT)]
    reason = refused(without(facts), "discharge", HOME)[RULES[item]]
    assert reason.says.endswith(": not asked in this visit") and reason.override == ""
    no = and_then(without(recovering()), (HOME, DischargeChecked(visit="v1", item=item, answer="no")))
    reason = refused(no, "discharge", HOME)[RULES[item]]
    assert reason.override == ("prescriber" if item == "pressure" else "")
    past = and_then(no, (HOME, Override(rule=RULES[item], reason="weighed")))
    assert (RULES[item] in refused(past, "discharge", HOME)) is (reason.override == "")


def test_a_visit_is_closed_after_discharge_or_stop() -> None:
    """Ending the dose and closing the visit are two acts."""
    chart = without(recovering())
    assert said(chart, "close-visit", HOME, "close-needs-discharge") == (
        "The patient is neither discharged nor is the visit stopped"
    )
    for last in (
        Discharged(visit="v1", escort="sister", instructions_given=True),
        VisitStopped(visit="v1", reason="to the emergency room"),
    ):
        assert refused(and_then(chart, (HOME, last)), "close-visit", HOME) == {}
