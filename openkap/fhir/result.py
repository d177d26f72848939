"""Word results: positive, negative or indeterminate, however coded; and a pregnancy status."""

from typing import Final

from openkap.clinical.entries.screening import Problem
from openkap.fhir.concept import Concept, concept, needed
from openkap.fhir.element import Node, NotRead, groups, text

PREGNANCY_STATUS: Final = "82810-3"
NOT_PREGNANT: Final = "60001007"

WORDS: Final = {
    "positive": "positive",
    "pos": "positive",
    "detected": "positive",
    "present": "positive",
    "negative": "negative",
    "neg": "negative",
    "not detected": "negative",
    "none detected": "negative",
    "absent": "negative",
    "indeterminate": "indeterminate",
    "inconclusive": "indeterminate",
    "equivocal": "indeterminate",
}
CODES: Final = {
    "10828004": "positive",  # SNOMED CT
    "260373001": "positive",
    "52101004": "positive",
    "260385009": "negative",
    "260415000": "negative",
    "2667000": "negative",
    "82334004": "indeterminate",
    "419984006": "indeterminate",
    "LA6576-8": "positive",  # LOINC answers
    "LA11882-0": "positive",
    "LA6577-6": "negative",
    "LA11883-8": "negative",
    "LA11884-6": "indeterminate",
    "LA9663-1": "indeterminate",
    "POS": "positive",  # HL7 interpretation
    "DET": "positive",
    "NEG": "negative",
    "ND": "negative",
    "IND": "indeterminate",
    "E": "indeterminate",
}


def word(node: Node) -> str:
    """The result in one word, from its value and its interpretation. NotRead when they leave it open."""
    found = {answer for what in _said(node) if (answer := _answer(what))}
    if len(found) == 1:
        return found.pop()
    if found:
        raise NotRead("its value and its interpretation disagree: not taken")
    if "valueQuantity" in node:
        raise NotRead("a number is given, and no word says whether that is positive: not taken")
    raise NotRead("its value is neither positive, negative nor indeterminate: not taken")


def pregnancy(node: Node) -> Problem:
    """A pregnancy status that says the person is, or may be, pregnant, as a problem on file."""
    said = needed(node, "valueCodeableConcept")
    status = "resolved" if NOT_PREGNANT in said.code_in("snomed") else "active"
    return Problem(text=said.words, codes=said.codes, status=status)


def _said(node: Node) -> list[Concept]:
    interpreted = [
        concept({"interpretation": one}, "interpretation") for one in groups(node, "interpretation")
    ]
    spoken = Concept(words, ()) if (words := text(node, "valueString")) else None
    return [what for what in (concept(node, "valueCodeableConcept"), spoken, *interpreted) if what]


def _answer(what: Concept) -> str:
    by_code = {CODES[code.code] for code in what.codes if code.code in CODES}
    if len(by_code) == 1:
        return by_code.pop()
    return WORDS.get(what.words.lower(), "")
