"""Treatments tried, substances, queries, letters and classes of risk, as people say them."""

from collections.abc import Callable
from typing import Any

from openkap.clinical.entries import history as h
from openkap.clinical.protocol import Protocol
from openkap.clinical.stopbang import ITEMS, band
from openkap.web import words

TREATMENTS = {
    "antidepressant": "Antidepressant",
    "augmentation": "Added medicine",
    "ect": "ECT",
    "tms": "TMS",
    "psychotherapy": "Psychotherapy",
    "other": "Something else",
}
OUTCOMES = {
    "no-response": "no response",
    "partial-response": "a partial response",
    "response": "a response",
    "not-tolerated": "stopped for side effects",
    "unknown": "outcome not known",
}
ADHERENCE = {"full": "taken as agreed", "partial": "taken in part", "unknown": "adherence not known"}
ADEQUATE = {"yes": "adequate", "no": "not adequate", "unknown": "adequacy not known"}
EPISODE = {"yes": "in this episode", "no": "in an earlier episode", "unknown": "episode not known"}
SHOWED = {"expected": "nothing but what was expected", "to-weigh": "something to weigh"}
OPINIONS = {
    "may": "may go ahead",
    "may-with-conditions": "may go ahead on conditions",
    "advises-against": "advises against",
}
ASA = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}
LETTERS_FROM = (
    "Cardiology",
    "Obstetrics",
    "Neurology",
    "Psychiatry",
    "Endocrinology",
    "Hepatology",
    "Urology",
    "Ophthalmology",
    "Anaesthesia",
    "Primary care",
    "Other",
)


def stop_bang_items(protocol: Protocol) -> dict[str, str]:
    """The eight in our own words; the borders are the protocol's."""
    return {
        "snores": "Loud snoring, heard through a closed door",
        "tired": "Often tired or sleepy during the day",
        "stops_breathing": "Somebody has seen breathing stop in sleep",
        "high_pressure": "High blood pressure, treated or not",
        "heavy": f"Body mass index above {protocol.amount('stop-bang-bmi')} kg/m²",
        "older": f"Older than {protocol.count('stop-bang-age')}",
        "thick_neck": f"Neck thicker than {protocol.amount('stop-bang-neck')} cm",
        "male": "Male",
    }


def score(fact: h.StopBang, protocol: Protocol) -> str:
    """ "3 of 8, intermediate risk"; with open answers "3 to 5 of 8, low to high risk"."""
    low, high = band(fact.least, protocol), band(fact.most, protocol)
    count = f"{fact.least}" if fact.least == fact.most else f"{fact.least} to {fact.most}"
    return f"{count} of {len(ITEMS)}, {low if low == high else f'{low} to {high}'} risk"


def trial(fact: h.TreatmentTrial) -> str:
    """ "Sertraline 100 mg a day, at most 200 mg, 8 weeks" """
    weeks = f"{fact.weeks} week{'' if fact.weeks == 1 else 's'}" if fact.weeks else ""
    most = f"at most {fact.highest_dose}" if fact.highest_dose else ""
    named = f"{fact.what} {fact.dose}".strip()
    return ", ".join(part for part in (named, most, weeks, fact.when) if part)


def judged(fact: h.TreatmentTrial) -> str:
    """ "no response, adequate, in this episode, taken as agreed" """
    said = (OUTCOMES, fact.outcome), (ADEQUATE, fact.adequate), (EPISODE, fact.this_episode)
    told = [shelf.get(value, value) for shelf, value in said]
    return ", ".join([*told, ADHERENCE.get(fact.adherence, fact.adherence)])


def letter(fact: h.ClearanceLetter) -> str:
    """ "Cardiology, Dr Vane, 3 May 2026, valid until 3 November 2026: may go ahead on conditions. …" """
    until = f", valid until {words.day(fact.valid_until)}" if fact.valid_until else ""
    head = f"{fact.specialty}, {fact.signed_by}, {words.day(fact.written_on)}{until}"
    return f"{head}: {OPINIONS.get(fact.opinion, fact.opinion)}. {fact.says}"


def substance(fact: h.SubstanceUse) -> str:
    """ "Cannabis, smoked most evenings, last taken yesterday, treatment: none" """
    treated = f", treatment: {fact.treatment}" if fact.treatment else ""
    return f"{fact.substance}, {fact.how}, last taken {fact.last_use}{treated}" + (
        f". {fact.note}" if fact.note else ""
    )


def query(fact: h.PdmpQueried) -> str:
    reference = f" (reference {fact.reference})" if fact.reference else ""
    return f"{SHOWED.get(fact.showed, fact.showed)}{reference}" + (f". {fact.note}" if fact.note else "")


SENTENCES: dict[type, Callable[[Any], str]] = {
    h.TreatmentTrial: lambda f: f"Treatment tried: {trial(f)}. {judged(f).capitalize()}. {f.reason}".strip(),
    h.SubstanceUse: lambda f: f"Substance: {substance(f)}",
    h.PdmpQueried: lambda f: f"Prescription monitoring programme asked: {query(f)}",
    h.ClearanceLetter: lambda f: f"Letter: {letter(f)}",
    h.AsaClass: lambda f: f"ASA class {ASA.get(f.asa, f.asa)}: {f.reason}",
}
