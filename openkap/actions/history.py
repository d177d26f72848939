"""What a clinician gathers before deciding: treatments tried, substances, letters, classes of risk."""

from typing import Any

from django.utils.timezone import localtime

from openkap.actions.door import Act, action
from openkap.actions.fields import needed, one_of
from openkap.clinical.entries.history import (
    AsaClass,
    ClearanceLetter,
    PdmpQueried,
    SubstanceUse,
    TreatmentTrial,
)
from openkap.clinical.refusal import BadInput
from openkap.clinical.screening import STAGE
from openkap.clinical.stopbang import ASKED, UNKNOWN, known, scored

TREATMENTS = ("antidepressant", "augmentation", "ect", "tms", "psychotherapy", "other")
OUTCOMES = ("no-response", "partial-response", "response", "not-tolerated", "unknown")
ADHERENCE = ("full", "partial", "unknown")
ANSWERS = ("yes", "no", "unknown")
SHOWED = ("expected", "to-weigh")
OPINIONS = ("may", "may-with-conditions", "advises-against")
ASA_CLASSES = (1, 2, 3, 4, 5, 6)
LONGEST_WEEKS = 2600
"""Fifty years: beyond it a number of weeks is a slip of the keyboard."""


@action("screening.answer")
def record_trial(act: Act, **fields: Any) -> None:
    """One treatment that was tried, with the fields of its kind. A word on adequacy needs its reason."""
    trial = TreatmentTrial(**fields)
    one_of(trial.treatment, TREATMENTS, "treatment")
    needed(trial.what, "what", "Write which treatment")
    one_of(trial.outcome, OUTCOMES, "outcome")
    one_of(trial.this_episode, ANSWERS, "this_episode")
    one_of(trial.adherence, ADHERENCE, "adherence")
    if one_of(trial.adequate, ANSWERS, "adequate") != UNKNOWN:
        needed(trial.reason, "reason", "Write why it was adequate or not")
    if trial.weeks is not None and not 0 < trial.weeks <= LONGEST_WEEKS:
        raise BadInput("weeks", f"{trial.weeks} cannot be a number of weeks", "Write how long it was taken")
    act.write(trial)


@action("screening.answer")
def record_substance(
    act: Act, *, substance: str, how: str, last_use: str, treatment: str = "", note: str = ""
) -> None:
    """One substance, in the words of whoever tells it."""
    act.write(
        SubstanceUse(
            substance=needed(substance, "substance", "Write which substance"),
            how=needed(how, "how", "Write how it is taken and how often"),
            last_use=needed(last_use, "last_use", "Write when it was last taken, as well as is known"),
            treatment=treatment,
            note=note,
        )
    )


@action("screening.answer")
def record_query(act: Act, *, showed: str, note: str = "", reference: str = "") -> None:
    """The prescription monitoring programme was asked, at `effective_at`."""
    if one_of(showed, SHOWED, "showed") == "to-weigh":
        needed(note, "note", "Write what it showed")
    act.write(PdmpQueried(showed=showed, note=note, reference=reference))


@action("screening.answer")
def record_letter(act: Act, **fields: Any) -> None:
    """A letter about one finding, with the fields of its kind. It lifts nothing; a clinician decides."""
    letter = ClearanceLetter(**fields)
    one_of(letter.rule, (known.id for known in act.protocol.rules if known.stage == STAGE), "rule")
    needed(letter.specialty, "specialty", "Write which specialty")
    needed(letter.signed_by, "signed_by", "Write who signed it")
    one_of(letter.opinion, OPINIONS, "opinion")
    needed(letter.says, "says", "Write what matters of it")
    if letter.written_on > localtime(act.at).date():
        raise BadInput("written_on", "this day has not come yet", "Write the day on the letter")
    if letter.valid_until is not None and letter.valid_until < letter.written_on:
        raise BadInput("valid_until", "this is before the letter was written", "Check both days")
    act.write(letter)


@action("screening.decide")
def record_asa(act: Act, *, asa: int, reason: str) -> None:
    """The class of physical status, 1 to 6, judged by a prescriber."""
    if asa not in ASA_CLASSES:
        raise BadInput("asa", f"{asa} is not a class", "Choose one of I to VI")
    act.write(AsaClass(asa=asa, reason=needed(reason, "reason", "Write why this class")))


@action("screening.answer")
def record_stop_bang(act: Act, **answers: str) -> None:
    """The five asked answers, and weight, age and sex where the chart does not know them."""
    told = {name: one.answer for name, one in known(act.chart, act.protocol, act.at).items()}
    asked = [*ASKED, *(name for name, answer in told.items() if answer == UNKNOWN)]
    said = {name: one_of(answers.get(name, ""), ANSWERS, name) for name in asked}
    act.write(scored(told | said))
