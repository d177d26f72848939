"""A FHIR Questionnaire becomes a form that asks the same, or is refused with every reason."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.forms import Choice, Form, asked, next_question, total
from openkap.clinical.refusal import BadFields, BadInput
from openkap.fhir.questionnaire import Imported, read

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "questionnaires"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of public questionnaires is not beside this checkout"
)
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


def imported(*items: dict[str, Any], **more: Any) -> Imported:
    tree = {"resourceType": "Questionnaire", "status": "active", "title": "A form", "item": list(items)}
    return read(json.dumps(tree | more).encode(), "form.json")


def item(name: str, kind: str = "boolean", **more: Any) -> dict[str, Any]:
    return {"linkId": name, "type": kind, "text": f"Question {name}?"} | more


def refused(*items: dict[str, Any], **more: Any) -> str:
    with pytest.raises((BadFields, BadInput)) as caught:
        imported(*items, **more)
    return str(caught.value)


def coding(code: str, score: int | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {"valueCoding": {"system": "urn:x", "code": code, "display": code.upper()}}
    return made if score is None else made | {"extension": [{"url": ORDINAL, "valueDecimal": score}]}


LOADED = {
    "lforms-apgar-with-itemWeight-variable.json": 5,
    "lforms-blood-pressure-q.json": 2,
    "lforms-extractObs-test.R4.json": 5,
    "lforms-hidden-item-questionnaire.R4.json": 1,
    "lforms-phq9-with-the-weight-function.json": 10,
    "lforms-phq9.json": 10,
    "lforms-q-with-scores-with-rendering-xhtml.json": 2,
    "lforms-weightHeightQuestionnaire.json": 4,
    "spier-cssrs-screener.json": 7,
    "spier-phq9-questionnaire.json": 10,
    "spier-safet-questionnaire.json": 17,
    "uwcirg-CIRG-PC-PTSD-5.json": 7,
    "uwcirg-CIRG-PHQ-4.json": 5,
}
REFUSED = {
    "lforms-enableWhen-test.R4.json": "it asks for 'dateTime'",
    "lforms-hidden-item-questionnaire-response.R4.json": "a Questionnaire is needed",
    "lforms-q-enableWhen-with-reference-loop.json": "depends on itself (item1 → item3 → item1)",
    "lforms-q-items-under-repeating-choice-item.json": "each of its several answers has questions of its own",
    "lforms-q-with-modifierExtension.json": "a modifier extension",
    "lforms-qr-items-under-repeating-choice-item.json": "a Questionnaire is needed",
    "uwcirg-CIRG-CNICS-AUDIT.json": "FHIRPath expression",
    "uwcirg-GAD-7.json": "not JSON at line 7",
}


@needs_shared
@pytest.mark.parametrize("path", sorted(SHARED.glob("*.json")), ids=lambda path: path.stem)
def test_every_public_questionnaire_loads_or_says_why_not(path: Path) -> None:
    """How many questions each asks, or the reason; a file that is new must be written here."""
    if path.name in REFUSED:
        with pytest.raises((BadFields, BadInput)) as caught:
            read(path.read_bytes(), path.name)
        assert REFUSED[path.name] in str(caught.value)
    else:
        form = read(path.read_bytes(), path.name).form
        assert sum(part.asks for part, _ in form.flat) == LOADED[path.name]


@needs_shared
def test_a_public_phq9_adds_up() -> None:
    """Nine answers of "nearly every day" come to 27, by the scores in the file; the tenth has none."""
    form = read((SHARED / "lforms-phq9.json").read_bytes(), "phq9").form
    worst = {part.id: (part.choices[-1].value,) for part in asked(form, {})}
    assert total(form, worst) == 27


@needs_shared
def test_a_public_cssrs_branches() -> None:
    """Method, intent and plan are asked once thoughts are there, and not before."""
    form = read((SHARED / "spier-cssrs-screener.json").read_bytes(), "cssrs").form
    yes, no = (choice.value for choice in form.question("q1").choices)
    assert [part.id for part in asked(form, {"q1": (no,), "q2": (no,)})] == ["q1", "q2", "q6"]
    assert [part.id for part in asked(form, {"q1": (no,), "q2": (yes,), "q6": (yes,)})] == [
        *("q1", "q2", "q3", "q4", "q5", "q6", "q6-recent"),
    ]


@pytest.mark.parametrize(
    ("fhir", "kind"),
    [
        ("boolean", "yes-no"),
        ("decimal", "decimal"),
        ("integer", "whole"),
        ("date", "date"),
        ("string", "text"),
        ("text", "text"),
        ("url", "text"),
    ],
)
def test_a_kind_of_question_keeps_its_kind(fhir: str, kind: str) -> None:
    """What FHIR asks for is what is asked for."""
    (part,) = imported(item("a", fhir, required=True, prefix="1.")).form.parts
    assert (part.kind, part.required, part.text) == (kind, True, "1. Question a?")


def test_choices_keep_their_codes_words_and_scores() -> None:
    """A code is kept with its system, for two systems may share one."""
    answers = [coding("a", 0), {"valueString": "free"}, {"valueInteger": 3}]
    form = imported(item("q", "choice", answerOption=answers)).form
    assert form.question("q").choices == (
        Choice("urn:x|a", "A", Decimal(0)),
        Choice("free", "free"),
        Choice("3", "3"),
    )
    assert imported(item("q", "choice", repeats=True, answerOption=answers)).form.question("q").kind == "many"
    assert imported(item("q", "string", repeats=True)).form.question("q").kind == "lines"


def test_answers_in_a_value_set_of_the_same_file_are_read() -> None:
    """Listed in full or expanded; one that is elsewhere, or told by a rule, is refused."""
    listed = {"include": [{"system": "urn:x", "concept": [{"code": "a", "display": "A"}, {"code": "b"}]}]}
    question = item("q", "choice", answerValueSet="#v")

    def value_set(**content: Any) -> list[dict[str, Any]]:
        return [{"resourceType": "ValueSet", "id": "v"} | content]

    form = imported(question, contained=value_set(compose=listed)).form
    assert form.question("q").choices == (Choice("urn:x|a", "A"), Choice("urn:x|b", "b"))
    expanded = {"contains": [{"system": "urn:x", "code": "c"}]}
    form = imported(question, contained=value_set(expansion=expanded)).form
    assert form.question("q").choices == (Choice("urn:x|c", "c"),)
    by_rule = {"include": [{"system": "urn:x", "filter": []}]}
    assert "described by a rule" in refused(question, contained=value_set(compose=by_rule))
    assert "lists no codes" in refused(question, contained=value_set())
    assert "which is not in the file" in refused(question)


@pytest.mark.parametrize(
    ("condition", "answer", "shows"),
    [
        ({"operator": "=", "answerBoolean": True}, "yes", True),
        ({"operator": "=", "answerBoolean": True}, "no", False),
        ({"operator": "!=", "answerBoolean": False}, "yes", True),
        ({"operator": "exists", "answerBoolean": True}, "no", True),
        ({"operator": "exists", "answerBoolean": False}, "no", False),
    ],
)
def test_a_condition_is_followed(condition: dict[str, Any], answer: str, shows: bool) -> None:
    """`true` is "yes" of a yes-no question, and "there is an answer" of `exists`."""
    form = imported(item("a"), item("b", enableWhen=[{"question": "a"} | condition])).form
    assert ("b" in {part.id for part in asked(form, {"a": (answer,)})}) is shows


def test_numbers_are_compared_as_numbers() -> None:
    """9 is below 10; a text comparison would say otherwise."""
    when = [{"question": "a", "operator": ">", "answerInteger": 9}]
    form = imported(item("a", "integer"), item("b", enableWhen=when)).form
    assert next_question(form, {"a": ("10",)}) is not None
    assert next_question(form, {"a": ("9",)}) is None


def test_questions_under_a_question_are_asked_once_it_is_answered() -> None:
    """And a text under it explains it."""
    inner = [item("b"), {"linkId": "t", "type": "display", "text": "Think of the last month."}]
    form = imported(item("a", item=inner)).form
    assert form.question("a").hint == "Think of the last month."
    assert [part.id for part in asked(form, {})] == ["a"]
    assert [part.id for part in asked(form, {"a": ("no",)})] == ["a", "b"]


def test_what_is_left_out_is_said() -> None:
    """Computed, hidden and read-only parts, first values, limits on length."""
    computed = [{"url": SDC + "calculatedExpression", "valueExpression": {}}]
    hidden = [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}]
    made = imported(
        item("a", initial=[{"valueBoolean": True}]),
        item("b", "string", maxLength=5),
        item("c", extension=computed),
        item("d", extension=hidden),
        item("e", readOnly=True),
        {"linkId": "f", "type": "display"},
    )
    assert [part.id for part in made.form.parts] == ["a", "b"]
    assert [line[0] for line in made.left_out] == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("asks", "why"),
    [
        (item("a", "attachment"), "a: it asks for 'attachment'"),
        (item("a", "integer", repeats=True), "a: it may be answered several times"),
        (item("a", text=""), "a: it has no text"),
        (item("a", modifierExtension=[{"url": "x"}]), "a: a modifier extension"),
        (item("a", "choice"), "there is nothing to choose from"),
        (item("a", "quantity"), "a: a quantity is asked for in no units"),
        (
            item("a", enableWhen=[{"question": "z", "operator": "=", "answerBoolean": True}]),
            "no question here",
        ),
        (item("a", enableWhen=[{"question": "z", "operator": "="}]), "compares with 0 values"),
        (item("a", extension=[{"url": SDC + "enableWhenExpression"}]), "FHIRPath expression"),
        (item("a", enableBehavior="some"), "neither all nor any"),
        (item("a", item="no list"), "should be a list"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(asks: dict[str, Any], why: str) -> None:
    """The question and the reason."""
    assert why in refused(asks)


def test_every_fault_is_told_at_once() -> None:
    """Two questions and the status."""
    said = refused(item("a", "time"), item("b", text=""), status="retired")
    assert "a: " in said and "b: " in said and "status: 'retired'" in said
    assert "not about a patient" in refused(item("a"), subjectType=["Device"])
    assert "this form asks nothing" in refused({"linkId": "t", "type": "display", "text": "Hello"})


KEYS = (
    *("linkId", "type", "text", "item", "repeats", "answerOption", "enableWhen", "question", "operator"),
    *("answerBoolean", "valueCoding", "code", "system", "extension", "url", "valueDecimal", "prefix"),
    *("required", "readOnly", "answerValueSet"),
)
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
TREES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.lists(TREES, max_size=3))
def test_no_input_is_answered_with_anything_but_a_form_or_a_reason(items: list[Any]) -> None:
    """Whatever shape the parts have."""
    try:
        made = imported(*items)
    except (BadFields, BadInput) as refusal:
        assert str(refusal)
    else:
        assert isinstance(made.form, Form)
