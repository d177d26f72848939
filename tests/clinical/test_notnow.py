"""The page for whoever cannot be treated now: every rule that can stand in the way has plain words for it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from openkap.clinical.case import Case
from openkap.clinical.entries.screening import Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.notnow import NotNow, not_now
from openkap.clinical.rules import Rule
from openkap.protocol.load import shipped
from tests.clinical.charts import chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHOWN = [
    rule
    for rule in (*shipped().rules, *(one.rule for one in shipped().unset if one.rule))
    if rule.stage == "screening" and rule.then in ("exclude", "stabilise") and rule.id != "deceased"
]
FAILURE = Problem(text="Heart failure", codes=(Code("icd10cm", "I50.9"),))
SCHIZOPHRENIA = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))
HARD = re.compile(
    r"contraindicat|exclu|diagnos|disorder|psychos|psychotic|abuse|addict|alcoholic|refus|fail|symptom|"
    r"guarantee|cure|will help|promise|must not",
    re.IGNORECASE,
)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.id)
def test_every_rule_that_stands_in_the_way_has_plain_words(rule: Rule) -> None:
    """Why, and what could change it: whole short sentences, no label, no blame, no promise."""
    assert rule.tells, f"{rule.id} has no words for the patient: add `tells`"
    for text in rule.tells:
        assert not HARD.search(text), text
        assert text[0].isupper() and text.endswith(".")
        assert all(len(part.split()) <= 30 for part in re.split(r"[.:!?]", text)), text


def told(*facts: object, **decided: object) -> NotNow | None:
    said = ScreeningDecided(**{"decision": "not-suitable", "reason": "inner note"} | decided)
    written = [(AT - 9 * DAY, person(given_name="Ada")), *((AT - 5 * DAY, fact) for fact in facts)]
    return not_now(Case(chart_of([*written, (AT - DAY, said)]), shipped(), AT))


def test_the_reasons_are_those_the_signer_accepted() -> None:
    """With both on the chart, the one that was signed; all of them when none was ticked."""
    signed = told(FAILURE, SCHIZOPHRENIA, accepted=("heart-failure",))
    assert signed and [one.rule for one in signed.reasons] == ["heart-failure"]
    every = told(FAILURE, SCHIZOPHRENIA)
    assert every and [one.rule for one in every.reasons] == ["psychosis", "heart-failure"]


def test_it_speaks_of_the_day_of_the_decision() -> None:
    """What came later is not on it."""
    chart = chart_of(
        [
            (AT - 9 * DAY, person()),
            (AT - 5 * DAY, ScreeningDecided(decision="deferred", reason="x", until=date(2026, 6, 1))),
            (AT - DAY, FAILURE),
        ]
    )
    page = not_now(Case(chart, shipped(), AT))
    assert page and page.reasons == () and page.later and page.look_again == date(2026, 6, 1)


def test_there_is_none_for_somebody_suitable_or_undecided() -> None:
    """Nothing to explain."""
    assert told(decision="suitable") is None
    assert not_now(Case(chart_of([(AT, person())]), shipped(), AT)) is None
