"""The plan of a series, signed by the prescriber."""

from typing import Any

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical import plan
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.refusal import BadFields


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
