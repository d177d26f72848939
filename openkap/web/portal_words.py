"""What a patient reads: short, kind, exact. One thing to do, then what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from openkap.clinical import asked_forms, experience, holds, runs, scoring
from openkap.clinical.answers import Course, Status, Visit
from openkap.clinical.asked_forms import AskedForm
from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.consent import standing
from openkap.clinical.entries.integration import IntegrationBooked
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn, Intention
from openkap.clinical.entries.screening import Score
from openkap.clinical.integration import talks
from openkap.clinical.protocol import Protocol
from openkap.clinical.rail import CONSENT_AGAIN
from openkap.web import words
from openkap.web.door import link
from openkap.web.intake_stops import is_wanted, left, stops

GREETINGS = ((12, "Good morning"), (18, "Good afternoon"), (24, "Good evening"))
LOOKS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Todo:
    """The one thing to do now: a sentence, and the button that does it."""

    says: str
    button: str
    href: str


def greeting(at: datetime) -> str:
    hour = timezone.localtime(at).hour
    return next(words for before, words in GREETINGS if hour < before)


def rests_until(status: Status, protocol: Protocol) -> datetime | None:
    """When the rest after a dose ends, as the impairment lock of the actions does; None outside of it."""
    last = max((visit.dose_at for visit in status.visits if visit.dose_at), default=None)
    until = last + protocol.span("impaired-after-dose") if last and last <= status.at else None
    return until if until and status.at < until else None


def one_thing(chart: Chart, status: Status, protocol: Protocol) -> Todo | None:
    """The most useful thing this person can do now; None when there is nothing."""
    if rests_until(status, protocol):
        return None
    if is_wanted(chart, protocol):
        return _intake(chart, protocol, status.at)
    if rest := left(chart, protocol, status.at):
        says = f"Your intake is sent. One part is still open: {rest[0].title}."
        return Todo(says, "Go on with it", rest[0].href)
    if _cleared(status) and (todo := _to_sign(chart, status, protocol)):
        return todo
    if todo := _to_confirm(chart, status, protocol):
        return todo
    if waiting := forms_waiting(chart, status.at):
        return waiting[0]
    if chart.latest(Intention) is None and _cleared(status):
        return Todo(
            "What do you hope for? Write it in your own words.",
            "Write my intention",
            link("portal-intention"),
        )
    for scale in protocol.instruments.values():
        if scale.routine and _is_due(chart, scale.id, status.at, scale.recall):
            says = f"Please answer {len(scoring.asked(scale))} short questions about {scale.asks_about}."
            return Todo(says, "Answer the questions", link("portal-form", form=scale.id))
    return None


def forms_waiting(chart: Chart, at: datetime) -> list[Todo]:
    """The forms from elsewhere that the team asks, the one asked first on top."""
    return [_to_answer(one, chart, at) for one in asked_forms.asked_forms(chart) if one.waits]


def _to_answer(one: AskedForm, chart: Chart, at: datetime) -> Todo:
    run, href = runs.current(chart, one.form, at), link("portal-form", form=one.form.id)
    title = one.form.title
    if run:
        return Todo(
            f"Please go on with “{title}”. Everything you have answered is saved.", "Go on answering", href
        )
    count = sum(part.asks for part, _ in one.form.flat)
    questions = "one question" if count == 1 else f"up to {count} questions"
    return Todo(f"Your team asks you to answer “{title}”: {questions}.", "Answer the questions", href)


def sign_again(status: Status) -> bool:
    """Whether the protocol asks for a new signature under the consent to treatment though one stands."""
    return any(reason.rule in CONSENT_AGAIN for reason in status.gates["start-dose"].because)


def _to_sign(chart: Chart, status: Status, protocol: Protocol) -> Todo | None:
    """A consent no dose goes without, unsigned or to be signed again. One taken back is not pressed for."""
    case = Case(chart, protocol, status.at)
    for text in protocol.consents.values():
        signed = case.latest(Consented, document=text.id)
        href = link("portal-consent", document=text.id)
        if text.required and signed is None:
            return Todo("Please read about the treatment. Sign only if you want to.", "Read and sign", href)
        if text.required and standing(case, text.id) and sign_again(status):
            return Todo("Please read the consent once more. Sign only if you want to.", "Read it again", href)
    return None


def _intake(chart: Chart, protocol: Protocol, at: datetime) -> Todo:
    begun = any(stop.answered for stop in stops(chart, protocol, at))
    if begun:
        says = "Please go on with your intake. Everything you have answered is saved."
        return Todo(says, "Go on with my intake", link("portal-intake"))
    says = (
        "Please tell us about you and your health, before your first appointment. You can stop and come back."
    )
    return Todo(says, "Start my intake", link("portal-intake"))


def _to_confirm(chart: Chart, status: Status, protocol: Protocol) -> Todo | None:
    """On the day before a dose: food, drink and medicines, until the patient's word is there."""
    case = Case(chart, protocol, status.at)
    asked_from = holds.asked_from(case)
    if asked_from is None or status.at < asked_from or not holds.confirmed(case):
        return None
    says = "Please read what to eat, drink and take before your next dose."
    return Todo(says, "Read and confirm", link("portal-day-before"))


def _cleared(status: Status) -> bool:
    """Whether screening is behind this person, so that reading a consent makes sense."""
    return any(mark.stage == "screening" and mark.state == "done" for mark in status.rail)


def _is_due(chart: Chart, instrument: str, at: datetime, recall: timedelta) -> bool:
    """A scale is asked again once its own recall time has passed, never sooner."""
    last = chart.latest(Score, instrument=instrument)
    return last is None or at - last.effective_at >= recall


def what_comes_next(chart: Chart, status: Status) -> list[str]:
    """At most two plain sentences: the next visit or talk, whichever is sooner."""
    visit, talk = _next_visit(status), next_talk(chart, status)
    if talk and (visit is None or talk < visit.starts_at):
        return [
            f"Your next talk with your therapist is on {_when(talk)}.",
            "Bring whatever has stayed with you.",
        ]
    if visit:
        first = f"Your next visit is on {_when(visit.starts_at)}, in {visit.room}."
        return [first, "Someone you trust takes you home afterwards."]
    return ["Nothing is booked at the moment. Your team will get in touch with you."]


def _when(moment: datetime) -> str:
    """ "Monday 23 November 2026 at 10:30am" """
    local = timezone.localtime(moment)
    hour = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    return f"{local:%A} {words.day(local)} at {hour}"


def _next_visit(status: Status) -> Visit | None:
    ahead = [visit for visit in status.visits if visit.phase == "booked" and visit.starts_at >= status.at]
    return min(ahead, key=lambda visit: visit.starts_at, default=None)


def next_talk(chart: Chart, status: Status) -> datetime | None:
    """The next integration session that is booked."""
    booked = talks(chart.all(IntegrationBooked), status.visits)
    ahead = [entry.fact.starts_at for entry in booked if entry.fact.starts_at >= status.at]
    return min(ahead, default=None)


def looks(rows: Iterable[Any], *, me: str) -> list[dict[str, Any]]:
    """Who looked at the record, one line a person and day, newest first. My own looks are left out."""
    seen: dict[tuple[date, str], dict[str, Any]] = {}
    for row in rows:
        if row.user == me or not row.allowed:
            continue
        day = timezone.localtime(row.at).date()
        line = seen.setdefault(
            (day, row.user), {"day": day, "name": row.name, "role": words.role(row.role), "times": 0}
        )
        line["times"] += 1
    return list(seen.values())[:LOOKS_SHOWN]


ASKS = {"told": "Say how your last dose was", "looked-back": "Say how your last dose turned out"}


def dose_to_tell(case: Case) -> str:
    """What may be asked about the last dose now, or ""."""
    doses = experience.record(case)
    return ASKS.get(doses[-1].asks, "") if doses else ""


def signed(chart: Chart, protocol: Protocol) -> list[dict[str, Any]]:
    """What I signed, newest first, and whether I took it back."""
    back = {e.fact.document: e.effective_at for e in chart.all(ConsentWithdrawn)}
    return [
        {
            "document": e.fact.document,
            "title": protocol.consents[e.fact.document].title,
            "version": e.fact.version,
            "at": e.effective_at,
            "back": at if (at := back.get(e.fact.document)) and at > e.effective_at else None,
        }
        for e in reversed(chart.all(Consented))
        if e.fact.document in protocol.consents
    ]


def my_scores(course: Course, protocol: Protocol) -> list[dict[str, Any]]:
    """My totals with their words, newest first."""
    newest = sorted(course.scores, key=lambda point: point.at, reverse=True)
    return [
        {
            "title": protocol.instruments[point.instrument].title,
            "highest": protocol.instruments[point.instrument].highest,
            "total": point.total,
            "band": point.band,
            "at": point.at,
        }
        for point in newest
        if point.instrument in protocol.instruments
    ]
