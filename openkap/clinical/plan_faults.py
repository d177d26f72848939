"""What is wrong with a plan as typed. Each fault names its field; nothing is repaired."""

from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.plan import over_cap
from openkap.clinical.plan_dose import look
from openkap.clinical.planning import Planning
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.quantity import plain
from openkap.clinical.refusal import BadInput
from openkap.clinical.weighing import WEIGHTS

AFTER_HOLD = ("swallow", "spit")
"""What becomes of a lozenge after it was held."""


def faults(wanted: PlanApproved, protocol: Protocol, before: PlanApproved | None = None) -> list[BadInput]:
    """What is wrong with a plan as typed, every fault at once. `before`: the plan it would replace."""
    found = _numbers(wanted, protocol.planning)
    way = protocol.routes.get(wanted.route)
    if way is None:
        known = ", ".join(protocol.routes)
        found.append(BadInput("route", f"{wanted.route!r} is not a route of the protocol", f"Choose {known}"))
    elif missing := protocol.keeps_off(way):
        says = f"{way.title} is off here, for this is not settled: {'; '.join(missing)}"
        found.append(BadInput("route", says, "Choose another, or ask the medical director"))
    else:
        found += _dose(wanted, way)
    for more in (_series, _response, _stops):
        found += more(wanted, protocol)
    if before is not None and not wanted.changed_because:
        found.append(BadInput("changed_because", "a plan stands already", "Write why it changes"))
    return found


def _numbers(wanted: PlanApproved, planning: Planning) -> list[BadInput]:
    found = []
    if (wanted.mg_per_kg is None) == (wanted.fixed is None):
        found.append(BadInput("dose", "a plan gives either mg/kg or mg", "Fill in exactly one"))
    amounts = {"mg_per_kg": wanted.mg_per_kg, "fixed": wanted.fixed, "concentration": wanted.concentration}
    for where, amount in amounts.items():
        if amount is not None and amount.value <= 0:
            found.append(BadInput(where, f"{amount} is not above nothing", "Type the number above it"))
    for where, count in (("sessions", wanted.sessions), ("every_days", wanted.every_days)):
        if count < 1:
            found.append(BadInput(where, f"{count} is less than one", "Type a whole number"))
    if wanted.weight_by not in (None, *WEIGHTS):
        found.append(BadInput("weight_by", f"{wanted.weight_by!r} is no weight", "Choose actual or ideal"))
    if wanted.minutes < 0:
        found.append(BadInput("minutes", f"{wanted.minutes} is less than nothing", "0 is a single dose"))
    for where, most in planning.most.items():
        typed = getattr(wanted, where)
        if typed is not None and typed > most:
            found.append(BadInput(where, f"{typed} is more than {most}, a slip of the key", "Type it again"))
    return found


def _dose(wanted: PlanApproved, way: Route) -> list[BadInput]:
    """The clinic's limit holds. Outside what is published the prescriber decides, with a reason."""
    over = over_cap(way, wanted.mg_per_kg, wanted.fixed)
    found = [BadInput("dose", fault, "Plan less, or have the limit changed") for fault in over]
    strongest, drawn = way.strongest_mg_per_ml, wanted.concentration
    if strongest is not None and drawn is not None and drawn.value > strongest:
        says = f"{drawn} is stronger than {plain(strongest)} mg/mL, the most for {way.title.lower()}"
        found.append(BadInput("concentration", says, "Dilute it, and write the mg/mL after dilution"))
    if way.minutes and not wanted.minutes:
        says = f"{way.title} runs over minutes, and 0 would be all of it at once"
        found.append(BadInput("minutes", says, "Type whole minutes"))
    found += _held(wanted, way) + _extra(wanted, way)
    amount = wanted.mg_per_kg or wanted.fixed
    if amount is None or amount.value <= 0 or (wanted.mg_per_kg and wanted.fixed):
        return found
    seen = look(way, wanted.mg_per_kg, wanted.fixed, wanted.weight)
    if seen.outside and not wanted.outside_reason:
        found.append(BadInput("outside_reason", "; ".join(seen.outside), "Write why, or change the dose"))
    return found


def _held(wanted: PlanApproved, way: Route) -> list[BadInput]:
    """No trial sets how long a lozenge is held, nor whether it is swallowed: the prescriber writes both."""
    if not way.held:
        typed = wanted.hold_minutes is not None or wanted.after_hold is not None
        says = f"{way.title} is not held in the mouth"
        return [BadInput("hold_minutes", says, "Leave it empty")] if typed else []
    found = []
    if wanted.hold_minutes is None or wanted.hold_minutes < 1:
        found.append(BadInput("hold_minutes", "how long it is held is missing", "Write whole minutes"))
    if wanted.after_hold not in AFTER_HOLD:
        todo = "Choose one: swallowed it reaches the blood once more"
        found.append(BadInput("after_hold", "nothing says whether it is swallowed or spat out", todo))
    return found


def _extra(wanted: PlanApproved, way: Route) -> list[BadInput]:
    """A booster is ordered whole: how many, how much, how long after."""
    extra = wanted.booster
    if extra is None:
        return []
    found = []
    if (extra.mg_per_kg is None) == (extra.fixed is None):
        found.append(BadInput("booster_dose", "a booster gives either mg/kg or mg", "Fill in exactly one"))
    amount = extra.mg_per_kg or extra.fixed
    if amount is not None and amount.value <= 0:
        found.append(BadInput("booster_dose", f"{amount} is not above nothing", "Type the number above it"))
    if extra.count < 1:
        found.append(BadInput("booster_count", f"{extra.count} is less than one", "Type a whole number"))
    if extra.after_minutes < 0:
        says = f"{extra.after_minutes} min is before the dose has ended"
        found.append(BadInput("booster_after", says, "Type whole minutes"))
    if way.minutes and extra.minutes < 1:
        says = f"{way.title} runs over minutes, also a booster"
        found.append(BadInput("booster_minutes", says, "Type whole minutes"))
    over = over_cap(way, extra.mg_per_kg, extra.fixed)
    return [
        *found,
        *(BadInput("booster_dose", fault, "Plan less, or have the limit changed") for fault in over),
    ]


def _series(wanted: PlanApproved, protocol: Protocol) -> list[BadInput]:
    """Whoever follows a published series follows its numbers."""
    if not wanted.series:
        return []
    followed = next((one for one in protocol.planning.series if one.title == wanted.series), None)
    if followed is None:
        says = f"{wanted.series[:60]!r} is not a series of the protocol"
        return [BadInput("series", says, "Choose one, or your own")]
    found = []
    if followed.routes and wanted.route not in followed.routes:
        found.append(BadInput("series", f"{followed.title} is published for another route", "Choose another"))
    for where, what, limits, count in (
        ("sessions", "doses", followed.sessions, wanted.sessions),
        ("every_days", "days between doses", followed.every_days, wanted.every_days),
    ):
        if limits and not limits[0] <= count <= limits[1]:
            span = f"{limits[0]} to {limits[1]}" if limits[0] < limits[1] else f"{limits[0]}"
            says = f"{count} is not what this series has: {span} {what}"
            found.append(BadInput(where, says, "Type that, or choose a series of your own"))
    return found


def _response(wanted: PlanApproved, protocol: Protocol) -> list[BadInput]:
    """Between doses somebody integrates, and the response is looked at after doses that are planned."""
    found = []
    if wanted.integrations is not None and wanted.integrations < 1:
        says = f"{wanted.integrations} leaves no integration before the next dose"
        todo = "Plan at least one; a single dose can go past it on its day"
        found.append(BadInput("integrations", says, todo))
    if late := [after for after in wanted.checkpoints if not 1 <= after <= wanted.sessions]:
        says = f"there is no dose {late[0]} in a plan of {wanted.sessions}"
        found.append(BadInput("checkpoints", says, "Tick a dose that is planned"))
    if wanted.checkpoints and not wanted.instruments:
        found.append(BadInput("instruments", "no scale is chosen", "Tick what the response is looked at by"))
    if unknown := [name for name in wanted.instruments if name not in protocol.instruments]:
        says = f"{unknown[0][:40]!r} is not a scale of the protocol"
        found.append(BadInput("instruments", says, "Tick one of them"))
    return found


def _stops(wanted: PlanApproved, protocol: Protocol) -> list[BadInput]:
    """A stop rule of the protocol is agreed, or left out with a reason."""
    agreed = {stop.id for stop in wanted.stops}
    left_out = [rule.says for rule in protocol.planning.stops if rule.id not in agreed]
    if not wanted.stops or not left_out or wanted.stops_reason:
        return []
    says = f"{len(left_out)} left out: {'; '.join(left_out)}"
    return [BadInput("stops_reason", says, "Tick it, or write why it does not apply")]
