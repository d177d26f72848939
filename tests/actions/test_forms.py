"""Forms from elsewhere: asked by the care team, answered by one patient, sent once, taken back in time."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from openkap.actions import asking, forms
from openkap.actions.door import IdReused
from openkap.clinical import asked_forms, runs
from openkap.clinical.asked_forms import AskedForm
from openkap.clinical.entries.asking import AnswerSaved, FormAsked, FormSent, FormTakenBack
from openkap.clinical.entries.office import TaskOpened
from openkap.clinical.forms import Choice, Form, Question
from openkap.clinical.refusal import BadFields, BadInput
from openkap.fhir.questionnaire import read as read_questionnaire
from openkap.records import accounts, read
from openkap.records.policy import NotFound, Principal, principal_of
from tests.conftest import AT

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "questionnaires"
MOOD = Question(
    "/44.1", "Low?", "one", choices=(Choice("no", "No", Decimal(0)), Choice("yes", "Yes", Decimal(1)))
)
WHY = Question("why", "Why?", "text", required=True)
FORM = Form("urn:form", "Mood", (MOOD, WHY), notice="Nobody's")
RUN = str(uuid4())
SECOND = timedelta(seconds=1)


@pytest.fixture
def chart(open_chart: Callable[..., str]) -> str:
    return open_chart()


@pytest.fixture
def ada(clinic: Any, chart: str) -> Principal:
    """The patient of that chart."""
    return Principal(user="ada", name="Ada Berg", role="patient", clinic=str(clinic.id), chart=chart)


def ask(who: Principal, chart: str, form: Form = FORM, **more: Any) -> AskedForm:
    """Asked; the asking as it stands in the chart."""
    at = more.pop("at", AT)
    entry = forms.ask_form(who, chart, at=at, form=form, source="mood.json", **more)
    return asked_forms.named(f"form-{entry.id}", read.chart(who, chart, log=False))


def answer(who: Principal, one: AskedForm, question: str, *values: str, **more: Any) -> Any:
    told = {"form": one.form.id, "version": one.form.version, "question": question, "values": values}
    return asking.save_answer(who, who.chart, **{"at": AT + SECOND} | told | more)


def answered(who: Principal, one: AskedForm) -> str:
    """Both questions answered; the run."""
    run = answer(who, one, "/44.1", "yes").fact.run
    answer(who, one, "why", "I don’t sleep")
    return run


def sent(who: Principal, one: AskedForm, run: str) -> Any:
    return asking.send_form(
        who, who.chart, at=AT + 2 * SECOND, id=runs.finish_id(run), form=one.form.id, run=run
    )


def facts(people: Any, chart: str, kind: type) -> list[Any]:
    return read.chart(people["prescriber"], chart, log=False).facts(kind)


def test_asked_answered_and_sent_once(people: Any, chart: str, ada: Principal) -> None:
    """Sent twice it is one entry; afterwards nothing can be added, changed or taken back."""
    one = ask(people["monitor"], chart, url="urn:form", source_version="2")
    run = answered(ada, one)
    assert sent(ada, one, run) == sent(ada, one, run)
    told = FormSent(form=one.form.id, title="Mood", version=one.form.version, run=run, answered=2)
    assert facts(people, chart, FormSent) == [told]
    for late in (lambda: answer(ada, one, "why", "no"), lambda: answer(ada, one, "why", "no", run=run)):
        with pytest.raises(BadInput, match="sent already"):
            late()
    with pytest.raises(BadInput, match="has sent the answers already"):
        forms.take_back_form(people["monitor"], chart, at=AT + 3 * SECOND, form=one.form.id)


def test_it_opens_no_task_and_becomes_no_fact(people: Any, chart: str, ada: Principal) -> None:
    """Not even where its questions are called as ours are."""
    item = Question("item-9", "x", "one", choices=(Choice("3", "Nearly every day", Decimal(3)),))
    one = ask(people["prescriber"], chart, Form("phq9", "Not ours", (item,)))
    run = answer(ada, one, "item-9", "3").fact.run
    sent(ada, one, run)
    kinds = {type(entry.fact) for entry in read.chart(people["prescriber"], chart, log=False).entries}
    assert TaskOpened not in kinds
    assert {kind.KIND for kind in kinds} == {"chart-opened", "form-asked", "answer-saved", "form-sent"}


def test_the_same_form_waits_once_and_is_asked_again_after_it_was_sent(
    people: Any, chart: str, ada: Principal
) -> None:
    """A second asking is a new entry with answers of its own."""
    one = ask(people["prescriber"], chart)
    with pytest.raises(BadInput, match="waits for an answer already"):
        ask(people["monitor"], chart)
    sent(ada, one, answered(ada, one))
    again = ask(people["prescriber"], chart, at=AT + 3 * SECOND)
    assert again.waits and again.form.id != one.form.id
    assert runs.current(read.chart(people["monitor"], chart, log=False), again.form, AT + 4 * SECOND) is None
    assert len(facts(people, chart, FormAsked)) == 2


def test_one_press_asks_once(people: Any, chart: str) -> None:
    """The same page sent again is the same asking; the same id with another form is refused."""
    id = uuid4()
    assert ask(people["monitor"], chart, id=id).entry == ask(people["monitor"], chart, id=id).entry
    with pytest.raises(IdReused):
        ask(people["monitor"], chart, Form("other", "Other", (WHY,)), id=id)
    assert len(facts(people, chart, FormAsked)) == 1


def test_taken_back_it_is_not_answered_any_more(people: Any, chart: str, ada: Principal) -> None:
    """Begun or not; once; and the answers so far stay in the ledger."""
    one = ask(people["prescriber"], chart)
    run = answered(ada, one)
    forms.take_back_form(
        people["monitor"], chart, at=AT + 2 * SECOND, form=one.form.id, reason="the wrong one"
    )
    for late in (lambda: answer(ada, one, "why", "no"), lambda: sent(ada, one, run)):
        with pytest.raises(BadInput, match="does not ask this any more"):
            late()
    with pytest.raises(BadInput, match="taken back already"):
        forms.take_back_form(people["monitor"], chart, at=AT + 3 * SECOND, form=one.form.id)
    assert [fact.reason for fact in facts(people, chart, FormTakenBack)] == ["the wrong one"]
    assert len(facts(people, chart, AnswerSaved)) == 2
    assert ask(people["prescriber"], chart, at=AT + 4 * SECOND).waits


@pytest.mark.parametrize(
    ("question", "values", "why"),
    [
        ("/44.1", ("maybe",), "not one of the answers"),
        ("/44.1", ("yes", "no"), "2 answers were given"),
        ("why", (), "not answered"),
        ("why", ("   ",), "not a text"),
        ("nothing", ("x",), "not a question here"),
        ("why", ("x\0",), "control character"),
        ("why", ("x" * 20_001,), "longer than"),
        ("why", ("\ud800",), "half a character"),
    ],
)
def test_an_answer_that_cannot_be_is_named(
    people: Any, chart: str, ada: Principal, question: str, values: tuple[str, ...], why: str
) -> None:
    one = ask(people["prescriber"], chart)
    with pytest.raises((BadInput, BadFields), match=why):
        answer(ada, one, question, *values)
    assert facts(people, chart, AnswerSaved) == []


def test_half_answered_it_is_not_sent(people: Any, chart: str, ada: Principal) -> None:
    """Nor before anything was answered, nor under the run of another form."""
    one = ask(people["prescriber"], chart)
    with pytest.raises(BadInput, match="nothing has been answered|begun again"):
        sent(ada, one, RUN)
    run = answer(ada, one, "/44.1", "yes").fact.run
    with pytest.raises(BadFields, match="not answered"):
        sent(ada, one, run)
    answer(ada, one, "why", "x")
    with pytest.raises(BadInput, match="begun again elsewhere"):
        asking.send_form(ada, chart, at=AT + 2 * SECOND, form=one.form.id, run=RUN)
    assert facts(people, chart, FormSent) == []


def test_an_instrument_is_not_sent_as_a_form(chart: str, ada: Principal) -> None:
    """It would end without a score."""
    for name in ("phq9", "intake"):
        with pytest.raises(BadInput, match="not a form from elsewhere"):
            asking.send_form(ada, chart, at=AT, form=name, run=RUN)


def test_another_patient_finds_no_such_form(
    people: Any, clinic: Any, chart: str, ada: Principal, open_chart: Callable[..., str]
) -> None:
    """Neither in the other chart nor, under its name, in their own."""
    one, other = ask(people["prescriber"], chart), open_chart()
    otto = Principal(user="otto", name="O", role="patient", clinic=str(clinic.id), chart=other)
    with pytest.raises(NotFound):
        told = {"form": one.form.id, "version": one.form.version, "question": "why", "values": ("x",)}
        asking.save_answer(otto, chart, at=AT, **told)
    with pytest.raises(BadInput, match="not a form here"):
        answer(otto, one, "why", "x")
    with pytest.raises(BadInput, match="was not asked here"):
        forms.take_back_form(people["prescriber"], other, at=AT, form=one.form.id)


def test_who_may_not_ask(people: Any, chart: str, ada: Principal) -> None:
    """Another clinic, an auditor, a manager, the patient, a therapist who is not on the care team."""
    hill = accounts.create_clinic("Hillside")
    stranger = principal_of(accounts.create_user("them", name="T", role="prescriber", clinic=hill))
    for who in (stranger, people["auditor"], people["manager"], people["therapist"], ada):
        with pytest.raises(NotFound):
            forms.ask_form(who, chart, at=AT, form=FORM, source="x")
    one = ask(people["director"], chart)
    for who in (stranger, people["auditor"], people["therapist"], ada):
        with pytest.raises(NotFound):
            forms.take_back_form(who, chart, at=AT, form=one.form.id)


def test_a_form_the_ledger_cannot_hold_is_refused_whole(people: Any, chart: str) -> None:
    """Text no database keeps alike; nothing is half written."""
    for text in ("\0", "\ud800", "x" * 20_001):
        with pytest.raises(BadInput):
            ask(people["prescriber"], chart, Form("f", "F", (Question("a", text, "text"),)))
    assert facts(people, chart, FormAsked) == []


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of public questionnaires is not beside this checkout"
)
@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("lforms-phq9", 27),
        ("spier-phq9-questionnaire", 27),
        ("spier-cssrs-screener", None),
        ("spier-safet-questionnaire", None),
        ("uwcirg-CIRG-PHQ-4", 12),
    ],
)
def test_a_public_form_is_asked_and_answered_as_it_was_read(
    people: Any, chart: str, ada: Principal, name: str, total: int | None
) -> None:
    """Through the ledger and back: the same form, every question answerable, the scores the file gives."""
    imported = read_questionnaire((SHARED / f"{name}.json").read_bytes(), name)
    one = ask(people["prescriber"], chart, imported.form, left_out=imported.left_out)
    assert asked_forms.kept(one.entry.fact).version == imported.form.version
    assert one.form.parts == imported.form.parts
    run = ""
    for part in (part for part, _ in one.form.flat if part.asks):
        run = answer(ada, one, part.id, part.choices[-1].value if part.choices else "2").fact.run
    sent(ada, one, run)
    whole = runs.whole(read.chart(people["monitor"], chart, log=False), run)
    added = asked_forms.added(one.form, whole.answers)
    assert (added.total if added else None) == total
