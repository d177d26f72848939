"""Forms from elsewhere come out of the chart as they went in, and are open until sent or taken back."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from openkap.clinical import asked_forms, asking, runs
from openkap.clinical.asked_forms import Added, added, kept
from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries import Entry, from_body, to_body
from openkap.clinical.entries.asking import AnswerSaved, FormAsked, FormSent, FormTakenBack
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.forms import Choice, Enabling, Form, Question
from openkap.clinical.status import assess
from tests.clinical.charts import adopted, person

AT = datetime(2026, 5, 14, 10, tzinfo=UTC)
OFTEN = tuple(Choice(f"urn:x|{n}", word, Decimal(n)) for n, word in enumerate(("Never", "Often", "Daily")))
TIRED = Question("/1.2", "Tired?", "one", choices=OFTEN, required=True)
SAD = Question(
    "sad",
    "Sad?",
    "one",
    choices=OFTEN,
    enabled_when=(Enabling("/1.2", "!=", "urn:x|0"),),
)
MORE = Question("more", "Anything else?", "text")
FORM = Form("urn:form", "How you are", (Question("g", "This week", "group", inner=(TIRED, SAD)), MORE))


def asks(form: Form = FORM) -> FormAsked:
    return FormAsked(
        name=form.id, title=form.title, parts=form.parts, version=form.version, source="how.json"
    )


def chart_of(*facts: Any, ids: dict[int, UUID] | None = None) -> Chart:
    made = [
        Entry((ids or {}).get(n) or uuid4(), "chart:1", n, fact, AT, AT, "them", "test")
        for n, fact in enumerate((person(), *facts), 1)
    ]
    return fold("chart:1", made)


def answered(form: str, run: str, **values: str) -> list[AnswerSaved]:
    names = {"tired": "/1.2"}
    return [
        AnswerSaved(form=form, version="x", run=run, question=names.get(name, name), values=(value,))
        for name, value in values.items()
    ]


def test_a_form_comes_back_from_the_ledger_as_it_went_in() -> None:
    """Groups, conditions, scores; and with the hash it was signed under."""
    fact = from_body("form-asked", json.loads(json.dumps(to_body(asks()))))
    assert fact == asks()
    assert kept(fact) == FORM
    assert kept(fact).version == fact.version


def test_each_asking_is_a_form_of_its_own() -> None:
    """The same form asked twice: two ids, two versions, one content."""
    first, second = asked_forms.asked_forms(chart_of(asks(), asks()))
    assert first.form.id != second.form.id
    assert first.form.version != second.form.version
    assert first.form.parts == second.form.parts == FORM.parts


def test_it_is_found_by_the_name_it_is_asked_under_and_by_no_other() -> None:
    """The file's own name could be that of an instrument."""
    mine, entry = uuid4(), f"form-{uuid4()}"
    chart = chart_of(asks(Form("phq9", "Not ours", FORM.parts)), ids={2: mine})
    assert asking.form_named(f"form-{mine}", chart, adopted()).title == "Not ours"
    assert asking.form_named("phq9", chart, adopted()).title == "PHQ-9"
    assert asking.form_named(entry, chart, adopted()) is None


@pytest.mark.parametrize(("ending", "waits"), [(None, True), (FormSent, False), (FormTakenBack, False)])
def test_it_waits_until_it_is_sent_or_taken_back(ending: type | None, waits: bool) -> None:
    """And what ends one asking leaves another open."""
    mine = uuid4()
    name = f"form-{mine}"
    more = {"version": "x", "run": str(uuid4()), "answered": 1} if ending is FormSent else {}
    ends = [ending(form=name, title="How you are", **more)] if ending else []
    chart = chart_of(asks(), asks(), *ends, ids={2: mine})
    first, second = asked_forms.asked_forms(chart)
    assert first.form.id == name
    assert (first.waits, second.waits) == (waits, True)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, None),
        ({"more": ("x",)}, None),
        ({"/1.2": ("urn:x|2",), "sad": ("urn:x|1",), "more": ()}, Added(Decimal(3), 2, 0, 1)),
        ({"/1.2": ("urn:x|2",), "sad": ("urn:x|1",), "more": ("x",)}, Added(Decimal(3), 2, 1, 0)),
        ({"/1.2": ("urn:x|2",)}, Added(Decimal(2), 1, 0, 2)),
        ({"/1.2": ("urn:x|0",), "sad": ("urn:x|2",), "more": ()}, Added(Decimal(0), 1, 0, 1)),
    ],
)
def test_scores_are_added_and_what_is_missing_is_counted(answers: Any, told: Added | None) -> None:
    """A text has no score, a blank is not a nought, and a question that does not show counts for nothing."""
    assert added(FORM, answers) == told


def test_only_scores_without_a_gap_are_a_total() -> None:
    scored = Form("f", "F", (TIRED,))
    told = added(scored, {"/1.2": ("urn:x|2",)})
    assert told is not None and told.complete
    for gap in ({"/1.2": ("urn:x|2",), "more": ("x",)}, {"/1.2": ("urn:x|2",), "more": ()}):
        part = added(Form("f", "F", (TIRED, MORE)), gap)
        assert part is not None and not part.complete


def test_some_choices_without_a_score_make_no_total() -> None:
    """ "Many" of which one has none."""
    some = Question("s", "Which?", "many", choices=(OFTEN[1], Choice("none", "None of it")))
    form = Form("f", "F", (some,))
    assert added(form, {"s": ("urn:x|1", "none")}) is None
    assert added(form, {"s": ("urn:x|1",)}) == Added(Decimal(1), 1, 0, 0)


@pytest.mark.parametrize("question", ["item-9", "9", "/1.2", "suicidality"])
@pytest.mark.parametrize("value", ["1", "yes", "urn:x|3", "unknown"])
def test_no_answer_to_it_opens_a_task(question: str, value: str) -> None:
    """Not even under the id an instrument gives its items."""
    assert asking.danger(adopted(), f"form-{uuid4()}", question, (value,), run="r") == ()


def test_nothing_of_it_changes_what_is_assessed() -> None:
    """Asked, answered and sent: findings, gates, tasks and the next step are as without it."""
    mine, run = uuid4(), str(uuid4())
    name = f"form-{mine}"
    sent = FormSent(form=name, title="x", version="x", run=run, answered=2)
    with_it = chart_of(
        asks(), *answered(name, run, tired="urn:x|2", more="I hear voices"), sent, ids={2: mine}
    )
    assert assess(with_it, adopted(), AT) == assess(chart_of(), adopted(), AT)


def test_a_run_is_read_whole_with_what_was_changed() -> None:
    """The last answer stands; the earlier ones are kept in order, each once; finished or not."""
    mine, run = uuid4(), str(uuid4())
    name = f"form-{mine}"
    saved = [*answered(name, run, tired="urn:x|2"), *answered(name, run, tired="urn:x|1")]
    saved += [*answered(name, run, tired="urn:x|2"), *answered(name, run, tired="urn:x|0", more="x")]
    chart = chart_of(asks(), *saved, ids={2: mine})
    assert runs.whole(chart, run).answers == {"/1.2": ("urn:x|0",), "more": ("x",)}
    assert runs.earlier(chart, run) == {"/1.2": [("urn:x|2",), ("urn:x|1",)]}
    assert runs.whole(chart, "another") is None


def test_the_opened_chart_alone_has_no_forms() -> None:
    assert asked_forms.asked_forms(chart_of()) == ()
    assert isinstance(person(), ChartOpened)
