"""Instruments other than the PHQ-9 in a record: by the codes of their files, branching and all."""

import json
from typing import Any

import pytest

from openkap.fhir.bundle import read
from openkap.protocol.load import shipped
from tests.fhir.made import AT, PHQ9, bundle, facts, missed, patient, resource

CSSRS = ("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9")
YES_NO = {
    "LOINC": ({"code": "LA32-8"}, {"code": "LA33-6"}),
    "SNOMED CT": ({"code": "373067005"}, {"code": "373066001"}),
    "words": ({"display": "No"}, {"display": "Yes"}),
}


def answered(*answers: tuple[str, dict[str, Any]]) -> Any:
    """A questionnaire of these codes and answers, read under the protocol that ships."""
    items = [{"linkId": f"/{code}", "answer": [answer]} for code, answer in answers]
    response = resource(
        "QuestionnaireResponse", status="completed", authored="2026-05-20T10:00:00Z", item=items
    )
    whole = json.dumps(bundle(patient(), response)).encode()
    return read(whole, source="test", at=AT, protocol=shipped())


def screener(coding: tuple[dict[str, str], dict[str, str]], *said: int | None) -> Any:
    pairs = zip(CSSRS, said, strict=False)
    return answered(*((code, {"valueCoding": coding[yes]}) for code, yes in pairs if yes is not None))


@pytest.mark.parametrize("coding", YES_NO.values(), ids=YES_NO)
def test_a_screener_is_read_however_yes_is_coded(coding: tuple[dict[str, str], dict[str, str]]) -> None:
    """What was not asked stays open."""
    (score,) = facts(screener(coding, 0, 0, None, None, None, 1, 1))
    assert (score.instrument, score.items) == ("cssrs", (0, 0, None, None, None, 1, 1))


def test_a_screener_that_leaves_out_what_follows_is_not_taken() -> None:
    """Thoughts, and nobody asked about a method: half a screener is none."""
    record = screener(YES_NO["LOINC"], 1, 1, None, None, None, 0)
    assert facts(record) == []
    assert "C-SSRS screener" in missed(record)[0]


def test_a_boolean_is_an_answer_too() -> None:
    """valueBoolean for yes and no."""
    (score,) = facts(answered(*((CSSRS[n], {"valueBoolean": n == 0}) for n in (0, 1, 5))))
    assert score.items == (1, 0, None, None, None, 0)


def test_two_items_are_a_phq2_and_nine_are_none() -> None:
    """The same two questions: what else was asked tells which form it was."""
    two = answered(*((code, {"valueInteger": 2}) for code in PHQ9[:2]))
    assert [(fact.instrument, fact.total) for fact in facts(two)] == [("phq2", 4)]
    nine = answered(*((code, {"valueInteger": 1}) for code in PHQ9))
    assert [(fact.instrument, fact.total) for fact in facts(nine)] == [("phq9", 9)]
    eight = answered(*((code, {"valueInteger": 1}) for code in PHQ9[:8]))
    assert facts(eight) == []


def test_the_difficulty_item_adds_nothing() -> None:
    """Kept beside the nine, and not in the total."""
    difficulty = ("69722-7", {"valueCoding": {"code": "LA6575-0"}})
    (score,) = facts(answered(*((code, {"valueInteger": 1}) for code in PHQ9), difficulty))
    assert (score.total, score.items[-1]) == (9, 2)


@pytest.mark.parametrize(
    ("code", "total", "instrument"),
    [("75626-2", 5, "audit-c"), ("82667-7", 3, "dast10"), ("101698-9", 40, "pcl5"), ("55758-7", 3, "phq2")],
)
def test_a_total_is_known_by_its_code(code: str, total: int, instrument: str) -> None:
    """The total of AUDIT-C, not of the AUDIT; of PCL-5, not of PCL-C."""
    (score,) = facts(answered((code, {"valueInteger": total})))
    assert (score.instrument, score.total, score.items) == (instrument, total, ())


@pytest.mark.parametrize("code", ["75624-7", "70221-7"])
def test_a_total_of_another_scale_is_not_taken(code: str) -> None:
    """The full AUDIT and the PCL-C are not read as what they resemble."""
    assert facts(answered((code, {"valueInteger": 5}))) == []
