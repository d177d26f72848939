"""Each kind of condition: its three answers, its edges, and the data it shows."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from openkap.clinical.entries.dosing import Checked, DoseGiven
from openkap.clinical.entries.integration import IntegrationHeld
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn
from openkap.clinical.entries.screening import (
    HistoryAnswered,
    Measurement,
    Medicine,
    Problem,
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
    Speaks,
    When,
)
from tests.clinical.charts import DAY, MINUTE, adopted, at_home, chart_of, person
from tests.clinical.one_rule import AT, ask, rule

PROTOCOL = adopted()
YEAR = timedelta(days=365.25)


def dose(visit: str = "v1") -> DoseGiven:
    return DoseGiven(visit=visit, route="iv", amount=Milligrams(Decimal(35)))


HOME_IN_CALIFORNIA = (
    AT - DAY,
    at_home("US-CA", "America/Los_Angeles"),
)
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


def test_needs_are_joined_without_repeating_themselves() -> None:
    """Two open questions read as one phrase."""
    told = ask(AnyOf((ConditionOn("stroke"), ConditionOn("seizure"))))
    assert told == CannotTell("nothing on file about a stroke or a seizure disorder")


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
    held = (AT - DAY, IntegrationHeld(visit="v1", approach="open", minutes=50))
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
        (datetime(2027, 1, 1, 7, 59, tzinfo=UTC), NotMet),
        (datetime(2027, 1, 1, 8, 0, tzinfo=UTC), Met),
        (datetime(2026, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-8))), NotMet),
    ],
)
def test_a_day_is_over_where_the_patient_is(at: datetime, answer: type) -> None:
    """The last day itself still counts, by the clock of the home."""
    home = HOME_IN_CALIFORNIA
    assert isinstance(ask(AfterDay(date(2026, 12, 31), "US"), home, at=at), answer)


@pytest.mark.parametrize(
    ("region", "answer"), [("US", Met), ("US-CA", Met), ("US-NV", NotMet), ("U", NotMet), ("CH", NotMet)]
)
def test_a_law_counts_in_its_own_region(region: str, answer: type) -> None:
    """A part of a country is under both laws; a neighbour's is nobody's business."""
    assert isinstance(ask(AfterDay(date(2026, 1, 1), region), HOME_IN_CALIFORNIA), answer)


def test_without_a_home_nobody_can_tell_whose_law_counts() -> None:
    """Neither passed nor failed, even where the day is long over."""
    assert ask(AfterDay(date(2020, 1, 1), "US")) == CannotTell("the home where it would be taken")


def test_a_rule_that_leans_on_another_hears_its_question() -> None:
    """The answer to the other rule's question settles it; an answer to its own question does not."""
    leans = AllOf((Speaks("maoi"), ConditionOn("stroke")))
    yes = [HistoryAnswered(question=name, answer="yes", said_by="patient") for name in ("maoi", "q")]
    assert isinstance(ask(leans, (AT, yes[1])), CannotTell)
    assert isinstance(ask(leans, (AT, yes[0]), (AT, yes[1])), Met)


FROM_MEMORY, VERIFIED = Code("icd10cm", "I63.9"), Code("snomed", "230690007")


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
