"""Food, drink and medicines before a dose: each line from its hour, the own medicines, the patient's word."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.case import Case
from openkap.clinical.chart import Chart
from openkap.clinical.entries.dosing import VisitBooked
from openkap.clinical.entries.readiness import HoldsConfirmed
from openkap.clinical.entries.screening import Medicine
from openkap.clinical.entries.words import Code
from openkap.clinical.gates import reasons
from openkap.clinical.holds import HoldLine, asked_from, lines, upcoming
from openkap.clinical.status import assess
from openkap.web.portal_words import one_thing
from tests.clinical.charts import DAY, HOUR, adopted, and_then, consent, prepared_facts, without

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
STARTS = AT + 3 * DAY
SHOWN = adopted().span("holds-shown-before")
BOOKED = VisitBooked(visit="v1", starts_at=STARTS, room="Room 1", route="im", number=1)
CLONAZEPAM = Medicine(text="Clonazepam 0.5 mg", codes=(Code("rxnorm", "2598", "clonazepam"),))


def chart(*more: tuple[datetime, Any]) -> Chart:
    return and_then(without(prepared_facts(AT)), (AT - HOUR, BOOKED), *more)


def told(*more: tuple[datetime, Any]) -> dict[str, HoldLine]:
    return {line.hold.id: line for line in lines(Case(chart(*more), adopted(), AT))}


def confirmed(*more: tuple[datetime, Any]) -> HoldsConfirmed:
    return HoldsConfirmed(visit="v1", lines=tuple(line.says for line in told(*more).values()))


@pytest.mark.parametrize(
    ("hold", "hours"), [("large-meal", 8), ("light-meal", 6), ("clear-fluids", 2), ("alcohol", 12)]
)
def test_each_begins_so_many_hours_before_the_dose(hold: str, hours: int) -> None:
    """The hours are the protocol's, the moment is this visit's."""
    assert told()[hold].since == STARTS - hours * HOUR


def test_a_benzodiazepine_on_file_is_named_with_its_hours_and_never_stopped_alone() -> None:
    """The patient reads the name of their own medicine."""
    line = told((AT - DAY, CLONAZEPAM))["benzodiazepine"]
    assert line.says == "Do not take Clonazepam 0.5 mg"
    assert line.since == STARTS - 12 * HOUR and "Do not stop it on your own" in line.hold.note
    assert line.by_words is False
    assert "benzodiazepine" not in told()


def test_a_medicine_matched_by_its_words_is_marked_so() -> None:
    """Shown to staff as to be confirmed."""
    assert told((AT - DAY, Medicine(text="valium now and then")))["benzodiazepine"].by_words


@pytest.mark.parametrize(("ended", "there"), [(date(2026, 5, 13), False), (date(2026, 5, 15), True)])
def test_a_medicine_that_ended_is_not_listed(ended: date, there: bool) -> None:
    """One that ends tomorrow still is."""
    taken = Medicine(text="Clonazepam 0.5 mg", codes=CLONAZEPAM.codes, ended_on=ended)
    assert ("benzodiazepine" in told((AT - DAY, taken))) is there


@pytest.mark.parametrize(
    ("medicine", "hold", "says"),
    [
        ("Methylphenidate 20 mg", "stimulant", "Leave out Methylphenidate 20 mg on the day"),
        ("Gabapentin 300 mg", "sedating-medicine", "Tell us when you last took Gabapentin 300 mg"),
        ("Phenelzine 15 mg", "maoi", "Tell us when you last took Phenelzine 15 mg"),
    ],
)
def test_other_medicines_get_their_own_line(medicine: str, hold: str, says: str) -> None:
    """Left out on the day, or told; never an hour that nobody published."""
    line = told((AT - DAY, Medicine(text=medicine)))[hold]
    assert line.says.startswith(says) and line.since is None


def open_(*more: tuple[datetime, Any], at: datetime = AT) -> list[str]:
    return [reason.says for reason in reasons("holds-confirmed", Case(chart(*more), adopted(), at))]


def test_the_patients_word_is_for_the_next_visit_and_for_every_line() -> None:
    """Missing, given, and outdated by a medicine that came on file afterwards."""
    assert open_() == ["The patient has not confirmed food, drink and medicines for this dose"]
    assert open_((AT - HOUR, confirmed())) == []
    later = ((AT - HOUR, confirmed()), (AT, CLONAZEPAM))
    assert open_(*later) == ["New since the patient confirmed: Do not take Clonazepam 0.5 mg"]
    other = HoldsConfirmed(visit="v0", lines=confirmed().lines)
    assert open_((AT - HOUR, other)) == open_()


def test_nothing_is_owed_while_nothing_is_booked() -> None:
    """The list can be read; there is no visit to confirm it for."""
    case = Case(without(prepared_facts(AT)), adopted(), AT)
    assert upcoming(case) is None and asked_from(case) is None
    assert reasons("holds-confirmed", case) == ()
    assert {line.since for line in lines(case)} == {None}


@pytest.mark.parametrize(("before", "asked"), [(timedelta(seconds=1), False), (timedelta(0), True)])
def test_the_patient_is_asked_from_the_day_before(before: timedelta, asked: bool) -> None:
    """Not sooner; and no longer once confirmed."""
    now = STARTS - SHOWN - before
    for more, shown in (((), asked), (((now, confirmed()),), False)):
        folded = chart((AT, consent()), *more)
        todo = one_thing(folded, assess(folded, adopted(), now), adopted())
        assert (todo is not None and todo.button == "Read and confirm") is shown
