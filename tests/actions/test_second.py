"""The second person of an override: another one, of the asked role, and only where one is asked for."""

from uuid import uuid4

import pytest

from openkap.actions import dosing
from openkap.clinical.entries.office import Seconded
from openkap.clinical.entries.screening import Problem
from openkap.clinical.refusal import BadInput
from openkap.demo.telling import Telling
from openkap.records.policy import Principal
from tests.conftest import AT

BIPOLAR = Problem(text="Bipolar disorder")


@pytest.fixture
def past(telling: Telling) -> Telling:
    """A prescriber has gone past bipolar disorder."""
    telling.record_comes_in(telling.day(20, 9), BIPOLAR)
    dosing.override(telling.staff.prescriber, telling.chart, at=AT, rule="bipolar", reason="lithium")
    return telling


def another(telling: Telling, role: str = "prescriber") -> Principal:
    clinic = str(telling.staff.clinic.id)
    return Principal(user=str(uuid4()), name="Another", role=role, clinic=clinic)


def test_another_prescriber_confirms(past: Telling) -> None:
    """The finding is gone past once both have signed."""
    dosing.second(another(past), past.chart, at=AT, rule="bipolar")
    assert [fact.role for fact in past.folded().facts(Seconded)] == ["prescriber"]
    assert [f.overridden for f in past.status(AT).findings if f.rule.id == "bipolar"] == ["lithium"]


def test_nobody_confirms_themselves(past: Telling) -> None:
    """One sentence, and nothing is written."""
    with pytest.raises(BadInput, match="you went past this yourself"):
        dosing.second(past.staff.prescriber, past.chart, at=AT, rule="bipolar")
    assert past.folded().facts(Seconded) == []


def test_another_role_or_another_rule_is_refused(past: Telling) -> None:
    """A monitor is not the second prescriber; a rule nobody went past, or that needs no second, has none."""
    for who, rule in (
        (another(past, "monitor"), "bipolar"),
        (another(past), "opioid-use"),
        (another(past), "heart-failure"),
    ):
        with pytest.raises(BadInput):
            dosing.second(who, past.chart, at=AT, rule=rule)
