"""Does the patient's consent stand: signed, understood, not taken back, and about what is true today?"""

from datetime import datetime

from openkap.clinical.case import Bar, Bars, Case, day, order, times
from openkap.clinical.consent_text import ConsentQuestion, ConsentText
from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import DoseGiven
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn, UnderstandingAnswered
from openkap.clinical.entries.words import Measured
from openkap.clinical.moments import in_words
from openkap.clinical.preparation import findings_since

TREATMENT = "ketamine-treatment"
"""The consent no dose goes without."""

_IMPAIRED = "impaired-after-dose"
_STANDS_FOR_DOSES = "consent-stands-for-doses"


def standing(case: Case, document: str) -> Entry | None:
    """The signature under a document, unless it was taken back since."""
    signed = case.latest(Consented, document=document)
    withdrawn = case.latest(ConsentWithdrawn, document=document)
    return None if signed and withdrawn and order(withdrawn) > order(signed) else signed


def open_questions(case: Case, text: ConsentText) -> tuple[ConsentQuestion, ...]:
    """Questions about this very text not yet answered rightly, counted anew after each signature."""
    signed = case.latest(Consented, document=text.id)
    answers = [
        entry
        for entry in case.all(UnderstandingAnswered, document=text.id, text_sha256=text.sha256)
        if signed is None or order(entry) > order(signed)
    ]
    right = {entry.fact.question for entry in answers if entry.fact.right}
    return tuple(question for question in text.questions if question.id not in right)


def signed(case: Case) -> Bars:
    """The patient's signature stands, under the text as it was shown."""
    last = case.latest(Consented, document=TREATMENT)
    if last is None:
        return (Bar("The patient has not signed the consent to ketamine treatment"),)
    if standing(case, TREATMENT) is None:
        taken_back = case.latest(ConsentWithdrawn, document=TREATMENT)
        on = day(taken_back.effective_at, case.at) if taken_back else ""
        return (Bar(f"The patient withdrew consent on {on}"),)
    text, version = case.protocol.consents[TREATMENT], last.fact.version
    texts = {known.version: known.sha256 for known in (text, *text.earlier)}
    if texts.get(version, last.fact.text_sha256) != last.fact.text_sha256:
        return (Bar(f"The text that was signed is not version {version} of the consent"),)
    return ()


def version_in_force(case: Case) -> Bars:
    """What was signed is what the consent says today."""
    last, text = standing(case, TREATMENT), case.protocol.consents[TREATMENT]
    if last is None or last.fact.version == text.version:
        return ()
    on = day(last.effective_at, case.at)
    return (
        Bar(
            f"The consent has changed: version {last.fact.version} was signed on {on}, "
            f"and version {text.version} is in force",
            (_when_signed(last),),
        ),
    )


def nothing_new(case: Case) -> Bars:
    """Nothing of weight came up that the patient did not know of at the signature."""
    last = standing(case, TREATMENT)
    if last is None:
        return ()
    on = day(last.effective_at, case.at)
    return tuple(
        Bar(f"The consent of {on} was signed before this came up: {finding.rule.says}", finding.because)
        for finding in findings_since(case, last)
    )


def doses_under(case: Case) -> Bars:
    """Fewer doses were given under the signature than this clinic lets one stand for, where it set that."""
    last, most = standing(case, TREATMENT), case.protocol.numbers.get(_STANDS_FOR_DOSES)
    if last is None or most is None:
        return ()
    given = sum(order(dose) > order(last) for dose in case.all(DoseGiven) if not dose.fact.booster)
    if given < case.protocol.count(_STANDS_FOR_DOSES):
        return ()
    on = day(last.effective_at, case.at)
    return (Bar(f"{times(given, 'dose')} given since the consent of {on}", (_when_signed(last),)),)


def opens_at(case: Case) -> datetime | None:
    """When the patient may sign again after a dose; None when nothing is in the way now."""
    dose = case.latest(DoseGiven)
    until = dose.effective_at + case.protocol.span(_IMPAIRED) if dose else None
    return until if until is not None and case.at < until else None


def impaired(case: Case) -> Bars:
    """Nobody signs under the drug: from each dose on, for the time the protocol sets."""
    dose, until = case.latest(DoseGiven), opens_at(case)
    if dose is None or until is None:
        return ()
    ago, lock = in_words(case.at - dose.effective_at), in_words(case.protocol.span(_IMPAIRED))
    told = Measured("dose", str(dose.fact.amount), dose.effective_at.isoformat())
    return (Bar(f"A dose was given {ago} ago, and nothing is signed for {lock} after one", (told,)),)


def _when_signed(entry: Entry) -> Measured:
    return Measured("consent", f"version {entry.fact.version}", entry.effective_at.isoformat())
