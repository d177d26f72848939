"""Consent: signed sober, standing, and about what is true today."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openkap.clinical.case import Case
from openkap.clinical.consent import open_questions, opens_at
from openkap.clinical.entries.office import Override
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn, UnderstandingAnswered
from openkap.clinical.entries.screening import Problem, ScreeningDecided
from openkap.clinical.entries.words import Code
from openkap.clinical.gates import verdict
from openkap.clinical.protocol import Number
from openkap.protocol.load import load
from tests.clinical.charts import (
    DAY,
    HOUR,
    MINUTE,
    adopted,
    and_then,
    chart_of,
    consent,
    given,
    ready_chart,
    ready_facts,
    refused,
    said,
    without,
)

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
TEXT = adopted().consents["ketamine-treatment"]
OLD = TEXT.earlier[0]
LOCK = adopted().span("impaired-after-dose")
SCHIZOPHRENIA = Problem(text="Schizophrenia", codes=(Code("icd10cm", "F20.9"),))
FIRST, *OTHERS = TEXT.questions


def test_a_dose_needs_the_patients_signature() -> None:
    """No signed consent, no dose; only the patient can lift that."""
    reason = refused(without(ready_facts(AT), "consent"), "start-dose", AT)["dose-needs-consent"]
    assert reason.says == "The patient has not signed the consent to ketamine treatment"
    assert (reason.who, reason.override) == ("patient", "")


def test_consent_can_be_taken_back_and_given_again() -> None:
    """The last word of the patient stands, also within one instant."""
    taken = and_then(ready_chart(AT), (AT - HOUR, ConsentWithdrawn(document="ketamine-treatment")))
    assert said(taken, "start-dose", AT, "dose-needs-consent") == "The patient withdrew consent on 14 May"
    again = and_then(taken, (AT - HOUR, consent()))
    assert "dose-needs-consent" not in refused(again, "start-dose", AT)
    other = and_then(ready_chart(AT), (AT - HOUR, ConsentWithdrawn(document="recording")))
    assert "dose-needs-consent" not in refused(other, "start-dose", AT)


def test_a_swapped_consent_text_is_found() -> None:
    """The signature covers the text: under the same version another text is not what was signed."""
    signed = consent()
    facts = [(at, fact) for name, at, fact in ready_facts(AT) if name != "consent"]
    swapped = Consented(
        document=signed.document, version=signed.version, text_sha256="0" * 64, signed_name="Ada Okafor"
    )
    chart = chart_of([*facts, (AT - DAY, swapped)])
    assert said(chart, "start-dose", AT, "dose-needs-consent") == (
        f"The text that was signed is not version {signed.version} of the consent"
    )


def test_an_earlier_version_was_signed_and_another_is_in_force() -> None:
    """Both versions are named, the prescriber may go past it, and the words of the old one are known."""
    facts = [(at, fact) for name, at, fact in ready_facts(AT) if name != "consent"]
    earlier = Consented(
        document=OLD.id, version=OLD.version, text_sha256=OLD.sha256, signed_name="Ada Okafor"
    )
    chart = chart_of([*facts, (AT - DAY, earlier)])
    speaking = refused(chart, "start-dose", AT)
    assert set(speaking) == {"consent-in-force"}
    assert speaking["consent-in-force"].says == (
        "The consent has changed: version 1 was signed on 13 May, and version 2 is in force"
    )
    assert speaking["consent-in-force"].override == "prescriber"
    passed = and_then(chart, (AT - MINUTE, Override(rule="consent-in-force", reason="told by telephone")))
    assert refused(passed, "start-dose", AT) == {}


def test_a_finding_of_weight_after_the_signature_asks_for_a_new_one() -> None:
    """Accepting it in a new decision is the clinic's word; the patient's own is asked for as well."""
    accepted = (rule.id for rule in adopted().rules if rule.stage == "screening")
    decided = ScreeningDecided(decision="suitable", reason="remitted", accepted=tuple(accepted))
    chart = and_then(ready_chart(AT), (AT - 2 * HOUR, SCHIZOPHRENIA), (AT - HOUR, decided))
    speaking = refused(chart, "start-dose", AT)
    assert set(speaking) == {"consent-after-finding"}
    assert speaking["consent-after-finding"].says.startswith(
        "The consent of 4 May was signed before this came up: "
    )
    assert refused(and_then(chart, (AT - MINUTE, consent())), "start-dose", AT) == {}


def test_what_the_patient_knew_at_the_signature_asks_for_nothing() -> None:
    """A finding that stood when the consent was signed is not news to it."""
    facts = ready_facts(AT)
    facts.insert(1, ("problem", AT - 12 * DAY, SCHIZOPHRENIA))
    assert "consent-after-finding" not in refused(without(facts), "start-dose", AT)


@pytest.mark.parametrize(("doses", "speaks"), [(2, False), (3, True)])
def test_a_clinic_may_let_a_signature_stand_for_so_many_doses(doses: int, speaks: bool) -> None:
    """Unset as shipped; set to three, the fourth dose waits for a new signature."""
    times = [(AT - n * DAY, given(f"v{n}")) for n in range(1, doses + 1)]
    chart = and_then(ready_chart(AT), *reversed(times))
    assert not said(chart, "start-dose", AT, "consent-for-these-doses")
    three = Number("consent-stands-for-doses", 3, "", "local", ())
    protocol = dataclasses.replace(adopted(), numbers={**adopted().numbers, three.id: three})
    reasons = {r.rule: r for r in verdict("start-dose", chart, protocol, AT, "v1").because}
    assert ("consent-for-these-doses" in reasons) is speaks
    if speaks:
        assert reasons["consent-for-these-doses"].says == "3 doses given since the consent of 4 May"


@pytest.mark.parametrize(
    ("age", "speaks"), [(timedelta(days=90), False), (timedelta(days=90, seconds=1), True)]
)
def test_a_clinic_may_set_how_long_a_signature_stands(tmp_path: Path, age: timedelta, speaks: bool) -> None:
    """Unset as shipped; a clinic that says 90 days asks again a second later."""
    where = '"consented", where = { document = "ketamine-treatment" }'
    overlay = tmp_path / "clinic.toml"
    overlay.write_text(
        '[[change]]\nrule = "consent-not-too-old"\n'
        f'when = {{ all = [{{ present = {where} }}, {{ absent = {where}, within = "90 d" }}] }}\n'
        'by = "Dr Amara Obi"\non = 2026-03-02\nreason = "Board"\n',
        encoding="utf-8",
    )
    facts = [(at, fact) for name, at, fact in ready_facts(AT) if name != "consent"]
    chart = chart_of([*facts, (AT - age, consent())])
    rules = {r.rule for r in verdict("start-dose", chart, load(overlay=overlay), AT, "v1").because}
    assert ("consent-not-too-old" in rules) is speaks
    assert "consent-not-too-old" in {one.id for one in adopted().unset}


@pytest.mark.parametrize(
    ("after", "closed"),
    [
        (timedelta(0), True),
        (LOCK - timedelta(seconds=1), True),
        (LOCK, False),
        (-timedelta(seconds=1), False),
    ],
)
def test_nothing_is_signed_from_the_dose_until_the_lock_ends(after: timedelta, closed: bool) -> None:
    """The gate says so, and says when it opens again."""
    chart = and_then(ready_chart(AT), (AT, given("v1")))
    now = AT + after
    assert bool(refused(chart, "sign-consent", now)) is closed
    assert opens_at(Case(chart, adopted(), now)) == (AT + LOCK if closed else None)


def answered(right: bool, question: str = FIRST.id, sha: str = TEXT.sha256) -> UnderstandingAnswered:
    return UnderstandingAnswered(
        document=TEXT.id, version=TEXT.version, text_sha256=sha, question=question, answer="x", right=right
    )


def test_a_question_stays_open_until_it_is_answered_rightly() -> None:
    """Wrong leaves it open, right closes it for good; another text's answers do not count."""
    tries = [(AT - 3 * MINUTE, answered(False)), (AT - 2 * MINUTE, answered(True, sha=OLD.sha256))]
    bare = without(ready_facts(AT), "consent")
    assert open_questions(Case(and_then(bare, *tries), adopted(), AT), TEXT) == TEXT.questions
    right = and_then(bare, *tries, (AT - MINUTE, answered(True)))
    assert open_questions(Case(right, adopted(), AT), TEXT) == tuple(OTHERS)
    slipped = and_then(right, (AT, answered(False)))
    assert open_questions(Case(slipped, adopted(), AT), TEXT) == tuple(OTHERS)


def test_questions_are_asked_anew_after_each_signature() -> None:
    """What was understood months ago is asked again when the text is signed again."""
    chart = and_then(ready_chart(AT), (AT - 3 * HOUR, answered(True)), (AT - 2 * HOUR, consent()))
    assert open_questions(Case(chart, adopted(), AT), TEXT) == TEXT.questions
