"""What the plan form shows: routes with their ranges, and the dose as a sum with the weight on file."""

from typing import Any

from openkap.clinical import arithmetic, plan
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import Weighed
from openkap.clinical.entries.screening import Measurement
from openkap.clinical.protocol import Route
from openkap.clinical.quantity import Kilograms, MgPerKg, Milligrams, plain
from openkap.web import words

INDICATIONS = (
    "Major depressive disorder, treatment-resistant",
    "Major depressive disorder",
    "Bipolar depression",
    "Post-traumatic stress disorder",
    "Generalised anxiety disorder",
    "Obsessive-compulsive disorder",
    "Alcohol use disorder",
    "Other, named in the reason",
)


def builder(frame: dict[str, Any]) -> dict[str, Any]:
    """What the plan form shows: routes with their ranges, indications, and the weight on file."""
    weight = weight_on_file(frame["chart"])
    return {
        "route_options": [(r.id, r.title, ranges(r)) for r in frame["protocol"].routes.values()],
        "indication_options": [("", "Choose"), *((text, text) for text in INDICATIONS)],
        "weight": weight,
        **in_force(frame),
        "plan_gate": frame["status"].gates["approve-plan"],
    }


def in_force(frame: dict[str, Any]) -> dict[str, Any]:
    """The plan of this course and its second signature, each None while missing."""
    case = Case(frame["chart"], frame["protocol"], frame["status"].at)
    approved = plan.standing(case)
    return {"plan": approved, "second": plan.countersignature(case, approved) if approved else None}


def ranges(route: Route) -> str:
    """The usual range of a route and, beside it, what an anaesthetist would use."""
    usual = []
    if route.mg_per_kg:
        usual.append(f"{plain(route.mg_per_kg[0])} to {plain(route.mg_per_kg[1])} mg/kg")
    if route.fixed_mg:
        usual.append(f"{plain(route.fixed_mg[0])} to {plain(route.fixed_mg[1])} mg")
    said = f"Usual here: {' or '.join(usual)}." if usual else ""
    compared = f"For comparison, the anaesthetic range: {route.anaesthetic}." if route.anaesthetic else ""
    return f"{said} {compared or 'No anaesthetic range is published for it.'}".strip()


def weight_on_file(chart: Chart) -> tuple[Kilograms, Any] | None:
    """The latest weight with its moment, from a visit or from the record; None when nobody weighed."""
    weighed = chart.latest(Weighed)
    measured = chart.latest(Measurement, what="weight")
    found = [(e.effective_at, e.fact.weight) for e in (weighed,) if e]
    found += [(e.effective_at, Kilograms(e.fact.value)) for e in (measured,) if e and e.fact.unit == "kg"]
    if not found:
        return None
    at, weight = max(found, key=lambda pair: pair[0])
    return weight, at


def sum_in_words(chart: Chart, per_kg: MgPerKg | None, fixed: Milligrams | None) -> str:
    """The plan's dose as one line of arithmetic, with the weight it rests on."""
    if fixed is not None:
        return arithmetic.fixed_dose(fixed, None).line
    weight = weight_on_file(chart)
    if per_kg is None:
        return ""
    if weight is None:
        return f"{per_kg} × the weight taken on the day. No weight is on file."
    line = arithmetic.dose(per_kg, weight[0], None).line
    return f"{line} with the weight of {words.day(weight[1])}. It is weighed again on the day."
