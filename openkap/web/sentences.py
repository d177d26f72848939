"""Every kind of entry as one sentence a person can read in a timeline."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from openkap.clinical import scoring
from openkap.clinical.entries import Entry, alerts, device_limits
from openkap.clinical.entries import asking as a
from openkap.clinical.entries import balance as b
from openkap.clinical.entries import devices as v
from openkap.clinical.entries import dosing as d
from openkap.clinical.entries import drills as k
from openkap.clinical.entries import formulary as f
from openkap.clinical.entries import history as h
from openkap.clinical.entries import integration as i
from openkap.clinical.entries import maintenance as m
from openkap.clinical.entries import office as o
from openkap.clinical.entries import person as p
from openkap.clinical.entries import preparation as r
from openkap.clinical.entries import screening as s
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import plain
from openkap.web import (
    alert_words,
    balance_words,
    dose_words,
    history_words,
    home_words,
    integration_words,
    ready_words,
    recovery_words,
    room_words,
    words,
)

TOGETHER: dict[type, str] = {
    s.HistoryAnswered: "screening questions answered",
    s.Problem: "problems",
    s.Medicine: "medicines",
    s.Allergy: "allergies",
    s.Measurement: "measurements",
    r.UnderstandingAnswered: "questions about the consent answered",
    d.Checked: "lines of the day's checklist answered",
    d.DischargeChecked: "lines of the discharge checklist answered",
}
"""Kinds that come many at once, and what several of them are called on one line."""

QUIET = (
    alerts.AlertSeen,
    device_limits.DeviceLimitsSwitched,
    a.AnswerSaved,
    o.Allowed,
    d.ReadingsSealed,
    p.Identifier,
    o.ChartRegistered,
    o.ProtocolDrafted,
    o.ProtocolDraftDiscarded,
    o.ProtocolAdopted,
    o.CompetenceRecorded,
    v.DeviceRegistered,
    v.DeviceRetired,
    f.PresentationSet,
    f.HighestSet,
    f.LotRecorded,
    f.LotWithdrawn,
    b.IncidentOpened,
    b.IncidentClosed,
    k.DrillRecorded,
    i.HoursKept,
)
"""Kept in the ledger, but not lines of anybody's story."""


def sentence(entry: Entry, protocol: Protocol) -> str:
    """What this entry says, without who and when. `protocol` has the words of titles and questions."""
    if type(entry.fact) in WITH_PROTOCOL:
        return WITH_PROTOCOL[type(entry.fact)](entry.fact, protocol)
    say = SENTENCES.get(type(entry.fact))
    return say(entry.fact) if say else words.name(type(entry.fact).KIND).capitalize()


def conflict_lines(entries: Iterable[Entry], protocol: Protocol) -> list[dict[str, Any]]:
    return [
        {"says": sentence(entry, protocol), "at": entry.recorded_at, "author": entry.author}
        for entry in entries
    ]


def _and(*parts: str) -> str:
    """The parts that say something, with commas between."""
    return ", ".join(part for part in parts if part)


def _since(on: date | None, word: str = "since") -> str:
    return f"{word} {words.day(on)}" if on else ""


def _problem(fact: s.Problem) -> str:
    doubt = "" if fact.verification == "confirmed" else fact.verification
    doubt = _said_by(fact.said_by) or doubt
    state = "" if fact.status == "active" else fact.status
    return "Problem: " + _and(fact.text, _since(fact.onset_on), state, _since(fact.ended_on, "until"), doubt)


def _medicine(fact: s.Medicine) -> str:
    state = "" if fact.status == "active" else fact.status
    return "Medicine: " + _and(
        fact.text, _since(fact.since), state, _since(fact.ended_on, "until"), _said_by(fact.said_by)
    )


def _said_by(role: str | None) -> str:
    return f"said by {words.role(role)}, unconfirmed" if role else ""


def _measurement(fact: s.Measurement, protocol: Protocol) -> str:
    kind = protocol.measurements.get(fact.what)
    title = kind.title if kind else words.name(fact.what)
    said = f" (as {fact.source})" if fact.source[:1].isdigit() else ""
    return (
        f"{title[:1].upper()}{title[1:]} {plain(round(fact.value, 2))} {words.unit(fact.unit)}".rstrip()
        + said
    )


def _score(fact: s.Score, protocol: Protocol) -> str:
    scale = protocol.instruments.get(fact.instrument)
    if scale is None:
        return f"{fact.instrument} {fact.total}"
    if scale.how == "triage":
        level = scoring.triaged(scale, fact.items)
        return f"{scale.title}: {level.word if level else 'no answers'}"
    of = f" of {scale.highest}" if scale.highest is not None else ""
    return _and(f"{scale.title} {fact.total}{of}", "" if scale.bands_of else scale.band(fact.total))


def rule_says(rule: str, protocol: Protocol) -> str:
    """The sentence of a rule, or its id when the protocol no longer has it."""
    return next((known.says for known in protocol.rules if known.id == rule), words.name(rule))


def _answered(fact: s.HistoryAnswered, protocol: Protocol) -> str:
    rule = next((known for known in protocol.rules if known.id == fact.question), None)
    asked = (rule.ask or rule.says) if rule else words.name(fact.question)
    answer = {"yes": "yes", "no": "no"}.get(fact.answer, "not known")
    return f"{asked} {answer.capitalize()}, said {words.role(fact.said_by)}." + (
        f" {fact.note}" if fact.note else ""
    )


def _judged(fact: s.MatchJudged, protocol: Protocol) -> str:
    known = protocol.value_sets.get(fact.value_set)
    means = known.title if known else words.name(fact.value_set)
    if fact.so == "yes":
        return f"Confirmed: “{fact.text}” means {means}"
    return f"Denied: “{fact.text}” does not mean {means}. {words.ended(fact.reason)}"


def _intake(fact: a.IntakeSent) -> str:
    unknown = len(fact.unknown)
    said = f"Intake sent by the patient: {fact.answered} answers"
    return said + (f", {unknown} of them “I don’t know”" if unknown else "")


def _form_asked(fact: a.FormAsked) -> str:
    version = f", version {fact.source_version}" if fact.source_version else ""
    return f"Form asked of the patient: {fact.title} ({fact.source}{version})"


def _decided(fact: s.ScreeningDecided, protocol: Protocol) -> str:
    says = [rule_says(rule, protocol) for rule in fact.accepted]
    accepted = f" Accepting: {'; '.join(says)}." if says else ""
    decision = words.DECISIONS.get(fact.decision, fact.decision).lower()
    until = f" Look again on {words.day(fact.until)}." if fact.until else ""
    return f"Screening decision: {decision}. {words.ended(fact.reason)}{accepted}{until}"


def _plan(fact: r.PlanApproved) -> str:
    dose = fact.mg_per_kg or fact.fixed
    series = f"{fact.sessions} doses of {words.route(fact.route)} {dose}, every {fact.every_days} days"
    changed = f" Why it changes: {fact.changed_because}" if fact.changed_because else ""
    return f"Plan approved: {series}. {words.ended(fact.reason)}{changed}"


def _dose(fact: d.DoseGiven) -> str:
    outside = (
        f" Given while the gate was closed: {'; '.join(fact.outside_gate)}." if fact.outside_gate else ""
    )
    return f"Dose given, {words.route(fact.route)}: {fact.arithmetic or fact.amount}.{outside}"


def _dose_ended(fact: d.DoseEnded) -> str:
    return f"Dose ended{' early' if fact.early else ''}: {fact.given} given" + (
        f". {fact.reason}" if fact.reason else ""
    )


def _vitals(fact: d.VitalSigns) -> str:
    pressure = (
        f"blood pressure {plain(fact.systolic)}/{words.number(fact.diastolic)}" if fact.systolic else ""
    )
    heart = f"heart rate {plain(fact.heart_rate)}" if fact.heart_rate else ""
    oxygen = f"oxygen {plain(fact.spo2)} %" if fact.spo2 else ""
    sedation = f"sedation {fact.sedation} of 5" if fact.sedation is not None else ""
    return "Vital signs: " + _and(pressure, heart, oxygen, sedation)


def _contact(fact: i.NextDayContact) -> str:
    return ("Next-day contact: reached" if fact.reached else "Next-day contact: not reached") + (
        f". {fact.concern}" if fact.concern else ""
    )


def _reached(fact: p.ContactGiven) -> str:
    called = f"likes to be called {fact.called}" if fact.called else ""
    relation = f" ({fact.emergency_relation})" if fact.emergency_relation else ""
    whom = " ".join(part for part in (fact.emergency_name + relation, fact.emergency_phone) if part)
    said = _and(
        called, f"phone {fact.phone}" if fact.phone else "", f"in an emergency {whom}" if whom else ""
    )
    return f"How to reach them, as they said: {said}"


def _open(fact: p.ChartOpened) -> str:
    return f"Chart opened for {fact.given_name} {fact.family_name}"


def _refused(fact: o.Refused) -> str:
    return f"Not allowed: {words.name(fact.action)}. {' '.join(fact.because)}"


def _booked(what: str) -> Callable[[Any], str]:
    return lambda fact: f"{what} booked for {words.moment(fact.starts_at)}"


SENTENCES: dict[type, Callable[[Any], str]] = {
    p.ChartOpened: _open,
    p.ContactGiven: _reached,
    a.IntakeSent: _intake,
    a.FormAsked: _form_asked,
    a.FormTakenBack: lambda f: f"Form taken back unanswered: {f.title}. {words.ended(f.reason)}".rstrip(),
    a.FormSent: lambda f: f"Form answered by the patient: {f.title}, {f.answered} answers",
    p.Identifier: lambda f: f"Number {f.value}",
    p.SignInCodeGiven: lambda f: f"Sign-in code given to the patient, until {words.moment(f.until)}",
    p.JoinedCareTeam: lambda f: f"{f.name}, {f.role}, joined the care team",
    p.LeftCareTeam: lambda f: f"Left the care team: {f.reason}",
    s.RecordImported: lambda f: (
        f"Record {f.source} read: {f.facts} facts, {f.not_understood} lines not understood"
    ),
    s.NotUnderstood: lambda f: f"Not understood: {f.what} ({f.where})",
    s.Problem: _problem,
    s.Medicine: _medicine,
    s.Allergy: lambda f: "Allergy: " + _and(f.text, _said_by(f.said_by)),
    s.Result: lambda f: f"{words.name(f.what).capitalize()}: {f.value}",
    r.Consented: lambda f: f"Consent signed: {words.name(f.document)} {f.version}, by {f.signed_name}",
    r.UnderstandingAnswered: lambda f: (
        f"Asked about the consent, {words.name(f.question)}: {'right' if f.right else 'not right, explained'}"
    ),
    r.ConsentExplained: lambda f: f"Explained by {words.role(f.role)}: {f.note}",
    r.ConsentWithdrawn: lambda f: f"Consent withdrawn: {words.name(f.document)}. {f.said}",
    r.Intention: lambda f: f"Intention: “{f.words}”",
    r.PreparationHeld: lambda f: f"Preparation session, {f.minutes} min. {f.note}",
    r.PlanApproved: _plan,
    r.PlanCountersigned: lambda f: f"Plan countersigned by {f.signed_name}",
    v.DeviceBound: lambda f: f"Device bound to this visit: {f.name}",
    v.DeviceUnbound: lambda f: f"Device unbound: {f.name}" + (f", {f.reason}" if f.reason else ""),
    d.VisitBooked: lambda f: f"Dosing visit {f.number} booked for {words.moment(f.starts_at)}, {f.room}",
    k.DrillBegun: lambda f: "The drill begins. What stands above is its story: nothing was given",
    k.DrillEnded: lambda f: "The drill is over",
    d.VisitCancelled: lambda f: f"Dosing visit cancelled: {f.reason}",
    d.Arrived: lambda f: f"Arrived, confirmed by {' and '.join(f.identifiers)}",
    d.Checked: lambda f: f"Checked {words.name(f.item)}: {f.answer}" + (f". {f.note}" if f.note else ""),
    d.Weighed: lambda f: f"Weighed {f.weight}" + (f" ({f.typed})" if f.typed != str(f.weight) else ""),
    d.DoseGiven: _dose,
    d.DoseEnded: _dose_ended,
    d.VitalSigns: _vitals,
    d.ReadingsSealed: lambda f: f"{f.count} device readings sealed",
    d.DischargeChecked: lambda f: (
        f"Discharge check, {words.name(f.item)}: {f.answer}" + (f". {f.note}" if f.note else "")
    ),
    d.Discharged: lambda f: f"Discharged with {f.escort}",
    d.VisitClosed: lambda f: "Visit closed",
    d.VisitStopped: lambda f: f"Visit stopped: {f.reason}",
    i.IntegrationBooked: _booked("Integration session"),
    i.NextDayContact: _contact,
    m.ReviewHeld: lambda f: f"Review: {f.outcome}. {f.reason}",
    m.CourseClosed: lambda f: f"Course closed: {f.reason}",
    o.Refused: _refused,
    o.Allowed: lambda f: f"Allowed: {words.name(f.action)}",
    o.TaskOpened: lambda f: f"Safety task opened: {f.what}",
    o.TaskTaken: lambda f: "Safety task taken",
    o.TaskClosed: lambda f: f"Safety task closed: {words.ended(f.outcome)} {f.follow_up}".rstrip(),
    o.SafetyPlan: lambda f: f"Safety plan: {f.words}",
    **alert_words.SENTENCES,
    **history_words.SENTENCES,
    **home_words.SENTENCES,
    **integration_words.SENTENCES,
    **ready_words.SENTENCES,
    **room_words.SENTENCES,
    **dose_words.SENTENCES,
    **balance_words.SENTENCES,
    **recovery_words.SENTENCES,
}

WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {
    s.Measurement: _measurement,
    h.StopBang: lambda f, protocol: f"STOP-BANG {history_words.score(f, protocol)}",
    **alert_words.WITH_PROTOCOL,
    **ready_words.WITH_PROTOCOL,
    **room_words.WITH_PROTOCOL,
    **integration_words.WITH_PROTOCOL,
    s.Score: _score,
    s.HistoryAnswered: _answered,
    s.MatchJudged: _judged,
    s.ScreeningDecided: _decided,
    o.Override: lambda f, protocol: f"Went past “{rule_says(f.rule, protocol)}”: {f.reason}",
    o.Seconded: lambda f, protocol: (
        f"Confirmed as second person: past “{rule_says(f.rule, protocol)}”. {f.note}".strip()
    ),
}
"""Those that speak in the protocol's words."""
