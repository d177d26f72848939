"""What is taken by mouth or nose over minutes: the lozenge that is held, one nasal device after another."""

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.actions.infusion import running
from openkap.actions.vial import from_lot
from openkap.clinical import sprays
from openkap.clinical.entries.drug import DeviceUsed, HoldEnded
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.refusal import BadInput

ENDS = ("swallowed", "spat out")


@action("dose.give")
def end_hold(act: Act, *, visit: str, then: str, dose: str = "", note: str = "") -> None:
    """The lozenge is no longer held. What was done with it is recorded, whatever was planned."""
    found = running(act, visit, dose)
    if found.hold_minutes is None:
        raise BadInput("dose", "nothing is held in the mouth at this visit", "Look at the route")
    act.write(HoldEnded(visit=visit, dose=found.id, then=one_of(then, ENDS, "then"), note=note))


@action("dose.give")
def use_device(act: Act, *, visit: str, lot: str, dose: str = "", already_given: bool = False) -> None:
    """The next nasal device. Before the gap is over it is refused, unless it has happened already."""
    found = running(act, visit, dose)
    if found.device is None:
        raise BadInput("dose", "no nasal device is ordered at this visit", "Look at the route")
    lot, _ = from_lot(act, needed(lot, "lot", "Write the lot number on the device"), None, found.route)
    number = len(found.devices) + 1
    against = sprays.too_soon(found, act.protocol.routes[found.route], act.terms.effective_at or act.at)
    if against and not already_given:
        raise BadInput("lot", against, "Wait, or tick that it has happened already")
    act.write(
        DeviceUsed(visit=visit, dose=found.id, number=number, amount=found.device, lot=lot, against=against)
    )
    if against:
        what = f"Nasal device {number} was used too soon: {against}"
        act.write(TaskOpened(task=f"device-{found.id}-{number}", what=what, rule="start-dose"))
