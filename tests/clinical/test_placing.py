"""Sessions into open hours: never two in one, always in their time, and as many as any way could place."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openkap.clinical.placing import Hour, Wanted, place

START = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hour(at: int, who: str = "tomas") -> Hour:
    return Hour(who, START + at * HOUR, START + (at + 1) * HOUR)


def wanted(id: str, after: int, until: int, *who: str) -> Wanted:
    return Wanted(id, START + after * HOUR, START + until * HOUR, who or ("tomas",))


WANTED = st.lists(
    st.builds(
        lambda after, length, who: (after, after + length, tuple(who)),
        st.integers(0, 4),
        st.integers(0, 3),
        st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
    ),
    max_size=5,
)
HOURS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b"])), max_size=6, unique=True)


def most(asked: list[Wanted], open_hours: list[Hour]) -> int:
    """By trying every way: a second implementation that shares nothing with the first."""
    best = 0
    for way in product([None, *range(len(open_hours))], repeat=len(asked)):
        used = [at for at in way if at is not None]
        fits = len(used) == len(set(used)) and all(
            at is None or fitting(one, open_hours[at]) for one, at in zip(asked, way, strict=True)
        )
        best = max(best, len(used)) if fits else best
    return best


def fitting(one: Wanted, hour: Hour) -> bool:
    return hour.therapist in one.therapists and one.after <= hour.starts_at and hour.ends_at <= one.until


@given(WANTED, HOURS)
def test_no_way_of_doing_it_places_more(rows, slots):
    """And what is placed fits, once, and everything is either placed or has a reason."""
    asked = [
        wanted(str(n), after, until, *who) if who else Wanted(str(n), START, START, ())
        for n, (after, until, who) in enumerate(rows)
    ]
    open_hours = [hour(at, who) for at, who in slots]
    found = place(asked, open_hours)
    assert len(found.placed) == most(asked, open_hours)
    assert len(set(found.placed.values())) == len(found.placed)
    assert all(fitting(one, found.placed[one.id]) for one in asked if one.id in found.placed)
    assert found.placed.keys() | found.impossible.keys() == {one.id for one in asked}
    assert not found.placed.keys() & found.impossible.keys() and all(found.impossible.values())


def test_its_own_therapist_comes_first():
    """Also where somebody else is free earlier."""
    found = place([wanted("s", 0, 5, "tomas", "mara")], [hour(0, "mara"), hour(3, "tomas")])
    assert found.placed["s"] == hour(3, "tomas")


def test_another_session_moves_along():
    """The urgent one took the only hour the other could have; it has another."""
    found = place([wanted("a", 0, 3), wanted("b", 0, 4, "tomas")], [hour(0), hour(3)])
    assert found.placed == {"a": hour(0), "b": hour(3)}
    found = place(
        [wanted("a", 0, 3, "tomas", "mara"), wanted("b", 0, 4, "tomas")], [hour(0), hour(1, "mara")]
    )
    assert found.placed == {"a": hour(1, "mara"), "b": hour(0)}


@pytest.mark.parametrize(("after", "until", "placed"), [(0, 1, True), (1, 2, False), (-1, 1, True)])
def test_an_hour_lies_whole_within_the_window(after, until, placed):
    found = place([wanted("s", after, until)], [hour(0)])
    assert bool(found.placed) is placed


def test_a_minute_too_long_is_too_long():
    late = Wanted("s", START, START + HOUR - timedelta(minutes=1), ("tomas",))
    assert place([late], [hour(0)]).impossible == {
        "s": "none of its therapists has an open hour in that time"
    }


def test_what_is_left_over_says_why():
    found = place([wanted("a", 0, 1), wanted("b", 0, 2), wanted("c", 0, 2)], [hour(0), hour(1)])
    assert found.impossible == {
        "c": "all 2 open hours of its therapists in that time go to sessions that fit nowhere else"
    }
    found = place([wanted("a", 0, 1), wanted("b", 0, 1)], [hour(0)])
    assert found.impossible["b"].startswith("the one open hour")


def test_the_same_hour_twice_is_one():
    assert len(place([wanted("a", 0, 1), wanted("b", 0, 1)], [hour(0), hour(0)]).placed) == 1
