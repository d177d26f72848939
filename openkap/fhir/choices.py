"""The answers a Questionnaire offers, and one value of it as a form writes values."""

from collections import Counter
from decimal import Decimal
from typing import Final

from openkap.clinical.forms import Choice
from openkap.clinical.quantity import plain
from openkap.fhir.element import Node, NotRead, group, groups, text

SCORES: Final = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/questionnaire-ordinalValue",
)
_PREFIX: Final = "value"


def choices_of(item: Node, contained: dict[str, Node]) -> tuple[Choice, ...]:
    """The answers listed in the item, or in a value set inside the same file. NotRead for one elsewhere."""
    if "answerValueSet" in item:
        return _of_value_set(text(item, "answerValueSet"), contained)
    options = groups(item, "answerOption")
    made = [(_value(option), option) for option in options]
    return tuple(Choice(value, _label(option), _score(option)) for value, option in made)


def value_of(node: Node, key: str) -> str:
    """What stands under `valueX` or `answerX`, as a form writes it: "yes", "2.5", "2026-05-14", a code."""
    value = node[key]
    if isinstance(value, bool):
        if key.startswith("answer") and node.get("operator") == "exists":
            return "true" if value else "false"
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return plain(Decimal(value))
    if isinstance(value, dict):
        if not key.endswith("Coding"):
            raise NotRead(f"{key} is a kind of answer that cannot be compared")
        return _coded(group(node, key))
    return text(node, key)


def _value(option: Node) -> str:
    keys = [key for key in option if key.startswith(_PREFIX)]
    if len(keys) != 1:
        raise NotRead("an answer of it holds no value, or several")
    return value_of(option, keys[0])


def _coded(coding: Node) -> str:
    """A code with its system, for two systems may share one; words where there is no code."""
    system, code = text(coding, "system"), text(coding, "code")
    made = f"{system}|{code}" if system and code else code or text(coding, "display")
    if not made:
        raise NotRead("an answer of it has neither a code nor words")
    return made


def _label(option: Node) -> str:
    coding = group(option, "valueCoding") if "valueCoding" in option else {}
    words = text(coding, "display") or text(coding, "code") or _value(option)
    return words.rpartition("|")[2]


def _score(option: Node) -> Decimal | None:
    coding = group(option, "valueCoding") if "valueCoding" in option else {}
    for extension in (*groups(option, "extension"), *groups(coding, "extension")):
        if extension.get("url") in SCORES:
            given = [extension[key] for key in extension if key.startswith(_PREFIX)]
            if len(given) != 1 or isinstance(given[0], bool) or not isinstance(given[0], int | Decimal):
                raise NotRead("the score of an answer is not a number")
            return Decimal(given[0])
    return None


def _of_value_set(url: str, contained: dict[str, Node]) -> tuple[Choice, ...]:
    if not url.startswith("#") or url[1:] not in contained:
        raise NotRead(f"its answers stand in the value set {url[:80]!r}, which is not in the file")
    codes = list(_codes(contained[url[1:]]))
    if not codes:
        raise NotRead(f"the value set {url[:80]!r} in the file lists no codes")
    if twice := [code for code, count in Counter(_coded(code) for code in codes).items() if count > 1]:
        raise NotRead(f"the value set {url[:80]!r} lists {twice[0][:40]!r} twice")
    return tuple(
        Choice(_coded(c), text(c, "display") or text(c, "code"), _score({"valueCoding": c})) for c in codes
    )


def _codes(value_set: Node) -> list[Node]:
    """What an expansion lists; else the concepts named in full. NotRead for a filter or another value set."""
    if expanded := groups(group(value_set, "expansion"), "contains"):
        return expanded
    compose = group(value_set, "compose")
    parts = groups(compose, "include")
    if groups(compose, "exclude") or any("filter" in part or "valueSet" in part for part in parts):
        raise NotRead("its answers are described by a rule and not listed")
    return [{"system": text(part, "system"), **one} for part in parts for one in groups(part, "concept")]
