"""The plan as typed: every fault by its field, in words that say what to do."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.entries.words import BoosterOrder, StopAgreed
from openkap.clinical.plan_faults import faults
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Kilograms, MgPerKg, MgPerMl, Milligrams
from tests.clinical.charts import adopted, plan

SIX = "Six infusions in two to three weeks"
GUIDED = "Four to six guided sessions"
STOPS = tuple(StopAgreed(rule.says, rule.id) for rule in adopted().planning.stops)
LOZENGE = {
    "route": "sublingual",
    "mg_per_kg": None,
    "fixed": Milligrams(Decimal(200)),
    "hold_minutes": 10,
    "after_hold": "swallow",
}


def per_kg(text: str) -> MgPerKg:
    return MgPerKg(Decimal(text))


def limited(route: str, **limits: Any) -> Protocol:
    """The protocol of a clinic that set a limit for one route."""
    protocol = adopted()
    return replace(protocol, routes={**protocol.routes, route: replace(protocol.routes[route], **limits)})


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"route": "rectal"}, ["route"]),
        ({"mg_per_kg": None}, ["dose"]),
        ({"fixed": Milligrams(Decimal(100))}, ["dose"]),
        ({"mg_per_kg": per_kg("0")}, ["mg_per_kg"]),
        ({"mg_per_kg": None, "fixed": Milligrams(Decimal(0))}, ["fixed"]),
        ({"concentration": MgPerMl(Decimal(0))}, ["concentration"]),
        ({"sessions": 0, "every_days": 0}, ["sessions", "every_days"]),
        ({"minutes": -1}, ["minutes"]),
        ({"route": "iv", "minutes": 0}, ["minutes"]),
        ({"route": "iv", "minutes": 1}, []),
        ({"sessions": 1, "every_days": 1}, []),
        (
            {"mg_per_kg": None, "sessions": 0, "minutes": -1, "series": "Nine", "integrations": 0},
            ["dose", "sessions", "minutes", "series", "integrations"],
        ),
        (
            {"route": "rectal", "checkpoints": (7,), "stops": STOPS[1:]},
            ["route", "checkpoints", "instruments", "stops_reason"],
        ),
        ({}, []),
    ],
)
def test_a_plan_is_refused_with_every_fault_at_once(changed: dict[str, Any], where: list[str]) -> None:
    """Unknown route, no dose or two, nothing or less: each names its field, in the order of the page."""
    assert [fault.where for fault in faults(plan(**changed), adopted())] == where


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"route": "rectal"},
            "route: 'rectal' is not a route of the protocol. "
            "Choose im, intranasal, iv, oral, subcutaneous, sublingual.",
        ),
        ({"mg_per_kg": None}, "dose: a plan gives either mg/kg or mg. Fill in exactly one."),
        (
            {"mg_per_kg": per_kg("-0.5")},
            "mg_per_kg: -0.5 mg/kg is not above nothing. Type the number above it.",
        ),
        ({"sessions": 0}, "sessions: 0 is less than one. Type a whole number."),
        ({"every_days": -2}, "every_days: -2 is less than one. Type a whole number."),
        ({"minutes": -1}, "minutes: -1 is less than nothing. 0 is a single dose."),
        (
            {"route": "iv", "concentration": MgPerMl(Decimal(100))},
            "concentration: 100 mg/mL is stronger than 50 mg/mL, the most for intravenous infusion. "
            "Dilute it, and write the mg/mL after dilution.",
        ),
        (
            {**LOZENGE, "hold_minutes": None},
            "hold_minutes: how long it is held is missing. Write whole minutes.",
        ),
        (
            {**LOZENGE, "after_hold": "keep"},
            "after_hold: nothing says whether it is swallowed or spat out. "
            "Choose one: swallowed it reaches the blood once more.",
        ),
        (
            {"hold_minutes": 10},
            "hold_minutes: Intramuscular injection is not held in the mouth. Leave it empty.",
        ),
        ({"weight_by": "lean"}, "weight_by: 'lean' is no weight. Choose actual or ideal."),
        (
            {"booster": BoosterOrder(1, 15)},
            "booster_dose: a booster gives either mg/kg or mg. Fill in exactly one.",
        ),
        (
            {"booster": BoosterOrder(1, 15, fixed=Milligrams(Decimal(0)))},
            "booster_dose: 0 mg is not above nothing. Type the number above it.",
        ),
        (
            {"booster": BoosterOrder(0, 15, per_kg("0.25"))},
            "booster_count: 0 is less than one. Type a whole number.",
        ),
        (
            {"booster": BoosterOrder(1, -1, per_kg("0.25"))},
            "booster_after: -1 min is before the dose has ended. Type whole minutes.",
        ),
        (
            {"route": "iv", "booster": BoosterOrder(1, 0, per_kg("0.25"))},
            "booster_minutes: Intravenous infusion runs over minutes, also a booster. Type whole minutes.",
        ),
        (
            {"mg_per_kg": per_kg("0.4")},
            "outside_reason: 0.4 mg/kg is below the published range of 0.5 to 1 mg/kg for intramuscular "
            "injection. Write why, or change the dose.",
        ),
        (
            {"route": "iv", "mg_per_kg": per_kg("1.5")},
            "outside_reason: 1.5 mg/kg is above the published range of 0.5 to 1 mg/kg for intravenous "
            "infusion; 1.5 mg/kg reaches the anaesthetic range of 1 to 4.5 mg/kg for intravenous infusion. "
            "Write why, or change the dose.",
        ),
        (
            {"series": "x" * 61},
            f"series: '{'x' * 60}' is not a series of the protocol. Choose one, or your own.",
        ),
        (
            {"series": SIX, "every_days": 3},
            f"series: {SIX} is published for another route. Choose another.",
        ),
        (
            {"series": GUIDED, "sessions": 7},
            "sessions: 7 is not what this series has: 4 to 6 doses. "
            "Type that, or choose a series of your own.",
        ),
        (
            {"integrations": 0},
            "integrations: 0 leaves no integration before the next dose. "
            "Plan at least one; a single dose can go past it on its day.",
        ),
        (
            {"checkpoints": (6, 7, 8), "instruments": ("phq9",)},
            "checkpoints: there is no dose 7 in a plan of 6. Tick a dose that is planned.",
        ),
        (
            {"checkpoints": (3,)},
            "instruments: no scale is chosen. Tick what the response is looked at by.",
        ),
        (
            {"instruments": ("phq9", "x" * 41)},
            f"instruments: '{'x' * 40}' is not a scale of the protocol. Tick one of them.",
        ),
        (
            {"stops": STOPS[2:]},
            "stops_reason: 2 left out: No response after six doses; The patient wants to stop, at any time "
            "and without a reason. Tick it, or write why it does not apply.",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(changed: dict[str, Any], sentence: str) -> None:
    """One whole sentence beside the box, quoting what was typed as far as it helps."""
    assert [str(fault) for fault in faults(plan(**changed), adopted())] == [sentence]


@pytest.mark.parametrize(
    ("changed", "limits", "sentence"),
    [
        (
            {"route": "im"},
            {"cap_mg_per_kg": Decimal("0.4")},
            "dose: 0.5 mg/kg is above the limit of 0.4 mg/kg this clinic set for intramuscular injection. "
            "Plan less, or have the limit changed.",
        ),
        (
            LOZENGE,
            {"cap_mg": Decimal(150)},
            "dose: 200 mg is above the limit of 150 mg this clinic set for sublingual lozenge. "
            "Plan less, or have the limit changed.",
        ),
    ],
)
def test_a_limit_of_the_clinic_is_named_with_its_number(
    changed: dict[str, Any], limits: dict[str, Decimal], sentence: str
) -> None:
    """By weight or in milligrams, whichever the plan was written in."""
    found = faults(plan(**changed), limited(changed["route"], **limits))
    assert [str(fault) for fault in found] == [sentence]


def test_a_plan_that_replaces_another_says_why() -> None:
    """The first plan of a course changes nothing."""
    (fault,) = faults(plan(sessions=5), adopted(), plan())
    assert str(fault) == "changed_because: a plan stands already. Write why it changes."
    assert faults(plan(sessions=5, changed_because="Holidays"), adopted(), plan()) == []


@pytest.mark.parametrize(("kg", "outside"), [(71, True), (70, False), (35, False), (34, True)])
def test_a_fixed_amount_is_judged_by_the_weight_on_file(kg: int, outside: bool) -> None:
    """35 mg into a muscle is 0.5 to 1 mg/kg for 35 to 70 kg."""
    wanted = plan(mg_per_kg=None, fixed=Milligrams(Decimal(35)), weight=Kilograms(Decimal(kg)))
    assert [fault.where for fault in faults(wanted, adopted())] == ["outside_reason"] * outside
