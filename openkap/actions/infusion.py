"""The pump and the vein: rate, pause, resume, a look at the site; and the end of any dose."""

from datetime import datetime

from openkap.actions.door import Act, action
from openkap.actions.fields import needed
from openkap.clinical import infusion
from openkap.clinical.doses import Dose
from openkap.clinical.entries.dosing import DoseEnded
from openkap.clinical.entries.drug import InfusionPaused, InfusionResumed, RateChanged, SiteChecked
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.infusion import Rate
from openkap.clinical.quantity import MgPerHour, MgPerMinute, Milligrams, MlPerHour
from openkap.clinical.refusal import BadInput


def running(act: Act, visit: str, dose: str = "") -> Dose:
    """The open dose of a visit, which must be the one named where one is named, or BadInput.

    What is charted late cannot have happened before that dose began.
    """
    found = act.visit(visit)
    open_ = [one for one in found.doses if one.open and (not dose or one.id == dose)]
    if not open_:
        raise BadInput("visit", "no dose is running at this visit", "Choose the visit that is dosing")
    _not_before(act, open_[-1].began_at, "the dose began")
    return open_[-1]


def _not_before(act: Act, moment: datetime, what: str) -> None:
    then = act.terms.effective_at
    if then and then < moment:
        raise BadInput("happened", f"that was before {what}", "Write when it happened")


def _infusion(act: Act, visit: str, dose: str) -> Dose:
    found = running(act, visit, dose)
    if not found.minutes:
        raise BadInput("dose", "this dose is no infusion", "Choose one that runs through a pump")
    return found


@action("dose.give")
def change_rate(act: Act, *, visit: str, rate: Rate, dose: str = "", reason: str = "") -> None:
    """The pump was set to another rate: as it was read from the pump, in one of its three units."""
    found = _infusion(act, visit, dose)
    line = infusion.rate_line(rate, found.concentration)
    act.write(
        RateChanged(
            visit=visit,
            dose=found.id,
            ml_per_hour=rate if isinstance(rate, MlPerHour) else None,
            mg_per_hour=rate if isinstance(rate, MgPerHour) else None,
            mg_per_minute=rate if isinstance(rate, MgPerMinute) else None,
            arithmetic=line,
            reason=reason,
        )
    )


@action("dose.give")
def pause(act: Act, *, visit: str, reason: str, dose: str = "") -> None:
    """The pump stands still. Who watches may always stop it, so nothing but a running pump is asked for."""
    found = _infusion(act, visit, dose)
    if found.paused:
        raise BadInput("dose", "the infusion is paused already", "Resume it, or end the dose")
    act.write(InfusionPaused(visit=visit, dose=found.id, reason=needed(reason, "reason", "Write why")))


@action("dose.give")
def resume(act: Act, *, visit: str, dose: str = "") -> None:
    """The pump goes on at the rate last set."""
    found = _infusion(act, visit, dose)
    if not found.paused:
        raise BadInput("dose", "the infusion is not paused", "Look at the pump")
    _not_before(act, found.rates[-1].since, "it was paused")
    act.write(InfusionResumed(visit=visit, dose=found.id))


@action("visit.observe")
def check_site(act: Act, *, visit: str, pain: bool, swelling: bool, note: str = "") -> None:
    """Somebody looked at the vein and asked."""
    act.visit(visit)
    act.write(SiteChecked(visit=visit, pain=pain, swelling=swelling, note=note))


@action("dose.give")
def end_dose(
    act: Act, *, visit: str, given: Milligrams, early: bool = False, reason: str = "", dose: str = ""
) -> None:
    """The drug has ended: how much went in. More than was started is recorded, and opens a task."""
    begun = running(act, visit, dose)
    if given.value < 0:
        raise BadInput("given", "it is below zero", "Write the milligrams that went in")
    if early:
        needed(reason, "reason", "Write why it ended early")
    act.write(DoseEnded(visit=visit, given=given, early=early, reason=reason, dose=begun.id))
    if given > begun.ordered:
        what = f"{given} went in where {begun.ordered} was started"
        act.write(TaskOpened(task=f"overrun-{visit}", what=what, rule="dose-as-planned"))
