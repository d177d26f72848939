"""The plan of a series: signed by the prescriber, countersigned by the therapist."""

from typing import Any

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical import plan
from openkap.clinical.entries.preparation import PlanApproved, PlanCountersigned
from openkap.clinical.refusal import BadFields, BadInput


@action("plan.approve")
def approve_plan(act: Act, **fields: Any) -> None:
    """The prescriber signs the plan of a series: every field of PlanApproved; one of mg_per_kg and fixed."""
    signed = PlanApproved(**fields)
    one_of(signed.route, act.protocol.routes, "route")
    needed(signed.indication, "indication", "Write what is treated")
    needed(signed.reason, "reason", "Write why")
    faults = plan.faults(signed, act.protocol)
    if faults:
        raise BadFields(faults)
    act.pass_gate("approve-plan")
    act.write(signed)


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
