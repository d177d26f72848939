"""The plan of a series: signed by the prescriber, countersigned by the therapist."""

from dataclasses import replace
from typing import Any

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical import plan, plan_dose, plan_weighing
from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
from openkap.clinical.plan_faults import faults
from openkap.clinical.refusal import BadFields, BadInput
from openkap.records.competence import recorded


@action("plan.approve")
def approve_plan(act: Act, *, point_checked: bool = False, **fields: Any) -> None:
    """The prescriber signs the plan of a series: fields of PlanApproved; one of mg_per_kg and fixed.

    `point_checked`: a dose whose tenth or tenfold would be usual is meant as it stands. Weight, sum and what
    there is to weigh are filled in here, as they stood beside the choice.
    """
    wanted = PlanApproved(**fields)
    one_of(wanted.route, act.protocol.routes, "route")
    needed(wanted.indication, "indication", "Write what is treated")
    needed(wanted.reason, "reason", "Write why")
    weight = plan_dose.weight_for(act.chart, act.protocol, act.at, wanted.weight_by)
    wanted = replace(wanted, weight=weight)
    before = plan.standing(act.case)
    if found := faults(wanted, act.protocol, before.fact if before else None):
        raise BadFields(found)
    signed = _as_shown(act, wanted, point_checked=point_checked)
    act.pass_gate("approve-plan")
    act.write(signed)


def _as_shown(act: Act, wanted: PlanApproved, *, point_checked: bool) -> PlanApproved:
    route = act.protocol.routes[wanted.route]
    seen = plan_dose.look(route, wanted.mg_per_kg, wanted.fixed, wanted.weight, wanted.concentration)
    if seen.slip and not point_checked:
        raise BadInput("point_checked", seen.slip, "Change the dose, or tick that it is meant as it stands")
    of_person = plan_weighing.of_person(route, act.chart, act.protocol, act.at)
    staff = plan_weighing.unstaffed(route, act.protocol, recorded(act.chart.person.clinic), act.at.date())
    to_weigh = tuple(one.says for one in (*of_person, *staff))
    return replace(wanted, arithmetic=seen.line or None, to_weigh=to_weigh)


@action("plan.countersign")
def countersign(act: Act, *, plan_id: str, signed_name: str) -> None:
    """The therapist signs the plan in force, which must be the one that was read."""
    needed(signed_name, "signed_name", "Sign with your full name")
    standing = plan.standing(act.case)
    if standing is None or str(standing.id) != plan_id:
        raise BadInput("plan", "this plan is not in force any more", "Read the new one, then sign")
    if standing.author == act.who.user:
        raise BadInput(
            "signed_name", "you approved this plan yourself", "Ask a therapist of the care team to sign it"
        )
    if plan.countersignature(act.case, standing):
        raise BadInput("plan", "this plan is countersigned already", "Nothing more is needed")
    act.write(PlanCountersigned(plan=plan_id, signed_name=signed_name))
