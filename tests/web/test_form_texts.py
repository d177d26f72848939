"""What stands between questions is read above the question it goes with, and nothing is lost."""

import pytest

from openkap.clinical.forms import Enabling, Form, Question
from openkap.web.form_texts import above, after_all


def text(name: str, **more: object) -> Question:
    return Question(name, f"text {name}", "display", **more)


def ask(name: str, **more: object) -> Question:
    return Question(name, f"ask {name}", "yes-no", **more)


YES = (Enabling("b", "=", "yes"),)
FORM = Form(
    "f",
    "F",
    (
        Question("intro", "Welcome", "group", inner=(text("begin"),)),
        Question(
            "g",
            "Group",
            "group",
            hint="hint",
            inner=(text("lead"), ask("a"), text("mid"), ask("b"), ask("c"), text("tail")),
        ),
        text("between"),
        Question("h", "", "group", inner=(ask("d"),)),
        text("if-yes", enabled_when=YES),
        text("end"),
    ),
)


@pytest.mark.parametrize(
    ("question", "over"),
    [
        ("a", ["Welcome", "text begin", "Group", "hint", "text lead"]),
        ("b", ["Welcome", "text begin", "Group", "hint", "text lead", "text mid"]),
        ("c", ["Welcome", "text begin", "Group", "hint", "text lead"]),
        ("d", ["Welcome", "text begin", "text tail", "text between"]),
    ],
)
def test_what_leads_stays_and_what_stands_between_is_said_once(question: str, over: list[str]) -> None:
    """What a form or a group begins with stands over all of it; a heading without words is not said."""
    assert above(FORM, {}, FORM.question(question)) == over


def test_what_follows_the_last_question_is_kept_for_the_end() -> None:
    """Under its condition."""
    assert after_all(FORM, {}) == ["text end"]
    assert after_all(FORM, {"b": ("yes",)}) == ["text if-yes", "text end"]
