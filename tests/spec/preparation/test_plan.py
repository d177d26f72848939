"""The plan as it may be signed: series, looks at the response, stop rules, a clinic's limit, its people."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.office import CompetenceRecorded
from openkap.clinical.entries.screening import Medicine
from openkap.clinical.entries.words import Code, StopAgreed
from openkap.clinical.maintenance import due
from openkap.clinical.plan_faults import faults
from openkap.clinical.plan_weighing import of_itself, of_person, unstaffed
from openkap.clinical.planning import STANDINGS
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams
from tests.clinical.charts import (
    DAY,
    adopted,
    and_then,
    chart_of,
    course_facts,
    person,
    plan,
    refused,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
SIX = "Six infusions in two to three weeks"
EVERY_STOP = tuple(StopAgreed(rule.says, rule.id) for rule in adopted().planning.stops)
CLOPIDOGREL = Medicine(text="Clopidogrel 75 MG", codes=(Code("rxnorm", "32968"),))


def said(**changed: object) -> list[tuple[str, str]]:
    """The faults of a plan: field and sentence."""
    route = str(changed.pop("route", "iv"))
    return [(fault.where, fault.what) for fault in faults(plan(route, **changed), adopted())]


@pytest.mark.parametrize(
    ("sessions", "days", "says"),
    [
        (6, 2, []),
        (6, 4, []),
        (5, 3, [("sessions", "5 is not what this series has: 6 doses")]),
        (7, 3, [("sessions", "7 is not what this series has: 6 doses")]),
        (6, 1, [("every_days", "1 is not what this series has: 2 to 4 days between doses")]),
        (6, 5, [("every_days", "5 is not what this series has: 2 to 4 days between doses")]),
    ],
)
def test_whoever_follows_a_series_follows_its_numbers(sessions: int, days: int, says: list[object]) -> None:
    """Six infusions, two to four days apart: the ends are within."""
    assert said(series=SIX, sessions=sessions, every_days=days) == says


@pytest.mark.parametrize(
    ("field", "most"), [("sessions", 60), ("every_days", 365), ("minutes", 480), ("integrations", 20)]
)
def test_a_number_too_high_for_a_plan_is_a_slip(field: str, most: int) -> None:
    """The highest is taken, one more is not."""
    assert field not in dict(said(**{field: most}))
    assert dict(said(**{field: most + 1}))[field] == f"{most + 1} is more than {most}, a slip of the key"


def test_a_route_that_waits_for_the_director_is_not_planned() -> None:
    """The nasal spray, until the REMS and a consent text are settled; one of the two is not both."""
    asked = plan("intranasal", mg_per_kg=None, fixed=Milligrams(Decimal(56)), minutes=0)
    (fault,) = [one for one in faults(asked, adopted()) if one.where == "route"]
    assert (
        "Esketamine nasal spray is off here" in fault.what
        and "REMS" in fault.what
        and "consent" in fault.what
    )
    first, second = (one for one in adopted().unset if one.id == "route intranasal")
    for settled, refused_still in (((first,), True), ((first, second), False)):
        left = tuple(one for one in adopted().unset if one not in settled)
        told = faults(asked, dataclasses.replace(adopted(), unset=left))
        assert any(one.where == "route" for one in told) is refused_still


def test_a_series_belongs_to_its_routes() -> None:
    """Infusions are not lozenges, and an unknown series is none."""
    assert [where for where, _ in said(route="im", series=SIX, every_days=3)] == ["series"]
    assert [where for where, _ in said(series="Nine in a row")] == ["series"]
    assert said(series="Once a week, four times, after a response", sessions=4) == []


def test_an_own_series_is_anybodys_to_write() -> None:
    """Without a published one no number is held against anything."""
    assert said(sessions=11, every_days=9) == []


@pytest.mark.parametrize(("integrations", "refused_"), [(None, False), (0, True), (1, False), (2, False)])
def test_at_least_one_integration_between_two_doses(integrations: int | None, refused_: bool) -> None:
    """None at all is not a plan; an entry of an earlier day that says nothing of it stands."""
    assert [where for where, _ in said(integrations=integrations)] == ["integrations"] * refused_


@pytest.mark.parametrize(("after", "refused_"), [(1, False), (6, False), (7, True), (0, True)])
def test_the_response_is_looked_at_after_a_planned_dose(after: int, refused_: bool) -> None:
    """The last of six doses counts; there is no seventh."""
    found = said(checkpoints=(after,), instruments=("phq9",))
    assert [where for where, _ in found] == ["checkpoints"] * refused_


def test_a_look_needs_a_scale() -> None:
    """One that the protocol knows."""
    assert said(checkpoints=(3,)) == [("instruments", "no scale is chosen")]
    assert said(checkpoints=(3,), instruments=("tea-leaves",)) == [
        ("instruments", "'tea-leaves' is not a scale of the protocol")
    ]


def test_a_stop_rule_is_agreed_or_left_out_with_a_reason() -> None:
    """The fault names the rule that nobody spoke of."""
    assert said(stops=EVERY_STOP) == []
    (fault,) = said(stops=EVERY_STOP[1:])
    assert fault == ("stops_reason", "1 left out: No response after six doses")
    assert said(stops=EVERY_STOP[1:], stops_reason="Maintenance of a response that stands") == []


def test_an_unusual_dose_needs_a_reason() -> None:
    """Above the published range; with the reason it may be signed."""
    (fault,) = said(route="im", mg_per_kg=MgPerKg(Decimal("1.2")))
    assert fault == (
        "outside_reason",
        "1.2 mg/kg is above the published range of 0.5 to 1 mg/kg for intramuscular injection",
    )
    assert said(route="im", mg_per_kg=MgPerKg(Decimal("1.2")), outside_reason="Tolerant after a year") == []


@pytest.mark.parametrize(("limit", "over"), [("0.5", False), ("0.49", True)])
def test_above_a_clinics_limit_no_reason_helps(limit: str, over: bool) -> None:
    """Equal to the limit is within it."""
    protocol = adopted()
    capped = dataclasses.replace(protocol.routes["iv"], cap_mg_per_kg=Decimal(limit))
    limited = dataclasses.replace(protocol, routes={**protocol.routes, "iv": capped})
    found = faults(plan("iv", outside_reason="because"), limited)
    assert [fault.where for fault in found] == ["dose"] * over


@pytest.mark.parametrize(
    ("strength", "route", "refused_"), [("50", "iv", 0), ("50.1", "iv", 1), ("100", "im", 0)]
)
def test_a_vial_too_strong_for_a_vein_is_not_planned(strength: str, route: str, refused_: int) -> None:
    """50 mg/mL is the most; a muscle takes any."""
    found = said(route=route, concentration=MgPerMl(Decimal(strength)))
    assert [where for where, _ in found] == ["concentration"] * refused_


def test_a_lozenge_says_how_long_it_is_held() -> None:
    """No trial sets it, so the prescriber does."""
    lozenge = {"route": "sublingual", "mg_per_kg": None, "fixed": Milligrams(Decimal(200))}
    weighed = lozenge | {"weight": Kilograms(Decimal(70))}
    assert [where for where, _ in said(**dict(weighed))] == ["hold_minutes", "after_hold"]
    assert said(**weighed, hold_minutes=10, after_hold="swallow") == []


def test_a_change_says_why() -> None:
    """The first plan of a course changes nothing."""
    assert faults(plan(), adopted()) == []
    assert [f.where for f in faults(plan(sessions=5), adopted(), plan())] == ["changed_because"]
    assert faults(plan(sessions=5, changed_because="Holidays"), adopted(), plan()) == []


def test_two_planned_sessions_are_waited_for_before_the_next_dose() -> None:
    """One of two closes the gate; the second opens it; a plan without a number asks for one."""
    asked = course_facts(AT, 1, integrations=2)
    later = AT + 6 * DAY
    rule = "integration-before-next-dose"
    assert refused(without(asked), "start-dose", later, "v2")[rule].says == (
        "1 of 2 integration sessions held after dose 1"
    )
    session = IntegrationHeld(visit="v1", approach="open", minutes=50)
    assert rule not in refused(and_then(without(asked), (AT + 4 * DAY, session)), "start-dose", later, "v2")
    assert rule not in refused(without(course_facts(AT, 1)), "start-dose", later, "v2")


@pytest.mark.parametrize(
    ("checkpoints", "doses", "owed"),
    [((), 2, False), ((), 3, True), ((2,), 1, False), ((2,), 2, True), ((5,), 3, False), ((5,), 5, True)],
)
def test_the_review_falls_due_where_the_plan_looks(
    checkpoints: tuple[int, ...], doses: int, owed: bool
) -> None:
    """A plan's own looks go before the protocol's count of three."""
    extra = {"checkpoints": checkpoints, "instruments": ("phq9",)} if checkpoints else {}
    chart = without(course_facts(AT, doses, **extra))
    now = Case(chart, adopted(), AT + (doses - 1) * 7 * DAY + 3 * DAY)
    assert ("review-due" in {one.rule for one in due(now)}) is owed


def test_an_inhibitor_speaks_against_the_mouth_and_not_the_vein() -> None:
    """With the patient's own medicine beside it."""
    chart = chart_of([(AT - DAY, person()), (AT - DAY, CLOPIDOGREL)])
    routes = adopted().routes
    (against,) = of_person(routes["oral"], chart, adopted(), AT)
    assert (against.speaks, against.basis) == ("against", "primary")
    assert against.because[0].value.startswith("Clopidogrel 75 MG (RxNorm 32968)")
    assert of_person(routes["iv"], chart, adopted(), AT) == ()
    assert of_person(routes["oral"], chart_of([(AT - DAY, person())]), adopted(), AT) == ()


def test_every_route_has_something_for_and_against_it() -> None:
    """No route is only good."""
    for route in adopted().routes.values():
        assert {one.speaks for one in of_itself(route)} == {"for", "against"}, route.id


def test_nobody_signed_off_is_something_to_weigh() -> None:
    """Valid through its last day; a later record ends or renews it; another person counts as well."""
    route, protocol = adopted().routes["im"], adopted()
    acls = CompetenceRecorded(user="1", name="A", competence="acls", valid_until=date(2026, 5, 14))
    bls = dataclasses.replace(acls, competence="bls")
    today, tomorrow = date(2026, 5, 14), date(2026, 5, 15)
    assert len(unstaffed(route, protocol, (), today)) == 2
    (one,) = unstaffed(route, protocol, (acls,), today)
    assert one.says == "No one here is recorded as signed off in basic life support"
    assert unstaffed(route, protocol, (acls, bls), today) == ()
    assert len(unstaffed(route, protocol, (acls, bls), tomorrow)) == 2
    ended = dataclasses.replace(acls, valid_until=date(2026, 5, 1))
    assert len(unstaffed(route, protocol, (acls, bls, ended), today)) == 1
    other = dataclasses.replace(acls, user="2", name="B")
    assert unstaffed(route, protocol, (other, acls, bls, ended), today) == ()


def test_every_indication_says_how_its_evidence_stands() -> None:
    """A promise is no evidence: no sentence holds one. PTSD is mixed, and what was recalled is assumed."""
    found = {one.id: one for one in adopted().planning.indications}
    assert found["ptsd"].standing == "mixed"
    assert {found[name].standing for name in ("ocd", "generalised-anxiety", "alcohol-use-disorder")} == {
        "investigational"
    }
    assert {found[name].basis for name in ("ocd", "alcohol-use-disorder")} == {"assumed"}
    for one in found.values():
        assert one.standing in STANDINGS
        assert one.sources
        assert not any(
            word in one.says.lower() for word in ("cure", "heals", "guarantee", "will help", "safe")
        )
