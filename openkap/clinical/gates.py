"""May this be done? A verdict over the rules that guard an action, each refusal a sentence with its data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from openkap.clinical import (
    at_home,
    balance,
    confirming,
    consent,
    highest,
    holds,
    home_day,
    integration,
    maintenance,
    ordered,
    permissions,
    plan,
    preparation,
    recovery,
    room,
    silence,
    tasks,
    weighing,
)
from openkap.clinical.beyond import beyond, last_known
from openkap.clinical.case import Bar, Bars, Case, order
from openkap.clinical.chart import Chart
from openkap.clinical.entries import KINDS, Entry
from openkap.clinical.entries.dosing import Arrived, VisitBooked
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.preparation import PlanApproved
from openkap.clinical.entries.screening import ScreeningDecided
from openkap.clinical.entries.words import Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.home import CLINIC, PLACES
from openkap.clinical.moments import in_words
from openkap.clinical.overrides import GonePast, waiting, with_second
from openkap.clinical.protocol import Protocol
from openkap.clinical.rules import Absent, CannotTell, Computed, MeasurementOut, Met, Reason, Rule, Verdict

GATES = (
    "send-intake",
    "decide-screening",
    "treat-at-home",
    "sign-consent",
    "grant-permission",
    "approve-plan",
    "book-visit",
    "start-dose",
    "discharge",
    "close-visit",
)
"""Every action that a rule may guard."""


def home_allowed(case: Case) -> Bars:
    """Treatment at home is open for this person today, by every rule of its own gate."""
    told = judge(OF_THE_HOME, case).because
    return tuple(Bar(one.says, one.measured, one.rule, one.who, one.override) for one in told)


COMPUTED: dict[str, Callable[[Case], Bars]] = {
    "exclusion-stands": preparation.exclusion_stands,
    "unsettled-finding": preparation.unsettled_finding,
    "second-person": preparation.second_person,
    "screening-unanswered": preparation.screening_unanswered,
    "home-finding": at_home.home_finding,
    "home-unanswered": at_home.home_unanswered,
    "home-drug": at_home.drug,
    "home-law": at_home.law,
    "home-consent": at_home.consented,
    "home-allowed": home_allowed,
    "home-confirmed": home_day.place_confirmed,
    "home-sitter": home_day.sitter_named,
    "home-today": home_day.answers_of_today,
    "home-seen": home_day.seen_by_video,
    "clearance": preparation.clearance,
    "adoption": preparation.adoption,
    "consent": consent.signed,
    "consent-version": consent.version_in_force,
    "consent-finding": consent.nothing_new,
    "consent-doses": consent.doses_under,
    "impaired": consent.impaired,
    "permissions-asked": permissions.asked,
    "permissions-usable": permissions.usable,
    "holds-confirmed": holds.confirmed,
    "preparation-sessions": preparation.sessions_held,
    "plan": plan.planned,
    "countersigned": plan.countersigned,
    "cap": ordered.cap,
    "route": plan.route,
    "weight": ordered.weight,
    "weight-far": weighing.far,
    "dose-given": ordered.given_already,
    "dose-confirmed": confirming.confirmed,
    "doses-left": plan.doses_left,
    "visits-left": plan.visits_left,
    "visit": room.visit,
    "highest": highest.highest,
    "balance": balance.balanced,
    "taken-out": balance.taken_out,
    "another-dose": room.another_dose,
    "dose-end": room.dose_end,
    "too-early": room.too_early,
    "recovery-score": recovery.scored,
    "near-baseline": recovery.near_baseline,
    "safety-task": tasks.safety_task,
    "integration": integration.integration,
    "silence": silence.silence,
    "contact": integration.contact,
    "review": maintenance.review,
    "urinary": maintenance.urinary,
    "liver": maintenance.liver,
}
"""The questions `{ computed = … }` may name in the protocol."""

_ONE_ACT: dict[str, type] = {
    "decide-screening": ScreeningDecided,
    "approve-plan": PlanApproved,
    "book-visit": VisitBooked,
}
"""Outside a visit an override serves one act: the next of its kind."""

OF_THE_HOME = "treat-at-home"
"""Weighed for a person and not for one act; a newer value asks again all the same."""
_FOR = {"start-dose": " for starting", "discharge": " for going home"}


def verdict(action: str, chart: Chart, protocol: Protocol, at: datetime, visit: str = "") -> Verdict:
    """The answer for one action. `visit` is the visit it is about. AssertionError: no such action."""
    return judge(action, Case(chart, protocol, at, visit))


def judge(action: str, case: Case) -> Verdict:
    """As `verdict`, over a case whose shared parts are worked out once."""
    assert action in GATES, f"no gate guards {action}"
    place = case.this_visit.place if case.this_visit else CLINIC
    rules = _guarding(action, place, case.protocol)
    answers = [_ask(rule, case) for rule in rules]
    because = tuple(reason for reasons, _ in answers for reason in reasons)
    looked_at = tuple(dict.fromkeys(value for _, values in answers for value in values))
    return Verdict(
        allowed=not because,
        action=action,
        at=case.at,
        because=because,
        looked_at=looked_at,
        rules=tuple(rule.id for rule in rules),
        protocol=case.protocol.hash,
    )


def reasons(rule: str, case: Case) -> tuple[Reason, ...]:
    """What one rule has to say. Empty when it is met, or not part of this protocol."""
    found = [one for one in case.protocol.rules if one.id == rule]
    return tuple(reason for one in found for reason in _ask(one, case)[0])


def _guarding(action: str, place: str, protocol: Protocol) -> tuple[Rule, ...]:
    if "gates" not in protocol.memo:
        blocks = [rule for rule in protocol.rules if rule.then == "block"]
        protocol.memo["gates"] = {
            (gate, there): tuple(r for r in blocks if r.gate == gate and r.place in ("", there))
            for gate in GATES
            for there in PLACES
        }
    found: tuple[Rule, ...] = protocol.memo["gates"][action, place]
    return found


Answer = tuple[list[Reason], tuple[Measured, ...]]
"""Why not, and everything that was looked at."""


def _ask(rule: Rule, case: Case) -> Answer:
    if isinstance(rule.when, Computed):
        bars = COMPUTED[rule.when.name](case)
        standing = [_still(rule, bar, case) for bar in bars]
        return [reason for reason in standing if reason], tuple(
            value for bar in bars for value in bar.measured
        )
    if isinstance(rule.when, Absent) and "item" in dict(rule.when.where):
        return _ticked(rule, rule.when, case)
    told = evaluate(rule, case.chart, case.protocol, case.at, case.visit)
    if isinstance(told, CannotTell):
        return [_unknown(rule, told, case)], ()
    if not isinstance(told, Met):
        return [], told.because
    still = _still(rule, Bar(_sentence(rule, case), told.because), case)
    return [still] if still else [], told.because


def _still(rule: Rule, bar: Bar, case: Case) -> Reason | None:
    """Why not, unless a clinician has gone past it, and the second one, where asked for, has confirmed."""
    past = _gone_past(rule, bar.measured, case)
    if past is None:
        return _reason(rule, bar)
    if past.awaits:
        says = f"{bar.says}; {waiting(past.awaits)}"
        return _reason(rule, replace(bar, says=says, who=past.awaits, override=""))
    return None


def _reason(rule: Rule, bar: Bar) -> Reason:
    return Reason(
        rule=bar.rule or rule.id,
        says=bar.says,
        who=bar.who or rule.ask_of or rule.override or "prescriber",
        measured=bar.measured,
        override=rule.override if bar.override is None else bar.override,
    )


def _unknown(rule: Rule, told: CannotTell, case: Case) -> Reason:
    """What is missing cannot be gone past: nobody can weigh a value nobody has."""
    last = last_known(rule.when, case) if isinstance(rule.when, MeasurementOut) else ""
    return _reason(rule, Bar(f"Cannot tell: needs {told.needs}{last}", override=""))


def _ticked(rule: Rule, when: Absent, case: Case) -> Answer:
    """A line of a checklist: in order, or answered no, or never asked in this visit."""
    entry = case.ticks.get((KINDS[when.fact], case.visit, dict(when.where)["item"]))
    if entry is None:
        return [_reason(rule, Bar(f"{rule.says}: not asked in this visit", override=""))], ()
    item = Measured(entry.fact.item, entry.fact.answer, entry.effective_at.isoformat())
    if entry.fact.answer == dict(when.being)["answer"]:
        return [], (item,)
    note = f" ({entry.fact.note})" if entry.fact.note else ""
    ago = in_words(case.at - entry.effective_at)
    says = f"{rule.says}: answered {entry.fact.answer} {ago} ago{note}"
    still = _still(rule, Bar(says, (item,)), case)
    return [still] if still else [], (item,)


def _sentence(rule: Rule, case: Case) -> str:
    if isinstance(rule.when, MeasurementOut):
        return beyond(rule.when, case) + _FOR.get(rule.gate, "")
    if isinstance(rule.when, Absent) and rule.when.within is not None:
        return f"{rule.says} in the last {in_words(rule.when.within)}"
    return rule.says


def _gone_past(rule: Rule, because: tuple[Measured, ...], case: Case) -> GonePast | None:
    """What a clinician wrote to go past this, for this act, knowing these values: a newer one asks again."""
    override = case.latest(Override, rule=rule.id) if rule.override else None
    if override is None or not _for_this_act(rule.gate, override, case):
        return None
    if override.effective_at.isoformat() < max((value.at for value in because), default=""):
        return None
    return with_second(rule, override, case.chart, case.at)


def _for_this_act(gate: str, override: Entry, case: Case) -> bool:
    if gate == OF_THE_HOME:
        closed = case.latest(CourseClosed)
        return closed is None or order(override) > order(closed)
    if gate in _ONE_ACT:
        last = case.latest(_ONE_ACT[gate])
        return last is None or order(override) > order(last)
    arrival = case.latest(Arrived, visit=case.visit)
    return arrival is not None and override.effective_at >= arrival.effective_at
