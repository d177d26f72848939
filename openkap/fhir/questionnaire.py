"""Questionnaire: a FHIR R4 form made into one of ours, or refused with every reason.

What would change the meaning of an answer and cannot be followed is refused (a FHIRPath condition, a modifier
extension, an answer list kept elsewhere). What can be left out without harm is left out and said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from openkap.clinical.forms import Enabling, Form, Question
from openkap.clinical.refusal import BadFields, BadInput
from openkap.fhir.choices import choices_of, value_of
from openkap.fhir.element import Node, NotRead, flag, group, groups, text, texts
from openkap.fhir.json_text import parse, unpacked

KINDS: Final = {
    "group": "group",
    "display": "display",
    "boolean": "yes-no",
    "decimal": "decimal",
    "integer": "whole",
    "date": "date",
    "string": "text",
    "text": "text",
    "url": "text",
    "choice": "one",
    "quantity": "decimal",
}
MOST_BYTES: Final = 1024 * 1024
"""Unpacked. The largest of twenty public forms has 40 kB."""
MOST_QUESTIONS: Final = 300
"""Nobody answers more than that, one a screen."""
LONGEST_ID: Final = 200
"""Characters of a linkId, which stands in an address."""
REPEATED: Final = {"one": "many", "text": "lines"}
STATUSES: Final = ("draft", "active")
_EXTENSIONS: Final = "http://hl7.org/fhir/StructureDefinition/"
_SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
_HIDDEN: Final = f"{_EXTENSIONS}questionnaire-hidden"
_COMPUTED: Final = (
    f"{_SDC}sdc-questionnaire-calculatedExpression",
    f"{_EXTENSIONS}cqf-calculatedValue",
)
_CONDITION: Final = f"{_SDC}sdc-questionnaire-enableWhenExpression"
_LIMITS: Final = ("minValue", "maxValue", "regex", "maxDecimalPlaces", "minLength")
_UNCHECKED: Final = tuple(f"{_EXTENSIONS}{name}" for name in _LIMITS)


@dataclass(frozen=True, slots=True)
class Imported:
    """The form, and one sentence for each thing of the file that is not in it."""

    form: Form
    left_out: tuple[str, ...]
    url: str = ""
    version: str = ""  # as the file calls itself


@dataclass(slots=True)
class _Reading:
    contained: dict[str, Node]
    faults: list[BadInput] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read(data: bytes, source: str) -> Imported:
    """The form in these bytes. BadInput for what is no Questionnaire, else BadFields with every fault."""
    plain = unpacked(data, source)
    if len(plain) > MOST_BYTES:
        raise BadInput(source, f"it is longer than {MOST_BYTES // 1024} kB", "Send one form")
    tree, _ = parse(plain, source)
    if not isinstance(tree, dict) or tree.get("resourceType") != "Questionnaire":
        named = tree.get("resourceType", "no resource") if isinstance(tree, dict) else "no resource"
        raise BadInput(source, f"a Questionnaire is needed, and this is {str(named)[:40]}", "Send the form")
    reading = _Reading({str(one.get("id")): one for one in _each(tree, "contained")})
    try:
        form, url, version = _form(tree, source, reading), text(tree, "url"), text(tree, "version")
    except NotRead as fault:
        raise BadFields([BadInput(source, str(fault))]) from None
    if reading.faults:
        raise BadFields(reading.faults)
    assert form is not None
    return Imported(form, tuple(dict.fromkeys(reading.left_out)), url, version)


def _form(tree: Node, source: str, reading: _Reading) -> Form | None:
    status = text(tree, "status")
    if status not in STATUSES:
        reading.faults.append(BadInput("status", f"{status!r} is not {' or '.join(STATUSES)}"))
    subjects = texts(tree, "subjectType")
    if subjects and not {"Patient", "Person"} & set(subjects):
        reading.faults.append(BadInput("subjectType", "it is not about a patient"))
    if "modifierExtension" in tree:
        reading.faults.append(
            BadInput(source, "a modifier extension changes what it means in a way not known")
        )
    parts = tuple(_parts(groups(tree, "item"), reading))
    if (asks := _asks(parts)) > MOST_QUESTIONS:
        reading.faults.append(BadInput(source, f"it asks {asks} questions, more than {MOST_QUESTIONS}"))
    if reading.faults:
        return None
    name = text(tree, "url") or text(tree, "id") or text(tree, "name") or text(tree, "title") or source
    notice = text(tree, "copyright") or text(tree, "publisher")
    return Form(name, text(tree, "title") or text(tree, "name") or name, parts, notice=notice)


def _asks(parts: tuple[Question, ...]) -> int:
    return sum(part.asks + _asks(part.inner) for part in parts)


def _parts(items: list[Node], reading: _Reading) -> Iterator[Question]:
    for item in items:
        try:
            yield from _part(item, reading)
        except NotRead as fault:
            reading.faults.append(BadInput(str(item.get("linkId", "item without linkId"))[:60], str(fault)))


def _part(item: Node, reading: _Reading) -> Iterator[Question]:
    name, kind, said = text(item, "linkId"), text(item, "type"), text(item, "text")
    if "modifierExtension" in item:
        raise NotRead("a modifier extension changes what it means in a way not known")
    if len(name) > LONGEST_ID:
        raise NotRead(f"its linkId is longer than {LONGEST_ID} characters")
    if reason := _not_asked(item):
        reading.left_out.append(f"{name}: not asked, for {reason}.")
        return
    if _extension(item, _CONDITION) is not None:
        raise NotRead("whether it is asked is a FHIRPath expression, and only enableWhen can be followed")
    if kind not in KINDS:
        raise NotRead(f"it asks for {kind or 'nothing'!r}, which there is no way to ask")
    inner, hint = _inner(item, name, kind, reading)
    _note(item, name, reading)
    made = _kind(item, KINDS[kind])
    said = said or _named(item)
    if not said and kind == "display":
        reading.left_out.append(f"{name}: a text to read that holds none.")
        return
    if not said and kind != "group":
        raise NotRead("it has no text, so nobody would know what is asked")
    yield Question(
        id=name,
        text=f"{text(item, 'prefix')} {said}".strip(),
        kind=made,
        choices=choices_of(item, reading.contained) if made in ("one", "many") else (),
        required=flag(item, "required") and kind not in ("group", "display"),
        enabled_when=tuple(_enabling(one) for one in groups(item, "enableWhen")),
        enabled_by=text(item, "enableBehavior") or "all",
        hint=hint,
        inner=inner if kind == "group" else (),
    )
    if inner and kind != "group":
        answered = Enabling(name, "exists", "true")
        yield Question(f"{name}/", "", "group", enabled_when=(answered,), inner=inner)


def _not_asked(item: Node) -> str:
    """Why a part is for a program and not for a person; empty when it is asked."""
    if any(_extension(item, url) is not None for url in _COMPUTED):
        return "it is worked out from the others"
    if flag(item, "readOnly"):
        return "nobody may answer it"
    hidden = _extension(item, _HIDDEN)
    return "it is hidden" if hidden is not None and hidden.get("valueBoolean") else ""


def _kind(item: Node, kind: str) -> str:
    if not flag(item, "repeats"):
        return kind
    if kind not in REPEATED:
        raise NotRead("it may be answered several times, and only choices and texts can be")
    if groups(item, "item"):
        raise NotRead("each of its several answers has questions of its own, and that cannot be asked")
    return REPEATED[kind]


def _inner(item: Node, name: str, kind: str, reading: _Reading) -> tuple[tuple[Question, ...], str]:
    """The parts inside, and what only explains a question as its hint."""
    items = groups(item, "item")
    if kind == "group":
        return tuple(_parts(items, reading)), ""
    if kind == "display" and items:
        raise NotRead(f"{name} is a text to read, and has parts")
    explains = [text(one, "text") for one in items if one.get("type") == "display"]
    asks = [one for one in items if one.get("type") != "display"]
    return tuple(_parts(asks, reading)), " ".join(filter(None, (_unit(item), *explains)))


def _unit(item: Node) -> str:
    """The unit a number is asked in. A quantity whose unit is left to the patient is refused."""
    urls = (f"{_EXTENSIONS}questionnaire-unit", f"{_EXTENSIONS}questionnaire-unitOption")
    units = [group(one, "valueCoding") for one in groups(item, "extension") if one.get("url") in urls]
    if item.get("type") == "quantity" and len(units) != 1:
        raise NotRead(f"a quantity is asked for in {len(units) or 'no'} units, and one is needed")
    return next((text(unit, "display") or text(unit, "code") for unit in units), "")


def _enabling(when: Node) -> Enabling:
    question, operator = text(when, "question"), text(when, "operator")
    given = [key for key in when if key.startswith("answer")]
    if len(given) != 1:
        raise NotRead(f"its condition on {question!r} compares with {len(given)} values, and one is needed")
    return Enabling(question, operator, value_of(when, given[0]))


def _note(item: Node, name: str, reading: _Reading) -> None:
    """What a person does not miss, said all the same."""
    if "initial" in item or any(flag(option, "initialSelected") for option in groups(item, "answerOption")):
        reading.left_out.append(f"{name}: no answer is filled in beforehand.")
    if "maxLength" in item or any(_extension(item, url) is not None for url in _UNCHECKED):
        reading.left_out.append(f"{name}: how long or how large an answer may be is not checked.")


def _named(item: Node) -> str:
    """What the code of an item is called, for one without a text of its own."""
    return next((words for coding in groups(item, "code") if (words := text(coding, "display"))), "")


def _extension(node: Node, url: str) -> Node | None:
    return next((one for one in groups(node, "extension") if one.get("url") == url), None)


def _each(node: Node, key: str) -> list[Any]:
    value = node.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
