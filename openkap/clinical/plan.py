"""The plan of a series: which one stands, who signed it, which doses it covers."""

from openkap.clinical.case import Bar, Bars, Case, day, order
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.quantity import MgPerKg, Milligrams, plain


def standing(case: Case) -> Entry | None:
    """The treatment plan of this course: the newest, unless the course was closed since."""
    return case.of_course(PlanApproved)


def doses_of(case: Case, signed: Entry) -> list[Entry]:
    """The doses given after this plan was signed, boosters left out: a plan covers no earlier one."""
    given = [entry for entry in case.all(DoseGiven) if not entry.fact.booster]
    return [entry for entry in given if order(entry) > order(signed)]


def countersignature(case: Case, signed: Entry) -> Entry | None:
    """The second signature under this very plan, by somebody else than who approved it."""
    found = case.latest(PlanCountersigned, plan=str(signed.id))
    return found if found and found.author != signed.author else None


def countersigned(case: Case) -> Bars:
    """The plan in force carries the therapist's signature beside the prescriber's."""
    signed = standing(case)
    if signed is None or countersignature(case, signed):
        return ()
    on = day(signed.effective_at, case.at)
    return (Bar(f"The plan of {on} has not been countersigned by a therapist"),)


def planned(case: Case) -> Bars:
    """A prescriber has approved a plan whose route the protocol knows."""
    signed = standing(case)
    if signed is None:
        return (Bar("No treatment plan has been approved"),)
    if signed.fact.route not in case.protocol.routes:
        return (Bar(f"The plan's route, {signed.fact.route}, is not in the protocol"),)
    return ()


def doses_left(case: Case) -> Bars:
    """The plan covers another dose. A booster belongs to the dose before it."""
    signed, this = standing(case), case.this_visit
    if signed is None or (this and this.doses) or len(doses_of(case, signed)) < signed.fact.sessions:
        return ()
    return (Bar(f"Every dose of the plan has been given: {_of_plan(signed, len(doses_of(case, signed)))}"),)


def visits_left(case: Case) -> Bars:
    """The plan covers another visit beside those given and booked."""
    signed = standing(case)
    if signed is None:
        return ()
    given = len(doses_of(case, signed))
    waiting = sum(visit.phase in ("booked", "arrived", "checked") for visit in case.visits)
    if given + waiting < signed.fact.sessions:
        return ()
    return (Bar(f"Every dose of the plan is given or booked: {_of_plan(signed, given + waiting)}"),)


def route(case: Case) -> Bars:
    """The dose goes the way the plan says: routes differ several times over in strength."""
    signed, this = standing(case), case.this_visit
    if signed is None or this is None or this.route == signed.fact.route:
        return ()
    booked, wanted = (_called(way, case.protocol) for way in (this.route, signed.fact.route))
    return (Bar(f"The visit is booked for {booked} and the plan says {wanted}"),)


def over_cap(route: Route, per_kg: MgPerKg | None, mg: Milligrams | None) -> list[str]:
    """How a dose goes above the limits this clinic set for the route, a sentence each."""
    limits = ((per_kg, route.cap_mg_per_kg, MgPerKg.unit), (mg, route.cap_mg, Milligrams.unit))
    return [
        f"{amount} is above the limit of {plain(limit)} {unit} this clinic set for {route.title.lower()}"
        for amount, limit, unit in limits
        if amount is not None and limit is not None and amount.value > limit
    ]


def _of_plan(signed: Entry, count: int) -> str:
    return f"{count} of {signed.fact.sessions}"


def _called(route: str, protocol: Protocol) -> str:
    known = protocol.routes.get(route)
    return known.title.lower() if known else route
