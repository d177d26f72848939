"""Forms from elsewhere: the team asks one of a patient, or takes one back that was not sent."""

from openkap.actions.door import Act, action
from openkap.clinical import asked_forms
from openkap.clinical.asked_forms import AskedForm
from openkap.clinical.entries.asking import FormAsked, FormTakenBack
from openkap.clinical.forms import Form
from openkap.clinical.refusal import BadInput


@action("form.ask")
def ask_form(
    act: Act,
    *,
    form: Form,
    source: str,
    url: str = "",
    source_version: str = "",
    left_out: tuple[str, ...] = (),
) -> None:
    """A form is asked of this patient, and kept in the chart whole. `source`: name of the file it came in.

    BadInput where the very same form waits for an answer already. One that was sent may be asked again.
    """
    open_ = [one for one in asked_forms.asked_forms(act.chart) if one.waits]
    if any(one.entry.fact.version == form.version for one in open_):
        raise BadInput("form", "this very form waits for an answer already", "Take that one back first")
    act.write(
        FormAsked(
            name=form.id,
            title=form.title,
            parts=form.parts,
            notice=form.notice,
            version=form.version,
            source=source,
            url=url,
            source_version=source_version,
            left_out=left_out,
        )
    )


@action("form.ask")
def take_back_form(act: Act, *, form: str, reason: str = "") -> None:
    """A form that was asked and not sent is not asked any more."""
    asked = _asked(act, form)
    if asked.sent:
        raise BadInput("form", "the patient has sent the answers already", "Read them")
    if asked.taken_back:
        raise BadInput("form", "it was taken back already", "Open the forms again")
    act.write(FormTakenBack(form=form, title=asked.form.title, reason=reason))


def _asked(act: Act, form: str) -> AskedForm:
    found = asked_forms.named(form, act.chart)
    if found is None:
        raise BadInput("form", f"{form[:40]!r} was not asked here", "Open the forms again")
    return found
