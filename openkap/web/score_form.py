"""The form of one instrument: its items or a total, who rated it, and on which day.

Questions that follow from an answer come on the next page, with what was answered kept: no script is needed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from openkap.clinical import scoring
from openkap.clinical.instruments import Instrument
from openkap.records.policy import Principal
from openkap.web import words
from openkap.web.typed import Typed

PATIENT, ME, OTHER = "patient", "me", "other"
Given = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One item, with the name of its field and its answers as (value, words)."""

    number: int
    name: str
    text: str
    options: tuple[tuple[str, str], ...]
    above: str = ""  # where it differs from the one before
    note: str = ""
    optional: bool = False


def questions(scale: Instrument, given: Given = ()) -> list[Question]:
    """The items to be asked after these answers, in their published order. Nothing is chosen for anyone.

    What adds nothing to the total stands there from the beginning, and may be left open.
    """
    asked = [
        n for n, item in enumerate(scale.items, 1) if not item.scored or scoring.is_asked(scale, n, given)
    ]
    above = ["", *(scale.items[number - 1].above for number in asked)]
    return [_question(scale, number, before) for number, before in zip(asked, above, strict=False)]


def _question(scale: Instrument, number: int, before: str) -> Question:
    item = scale.items[number - 1]
    return Question(
        number=number,
        name=_name(number),
        text=item.text,
        options=tuple((str(value), words) for value, words in enumerate(scale.answers_of(number))),
        above=item.above if item.above != before else "",
        note=item.note,
        optional=not item.scored,
    )


def _name(number: int) -> str:
    return f"question-{number}"


def given(typed: Typed, scale: Instrument) -> Given:
    """What was answered so far. What is no answer is a fault at its question; what was left open is None."""
    found: list[int | None] = []
    for number in range(1, len(scale.items) + 1):
        values = [str(value) for value in range(len(scale.answers_of(number)))]
        chosen = typed.choice(_name(number), values, required=False)
        asked = scoring.is_asked(scale, number, found)
        if not asked and chosen not in ("", "0") and scale.items[number - 1].scored:
            typed.fault(_name(number), "this does not go with the answers above", "Change one of them")
        found.append(int(chosen) if chosen and asked else None)
    return tuple(found)


def follow(typed: Typed, scale: Instrument, answers: Given) -> bool:
    """Whether these answers bring questions that were not on the page yet, and leave nothing else to mend."""
    open_ = set(scoring.left_open(scale, answers))
    return not typed.faults and bool(open_) and open_.isdisjoint(on_page(typed.data, scale))


def on_page(data: QueryDict, scale: Instrument) -> set[int]:
    """The numbers of the questions that were on the page that was sent."""
    said = {int(number) for number in data.getlist("shown") if number.isdecimal()}
    return said or {question.number for question in questions(scale)}


def complete(typed: Typed, scale: Instrument, answers: Given) -> Given:
    """The answers, every question left open a fault at its own field. Not asked at the end is left away."""
    for number in scoring.left_open(scale, answers):
        typed.fault(_name(number), "nothing was chosen", "Choose one of the answers")
    while answers and answers[-1] is None:
        answers = answers[:-1]
    return answers


def so_far(request: HttpRequest, scale: Instrument) -> Given:
    """The answers of a form that is shown once more; () for a new one."""
    if request.method != "POST" or not scale.items:
        return ()
    return given(Typed(request), scale)


def raters(scale: Instrument, who: Principal) -> list[tuple[str, str]]:
    """Who may have given or rated it, as (value, words)."""
    by_patient = [(PATIENT, "The patient")] if scale.rated_by == "patient" else []
    return [*by_patient, (ME, f"{who.name} (you)"), (OTHER, "Somebody else")]


def rater(typed: Typed, scale: Instrument, who: Principal) -> str:
    """Who gave or rated it: "patient", the writer's role, or the name of somebody else."""
    chosen = typed.choice("rater", [value for value, _ in raters(scale, who)])
    if chosen == OTHER:
        return typed.text("rater_name", todo="Write who rated it")
    return who.role if chosen == ME else chosen


def when(typed: Typed, at: datetime) -> dict[str, Any]:
    """`effective_at` for a day before today, at noon where the clinic is; nothing for today."""
    day = typed.day("day")
    today = words.local(at).date()
    if day is None or day == today:
        return {}
    noon = datetime.combine(day, time(12), timezone.get_current_timezone()).astimezone(UTC)
    if day > today:
        typed.fault("day", "this day has not come yet", "Choose today or a day before")
    return {"effective_at": noon}
