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
    shown = {part.id for part in visible(form, answers)}
    said: list[str] = []
    for part in visible(form, answers):
        if _asks(part, shown):
            said = []
        else:
            said += filter(None, (part.text, part.hint))
    return said


def _walk(form: Form, answers: Answers) -> Iterator[tuple[str, list[str]]]:
    shown = {part.id for part in visible(form, answers)}
    yield from _inside(form.parts, shown, [], [])


def _inside(
    parts: tuple[Question, ...], shown: set[str], over: list[str], since: list[str]
) -> Iterator[tuple[str, list[str]]]:
    """The questions among these parts, each with what stands above it.

    `since`: the texts nobody was shown yet. What a group ends with is read before what follows the group.
    """
    leads, begun = list(over), False
    for part in (part for part in parts if part.id in shown):
        if not _asks(part, shown):
            (since if begun else leads).extend(_texts(part, shown))
            continue
        here = [*leads, *since]
        since.clear()
        if part.kind == "group":
            yield from _inside(part.inner, shown, [*here, *filter(None, (part.text, part.hint))], since)
        else:
            yield part.id, here
        begun = True


def _asks(part: Question, shown: set[str]) -> bool:
    return part.id in shown and (part.asks or any(_asks(one, shown) for one in part.inner))


def _texts(part: Question, shown: set[str]) -> Iterator[str]:
    """All that is read in a part that asks nothing."""
    if part.id in shown:
        yield from filter(None, (part.text, part.hint))
        for one in part.inner:
            yield from _texts(one, shown)
