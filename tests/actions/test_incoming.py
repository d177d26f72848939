"""A record from elsewhere becomes one chart, or none."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from openkap.actions.incoming import RECORD
from openkap.actions.screening import import_record
from openkap.clinical.entries.incoming import IncomingPerson, IncomingRecord
from openkap.clinical.entries.person import Identifier, JoinedCareTeam
from openkap.clinical.entries.screening import Measurement, NotUnderstood, Problem, RecordImported, Score
from openkap.clinical.refusal import BadInput
from openkap.clinical.tasks import open_tasks
from openkap.records import read
from openkap.records.models import EntryRow
from openkap.records.policy import OPERATOR, NotFound, Principal
from openkap.records.verify import verify
from tests.conftest import AT

LONG_AGO = AT - timedelta(days=900)
RECORD_OF_ADA = IncomingRecord(
    person=IncomingPerson("Berg", "Ada", date(1980, 1, 1), "female"),
    facts=(
        (Problem(text="Depression"), LONG_AGO),
        (Measurement(what="weight", value=Decimal(70), unit="kg"), LONG_AGO),
    ),
    not_understood=(NotUnderstood(where="Bundle.entry[3]", what="unknown resource"),),
    source="ada.json",
    sha256="a" * 64,
    identifiers=(Identifier(system="urn:mrn", value="7"),),
)


def test_everything_of_a_record_is_in_the_chart(people: dict[str, Principal]) -> None:
    """Person, identifiers, facts at their own times, what was not understood, and where it came from."""
    chart = read.chart(people["prescriber"], import_record(people["prescriber"], RECORD_OF_ADA, at=AT))
    assert (chart.person.given_name, chart.person.synthetic) == ("Ada", False)
    assert chart.latest(Problem).effective_at == LONG_AGO
    assert chart.latest(Problem).recorded_at == AT
    assert chart.facts(NotUnderstood) == list(RECORD_OF_ADA.not_understood)
    imported = chart.latest(RecordImported).fact
    assert (imported.source, imported.facts, imported.not_understood) == ("ada.json", 2, 1)
    assert [identifier.system for identifier in chart.facts(Identifier)] == ["urn:mrn", RECORD]
    assert [joined.user for joined in chart.facts(JoinedCareTeam)] == [people["prescriber"].user]
    assert verify() == []


@pytest.mark.parametrize(
    "again",
    [
        RECORD_OF_ADA,
        replace(RECORD_OF_ADA, sha256="b" * 64),
        replace(RECORD_OF_ADA, identifiers=()),
    ],
    ids=["the same file", "a newer file of the same person", "the same bytes without a number"],
)
def test_a_duplicate_names_the_chart_that_is_there(
    people: dict[str, Principal], again: IncomingRecord
) -> None:
    """Same hash or same number in the clinic: one sentence, and nothing half-written."""
    import_record(people["prescriber"], RECORD_OF_ADA, at=AT)
    before = EntryRow.objects.count()
    with pytest.raises(BadInput, match="Ada Berg, born 1980-01-01"):
        import_record(people["prescriber"], again, at=AT)
    assert EntryRow.objects.count() == before
    assert len(read.charts(people["prescriber"])) == 1


def test_a_duplicate_tells_nobody_what_they_may_not_see(people: dict[str, Principal]) -> None:
    """A therapist who is not on the team learns that the person is here, and no name."""
    import_record(people["prescriber"], RECORD_OF_ADA, at=AT)
    with pytest.raises(BadInput) as fault:
        import_record(people["therapist"], RECORD_OF_ADA, at=AT)
    assert "Ada" not in str(fault.value)
    assert "not on" in str(fault.value)


def test_a_namesake_is_another_person(people: dict[str, Principal]) -> None:
    """Same name and birth date with another number and file: two people may share those, and it is said."""
    import_record(people["prescriber"], RECORD_OF_ADA, at=AT)
    other = replace(RECORD_OF_ADA, sha256="c" * 64, identifiers=(Identifier(system="urn:mrn", value="8"),))
    chart = read.chart(people["prescriber"], import_record(people["prescriber"], other, at=AT))
    assert len(read.charts(people["prescriber"])) == 2
    assert any("same name and birth date" in missed.what for missed in chart.facts(NotUnderstood))


def test_another_clinic_may_hold_the_same_record(people: dict[str, Principal]) -> None:
    """Two clinics, one person: neither learns of the other."""
    from openkap.records.accounts import create_clinic

    import_record(people["prescriber"], RECORD_OF_ADA, at=AT)
    other = Principal(user=str(uuid4()), name="P", role="prescriber", clinic=str(create_clinic("Hill").id))
    assert import_record(other, RECORD_OF_ADA, at=AT)


@pytest.mark.parametrize("role", ["monitor", "manager", "auditor"])
def test_who_may_not_import(people: dict[str, Principal], role: str) -> None:
    """Only prescribers and therapists may."""
    with pytest.raises(NotFound):
        import_record(people[role], RECORD_OF_ADA, at=AT)


def test_the_command_line_says_which_clinic(people: dict[str, Principal]) -> None:
    """The operator belongs to no clinic until one is named; then the chart is that clinic's, with no team."""
    with pytest.raises(BadInput, match="clinic"):
        import_record(OPERATOR, RECORD_OF_ADA, at=AT)
    operator = replace(OPERATOR, clinic=people["prescriber"].clinic)
    chart = read.chart(people["prescriber"], import_record(operator, RECORD_OF_ADA, at=AT))
    assert chart.facts(JoinedCareTeam) == []


def test_a_bad_fact_leaves_nothing_behind(people: dict[str, Principal]) -> None:
    """One text with a NUL among the facts: no chart, no entry, no registration."""
    before = EntryRow.objects.count()
    bad = replace(RECORD_OF_ADA, facts=(*RECORD_OF_ADA.facts, (Problem(text="a\0b"), AT)))
    with pytest.raises(BadInput):
        import_record(people["prescriber"], bad, at=AT)
    assert EntryRow.objects.count() == before


@pytest.mark.parametrize(
    "other",
    [
        IncomingPerson("Tarn", "Ada", date(1980, 1, 1), "female"),
        IncomingPerson("Berg", "Ada", date(1980, 1, 2), "female"),
    ],
    ids=["another name", "another birth date"],
)
def test_a_number_alone_does_not_make_one_person(people: dict[str, Principal], other: IncomingPerson) -> None:
    """Numbers are typed wrong and reused: the other person is let in, and the chart says so."""
    import_record(people["prescriber"], RECORD_OF_ADA, at=AT)
    another = replace(RECORD_OF_ADA, person=other, sha256="c" * 64)
    chart = read.chart(people["prescriber"], import_record(people["prescriber"], another, at=AT))
    assert any("another chart carries this number" in missed.what for missed in chart.facts(NotUnderstood))
    assert len(read.charts(people["prescriber"])) == 2


@pytest.mark.parametrize(
    ("answer", "age", "tasks"),
    [
        (1, timedelta(days=14), 1),
        (1, timedelta(days=14, seconds=1), 0),
        (0, timedelta(days=1), 0),
    ],
    ids=["just recent enough", "too old", "not marked"],
)
def test_a_safety_item_from_elsewhere_opens_a_task(
    people: dict[str, Principal], answer: int, age: timedelta, tasks: int
) -> None:
    """Item 9 marked in an imported questionnaire is somebody's task now, as if it had been answered here."""
    score = Score(instrument="phq9", total=answer, items=(0,) * 8 + (answer,), by="patient")
    record = replace(RECORD_OF_ADA, facts=((score, AT - age),))
    chart = read.chart(people["prescriber"], import_record(people["prescriber"], record, at=AT))
    opened = open_tasks(chart, AT)
    assert len(opened) == tasks
    assert all(task.opened_at == AT for task in opened)
