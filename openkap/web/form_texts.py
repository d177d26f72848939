"""What is written between the questions of a form: headings and texts, told above their question."""

from collections.abc import Iterator

from openkap.clinical.forms import Answers, Form, Question, visible


def above(form: Form, answers: Answers, question: Question) -> list[str]:
    """What is read before this question, outermost first.

    The headings it stands under, the texts each of them begins with, and the texts since the last question.
    """
    return dict(_walk(form, answers))[question.id]


def after_all(form: Form, answers: Answers) -> list[str]:
    """The texts that follow the last question."""
    said: list[str] = []
    for part in visible(form, answers):
        if part.asks:
            said = []
        elif part.kind == "display":
            said.append(part.text)
    return said


def _walk(form: Form, answers: Answers) -> Iterator[tuple[str, list[str]]]:
    shown = {part.id for part in visible(form, answers)}
    yield from _inside(form.parts, shown, [])


def _inside(parts: tuple[Question, ...], shown: set[str], over: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The questions among these parts, each with what stands above it."""
    leads, since, begun = list(over), [], False
    for part in (part for part in parts if part.id in shown):
        if part.kind == "display":
            (since if begun else leads).append(part.text)
            continue
        here = [*leads, *since]
        if part.kind == "group":
            yield from _inside(part.inner, shown, [*here, *filter(None, (part.text, part.hint))])
        else:
            yield part.id, here
        since, begun = [], True
