"""CodeableConcept: the words and codes of one idea."""

from dataclasses import dataclass

from openkap.clinical.entries.words import Code
from openkap.fhir.element import Node, NotRead, group, groups, text

SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
}
_SPOKEN = {"snomed": "SNOMED CT", "icd10cm": "ICD-10-CM", "rxnorm": "RxNorm", "loinc": "LOINC"}
_ICD_STEM = 3  # letters and digits before the point, as in F20.9


@dataclass(frozen=True, slots=True)
class Concept:
    """Words and codes; `doubt` is a sentence when only the words could be understood."""

    words: str
    codes: tuple[Code, ...]
    doubt: str = ""

    def code_in(self, system: str) -> list[str]:
        return [code.code for code in self.codes if code.system == system]


def concept(node: Node, key: str) -> Concept | None:
    """The concept under that name, or None where there is none. NotRead when it says nothing at all."""
    if key not in node:
        return None
    element = group(node, key)
    codes = tuple(code for coding in groups(element, "coding") if (code := _code(coding)).code)
    words = text(element, "text") or next((code.display for code in codes if code.display), "")
    if not words and not codes:
        raise NotRead(f"{key} holds neither a code nor words")
    words = words or f"{_SPOKEN.get(codes[0].system, codes[0].system)} {codes[0].code}"
    return Concept(words, codes, _doubt(words, codes))


def needed(node: Node, key: str) -> Concept:
    """The concept under that name, or NotRead where it is missing."""
    found = concept(node, key)
    if found is None:
        raise NotRead(f"{key} is missing, so it cannot be told what this is about")
    return found


def status_code(node: Node, key: str) -> str:
    """The code of a status that R4 writes as a CodeableConcept, or "" where there is none."""
    codings = groups(group(node, key), "coding")
    return text(codings[0], "code") if codings else ""


def _code(coding: Node) -> Code:
    uri = text(coding, "system")
    system = SYSTEMS.get(uri.replace("https://", "http://", 1).rstrip("/"), uri)
    code = text(coding, "code")
    if system == "icd10cm":
        code = _with_point(code.upper())
    return Code(system, code, text(coding, "display"))


def _with_point(code: str) -> str:
    """Some senders leave out the point: F209 is F20.9."""
    if "." in code or len(code) <= _ICD_STEM:
        return code
    return f"{code[:_ICD_STEM]}.{code[_ICD_STEM:]}"


def _doubt(words: str, codes: tuple[Code, ...]) -> str:
    if not codes:
        return f"no code, only the words {words!r}: kept as words"
    if any(code.system in _SPOKEN for code in codes):
        return ""
    systems = ", ".join(sorted({code.system or "no code system" for code in codes}))
    return f"code system not known ({systems}): kept as the words {words!r}"
