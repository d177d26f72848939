"""What a clinician gathers by hand: each is kept whole, and each refusal is one sentence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from openkap.actions import history, screening
from openkap.clinical.entries.history import AsaClass, ClearanceLetter, StopBang, TreatmentTrial
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import NotFound
from tests.conftest import AT

TRIAL = {
    "treatment": "antidepressant",
    "what": "Sertraline",
    "outcome": "no-response",
    "adequate": "yes",
    "this_episode": "yes",
    "reason": "Eight weeks at 200 mg",
    "weeks": 8,
}
LETTER = {
    "rule": "heart-failure",
    "specialty": "Cardiology",
    "signed_by": "Dr Vane",
    "written_on": AT.date() - timedelta(days=3),
    "opinion": "may-with-conditions",
    "says": "Ejection fraction 55 %",
}
ASKED = {"snores": "yes", "tired": "yes", "stops_breathing": "no", "high_pressure": "no"}


def by(record: Telling, action: Any, who: str = "prescriber", **fields: Any) -> Any:
    return action(getattr(record.staff, who), record.chart, at=AT, **fields).fact


@pytest.mark.parametrize(
    ("action", "fields", "changed", "field"),
    [
        (history.record_trial, TRIAL, {"reason": ""}, "reason"),
        (history.record_trial, TRIAL, {"weeks": 0}, "weeks"),
        (history.record_trial, TRIAL, {"outcome": "cured"}, "outcome"),
        (history.record_trial, TRIAL, {"what": " "}, "what"),
        (history.record_letter, LETTER, {"rule": "dose-needs-plan"}, "rule"),
        (history.record_letter, LETTER, {"written_on": AT.date() + timedelta(days=1)}, "written_on"),
        (history.record_letter, LETTER, {"valid_until": AT.date() - timedelta(days=4)}, "valid_until"),
        (history.record_letter, LETTER, {"says": ""}, "says"),
        (history.record_asa, {"asa": 2, "reason": "x"}, {"asa": 7}, "asa"),
        (history.record_asa, {"asa": 2, "reason": "x"}, {"reason": ""}, "reason"),
        (history.record_query, {"showed": "expected"}, {"showed": "to-weigh"}, "note"),
        (
            history.record_substance,
            {"substance": "Cannabis", "how": "smoked", "last_use": "May"},
            {"how": ""},
            "how",
        ),
        (history.record_stop_bang, ASKED | {"thick_neck": "no", "heavy": "no"}, {"snores": ""}, "snores"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_missing_or_impossible_is_named(
    record: Telling, action: Any, fields: dict[str, Any], changed: dict[str, Any], field: str
) -> None:
    """The same fields pass without the change, so it is that field alone which is refused."""
    with pytest.raises(BadInput) as fault:
        by(record, action, **fields | changed)
    assert fault.value.where == field
    assert by(record, action, **fields) is not None


def test_not_known_needs_no_reason(record: Telling) -> None:
    """Only a judgement of adequacy must be explained."""
    assert by(
        record, history.record_trial, **TRIAL | {"adequate": "unknown", "reason": ""}
    ) == TreatmentTrial(**TRIAL | {"adequate": "unknown", "reason": ""})


def test_a_letter_may_end_on_the_day_it_was_written(record: Telling) -> None:
    """The edge of the refusal above."""
    fact = by(record, history.record_letter, **LETTER | {"valid_until": LETTER["written_on"]})
    assert isinstance(fact, ClearanceLetter)


def test_only_a_prescriber_gives_the_class(record: Telling) -> None:
    """The monitor measures; the class is a judgement."""
    with pytest.raises(NotFound):
        by(record, history.record_asa, "monitor", asa=2, reason="x")
    assert by(record, history.record_asa, asa=3, reason="COPD") == AsaClass(asa=3, reason="COPD")


def test_what_the_chart_knows_is_not_asked(record: Telling) -> None:
    """Age and sex are on file, weight and height too: whatever is sent for them changes nothing."""
    said = ASKED | {"thick_neck": "unknown", "male": "yes", "older": "yes"}
    screening.measure(
        record.staff.monitor, record.chart, at=AT, what="bmi", value=Decimal("35.1"), unit="kg/m2"
    )
    fact = by(record, history.record_stop_bang, "monitor", **said)
    assert isinstance(fact, StopBang)
    assert (fact.heavy, fact.older, fact.male) == ("yes", "no", "no")
    assert (fact.least, fact.most) == (3, 4)
