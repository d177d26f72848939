"""The fact a rule looks for: the newest of its kind, by its fields, its age, its visit and its place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openkap.clinical.entries import Entry
from openkap.clinical.entries.dosing import Checked, Discharged
from openkap.clinical.entries.preparation import Consented, ConsentWithdrawn, Intention
from openkap.clinical.rules import Present
from openkap.clinical.sought import found, newest, shelf
from tests.clinical.charts import DAY, MINUTE, chart_of, consent, given, person

AT = datetime(2026, 5, 14, 10, 0, tzinfo=UTC)
Dated = tuple[timedelta, Any]


def look(sought: Present, *facts: Dated, visit: str = "v1") -> int | None:
    """The place of what was found among these facts, from 0; None when nothing was."""
    chart = chart_of([(AT - 99 * DAY, person()), *((AT - ago, fact) for ago, fact in facts)])
    entry = found(sought, chart, AT, visit)
    return entry.seq - 2 if entry else None


def tick(ago: timedelta, answer: str = "yes", item: str = "escort", visit: str = "v1") -> Dated:
    return ago, Checked(visit=visit, item=item, answer=answer)


def say(ago: timedelta, words: str = "a") -> Dated:
    return ago, Intention(words=words)


ESCORT = Present("checked", where=(("item", "escort"),))
AGREED = Present("checked", where=(("item", "escort"),), being=(("answer", "yes"),))
HERE = Present("checked", where=(("item", "escort"),), this_visit=True)


@pytest.mark.parametrize(
    ("sought", "facts", "place"),
    [
        (Present("intention"), [], None),
        (Present("intention"), [say(DAY), say(MINUTE)], 1),
        (Present("intention"), [say(MINUTE), say(DAY)], 0),
        (Present("intention"), [say(MINUTE), say(MINUTE)], 1),
        (Present("intention"), [say(MINUTE), say(-MINUTE)], 0),
        (Present("intention"), [say(timedelta(0))], 0),
        (Present("intention", within=DAY), [say(DAY)], 0),
        (Present("intention", within=DAY), [say(DAY + MINUTE)], None),
        (ESCORT, [tick(DAY), tick(MINUTE, item="fasting")], 0),
        (ESCORT, [tick(DAY, item="fasting")], None),
        (AGREED, [tick(DAY)], 0),
        (AGREED, [tick(DAY, "yes"), tick(MINUTE, "no")], None),
        (AGREED, [tick(DAY, "no"), tick(MINUTE, "yes")], 1),
        (HERE, [tick(DAY), tick(MINUTE, visit="v2")], 0),
        (HERE, [tick(MINUTE, visit="v2")], None),
        (HERE, [tick(DAY), tick(MINUTE, item="fasting")], 0),
        (Present("intention", this_visit=True), [say(DAY)], 0),
        (
            Present("checked", where=(("item", "escort"), ("answer", "yes"))),
            [tick(DAY, "yes"), tick(MINUTE, "no")],
            0,
        ),
        (
            Present("discharged", being=(("instructions_given", "true"),)),
            [(DAY, Discharged(visit="v1", escort="a", instructions_given=True))],
            0,
        ),
        (
            Present("discharged", being=(("instructions_given", "true"),)),
            [(DAY, Discharged(visit="v1", escort="a", instructions_given=False))],
            None,
        ),
    ],
)
def test_the_newest_that_fits_is_found(sought: Present, facts: list[Dated], place: int | None) -> None:
    """The latest must say what is wanted; an earlier one that did does not help."""
    assert look(sought, *facts) == place


DOSE = given("v1")
OTHER = given("v2")


@pytest.mark.parametrize(
    ("sought", "facts", "place"),
    [
        (Present("intention", after="dose-given"), [say(DAY)], 0),
        (Present("intention", after="dose-given"), [(2 * DAY, DOSE), say(DAY)], 1),
        (Present("intention", after="dose-given"), [say(2 * DAY), (DAY, DOSE)], None),
        (Present("intention", after="dose-given"), [(DAY, DOSE), say(DAY)], 1),
        (Present("intention", after="dose-given"), [say(DAY), (DAY, DOSE)], None),
        (Present("intention", after="dose-given"), [say(DAY), (-MINUTE, DOSE)], 0),
        (Present("intention", before="dose-given"), [say(DAY)], 0),
        (Present("intention", before="dose-given"), [say(2 * DAY), (DAY, DOSE)], 0),
        (Present("intention", before="dose-given"), [(2 * DAY, DOSE), say(DAY)], None),
        (Present("intention", before="dose-given"), [say(DAY), (DAY, DOSE)], 0),
        (Present("intention", before="dose-given"), [(DAY, DOSE), say(DAY)], None),
        (
            Present("intention", after="dose-given", before="consented"),
            [(3 * DAY, DOSE), say(2 * DAY), (DAY, consent())],
            1,
        ),
        (
            Present("intention", after="dose-given", before="consented"),
            [(3 * DAY, DOSE), (2 * DAY, consent()), say(DAY)],
            None,
        ),
        (Present("checked", this_visit=True, after="dose-given"), [(2 * DAY, DOSE), tick(DAY)], 1),
        (Present("checked", this_visit=True, after="dose-given"), [tick(2 * DAY), (DAY, OTHER)], 0),
        (Present("checked", after="dose-given"), [tick(2 * DAY), (DAY, OTHER)], None),
    ],
)
def test_what_is_found_stands_before_or_after_its_mark(
    sought: Present, facts: list[Dated], place: int | None
) -> None:
    """The order of the ledger parts two of one instant; a mark that is not there parts nothing."""
    assert look(sought, *facts) == place


@pytest.mark.parametrize(("document", "place"), [("ketamine-treatment", None), ("recording", 0)])
def test_a_mark_shares_the_fields_it_has(document: str, place: int | None) -> None:
    """A withdrawal is of its own document; a field the mark does not have narrows nothing."""
    signed: Consented = consent()
    where = (("document", "ketamine-treatment"), ("version", signed.version))
    sought = Present("consented", where=where, after="consent-withdrawn")
    assert look(sought, (2 * DAY, signed), (DAY, ConsentWithdrawn(document=document))) == place


def test_a_shelf_is_one_kind_by_one_field_oldest_first() -> None:
    """Whatever the order of writing; a value nobody has is an empty shelf, and no field is all of them."""
    facts = [tick(MINUTE), tick(DAY), tick(DAY, item="fasting"), tick(-DAY)]
    chart = chart_of([(AT - 99 * DAY, person()), *((AT - ago, fact) for ago, fact in facts)])

    def places(entries: Any) -> list[int]:
        return [entry.seq - 2 for entry in entries]

    assert places(shelf(chart, Checked, (("item", "escort"),))) == [1, 0, 3]
    assert places(shelf(chart, Checked, (("item", "fasting"),))) == [2]
    assert places(shelf(chart, Checked, (("item", "other"),))) == []
    assert places(shelf(chart, Checked, (("answer", "yes"),))) == [1, 2, 0, 3]
    assert places(shelf(chart, Checked, ())) == [1, 2, 0, 3]
    assert places(shelf(chart, Intention, ())) == []
    last: Entry | None = newest(chart, Checked, AT, (("item", "escort"), ("visit", "v1")))
    assert last is not None and last.seq - 2 == 0
    assert newest(chart, Checked, AT, (("item", "escort"), ("visit", "v2"))) is None
    assert newest(chart, Checked, AT - 2 * DAY) is None
