"""People of the demonstration brought as far as their dose, each by another route: a process of its own.

`python -m tests.journeys.at_the_door HOME` prints {route: path of the room} as JSON. The clinic that serves
goes on serving: this one writes beside it, as a second server would.
"""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

MINUTE = timedelta(minutes=1)
PLANS: dict[str, dict[str, Any]] = {
    "iv": {"mg_per_kg": "0.5", "minutes": 40, "booster": {"mg_per_kg": "0.1", "minutes": 10}},
    "im": {"mg_per_kg": "0.5", "weight_by": "ideal"},
    "sublingual": {"fixed": "100", "hold_minutes": 12, "after_hold": "spit"},
    "oral": {"fixed": "150"},
    "intranasal": {"fixed": "84"},
}
COUNTED = (
    ("Lozenge of 50 mg", "lozenge", ("sublingual",), "50"),
    ("Capsule of 50 mg", "capsule", ("oral",), "50"),
    ("Esketamine nasal spray", "nasal device", ("intranasal",), "28"),
)


def main(home: str) -> None:
    os.environ.update(OPENKAP_HOME=home, OPENKAP_DEMO="1", DJANGO_SETTINGS_MODULE="openkap.config.settings")
    import django

    django.setup()
    from openkap.demo import clinic

    made = clinic.found()
    assert made is not None, "there is no demonstration clinic here"
    staff, now = clinic.staff(made), datetime.now(UTC)
    stocked(staff, now)
    print(json.dumps({route: room(staff, route, now) for route in PLANS}))


def stocked(staff: Any, now: datetime) -> None:
    from openkap.actions import formulary
    from openkap.clinical.quantity import Milligrams

    for title, form, routes, mg in COUNTED:
        fields = {"title": title, "form": form, "routes": routes, "unit": Milligrams(Decimal(mg))}
        entry = formulary.set_presentation(staff.director, at=now, **fields)
        lot = {"presentation": entry.fact.presentation, "number": f"J-{mg}", "expires_on": date(2099, 1, 1)}
        formulary.record_lot(staff.monitor, at=now, **lot)


def room(staff: Any, route: str, now: datetime) -> str:
    """Screened, prepared, planned, booked, arrived, checked, weighed and measured."""
    from openkap.actions import dosing
    from openkap.demo.telling import Person, Telling

    told = Telling(staff, Person("Route", route.capitalize(), "female", date(1980, 1, 1), "none"), now)
    told.made_ready(1)
    planned(told, route, now)
    nurse, chart = staff.monitor, told.chart
    booking = {"starts_at": now - 30 * MINUTE, "room": f"Room {route}", "route": route}
    visit = dosing.book(nurse, chart, at=now - 50 * MINUTE, **booking).fact.visit
    dosing.arrive(nurse, chart, at=now - 25 * MINUTE, visit=visit, identifiers=("name", "birth date"))
    for item in told.protocol.checklists["pre-dose"]:
        dosing.check(nurse, chart, at=now - 20 * MINUTE, visit=visit, item=item.id, answer="yes")
    weight = {"value": Decimal(str(told.body.weight)), "unit": "kg", "checked": True}
    dosing.weigh(nurse, chart, at=now - 18 * MINUTE, visit=visit, **weight)
    signs = {"systolic": 124, "diastolic": 78, "heart_rate": 70, "spo2": 98}
    charted = {name: Decimal(value) for name, value in signs.items()}
    dosing.chart_vitals(nurse, chart, at=now - MINUTE, visit=visit, sedation=5, **charted)
    return f"/charts/{chart}/visits/{visit}/"


def planned(told: Any, route: str, now: datetime) -> None:
    """Written straight into the ledger: the spray is off until a clinic is enrolled, and this one is not."""
    from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
    from openkap.clinical.entries.screening import Measurement
    from openkap.clinical.entries.words import BoosterOrder
    from openkap.clinical.quantity import MgPerKg, Milligrams
    from openkap.records.ledger import Draft, append

    wanted = dict(PLANS[route])
    amounts: dict[str, Any] = {}
    if per_kg := wanted.pop("mg_per_kg", ""):
        amounts["mg_per_kg"] = MgPerKg(Decimal(per_kg))
    if fixed := wanted.pop("fixed", ""):
        amounts["fixed"] = Milligrams(Decimal(fixed))
    if extra := wanted.pop("booster", None):
        per_kg = MgPerKg(Decimal(extra["mg_per_kg"]))
        amounts["booster"] = BoosterOrder(1, 0, per_kg, minutes=extra["minutes"])
    said = {"indication": "Depression", "sessions": 3, "every_days": 7, "reason": "A journey"}
    plan = PlanApproved(route=route, **said, **wanted, **amounts)
    subject, at = f"chart:{told.chart}", now - 55 * MINUTE
    tall = Draft(subject, Measurement(what="height", value=Decimal(170), unit="cm"), at)
    signed, _ = append(
        [Draft(subject, plan, at), tall], author=told.staff.prescriber.user, via="journey", at=at
    )
    second = PlanCountersigned(plan=str(signed.id), signed_name=told.staff.therapist.name)
    append([Draft(subject, second, at)], author=told.staff.therapist.user, via="journey", at=at)


if __name__ == "__main__":
    main(sys.argv[1])
