"""What is written about the weeks after a dose, as sentences of a timeline."""

from collections.abc import Callable
from typing import Any

from openkap.clinical import practices, sessions
from openkap.clinical.entries import insight as n
from openkap.clinical.entries import integration as i
from openkap.clinical.entries.experience import ExperienceTold, LookedBack
from openkap.clinical.entries.journal import JournalShared
from openkap.clinical.entries.message import MessageSent, MessageSettled
from openkap.clinical.entries.practice import Practised
from openkap.clinical.entries.reminders import ReminderFailed, RemindersChosen
from openkap.clinical.entries.sealed import NoteSealed
from openkap.clinical.protocol import Protocol
from openkap.web import words


def _held(fact: i.IntegrationHeld, protocol: Protocol) -> str:
    called = sessions.title(fact, protocol.sessions)
    said = " ".join(f"{label}: {words.ended(text)}" for label, text in sessions.lines(fact))
    return f"Integration session: {called}, {fact.minutes} min. {said}"


def _insight(fact: n.InsightNoted) -> str:
    meant = f" What follows: {words.ended(fact.intention)}" if fact.intention else ""
    return f"Insight: “{fact.words}”{meant}"


def _experience(fact: ExperienceTold, protocol: Protocol) -> str:
    said = protocol.experience
    besides = ", ".join(said.descriptors.get(one, one).lower() for one in fact.descriptors)
    music = f" Music: {words.ended(fact.music)}" if fact.music else ""
    felt = said.felt.get(fact.felt, fact.felt).lower() + (f" ({besides})" if besides else "")
    return f"How the dose was: “{fact.words}” It felt: {felt}.{music}"


def _looked_back(fact: LookedBack, protocol: Protocol) -> str:
    turned_out = protocol.experience.turned_out.get(fact.turned_out, fact.turned_out)
    return f"How the dose turned out: {turned_out}" + (f": “{fact.words}”" if fact.words else "")


def _practised(fact: Practised, protocol: Protocol) -> str:
    words = f": “{fact.words}”" if fact.words else ""
    return f"Practised: {practices.title(fact, protocol.practices)}, {fact.minutes} min{words}"


def step(fact: n.StepAgreed) -> str:
    """ "Call my sister, Sunday evening, with Ada" """
    return ", ".join(filter(None, (fact.what, fact.when, fact.with_whom and f"with {fact.with_whom}")))


def _agreed(fact: n.StepAgreed) -> str:
    return f"{'Small step' if fact.insight else 'Homework'}: {step(fact)}"


def went(fact: n.StepTold) -> str:
    """ "Partly: “twice out of three”" """
    return WENT[fact.went] + (f": “{fact.words}”" if fact.words else "")


WENT = {"done": "Done", "partly": "Partly", "not-yet": "Not yet", "set-aside": "It no longer fits"}
REMINDED = {"email": "by e-mail", "sms": "by text", "none": "none"}
SENTENCES: dict[type, Callable[[Any], str]] = {
    JournalShared: lambda fact: f"A page of their journal, shared by the patient: “{fact.words}”",
    MessageSent: lambda fact: (
        f"Message {'from' if fact.side == 'patient' else 'to'} the patient: “{fact.words}”"
    ),
    RemindersChosen: lambda fact: f"Reminders chosen by the patient: {REMINDED[fact.channel]}",
    ReminderFailed: lambda fact: f"A reminder of {fact.about} did not go out by {fact.channel}: {fact.why}",
    MessageSettled: lambda fact: f"Message settled without an answer in writing: {fact.how}",
    NoteSealed: lambda _: "Private note written, sealed to its author",
    n.InsightNoted: _insight,
    n.StepAgreed: _agreed,
    n.StepTold: lambda fact: f"How a step went. {went(fact)}",
}
WITH_PROTOCOL: dict[type, Callable[[Any, Protocol], str]] = {
    i.IntegrationHeld: _held,
    Practised: _practised,
    ExperienceTold: _experience,
    LookedBack: _looked_back,
}
