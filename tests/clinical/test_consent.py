"""Consent: each document by itself, and what a page shows of the signature it speaks about."""

from dataclasses import replace
from datetime import UTC, datetime

from openkap.clinical.case import Bar, Case
from openkap.clinical.chart import Chart
from openkap.clinical.consent import (
    doses_under,
    impaired,
    nothing_new,
    open_questions,
    signed,
    standing,
    version_in_force,
)
from openkap.clinical.entries.preparation import ConsentWithdrawn, UnderstandingAnswered
from openkap.clinical.entries.screening import Problem
from openkap.clinical.entries.words import Code, Measured
from openkap.clinical.protocol import Number, Protocol
from tests.clinical.charts import DAY, HOUR, MINUTE, adopted, chart_of, consent, given, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
TEXT = adopted().consents["ketamine-treatment"]
SIGNED = AT - 3 * DAY
OTHER = replace(consent(), document="recording")


def case(*facts: tuple[datetime, object], protocol: Protocol | None = None) -> Case:
    chart: Chart = chart_of([(AT - 99 * DAY, person()), *facts])
    return Case(chart, protocol or adopted(), AT)


def test_another_document_neither_signs_nor_takes_back_this_one() -> None:
    """Who allows no recording has not withdrawn from treatment."""
    withdrawn = ConsentWithdrawn(document="recording")
    mine = standing(case((SIGNED, consent()), (AT - DAY, OTHER), (AT - HOUR, withdrawn)), TEXT.id)
    assert mine and mine.fact == consent()
    assert standing(case((SIGNED, OTHER)), TEXT.id) is None


def test_no_other_document_speaks_for_the_signature_under_treatment() -> None:
    """Neither when it is missing, nor for the day on which it was taken back."""
    assert signed(case((SIGNED, OTHER))) == (
        Bar("The patient has not signed the consent to ketamine treatment"),
    )
    taken_back = [
        (AT - 2 * DAY, ConsentWithdrawn(document=TEXT.id)),
        (AT - DAY, ConsentWithdrawn(document="recording")),
    ]
    assert signed(case((SIGNED, consent()), *taken_back)) == (Bar("The patient withdrew consent on 12 May"),)


def test_a_version_nobody_here_knows_is_not_taken_for_a_swapped_text() -> None:
    """A signature brought from elsewhere is under its own text; that another version is in force is told."""
    unknown = case((SIGNED, replace(consent(), version="elsewhere", text_sha256="0" * 64)))
    assert signed(unknown) == ()
    assert len(version_in_force(unknown)) == 1


def test_questions_are_answered_and_asked_anew_by_document() -> None:
    """Signing another document opens none of them, and an answer about another one closes none."""
    answers = [
        UnderstandingAnswered(
            document=TEXT.id,
            version=TEXT.version,
            text_sha256=TEXT.sha256,
            question=question.id,
            answer="x",
            right=True,
        )
        for question in TEXT.questions
    ]
    answered = [(AT - HOUR, answer) for answer in answers]
    assert open_questions(case((SIGNED, consent()), *answered, (AT, OTHER)), TEXT) == ()
    elsewhere = [(AT - HOUR, replace(answer, document="recording")) for answer in answers]
    assert open_questions(case((SIGNED, consent()), *elsewhere), TEXT) == TEXT.questions


def test_a_changed_text_is_told_with_the_signature_it_is_held_against() -> None:
    """Its version and its moment, so that a page can lead there."""
    (old,) = TEXT.earlier
    earlier = replace(consent(), version=old.version, text_sha256=old.sha256)
    assert version_in_force(case((SIGNED, earlier))) == (
        Bar(
            f"The consent has changed: version {old.version} was signed on 11 May, "
            f"and version {TEXT.version} is in force",
            (Measured("consent", f"version {old.version}", SIGNED.isoformat()),),
        ),
    )


def test_what_came_up_since_the_signature_is_told_with_what_it_rests_on() -> None:
    """With the day of the signature that did not know of it."""
    failure = Problem(text="Heart failure", codes=(Code("icd10cm", "I50.9"),))
    assert nothing_new(case((SIGNED, consent()), (AT - DAY, failure))) == (
        Bar(
            "The consent of 11 May was signed before this came up: Heart failure",
            (Measured("problem", "Heart failure (ICD-10-CM I50.9)", (AT - DAY).isoformat()),),
        ),
    )


def test_doses_are_counted_from_the_signature_on() -> None:
    """A dose before it was under another signature; the signature is shown beside the count."""
    two = Number("consent-stands-for-doses", 2, "", "local", ())
    ours = replace(adopted(), numbers={**adopted().numbers, two.id: two})
    doses = [(SIGNED + n * DAY, given(f"v{n}")) for n in (-1, 1, 2)]
    before, *after = doses
    assert doses_under(case(before, (SIGNED, consent()), after[0], protocol=ours)) == ()
    assert doses_under(case(before, (SIGNED, consent()), *after, protocol=ours)) == (
        Bar(
            "2 doses given since the consent of 11 May",
            (Measured("consent", f"version {TEXT.version}", SIGNED.isoformat()),),
        ),
    )


def test_under_the_drug_it_is_told_how_long_ago_the_dose_was() -> None:
    """Nothing is signed, with the amount and the moment of the dose."""
    assert impaired(case((AT - 90 * MINUTE, given("v1", "35")))) == (
        Bar(
            "A dose was given 90 min ago, and nothing is signed for 1 day after one",
            (Measured("dose", "35 mg", (AT - 90 * MINUTE).isoformat()),),
        ),
    )
