"""What the record says about a life: conditions, medicines, allergies, and what is over."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from openkap.clinical.entries.screening import Allergy, MatchJudged, Medicine, Problem
from openkap.clinical.entries.words import Code, Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.history import joined, taken_now, whole_years
from openkap.clinical.moments import parse_span
from openkap.clinical.rules import (
    AllergyTo,
    Asked,
    CannotTell,
    ConditionOn,
    MedicineOn,
    Met,
    Outcome,
    Present,
    When,
)
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, chart_of, person
from tests.clinical.one_rule import AT, ask, rule

PROTOCOL = adopted()
TRUE, OPEN = Present("chart-opened"), Asked()
FROM_MEMORY, VERIFIED = Code("icd10cm", "I63.9"), Code("snomed", "230690007")


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


def value(told: Outcome) -> list[str]:
    assert isinstance(told, Met)
    return [one.value for one in told.because]


MANIA = Code("icd10cm", "F30.9")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({}, "Mania (ICD-10-CM F30.9)"),
        ({"status": "resolved"}, "Mania (ICD-10-CM F30.9), resolved"),
        ({"status": "unknown"}, "Mania (ICD-10-CM F30.9), status unknown"),
        ({"ended_on": AT.date()}, "Mania (ICD-10-CM F30.9), ended 2026-05-14"),
        (
            {"status": "resolved", "ended_on": date(2026, 5, 13)},
            "Mania (ICD-10-CM F30.9), ended 2026-05-13",
        ),
        ({"ended_on": date(2026, 5, 15)}, "Mania (ICD-10-CM F30.9)"),
        ({"verification": "unconfirmed"}, "Mania (ICD-10-CM F30.9), unconfirmed"),
        (
            {"verification": "unconfirmed", "said_by": "patient"},
            "Mania (ICD-10-CM F30.9), said by the patient, confirmed by nobody yet",
        ),
        (
            {"status": "resolved", "verification": "unconfirmed"},
            "Mania (ICD-10-CM F30.9), resolved, unconfirmed",
        ),
        ({"text": ""}, "Mania, called so by the set (ICD-10-CM F30.9)"),
        ({"text": "ICD-10-CM F30.9"}, "Mania, called so by the set (ICD-10-CM F30.9)"),
        (
            {"text": "", "codes": (replace(MANIA, display="Manic episode"),)},
            "Manic episode (ICD-10-CM F30.9)",
        ),
        ({"codes": ()}, "Mania"),
    ],
)
def test_a_problem_is_shown_as_the_record_has_it(changed: dict[str, Any], says: str) -> None:
    """Its words and its code, whether it is over, and how sure anybody is."""
    known = {"text": "Mania", "codes": (MANIA,), **changed}
    told = value(ask(ConditionOn("mania", ever=True), (AT - DAY, Problem(**known))))
    called = next(code.display for code in PROTOCOL.value_sets["mania"].codes if code.code.startswith("F30"))
    assert told == [says.replace("Mania, called so by the set", called)]


def test_a_code_of_a_system_nobody_here_names_is_shown_as_it_came() -> None:
    """The address of the system, and the code."""
    own = Code("urn:own", "7", "Mania")
    known = replace(PROTOCOL, value_sets={"mania": replace(PROTOCOL.value_sets["mania"], codes=(own,))})
    chart = chart_of([(AT - DAY, person()), (AT - DAY, Problem(text="So it is", codes=(own,)))])
    assert value(evaluate(rule(ConditionOn("mania")), chart, known, AT)) == ["So it is (urn:own 7)"]


@pytest.mark.parametrize(
    ("fact", "says", "since"),
    [
        (Medicine(text="Phenelzine"), "Phenelzine, on file for 3 days", AT - 3 * DAY),
        (Medicine(text="Phenelzine", status="unknown"), "Phenelzine, status unknown", AT - 3 * DAY),
        (
            Medicine(text="Phenelzine", since=date(2024, 5, 1)),
            "Phenelzine, on file for 2 years",
            datetime(2024, 5, 1, tzinfo=UTC),
        ),
        (
            Medicine(text="Phenelzine", since=date(2026, 5, 11)),
            "Phenelzine, on file for 3 days",
            AT - 3 * DAY,
        ),
        (
            Medicine(text="Phenelzine", since=date(2026, 5, 12)),
            "Phenelzine, on file for 3 days",
            AT - 3 * DAY,
        ),
        (
            Medicine(text="Phenelzine", said_by="patient"),
            "Phenelzine, on file for 3 days, said by the patient, confirmed by nobody yet",
            AT - 3 * DAY,
        ),
    ],
)
def test_a_medicine_is_shown_with_how_long_it_has_been_taken(
    fact: Medicine, says: str, since: datetime
) -> None:
    """From its own date where that is earlier than the entry's."""
    told = ask(MedicineOn("maoi"), (AT - 3 * DAY, fact))
    assert told == Met((Measured("medicine", says, since.isoformat()),), by_words=True)


def test_an_allergy_is_shown_without_an_age() -> None:
    """It does not end by itself."""
    told = ask(AllergyTo("ketamine"), (AT - DAY, Allergy(text="Ketamine")))
    assert told == Met((Measured("allergy", "Ketamine", (AT - DAY).isoformat()),), by_words=True)
    assert isinstance(
        ask(AllergyTo("ketamine"), (AT, Allergy(text="Ketamine", status="resolved"))), CannotTell
    )
    assert isinstance(
        ask(AllergyTo("ketamine"), (AT, Allergy(text="Ketamine", status="unknown"))), CannotTell
    )


@pytest.mark.parametrize(
    ("when", "fact", "taken"),
    [
        (ConditionOn("mania"), Problem(text="Mania", status="resolved"), False),
        (ConditionOn("mania"), Problem(text="Mania", status="unknown"), True),
        (ConditionOn("mania", ever=True), Problem(text="Mania", status="resolved"), True),
        (ConditionOn("mania"), Problem(text="Mania", verification="refuted"), False),
        (ConditionOn("mania", ever=True), Problem(text="Mania", verification="refuted"), False),
        (ConditionOn("mania"), Problem(text="Mania", ended_on=date(2026, 5, 14)), False),
        (ConditionOn("mania"), Problem(text="Mania", status="resolved", ended_on=date(2026, 5, 15)), True),
        (MedicineOn("maoi"), Medicine(text="Phenelzine", status="stopped"), False),
        (MedicineOn("maoi"), Medicine(text="Phenelzine", ended_on=date(2026, 5, 14)), False),
        (MedicineOn("maoi"), Medicine(text="Phenelzine", status="stopped", ended_on=date(2026, 5, 15)), True),
        (ConditionOn("mania", stale_after=30 * DAY), Problem(text="Mania"), True),
        (ConditionOn("mania", stale_after=DAY), Problem(text="Mania"), True),
        (ConditionOn("mania", stale_after=DAY - MINUTE), Problem(text="Mania"), False),
    ],
)
def test_what_is_over_or_refuted_does_not_speak(when: When, fact: object, taken: bool) -> None:
    """By its date where it has one, else by its status; the day it ended it is over."""
    assert isinstance(ask(when, (AT - DAY, fact)), Met) is taken
    assert not isinstance(ask(when, (AT + MINUTE, fact)), Met)


@pytest.mark.parametrize(
    ("when", "facts", "needs"),
    [
        (OPEN, (), "an answer to: Is it so?"),
        (ConditionOn("stroke"), (), "nothing on file about a stroke"),
        (MedicineOn("maoi"), (), "nothing on file about a monoamine oxidase inhibitor"),
        (
            MedicineOn("maoi"),
            (Medicine(text="Aspirin"),),
            "nothing on file about a monoamine oxidase inhibitor (not among the one medicine on file)",
        ),
        (ConditionOn("stroke"), (Medicine(text="Aspirin"),), "nothing on file about a stroke"),
        (
            ConditionOn("stroke"),
            (Problem(text="Stroke", status="resolved"),),
            "what is true today: a stroke is on file as over",
        ),
        (
            ConditionOn("stroke", stale_after=HOUR),
            (Problem(text="Stroke"),),
            "what is true today: a stroke is marked active since 1 day ago",
        ),
        (
            ConditionOn("stroke"),
            (
                Problem(text="Stroke"),
                MatchJudged(of="problem", value_set="stroke", text="Stroke", so="no", reason="golf"),
            ),
            "nothing on file about a stroke (“Stroke” is not that, a clinician said on 2026-05-13: golf)",
        ),
    ],
)
def test_what_is_needed_is_said_with_what_was_found(
    when: When, facts: tuple[object, ...], needs: str
) -> None:
    """Never "missing" alone: what is over, too old, denied or not in the list is told."""
    assert ask(when, *((AT - DAY, fact) for fact in facts)) == CannotTell(needs)


def test_each_denial_is_quoted_once() -> None:
    """Two entries with the same words were denied together; other words by themselves."""
    texts = ("Stroke", "Stroke", "CVA")
    said = [
        MatchJudged(of="problem", value_set="stroke", text=text, so="no", reason="golf")
        for text in ("Stroke", "CVA")
    ]
    told = ask(ConditionOn("stroke"), *((AT - DAY, f) for f in (*(Problem(text=t) for t in texts), *said)))
    assert told == CannotTell(
        "nothing on file about a stroke (“Stroke” is not that, a clinician said on 2026-05-13: golf; "
        "“CVA” is not that, a clinician said on 2026-05-13: golf)"
    )


def test_the_earliest_is_shown_first_and_the_certain_alone() -> None:
    """With a code on file, what was only matched by words is not shown beside it."""
    words, late, early = (
        Problem(text="Stroke"),
        Problem(text="", codes=(VERIFIED,)),
        Problem(text="Second", codes=(VERIFIED,)),
    )
    told = value(ask(ConditionOn("stroke"), (AT - 9 * DAY, words), (AT - DAY, late), (AT - 5 * DAY, early)))
    assert told[0] == "Second (SNOMED CT 230690007)" and len(told) == 2
    assert value(ask(ConditionOn("stroke"), (AT - DAY, words), (AT - DAY, words))) == ["Stroke"]


def test_the_medicines_taken_now() -> None:
    """In the order they were written; what is over, denied, of tomorrow or of another kind is left out."""
    no = MatchJudged(of="medicine", value_set="maoi", text="Nardil", so="no")
    facts = [
        (AT - DAY, Medicine(text="Phenelzine")),
        (AT - 5 * DAY, Medicine(text="Tranylcypromine")),
        (AT - DAY, Medicine(text="Selegiline", status="stopped")),
        (AT - DAY, Medicine(text="Isocarboxazid", ended_on=AT.date())),
        (AT - DAY, Medicine(text="Nardil")),
        (AT + MINUTE, Medicine(text="Moclobemide")),
        (AT - DAY, Medicine(text="Lamotrigine")),
        (AT - DAY, no),
    ]
    chart = chart_of([(AT - 9 * DAY, person()), *facts])
    told = [hit.entry.fact.text for hit in taken_now("maoi", chart, PROTOCOL, AT)]
    assert told == ["Phenelzine", "Tranylcypromine"]
    before = [hit.entry.fact.text for hit in taken_now("maoi", chart, PROTOCOL, AT - 2 * DAY)]
    assert before == ["Tranylcypromine"]


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (["a pulse"], "a pulse"),
        (["a pulse", "a weight"], "a pulse; a weight"),
        (["a pulse", "a pulse"], "a pulse"),
        (["a pulse from the last 15 min", "a pulse from the last 30 days"], "a pulse from the last 15 min"),
        (["nothing on file about a"], "nothing on file about a"),
        (
            ["a pulse", "nothing on file about a", "nothing on file about b"],
            "nothing on file about a or b; a pulse",
        ),
    ],
)
def test_several_needs_are_one_phrase(needs: list[str], said: str) -> None:
    """What is absent first, in one breath; what is needed twice once."""
    assert joined([CannotTell(one) for one in needs]) == said


@pytest.mark.parametrize("years", [0, 1, 2, 18, 65, 120])
def test_a_span_in_years_is_read_back_as_years(years: int) -> None:
    """Whatever the leap days."""
    assert whole_years(parse_span(f"{years} y", "here")) == years
