"""A group circle: held once, an entry in each chart, nobody's name in another's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from openkap.actions.circle import hold_circle
from openkap.clinical.entries.dosing import DoseGiven, VisitBooked
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.quantity import Milligrams
from openkap.clinical.refusal import BadFields, BadInput
from openkap.records import read
from openkap.records.ledger import Draft, append
from openkap.records.policy import NotFound, Principal
from tests.conftest import AT

HELD: dict[str, Any] = {
    "approach": "group-circle",
    "parts": (("theme", "Coming home"), ("shared", "What helped in the first week")),
    "minutes": 90,
}
LATER = AT + timedelta(days=2)


@pytest.fixture
def dosed(open_chart: Callable[..., str]) -> Callable[..., str]:
    """A chart of that name; with a visit, a dose was given there."""

    def make(given: str, family: str, visit: str) -> str:
        chart = open_chart(given_name=given, family_name=family)
        facts: list[Any] = [VisitBooked(visit=visit, starts_at=AT, room="Room 1", route="im", number=1)]
        facts += [DoseGiven(visit=visit, route="im", amount=Milligrams.parse("50", "mg"))] if visit else []
        if visit:
            append([Draft(f"chart:{chart}", fact, AT) for fact in facts], author="t", via="t", at=AT)
        return chart

    return make


def sessions(who: Principal, chart: str) -> list[IntegrationHeld]:
    return read.chart(who, chart, log=False).facts(IntegrationHeld)


def test_each_chart_has_its_own_entry_for_its_own_dose(
    people: dict[str, Principal], dosed: Callable[..., str]
) -> None:
    """The same words in both, and the dose of each."""
    who, one, two = people["prescriber"], dosed("Ada", "Berg", "v-a"), dosed("Rose", "Lund", "v-r")
    hold_circle(who, [one, two, one], at=LATER, **HELD)
    (first,), (second,) = sessions(who, one), sessions(who, two)
    assert (first.visit, second.visit) == ("v-a", "v-r")
    assert first.parts == second.parts and first.parts[0].text == "Coming home"


@pytest.mark.parametrize(
    ("text", "named"),
    [("Ada spoke of home", True), ("as Lund’s did", True), ("a rose garden", False), ("Adamant, all", False)],
)
def test_nobodys_name_goes_into_anothers_chart(
    people: dict[str, Principal], dosed: Callable[..., str], text: str, *, named: bool
) -> None:
    """A part that names somebody of the circle is refused, and then nothing is written anywhere."""
    who, charts = people["prescriber"], [dosed("Ada", "Berg", "v-a"), dosed("Rose", "Lund", "v-r")]
    held = HELD | {"parts": (("theme", "Home"), ("shared", text))}
    if named:
        with pytest.raises(BadFields, match="part-shared: .* is somebody of this circle"):
            hold_circle(who, charts, at=LATER, **held)
    else:
        hold_circle(who, charts, at=LATER, **held)
    assert [len(sessions(who, chart)) for chart in charts] == ([0, 0] if named else [1, 1])


def test_all_of_them_or_none(people: dict[str, Principal], dosed: Callable[..., str]) -> None:
    """One without a dose, one person alone, a kind for one person: nothing is written for the others."""
    who, one, two = people["prescriber"], dosed("Ada", "Berg", "v-a"), dosed("Rose", "Lund", "")
    other = dosed("Mia", "Dahl", "v-m")
    with pytest.raises(BadInput, match="has had no dose"):
        hold_circle(who, [one, two], at=LATER, **HELD)
    with pytest.raises(BadInput, match="at least two people"):
        hold_circle(who, [one], at=LATER, **HELD)
    with pytest.raises(BadInput, match="held for one person"):
        hold_circle(who, [one, other], at=LATER, **HELD | {"approach": "values"})
    assert not any(sessions(who, chart) for chart in (one, two, other))


def test_only_charts_that_are_open_to_the_writer(
    people: dict[str, Principal], dosed: Callable[..., str]
) -> None:
    """A therapist who is on no care team finds nothing there; a monitor holds no session."""
    charts = [dosed("Ada", "Berg", "v-a"), dosed("Rose", "Lund", "v-r")]
    for role in ("therapist", "monitor"):
        with pytest.raises(NotFound):
            hold_circle(people[role], charts, at=LATER, **HELD)
    assert not sessions(people["prescriber"], charts[0])
