"""The solver and our own search: as many sessions, and the solver's bound is never below either plan."""

import sys

import pytest
from hypothesis import given, settings

from openkap.clinical.placing import Hour, Wanted, place
from openkap.clinical.refusal import BadInput
from openkap.replan.solve import solve, worth
from tests.clinical.test_placing import HOURS, START, WANTED, fitting, hour, wanted


@settings(max_examples=60, deadline=None)
@given(WANTED, HOURS)
def test_both_place_as_many(rows, slots):
    asked = [
        Wanted(str(n), START, START, ()) if not who else wanted(str(n), a, u, *who)
        for n, (a, u, who) in enumerate(rows)
    ]
    kept = [hour(at, who) for at, who in slots]
    ours, best = place(asked, kept), solve(asked, kept)
    assert best.proven and len(best.placed) == len(ours.placed)
    assert len(set(best.placed.values())) == len(best.placed)
    assert all(fitting(one, best.placed[one.id]) for one in asked if one.id in best.placed)
    assert worth(asked, dict(ours.placed)) <= best.bound + 1e-6
    assert best.worth == pytest.approx(worth(asked, best.placed)) and best.worth <= best.bound + 1e-6


def test_the_solver_finds_the_own_therapist_that_a_search_in_turn_misses():
    """Ours gives the first what it prefers; weighed together, one swap lets both have their own."""
    asked = [wanted("a", 0, 2, "t", "m"), wanted("b", 0, 2, "m", "t")]
    kept = [hour(0, "m"), hour(1, "t")]
    best = solve(asked, kept)
    assert best.placed == {"a": Hour("t", hour(1).starts_at, hour(1).ends_at), "b": hour(0, "m")}
    assert best.bound == pytest.approx(2.0)


def test_without_the_solver_it_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    with pytest.raises(BadInput, match="make replan"):
        solve([wanted("a", 0, 1)], [hour(0)])
