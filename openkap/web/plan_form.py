"""The plan as a form: what it offers, what it holds of the plan in force, and what was typed into it."""

from typing import Any

from openkap.clinical import plan, plan_faults
from openkap.clinical.case import Case
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.words import StopAgreed
from openkap.clinical.instruments import Instrument
from openkap.clinical.plan_dose import ranges
from openkap.clinical.planning import STANDINGS
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import MgPerKg, MgPerMl, Milligrams, plain
from openkap.clinical.refusal import BadInput
from openkap.web import plan_extras, words
from openkap.web.typed import Typed

OWN = "own"
"""The choice of a series that follows no published one."""
_FIGURES = {
    "mg_per_kg": "By weight",
    "fixed": "Fixed amount",
    "minutes": "Given over",
    "concentration": "Concentration",
}
"""The fields a forecast waits for, and their titles on the form."""


def in_force(frame: dict[str, Any]) -> dict[str, Any]:
    """The plan of this course and its second signature, each None while missing."""
    case = case_of(frame)
    approved = plan.standing(case)
    return {"plan": approved, "second": plan.countersignature(case, approved) if approved else None}


def case_of(frame: dict[str, Any]) -> Case:
    return Case(frame["chart"], frame["protocol"], frame["status"].at)


def offered(protocol: Protocol) -> dict[str, Any]:
    """Every choice of the form with its one sentence beside it."""
    planning = protocol.planning
    return {
        "indications": [
            ("", "Choose"),
            *(
                (one.title, f"{one.title} ({STANDINGS[one.standing].lower()})")
                for one in planning.indications
            ),
        ],
        "evidence": [(one, STANDINGS[one.standing]) for one in planning.indications],
        "routes": [(one.id, one.title, " ".join(ranges(one))) for one in protocol.routes.values()],
        "series": [
            ("", "Choose"),
            *(
                (one.title, f"{one.title} ({one.counts})" if one.counts else one.title)
                for one in planning.series
            ),
            (OWN, "Another, as typed below"),
        ],
        "published": planning.series,
        "looks": [(str(one.after), one.title, _with_basis(one.says, one.basis)) for one in planning.looks],
        "scales": [(one.id, f"{one.title} ({one.measures})") for one in _scales(protocol)],
        "stops": [(one.id, one.says) for one in planning.stops],
    }


def held(fact: PlanApproved | None, protocol: Protocol) -> dict[str, Any]:
    """What the form is filled with: the plan it would change, or the protocol's own defaults."""
    if fact is None:
        return {
            "integrations": protocol.count("integrations-between-doses"),
            "stops": [one.id for one in protocol.planning.stops],
        }
    return {
        "indication": fact.indication,
        "route": fact.route,
        "route_reason": fact.route_reason or "",
        "how_taken": fact.how_taken or "",
        "dose_by": "weight" if fact.mg_per_kg else "fixed",
        "mg_per_kg": plain(fact.mg_per_kg.value) if fact.mg_per_kg else "",
        "fixed": plain(fact.fixed.value) if fact.fixed else "",
        "minutes": fact.minutes,
        **plan_extras.held(fact),
        "concentration": plain(fact.concentration.value) if fact.concentration else "",
        "series": fact.series or OWN,
        "sessions": fact.sessions,
        "every_days": fact.every_days,
        "integrations": fact.integrations or protocol.count("integrations-between-doses"),
        "checkpoints": [str(after) for after in fact.checkpoints],
        "instruments": list(fact.instruments),
        "stops": [stop.id for stop in fact.stops if stop.id] or [s.id for s in protocol.planning.stops],
        "stops_own": next((stop.says for stop in fact.stops if stop.id is None), ""),
        "stops_reason": fact.stops_reason or "",
        "reason": fact.reason,
    }


def unread(typed: Typed) -> tuple[str, ...]:
    """One sentence for each figure of the dose that is typed and cannot be read; an empty field is none."""
    return tuple(
        f"{_FIGURES[fault.where]}: {words.fault_beside(fault)}"
        for fault in typed.faults
        if fault.where in _FIGURES and typed.data.get(fault.where, "").strip()
    )


def read(typed: Typed, protocol: Protocol) -> dict[str, Any]:
    """The fields of PlanApproved as typed. Faults stay in `typed`; a field that has one is None or empty."""
    planning = protocol.planning
    by = typed.choice("dose_by", ("weight", "fixed"))
    series = typed.choice("series", [OWN, *(one.title for one in planning.series)])
    stops = typed.several("stops", [one.id for one in planning.stops])
    own_stop = typed.text("stops_own", required=False)
    agreed = [StopAgreed(one.says, one.id) for one in planning.stops if one.id in stops]
    fields = {
        "indication": typed.choice("indication", [one.title for one in planning.indications]),
        "route": typed.choice("route", protocol.routes),
        "route_reason": typed.text("route_reason", todo="Write why this route for this person"),
        "how_taken": typed.text("how_taken", required=False),
        "mg_per_kg": typed.amount("mg_per_kg", MgPerKg) if by == "weight" else None,
        "fixed": typed.amount("fixed", Milligrams) if by == "fixed" else None,
        "minutes": typed.whole("minutes"),
        "concentration": typed.amount("concentration", MgPerMl, required=False),
        "series": "" if series == OWN else series,
        "sessions": typed.whole("sessions"),
        "every_days": typed.whole("every_days"),
        "integrations": typed.whole("integrations"),
        "checkpoints": tuple(
            int(after) for after in typed.several("checkpoints", [str(one.after) for one in planning.looks])
        ),
        "instruments": typed.several("instruments", planning.scales),
        "stops": (*agreed, *([StopAgreed(own_stop)] if own_stop else [])),
        "stops_reason": typed.text("stops_reason", required=False),
        "reason": typed.text("reason", todo="Write why this plan for this person"),
        "outside_reason": typed.text("outside_reason", required=False),
        "changed_because": typed.text("changed_because", required=False),
        **plan_extras.read(typed, by_weight=by == "weight"),
    }
    _both_ticked(fields, typed)
    return {name: None if value == "" else value for name, value in fields.items()}


def faults(frame: dict[str, Any], draft: PlanApproved) -> list[BadInput]:
    """What is wrong with the form; the reason for an unusual dose is asked on the next page."""
    before = in_force(frame)["plan"]
    found = plan_faults.faults(draft, frame["protocol"], before.fact if before else None)
    return [fault for fault in found if fault.where != "outside_reason"]


def _both_ticked(fields: dict[str, Any], typed: Typed) -> None:
    """A form always says when the response is looked at and when to stop; entries of earlier days may not."""
    if not fields["checkpoints"]:
        typed.fault("checkpoints", "nothing is ticked", "Tick when the response is looked at")
    if not fields["stops"] and not fields["stops_reason"]:
        typed.fault("stops", "no stop rule is ticked", "Tick them, or write why none applies")


def _scales(protocol: Protocol) -> list[Instrument]:
    return [protocol.instruments[name] for name in protocol.planning.scales]


def _with_basis(says: str, basis: str) -> str:
    return f"{says} (assumed)" if basis == "assumed" else says
