"""Forms from elsewhere that the team asks of one person: each asking waits, is sent once, or is taken back.

No rule and no gate looks at their answers. A clinician reads them.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.entries.asking import FormAsked, FormSent, FormTakenBack
from openkap.clinical.forms import Answers, Form, Question, asked, total

_PREFIX = "form-"
_MEMO = "asked forms"


@dataclass(frozen=True, slots=True)
class AskedForm:
    """One asking. `form.id` is the asking's own, so that the same form asked again begins anew."""

    entry: Entry  # of FormAsked
    form: Form
    sent: Entry | None  # of FormSent
    taken_back: Entry | None  # of FormTakenBack

    @property
    def waits(self) -> bool:
        """Whether the patient may still answer it."""
        return self.sent is None and self.taken_back is None


def kept(fact: FormAsked) -> Form:
    """The form as it was kept, under the name its file gives it; its version is the fact's."""
    return Form(fact.name, fact.title, fact.parts, notice=fact.notice)


def asked_forms(chart: Chart) -> tuple[AskedForm, ...]:
    """Every asking of this person, in ledger order."""
    if _MEMO not in chart.memo:
        sent = {entry.fact.form: entry for entry in chart.all(FormSent)}
        back = {entry.fact.form: entry for entry in chart.all(FormTakenBack)}
        made = []
        for entry in chart.all(FormAsked):
            form = replace(kept(entry.fact), id=f"{_PREFIX}{entry.id}")
            made.append(AskedForm(entry, form, sent.get(form.id), back.get(form.id)))
        chart.memo[_MEMO] = tuple(made)
    found: tuple[AskedForm, ...] = chart.memo[_MEMO]
    return found


def named(name: str, chart: Chart) -> AskedForm | None:
    """The asking whose form has that id, or None."""
    return next((one for one in asked_forms(chart) if one.form.id == name), None)


@dataclass(frozen=True, slots=True)
class Added:
    """What the scored answers come to. Only with nothing unscored and nothing blank is it the total."""

    total: Decimal
    scored: int
    unscored: int  # answers without a score in the file
    blank: int

    @property
    def complete(self) -> bool:
        return not self.unscored and not self.blank


def added(form: Form, answers: Answers) -> Added | None:
    """The ordinal scores of the given answers; None where none of them has one."""
    shown = asked(form, answers)
    given = [part for part in shown if answers.get(part.id)]
    scored = sum(_is_scored(part, answers[part.id]) for part in given)
    if not scored:
        return None
    return Added(total(form, answers), scored, len(given) - scored, len(shown) - len(given))


def _is_scored(part: Question, values: tuple[str, ...]) -> bool:
    """Whether every chosen answer has a score. A text has none."""
    chosen = [choice for choice in part.choices if choice.value in values]
    return bool(chosen) and all(choice.score is not None for choice in chosen)
