"""Rules that count what a clinician wrote down: enough, too few, or not yet known."""

from datetime import timedelta
from typing import Any

import pytest

from openkap.clinical.entries.history import AsaClass, StopBang, TreatmentTrial
from openkap.clinical.entries.words import Measured
from openkap.clinical.rules import CannotTell, Fewer, Met, NotMet, Outcome, Reaches
from tests.clinical.charts import DAY, MINUTE
from tests.clinical.one_rule import AT, ask

TWO = Fewer(
    "treatment-trial",
    than=2,
    where=(("treatment", ("antidepressant", "ect")), ("adequate", ("yes",))),
    shows="what",
)


def trial(what: str, ago: timedelta = DAY, **more: str) -> tuple[Any, TreatmentTrial]:
    known = {
        "treatment": "antidepressant",
        "outcome": "no-response",
        "adequate": "yes",
        "this_episode": "yes",
    }
    return AT - ago, TreatmentTrial(what=what, **{**known, **more})


def shown(*names: str) -> tuple[Measured, ...]:
    return tuple(Measured("treatment trial", name, (AT - DAY).isoformat()) for name in names)


def too_few(count: int, *names: str, ago: timedelta = DAY) -> Met:
    counted = Measured("treatment trials that count", f"{count} of 2", (AT - ago).isoformat())
    return Met((counted, *shown(*names)))


@pytest.mark.parametrize(
    ("trials", "told"),
    [
        ([], CannotTell("the treatment trials (none on file)")),
        ([trial("a", -MINUTE)], CannotTell("the treatment trials (none on file)")),
        ([trial("a")], too_few(1, "a")),
        ([trial("a"), trial("b")], NotMet(shown("a", "b"))),
        ([trial("a"), trial("b", treatment="ect")], NotMet(shown("a", "b"))),
        ([trial("a"), trial("b"), trial("c")], NotMet(shown("a", "b", "c"))),
        ([trial("a"), trial("b", treatment="tms")], too_few(1, "a")),
        ([trial("a"), trial("b", adequate="no")], too_few(1, "a")),
        ([trial("a"), trial("b", adequate="")], too_few(1, "a")),
        (
            [trial("a", adequate="no", ago=2 * DAY), trial("b", adequate="no", ago=MINUTE)],
            too_few(0, ago=MINUTE),
        ),
        (
            [trial("a"), trial("b", adequate="unknown")],
            CannotTell("what is not known yet of the treatment trials: b"),
        ),
        (
            [trial("a", adequate="unknown"), trial("b", adequate="unknown")],
            CannotTell("what is not known yet of the treatment trials: a, b"),
        ),
        ([trial("a", adequate="unknown")], too_few(0)),
        ([trial("a"), trial("b", adequate="unknown", treatment="tms")], too_few(1, "a")),
        ([trial("a"), trial("b"), trial("c", adequate="unknown")], NotMet(shown("a", "b"))),
        ([trial("a", MINUTE), trial("b", -MINUTE)], Met),
    ],
)
def test_what_counts_is_shown_and_what_may_yet_count_is_asked(
    trials: list[Any], told: Outcome | type[Outcome]
) -> None:
    """Every field must have one of its values; what is unknown settles nothing while it could."""
    found = ask(TWO, *trials)
    assert isinstance(found, told) if isinstance(told, type) else found == told


def sleep(least: int, most: int) -> tuple[Any, StopBang]:
    answers = ("snores", "tired", "stops_breathing", "high_pressure", "heavy", "older", "thick_neck", "male")
    return AT - DAY, StopBang(**dict.fromkeys(answers, "unknown"), least=least, most=most)


def bang(value: int) -> tuple[Measured]:
    return (Measured("STOP-BANG", str(value), (AT - DAY).isoformat()),)


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [
        (3, 3, Met(bang(3))),
        (4, 8, Met(bang(4))),
        (2, 2, NotMet(bang(2))),
        (2, 3, CannotTell("the open answers of the STOP-BANG of 2026-05-13")),
        (0, 8, CannotTell("the open answers of the STOP-BANG of 2026-05-13")),
        (0, 2, NotMet(bang(0))),
    ],
)
def test_a_number_with_open_answers_may_still_reach_it(least: int, most: int, told: Outcome) -> None:
    """At least what is known, at most what is open: in between nobody can tell."""
    assert ask(Reaches("stop-bang", "least", 3, most="most"), sleep(least, most)) == told


def test_the_newest_number_decides() -> None:
    """Of a kind that was judged again; of none, nobody can tell; what is open is not asked where none is."""
    when = Reaches("asa-class", "asa", 3)
    first, second = AsaClass(asa=4, reason="worse"), AsaClass(asa=2, reason="better")
    told = ask(when, (AT - DAY, second), (AT - 2 * DAY, first))
    assert told == NotMet((Measured("ASA class", "2", (AT - DAY).isoformat()),))
    assert isinstance(ask(when, (AT - DAY, second), (AT - 2 * DAY, first), at=AT - DAY - MINUTE), Met)
    assert ask(when) == CannotTell("the ASA class (none on file)")
    assert ask(Reaches("stop-bang", "least", 3), sleep(2, 8)) == NotMet(bang(2))


def test_only_a_number_can_reach_a_number() -> None:
    """A rule that names a field of words is a mistake in the protocol."""
    with pytest.raises(AssertionError, match="reason is not a whole number"):
        ask(Reaches("asa-class", "reason", 3), (AT, AsaClass(asa=1, reason="well")))
