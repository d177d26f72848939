"""A plan as the page shows it: its lines in words, and what stands beside the choice before it is signed."""

from dataclasses import dataclass
from typing import Any

from openkap.clinical import plan_changes, plan_dose, plan_weighing
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.planning import STANDINGS
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.quantity import Kilograms
from openkap.clinical.refusal import BadInput
from openkap.records.competence import recorded
from openkap.records.policy import Principal
from openkap.web import forecast_shown, words
from openkap.web.people import names
from openkap.web.plan_scale import scale


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plan: its title, what it says, and quieter words below."""

    title: str
    says: str
    below: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # a list instead of, or after, what it says
    assumed: bool = False


def lines(fact: PlanApproved, protocol: Protocol) -> list[Line]:
    """Every line of a plan that says something, in the order it was built."""
    told = [
        _indication(fact, protocol),
        Line("Route", plan_changes.route_words(fact, protocol), _taken(fact)),
        _dose(fact),
        Line("Boosters", _start(plan_changes.booster_words(fact))),
        Line("Series", plan_changes.series_words(fact), _some(fact.series)),
        Line("Integration", _integration(fact)),
        Line("Response", _start(plan_changes.looks_words(fact, protocol))),
        Line("Stops early", "", _left_out(fact, protocol), tuple(stop.says for stop in fact.stops)),
        Line("Weighed", "", items=fact.to_weigh),
        Line("Why", fact.reason),
        Line("Why it changes", fact.changed_because or ""),
    ]
    return [line for line in told if line.says or line.items]


def beside(frame: dict[str, Any], fields: dict[str, Any], who: Principal) -> dict[str, Any]:
    """What is to be seen beside the choice: evidence, sum, ranges, for and against, who is signed off.

    `fields` as read from the form; what could not be read is left out.
    """
    protocol, chart, at = frame["protocol"], frame["chart"], frame["status"].at
    route = protocol.routes.get(fields["route"] or "")
    indication = next((i for i in protocol.planning.indications if i.title == fields["indication"]), None)
    told: dict[str, Any] = {
        "indication": indication,
        "standing": STANDINGS[indication.standing] if indication else "",
        "route": route,
        "weight_words": weight_words(frame, who),
        "ideal_weight": plan_dose.ideal_weight_note(chart, protocol, at),
    }
    if route is None:
        return told
    return told | weighing(frame, route) | _looked(frame, fields, route)


def weighing(frame: dict[str, Any], route: Route) -> dict[str, Any]:
    """What speaks for and against a route, for this person and for anybody, and who is signed off for it."""
    protocol, chart, at = frame["protocol"], frame["chart"], frame["status"].at
    staff = recorded(chart.person.clinic)
    return {
        "route": route,
        "of_person": plan_weighing.of_person(route, chart, protocol, at),
        "of_route": plan_weighing.of_itself(route),
        "unstaffed": plan_weighing.unstaffed(route, protocol, staff, at.date()),
    }


def _looked(frame: dict[str, Any], fields: dict[str, Any], route: Any) -> dict[str, Any]:
    weight = plan_dose.weight_for(frame["chart"], frame["protocol"], frame["status"].at, fields["weight_by"])
    per_kg, fixed = fields["mg_per_kg"], fields["fixed"]
    try:
        seen = plan_dose.look(route, per_kg, fixed, weight, fields["concentration"])
        return {
            "dose": seen,
            "scale": scale(seen.compared) if seen.compared else None,
            "volumes": _volumes(fields, weight, route, frame["protocol"]),
            **forecast_shown.of_plan(frame, fields, route),
        }
    except BadInput as fault:
        return {"dose_fault": words.fault_beside(fault)}


def _volumes(
    fields: dict[str, Any], weight: Kilograms | None, route: Route, protocol: Protocol
) -> tuple[str, ...]:
    """Of what comes out of a vial: the routes with a range by weight alone."""
    amount = plan_dose.amount_of(fields["mg_per_kg"], fields["fixed"], weight)
    drawn_up = route.mg_per_kg is not None and route.fixed_mg is None
    return plan_dose.volumes(amount, route, protocol) if amount and drawn_up else ()


def weight_words(frame: dict[str, Any], who: Principal) -> str:
    """ "70 kg (154.3 lb), 12 May 2026, by Ines Calloway-Brook, monitor"; "" when nobody has weighed."""
    found = plan_dose.weight_on_file(frame["chart"], frame["status"].at)
    if found is None:
        return ""
    typed = f" ({found.typed})" if found.typed and found.typed != str(found.weight) else ""
    by = names(who, [found.author]).get(found.author)
    return f"{found.weight}{typed}, {words.day(found.at)}" + (f", by {by}" if by else "")


def _indication(fact: PlanApproved, protocol: Protocol) -> Line:
    known = next((i for i in protocol.planning.indications if i.title == fact.indication), None)
    if known is None:
        return Line("Indication", fact.indication)
    return Line(
        "Indication",
        fact.indication,
        (f"{STANDINGS[known.standing]}. {known.says}",),
        assumed=known.basis == "assumed",
    )


def _taken(fact: PlanApproved) -> tuple[str, ...]:
    return _some(fact.route_reason, _start(plan_changes.held_words(fact)) or None, fact.how_taken)


def _dose(fact: PlanApproved) -> Line:
    outside = f"Outside the published range because: {fact.outside_reason}" if fact.outside_reason else None
    return Line("Dose", plan_changes.dose_words(fact), _some(fact.arithmetic, outside))


def _integration(fact: PlanApproved) -> str:
    if fact.integrations is None:
        return ""
    return f"{fact.integrations} session{'' if fact.integrations == 1 else 's'} between two doses"


def _left_out(fact: PlanApproved, protocol: Protocol) -> tuple[str, ...]:
    agreed = {stop.id for stop in fact.stops}
    gone = [rule.says for rule in protocol.planning.stops if rule.id not in agreed]
    if not fact.stops_reason or not gone:
        return ()
    return (f"Left out: {'; '.join(gone)}. {fact.stops_reason}",)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _some(*said: str | None) -> tuple[str, ...]:
    return tuple(text for text in said if text)
