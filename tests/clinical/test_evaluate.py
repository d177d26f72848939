"""Each kind of condition: its three answers, its edges, and the data it shows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from openkap.clinical.entries.dosing import Checked, DoseGiven
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn
from openkap.clinical.entries.screening import (
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
    Result,
    Score,
    ScreeningDecided,
)
from openkap.clinical.entries.words import Code
from openkap.clinical.evaluate import evaluate
from openkap.clinical.quantity import Milligrams
from openkap.clinical.rules import (
    Absent,
    AfterDay,
    AllOf,
    AnyOf,
    Asked,
    CannotTell,
    ConditionOn,
    Elapsed,
    MeasurementOut,
    MedicineOn,
    Met,
    Not,
    NotMet,
    Outcome,
    Present,
    ResultIs,
    Rule,
    ScoreAt,
    Speaks,
    When,
)
from tests.clinical.charts import adopted, chart_of, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PROTOCOL = adopted()


def rule(when: When, **more: Any) -> Rule:
    made = Rule(
        "q", "screening", "Something", when, "decide", (), ("practice",), "local", "Is it so?", "patient"
    )
    return replace(made, **more)


def ask(when: When, *facts: tuple[datetime, Any], at: datetime = AT, visit: str = "", **more: Any) -> Outcome:
    chart = chart_of([(AT - 3650 * DAY, person()), *facts])
    return evaluate(rule(when, **more), chart, PROTOCOL, at, visit)


def dose(visit: str = "v1") -> DoseGiven:
    return DoseGiven(visit=visit, route="iv", amount=Milligrams(Decimal(35)))


TRUE, FALSE, OPEN = Present("chart-opened"), Absent("chart-opened"), Asked()


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (AllOf((TRUE, TRUE)), Met),
        (AllOf((TRUE, OPEN)), CannotTell),
        (AllOf((OPEN, FALSE)), NotMet),
        (AllOf((TRUE, FALSE)), NotMet),
        (AnyOf((FALSE, TRUE)), Met),
        (AnyOf((OPEN, TRUE)), Met),
        (AnyOf((OPEN, FALSE)), CannotTell),
        (AnyOf((FALSE, FALSE)), NotMet),
        (Not(TRUE), NotMet),
        (Not(FALSE), Met),
        (Not(OPEN), CannotTell),
    ],
)
def test_three_valued_logic(when: When, expected: type[Outcome]) -> None:
    """Cannot tell stays cannot tell unless another part settles the whole."""
    assert isinstance(ask(when), expected)


@pytest.mark.parametrize("when", [OPEN, ConditionOn("pregnancy"), AllOf((OPEN, TRUE))])
@pytest.mark.parametrize(
    ("answer", "expected"), [("", NotMet), ("no", NotMet), ("unknown", CannotTell), ("yes", Met)]
)
def test_of_another_sex_nobody_is_asked_and_whoever_answers_is_heard(
    when: When, answer: str, expected: type[Outcome]
) -> None:
    """The sex on file is a form's word; what the person says of themselves weighs more."""
    said = [HistoryAnswered(question="q", answer=answer, said_by="patient")] if answer else []
    facts = [(AT - 3650 * DAY, person(sex="male")), *((AT - DAY, fact) for fact in said)]
    told = evaluate(rule(when, asked_of_sex=("female", "other")), chart_of(facts), PROTOCOL, AT)
    assert isinstance(told, expected)


def test_a_finding_shows_the_patients_own_words_code_and_date() -> None:
    """Evidence is what the record says, since when, and that it is over."""
    past = Problem(
        text="Schizophrenia",
        codes=(Code("icd10cm", "F20.9"),),
        status="resolved",
        onset_on=date(2010, 1, 5),
        ended_on=date(2012, 3, 4),
    )
    told = ask(ConditionOn("psychosis", ever=True), (AT - DAY, past))
    assert isinstance(told, Met)
    (shown,) = told.because
    assert (shown.what, shown.value) == ("problem", "Schizophrenia (ICD-10-CM F20.9), ended 2012-03-04")
    assert shown.at == "2010-01-05T00:00:00+00:00"


def test_a_bare_code_is_shown_with_its_meaning() -> None:
    """A record that gives only the number is still readable."""
    told = ask(ConditionOn("psychosis"), (AT - DAY, Problem(text="", codes=(Code("snomed", "111482003"),))))
    assert isinstance(told, Met)
    assert told.because[0].value.startswith(
        "Subchronic schizophrenia with acute exacerbations (SNOMED CT 111482003)"
    )


def test_an_end_in_the_future_has_not_happened() -> None:
    """Asked about last week, a problem resolved yesterday was active."""
    over = Problem(text="", codes=(Code("icd10cm", "F30.9"),), status="resolved", ended_on=(AT - DAY).date())
    assert isinstance(ask(ConditionOn("mania"), (AT - 30 * DAY, over)), CannotTell)
    assert isinstance(ask(ConditionOn("mania"), (AT - 30 * DAY, over), at=AT - 7 * DAY), Met)


def test_an_old_medicine_shows_how_long_it_has_been_on_file() -> None:
    """An opioid "active" for years is shown with its age, so that somebody asks."""
    told = ask(MedicineOn("opioid"), (AT - 1500 * DAY, Medicine(text="Oxycodone 5 MG")))
    assert isinstance(told, Met) and told.by_words
    assert told.because[0].value == "Oxycodone 5 MG, on file for 4 years"


def test_what_is_needed_says_how_many_medicines_were_read() -> None:
    """A listed chart is not an empty one, though neither is a pass."""
    told = ask(MedicineOn("maoi"), (AT, Medicine(text="Aspirin")), (AT, Medicine(text="Metformin")))
    assert told == CannotTell(
        "nothing on file about a monoamine oxidase inhibitor (not among the 2 medicines on file)"
    )


def test_needs_are_joined_without_repeating_themselves() -> None:
    """Two open questions read as one phrase."""
    told = ask(AnyOf((ConditionOn("stroke"), ConditionOn("seizure"))))
    assert told == CannotTell("nothing on file about a stroke or a seizure disorder")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bipolar disorder, no history of psychosis", False),
        ("No psychosis", False),
        ("Psychosis ruled out", False),
        ("Denies mania. Psychosis in 2010", True),
        ("No mania but psychosis in 2010", True),
        ("Mother with schizophrenia", False),
        ("Schizophreniaform", False),
        ("SCHIZOPHRENIA", True),
    ],
)
def test_denials_hold_within_their_clause(text: str, found: bool) -> None:
    """A denied word is asked about, never counted; a denial ends where its clause ends."""
    told = ask(ConditionOn("psychosis"), (AT, Problem(text=text)))
    assert isinstance(told, Met) is found and isinstance(told, CannotTell) is not found


def test_a_no_is_not_stronger_than_a_later_yes() -> None:
    """The newest answer of the patient stands when it is the graver one."""
    told = ask(
        Asked(),
        (AT - 2 * DAY, HistoryAnswered(question="q", answer="no", said_by="patient")),
        (AT - DAY, HistoryAnswered(question="q", answer="yes", said_by="patient")),
    )
    assert isinstance(told, Met) and told.because[0].value == "yes, said by the patient"


def test_an_answer_of_tomorrow_is_not_heard() -> None:
    """The past replays: an answer given later does not count at the moment asked about."""
    answer = HistoryAnswered(question="q", answer="no", said_by="patient")
    assert isinstance(ask(Asked(), (AT + MINUTE, answer)), CannotTell)
    assert isinstance(ask(Asked(), (AT, answer)), NotMet)


@pytest.mark.parametrize(("total", "expected"), [(9, NotMet), (10, Met), (11, Met)])
def test_a_score_at_its_limit_speaks(total: int, expected: type[Outcome]) -> None:
    """At least ten means ten."""
    when = ScoreAt("phq9", 10, 14 * DAY)
    assert isinstance(ask(when, (AT, Score(instrument="phq9", total=total))), expected)
    assert isinstance(ask(when, (AT, Score(instrument="gad7", total=total))), CannotTell)


@pytest.mark.parametrize(
    ("value", "expected"), [("positive", Met), ("negative", NotMet), ("indeterminate", CannotTell)]
)
def test_a_result_in_words(value: str, expected: type[Outcome]) -> None:
    """An indeterminate test has to be repeated; an old one is missing."""
    when = ResultIs("pregnancy-test", "positive", 7 * DAY)
    assert isinstance(ask(when, (AT - 7 * DAY, Result(what="pregnancy-test", value=value))), expected)
    assert isinstance(ask(when, (AT - 8 * DAY, Result(what="pregnancy-test", value=value))), CannotTell)


def test_elapsed_since_an_event() -> None:
    """Under and over are strict, and what never happened is not under."""
    under, over = Elapsed("dose-given", under=DAY), Elapsed("dose-given", over=DAY)
    just = (AT - DAY, dose())
    assert isinstance(ask(under, just), NotMet) and isinstance(ask(over, just), NotMet)
    assert isinstance(ask(under, (AT - DAY + MINUTE, dose())), Met)
    assert isinstance(ask(over, (AT - DAY - MINUTE, dose())), Met)
    assert isinstance(ask(under), NotMet) and isinstance(ask(over), CannotTell)


def test_age_counts_birthdays_not_days() -> None:
    """Eighteen years without four leap days are still eighteen years; 29 February waits for March."""
    under = rule(Elapsed("birth", under=timedelta(days=365.25) * 18))
    for born, day, minor in (
        (date(2001, 3, 1), date(2019, 3, 1), False),
        (date(2001, 3, 1), date(2019, 2, 28), True),
        (date(2004, 2, 29), date(2022, 2, 28), True),
        (date(2004, 2, 29), date(2022, 3, 1), False),
    ):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        chart = chart_of([(at, person(birth_date=born))])
        assert isinstance(evaluate(under, chart, PROTOCOL, at), Met) is minor


CONSENT = Absent("consented", where=(("document", "ketamine-treatment"),), after="consent-withdrawn")


def consent(document: str = "ketamine-treatment") -> Consented:
    return Consented(document=document, version="1", text_sha256="0" * 64, signed_name="Ada")


def test_a_withdrawn_consent_is_absent_until_signed_again() -> None:
    """After: only what is newer than the latest withdrawal of the same document counts."""
    signed, gone = (AT - 3 * DAY, consent()), (AT - 2 * DAY, ConsentWithdrawn(document="ketamine-treatment"))
    other = (AT - DAY, ConsentWithdrawn(document="recording"))
    assert isinstance(ask(CONSENT), Met)
    assert isinstance(ask(CONSENT, (AT, consent("recording"))), Met)
    assert isinstance(ask(CONSENT, signed), NotMet)
    assert isinstance(ask(CONSENT, signed, other), NotMet)
    assert isinstance(ask(CONSENT, signed, gone), Met)
    assert isinstance(ask(CONSENT, signed, gone, (AT - DAY, consent())), NotMet)


def test_a_later_no_undoes_an_earlier_yes() -> None:
    """Being: the latest chosen fact must have the value."""
    when = Absent("checked", where=(("item", "escort"),), being=(("answer", "yes"),), this_visit=True)
    yes = (AT - 2 * MINUTE, Checked(visit="v1", item="escort", answer="yes"))
    no = (AT - MINUTE, Checked(visit="v1", item="escort", answer="no"))
    assert isinstance(ask(when, yes, visit="v1"), NotMet)
    assert isinstance(ask(when, yes, no, visit="v1"), Met)
    assert isinstance(ask(when, yes, visit="v2"), Met)
    assert isinstance(ask(when, yes), Met)


def test_the_latest_decision_counts() -> None:
    """Suitable once and then not suitable is not suitable."""
    when = Absent("screening-decided", being=(("decision", "suitable"),))
    good = (AT - 2 * DAY, ScreeningDecided(decision="suitable", reason="fits"))
    bad = (AT - DAY, ScreeningDecided(decision="not-suitable", reason="no longer"))
    assert isinstance(ask(when, good), NotMet)
    assert isinstance(ask(when, good, bad), Met)


def test_before_and_after_an_event() -> None:
    """An integration session counts for the dose it follows."""
    held = (AT - DAY, IntegrationHeld(visit="v1", approach="open", insight="a", action="b", minutes=50))
    after, before = (
        Present("integration-held", after="dose-given"),
        Present("integration-held", before="dose-given"),
    )
    assert isinstance(ask(after, (AT - 2 * DAY, dose()), held), Met)
    assert isinstance(ask(after, held, (AT, dose())), NotMet)
    assert isinstance(ask(before, held, (AT, dose())), Met)
    assert isinstance(ask(before, (AT - 2 * DAY, dose()), held), NotMet)


def test_present_within_a_time() -> None:
    """The edge of the time still counts; one minute more does not."""
    when = Present("dose-given", within=DAY)
    assert isinstance(ask(when, (AT - DAY, dose())), Met)
    assert isinstance(ask(when, (AT - DAY - MINUTE, dose())), NotMet)


@pytest.mark.parametrize(("value", "answer"), [("37.99", NotMet), ("38", Met), ("38.01", Met)])
def test_at_least_takes_the_limit_in(value: str, answer: type) -> None:
    """A fever of exactly 38 is one."""
    limit = (("temperature", Decimal(38)),)
    fever = MeasurementOut((), (), DAY, (("temperature", "Cel"),), at_least=limit)
    told = ask(fever, (AT, Measurement(what="temperature", value=Decimal(value), unit="Cel")))
    assert isinstance(told, answer)


@pytest.mark.parametrize(
    ("at", "answer"),
    [
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), NotMet),
        (datetime(2027, 1, 1, tzinfo=UTC), Met),
        (datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-5))), Met),
        (datetime(2027, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), NotMet),
    ],
)
def test_a_day_is_over_by_utc(at: datetime, answer: type) -> None:
    """The last day itself still counts."""
    assert isinstance(ask(AfterDay(date(2026, 12, 31)), at=at), answer)


def test_a_rule_that_leans_on_another_hears_its_question() -> None:
    """The answer to the other rule's question settles it; an answer to its own question does not."""
    leans = AllOf((Speaks("maoi"), ConditionOn("stroke")))
    yes = [HistoryAnswered(question=name, answer="yes", said_by="patient") for name in ("maoi", "q")]
    assert isinstance(ask(leans, (AT, yes[1])), CannotTell)
    assert isinstance(ask(leans, (AT, yes[0]), (AT, yes[1])), Met)


FROM_MEMORY, VERIFIED = Code("icd10cm", "I63.9"), Code("snomed", "230690007")


@pytest.mark.parametrize(
    ("text", "codes", "says"),
    [
        ("", (FROM_MEMORY,), (False, True)),
        ("", (VERIFIED,), (False, False)),
        ("", (FROM_MEMORY, VERIFIED), (False, False)),
        ("stroke", (), (True, False)),
        ("stroke", (FROM_MEMORY,), (False, True)),
    ],
)
def test_a_code_from_memory_says_so(text: str, codes: tuple[Code, ...], says: tuple[bool, bool]) -> None:
    """Unless a verified one of the same entry says the same."""
    told = ask(ConditionOn("stroke"), (AT, Problem(text=text, codes=codes)))
    assert isinstance(told, Met) and (told.by_words, told.unverified) == says


def test_what_is_sure_speaks_for_the_whole_of_an_or_and_what_is_not_for_an_and() -> None:
    """One certain part makes "or" certain; one doubtful part makes "and" doubtful."""
    memory, words = (AT, Problem(text="", codes=(FROM_MEMORY,))), (AT, Medicine(text="Phenelzine"))
    sure = (AT, Problem(text="", codes=(Code("snomed", "38341003"),)))
    parts = (ConditionOn("stroke"), MedicineOn("maoi"), ConditionOn("hypertension"))
    told = [ask(AnyOf(parts), *facts) for facts in ((memory, words), (memory, sure), (words,), (memory,))]
    told += [ask(AllOf(parts), memory, words, sure), ask(AllOf(parts[1:]), words, sure)]
    assert [(one.by_words, one.unverified) for one in told if isinstance(one, Met)] == [
        (False, True),
        (False, False),
        (True, False),
        (False, True),
        (True, True),
        (True, False),
    ]
