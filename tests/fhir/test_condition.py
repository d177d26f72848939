"""Problems on file."""

from datetime import UTC, date, datetime

import pytest

from openkap.clinical.entries.words import Code
from tests.fhir.made import AT, ICD10CM, concept, condition, facts, look, missed, only


def test_a_problem_has_its_code_words_and_onset() -> None:
    """The common case: SNOMED code, active, confirmed, with a day of onset."""
    record = look(condition())
    problem = only(record)
    assert problem.text == "Hypertension"
    assert problem.codes == (Code("snomed", "38341003", "Hypertension"),)
    assert (problem.status, problem.verification) == ("active", "confirmed")
    assert problem.onset_on == date(2020, 2, 3)
    assert record.facts[0][1] == datetime(2020, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("active", "active"),
        ("recurrence", "active"),
        ("relapse", "active"),
        ("inactive", "resolved"),
        ("remission", "resolved"),
        ("resolved", "resolved"),
    ],
)
def test_clinical_status(said: str, status: str) -> None:
    """A relapse is as active as a first time; remission is over for now."""
    assert only(look(condition(clinicalStatus=concept(said)))).status == status


def test_a_status_that_is_not_given_is_unknown_and_one_that_is_strange_is_listed() -> None:
    """Neither counts as active or as over."""
    assert only(look(condition(clinicalStatus=None))).status == "unknown"
    record = look(condition(clinicalStatus=concept("smouldering")))
    assert facts(record)[0].status == "unknown"
    assert "'smouldering'" in missed(record)[0]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("provisional", "unconfirmed"), ("differential", "unconfirmed"), ("refuted", "refuted")],
)
def test_verification(said: str, kept: str) -> None:
    """A refuted diagnosis stays on file as refuted, so that a rule can leave it out."""
    assert only(look(condition(verificationStatus=concept(said)))).verification == kept


def test_what_was_entered_in_error_is_not_a_fact() -> None:
    """And it is listed, for somebody may want to know."""
    record = look(condition(verificationStatus=concept("entered-in-error")))
    assert facts(record) == []
    assert missed(record) == [
        "Bundle.entry[1] Condition/r: verification status 'entered-in-error': not taken"
    ]


def test_an_end_makes_a_problem_without_a_status_resolved() -> None:
    """abatement says it is over."""
    problem = only(look(condition(clinicalStatus=None, abatementDateTime="2021-05-06")))
    assert (problem.status, problem.ended_on) == ("resolved", date(2021, 5, 6))


def test_active_and_ended_at_once_stays_active() -> None:
    """In doubt a problem stands, and the contradiction is listed."""
    record = look(condition(abatementDateTime="2021-05-06"))
    assert (facts(record)[0].status, facts(record)[0].ended_on) == ("active", None)
    assert "kept as active" in missed(record)[0]


def test_looked_at_before_its_end_a_problem_was_active() -> None:
    """What is resolved today was not resolved then."""
    resolved = condition(clinicalStatus=concept("resolved"), abatementDateTime="2021-05-06")
    record = look(resolved, at=datetime(2021, 1, 1, tzinfo=UTC))
    assert (facts(record)[0].status, facts(record)[0].ended_on) == ("active", None)


@pytest.mark.parametrize("onset", ["2026-06-02", "2027", "2026-06-01T12:00:01Z"])
def test_an_onset_in_the_future_is_listed_and_not_taken(onset: str) -> None:
    """A pregnancy that begins next year is not one today."""
    record = look(condition(onsetDateTime=onset))
    assert facts(record) == []
    assert missed(record) == [f"Bundle.entry[1] Condition/r: dated in the future: {onset}"]


def test_an_onset_at_this_very_moment_is_taken() -> None:
    """The other side of that boundary."""
    assert look(condition(onsetDateTime="2026-06-01T12:00:00Z")).facts[0][1] == AT


def test_a_year_of_onset_is_kept_and_said_to_be_a_year() -> None:
    """Nothing is filled in unseen."""
    record = look(condition(onsetDateTime="2019"))
    assert facts(record)[0].onset_on == date(2019, 1, 1)
    assert "known only as 2019" in missed(record)[0]


def test_the_onset_day_is_the_senders_day() -> None:
    """Half past midnight in Zurich is still the day before in UTC; the person fell ill on the later day."""
    record = look(condition(onsetDateTime="2020-03-04T00:30:00+01:00"))
    assert only(record).onset_on == date(2020, 3, 4)
    assert record.facts[0][1] == datetime(2020, 3, 3, 23, 30, tzinfo=UTC)


def test_without_any_date_it_counts_from_the_reading_and_that_is_said() -> None:
    """A problem is not lost for want of a date."""
    record = look(condition(onsetDateTime=None))
    assert record.facts[0][1] == AT
    assert "no date of onset" in missed(record)[0]


def test_words_without_a_code_are_kept_as_words() -> None:
    """They can still be matched, and somebody is asked to confirm."""
    record = look(condition(code={"text": "Psychosis, childhood"}))
    assert (facts(record)[0].text, facts(record)[0].codes) == ("Psychosis, childhood", ())
    assert "no code, only the words" in missed(record)[0]


def test_a_code_system_that_is_not_known_is_kept_and_listed() -> None:
    """A local code means nothing here; its words may."""
    record = look(condition(code=concept("X1", "urn:local", "Bipolar disorder")))
    assert facts(record)[0].codes == (Code("urn:local", "X1", "Bipolar disorder"),)
    assert "code system not known (urn:local)" in missed(record)[0]


@pytest.mark.parametrize("code", [None, {}, {"coding": []}, {"coding": [{"system": ICD10CM}]}])
def test_without_code_and_words_there_is_no_problem(code: object) -> None:
    """It cannot be told what this is about."""
    record = look(condition(code=code))
    assert facts(record) == []
    assert len(missed(record)) == 1


def test_a_missing_point_in_icd_is_put_back() -> None:
    """Some senders write F209 for F20.9; value sets have the point."""
    assert only(look(condition(code=concept("f209", ICD10CM)))).codes[0].code == "F20.9"
