"""PHQ-9 and its like, answer by answer."""

from typing import Any

import pytest

from tests.fhir.made import LOINC, PHQ9, facts, look, missed, observation, only, resource

CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def item(code: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": f"/44249-1/{code}", "answer": [answer]}


def coded(value: int) -> dict[str, Any]:
    return {"valueCoding": {"system": LOINC, "code": CODES[value]}}


def response(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return resource(
        "QuestionnaireResponse",
        **({"status": "completed", "authored": "2026-05-20T10:00:00Z", "item": list(items)} | fields),
    )


def answers(*values: int) -> list[dict[str, Any]]:
    return [item(code, coded(value)) for code, value in zip(PHQ9, values, strict=False)]


FULL = (2, 2, 2, 2, 1, 1, 2, 0, 0)


def test_nine_answers_make_a_score() -> None:
    """With the answers in the instrument's own order, and the sum added up here."""
    score = only(look(response(*reversed(answers(*FULL)))))
    assert (score.total, score.items) == (12, FULL)


def test_answers_may_be_grouped() -> None:
    """However deep."""
    group = {"linkId": "group", "item": [{"linkId": "inner", "item": answers(*FULL)}]}
    assert only(look(response(group))).total == 12


@pytest.mark.parametrize(
    "answer",
    [
        {"valueInteger": 3},
        {"valueDecimal": 3.0},
        {"valueCoding": {"code": "x", "display": "Nearly every day"}},
        {
            "valueCoding": {
                "code": "x",
                "extension": [
                    {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
                ],
            }
        },
    ],
)
def test_an_answer_however_it_is_written(answer: dict[str, Any]) -> None:
    """As a number, by its words, or by its weight."""
    rest = answers(*FULL)[1:]
    assert only(look(response(item(PHQ9[0], answer), *rest))).items[0] == 3


@pytest.mark.parametrize("missing", range(9))
def test_eight_answers_are_no_score(missing: int) -> None:
    """The ninth is not taken to be zero."""
    left = [one for number, one in enumerate(answers(*FULL)) if number != missing]
    record = look(response(*left))
    assert facts(record) == []
    assert "8 of 9 questions are answered" in missed(record)[0]


@pytest.mark.parametrize(("total", "taken"), [(12, True), (13, False)])
def test_a_total_that_disagrees_with_its_answers_is_listed(total: int, taken: bool) -> None:
    """Neither is believed."""
    record = look(response(*answers(*FULL), item("44261-6", {"valueDecimal": total})))
    assert bool(facts(record)) is taken


@pytest.mark.parametrize(
    "answer",
    [
        {"valueInteger": 4},
        {"valueInteger": -1},
        {"valueString": "often"},
        {"valueCoding": {"display": "Sometimes"}},
    ],
)
def test_an_answer_that_is_none_of_its_answers_is_listed(answer: dict[str, Any]) -> None:
    """No score comes of it."""
    assert facts(look(response(item(PHQ9[0], answer), *answers(*FULL)[1:]))) == []


@pytest.mark.parametrize(
    "fields", [{"status": "in-progress"}, {"status": None}, {"authored": None}, {"authored": "2026-06-02"}]
)
def test_what_is_unfinished_undated_or_in_the_future_is_listed(fields: dict[str, Any]) -> None:
    """And not taken."""
    record = look(response(*answers(*FULL), **fields))
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_an_item_answered_twice_is_listed() -> None:
    """It cannot be told which holds."""
    assert "answered twice" in missed(look(response(*answers(*FULL), item(PHQ9[0], coded(0)))))[0]


def test_another_questionnaire_is_counted() -> None:
    """By the name it gives itself."""
    record = look(response({"linkId": "1"}, questionnaire="urn:food"))
    assert record.not_understood[0].what == "1 QuestionnaireResponse: not used by this program: urn:food (1)"


def test_a_total_that_is_also_given_answer_by_answer_is_one_score() -> None:
    """US Core sends both."""
    total = observation("44261-6", id="total", valueInteger=12, effectiveDateTime="2026-05-20T10:00:00Z")
    record = look(response(*answers(*FULL)), total)
    assert [fact.items for fact in facts(record)] == [FULL]
    assert "taken once" in missed(record)[0]


def test_a_total_given_twice_at_one_instant_is_one_score() -> None:
    """The form's own total and the observation made of it; another instant is another score."""
    totals = [
        observation(
            "44261-6", id=f"t{day}-{n}", valueInteger=12, effectiveDateTime=f"2026-05-2{day}T10:00:00Z"
        )
        for day, n in ((0, 1), (0, 2), (1, 1))
    ]
    record = look(*totals)
    assert [fact.total for fact in facts(record)] == [12, 12]
    assert "given twice: taken once" in missed(record)[0]


def one_by_one(*values: int, when: str = "2026-05-20T10:00:00Z") -> list[dict[str, Any]]:
    """Each answer an Observation of its own, as US Core has it."""
    return [
        observation(code, id=code, effectiveDateTime=when, valueCodeableConcept={"coding": [coding]})
        for code, coding in (
            (code, coded(value)["valueCoding"]) for code, value in zip(PHQ9, values, strict=False)
        )
    ]


def test_nine_observations_of_one_instant_are_the_form_they_came_from() -> None:
    """In any order, whatever else is in the record, and one score with the total sent beside them."""
    total = observation("44261-6", id="total", valueInteger=12, effectiveDateTime="2026-05-20T10:00:00Z")
    (score,) = facts(look(total, *reversed(one_by_one(*FULL))))
    assert (score.total, score.items) == (12, FULL)
    later = one_by_one(1, 1, when="2026-05-21T10:00:00Z")
    assert [fact.total for fact in facts(look(*later, *one_by_one(*FULL)))] == [12]


def test_a_lone_answer_is_no_score_and_is_seen() -> None:
    """Somebody may have sent the ninth alone: it stands among what could not be read, with its words."""
    answer = {"text": "Several days", "coding": [coded(1)["valueCoding"]]}
    lone = observation("44260-8", effectiveDateTime="2026-05-20T10:00:00Z", valueCodeableConcept=answer)
    record = look(lone)
    assert facts(record) == []
    (line,) = record.not_understood[: record.not_used_from]
    assert "44260-8: Several days" in line.where
    assert "1 of 9 questions are answered" in line.what


@pytest.mark.parametrize("value", [{}, {"valueString": "often"}, {"valueInteger": 7}, {"valueInteger": None}])
def test_an_answer_that_is_none_is_listed(value: dict[str, Any]) -> None:
    """Like any answer on a form."""
    record = look(observation("44260-8", **value))
    assert facts(record) == []
    assert record.not_used_from == 1
