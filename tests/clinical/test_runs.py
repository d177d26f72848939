"""Runs: one filling in of a form is gone on with, or started afresh, for a reason that is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from uuid import UUID

import pytest

from openkap.clinical.chart import Chart, fold
from openkap.clinical.entries.asking import AnswerSaved, IntakeSent
from openkap.clinical.forms import Form, Question
from openkap.clinical.runs import Run, current, finish_id, finished, lapsed
from tests.clinical.charts import DAY, MINUTE, chart_of, person

AT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
FORM = Form(
    "nights",
    "Nights",
    (Question("wake", "Do you wake?", "yes-no"), Question("takes", "What do you take?", "lines")),
    recall=timedelta(days=14),
)
ONE, TWO = "6f1c1b52-0000-4000-8000-000000000001", "6f1c1b52-0000-4000-8000-000000000002"
TOO_LONG_AGO = "You began on 1 March. That is too long ago, so please start again."
CHANGED = "The questions have changed since you began, so please start again."

Saved = tuple[timedelta, AnswerSaved]


def saved(
    after: timedelta, question: str, *values: str, run: str = ONE, form: str = "nights", version: str = ""
) -> Saved:
    """An answer so long after AT, to the form as it is now unless another version is named."""
    fact = AnswerSaved(form=form, version=version or FORM.version, run=run, question=question, values=values)
    return after, fact


def written(*answers: Saved) -> Chart:
    return chart_of([(AT - 30 * DAY, person()), *((AT + after, fact) for after, fact in answers)])


def and_sent(chart: Chart, run: str = ONE) -> Chart:
    """The chart with the entry that finishes this run."""
    sent = IntakeSent(run=run, version=FORM.version, answered=1)
    last = chart.entries[-1]
    ending = replace(last, id=finish_id(run), seq=last.seq + 1, fact=sent)
    return fold(chart.subject, [*chart.entries, ending])


NOW = timedelta(0)


def test_a_form_nobody_began_has_no_run() -> None:
    """Nor has it anything to say about one."""
    assert current(written(), FORM, AT) is None
    assert lapsed(written(), FORM, AT) == ""


def test_a_run_is_gone_on_with_from_all_its_answers() -> None:
    """The newest answer to each question stands, one left blank among them; it began with the first."""
    chart = written(
        saved(NOW, "wake", "yes"),
        saved(MINUTE, "takes", "melatonin", "tea"),
        saved(2 * MINUTE, "wake"),
    )
    assert current(chart, FORM, AT + DAY) == Run(
        id=ONE,
        form="nights",
        version=FORM.version,
        began_at=AT,
        answers={"wake": (), "takes": ("melatonin", "tea")},
    )


def test_what_is_answered_later_is_not_known_yet() -> None:
    """An answer counts from its own moment on."""
    chart = written(saved(NOW, "wake", "yes"), saved(MINUTE, "takes", "tea"))
    told = [current(chart, FORM, AT + after) for after in (-MINUTE, NOW, MINUTE)]
    assert [run and list(run.answers) for run in told] == [None, ["wake"], ["wake", "takes"]]


def test_answers_of_another_run_or_another_form_are_not_mixed_in() -> None:
    """The run answered last is the one to go on with."""
    chart = written(
        saved(NOW, "wake", "no", run=TWO),
        saved(MINUTE, "takes", "tea", run=TWO),
        saved(2 * MINUTE, "wake", "yes"),
        saved(3 * MINUTE, "takes", "wine", form="days", run=TWO),
    )
    run = current(chart, FORM, AT + DAY)
    assert run and (run.id, run.answers, run.began_at) == (ONE, {"wake": ("yes",)}, AT + 2 * MINUTE)


@pytest.mark.parametrize(("later", "says"), [(NOW, ""), (timedelta(seconds=1), TOO_LONG_AGO)])
def test_answers_older_than_the_form_asks_back_are_given_afresh(later: timedelta, says: str) -> None:
    """The last two weeks may be gone on with for two weeks exactly, counted from the first answer."""
    chart = written(saved(NOW, "wake", "yes"), saved(13 * DAY, "takes", "tea"))
    at = AT + 14 * DAY + later
    assert lapsed(chart, FORM, at) == says
    assert (current(chart, FORM, at) is None) is bool(says)


def test_a_form_about_now_is_gone_on_with_however_late() -> None:
    """What asks about no stretch of time has none to outlive."""
    about_now = replace(FORM, recall=None)
    chart = written(saved(NOW, "wake", "yes", version=about_now.version))
    assert current(chart, about_now, AT + 999 * DAY) is not None
    assert lapsed(chart, about_now, AT + 999 * DAY) == ""


def test_questions_that_changed_are_asked_afresh() -> None:
    """An answer to other words is no answer to these; that it was too long ago is said first."""
    chart = written(saved(NOW, "wake", "yes", version="as it was"))
    assert current(chart, FORM, AT + DAY) is None
    assert lapsed(chart, FORM, AT + DAY) == CHANGED
    assert lapsed(chart, FORM, AT + 15 * DAY) == TOO_LONG_AGO


def test_a_run_that_was_finished_is_over() -> None:
    """There is nothing to go on with and nothing to explain, also once it would have lapsed."""
    chart = and_sent(written(saved(NOW, "wake", "yes")))
    assert finished(chart, ONE) and not finished(chart, TWO)
    for at in (AT + MINUTE, AT + 99 * DAY):
        assert current(chart, FORM, at) is None
        assert lapsed(chart, FORM, at) == ""


def test_a_run_begun_after_another_was_finished_is_its_own() -> None:
    chart = and_sent(written(saved(NOW, "wake", "yes"), saved(DAY, "takes", "tea", run=TWO)))
    run = current(chart, FORM, AT + 2 * DAY)
    assert run and (run.id, run.answers) == (TWO, {"takes": ("tea",)})


def test_a_run_that_only_began_is_not_finished() -> None:
    assert not finished(written(saved(NOW, "wake", "yes")), ONE)


@pytest.mark.parametrize("run", [ONE, TWO])
def test_the_entry_that_finishes_a_run_has_the_same_id_in_every_release(run: str) -> None:
    """It is a version 5 UUID of the run, worked out here from its definition: ledgers already hold it."""
    digest = bytearray(sha1(UUID(run).bytes + b"finished", usedforsecurity=False).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x50, digest[8] & 0x3F | 0x80
    assert finish_id(run) == UUID(bytes=bytes(digest))
