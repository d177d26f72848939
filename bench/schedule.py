"""500 people, 20 therapists, 6 weeks: every session placed or named impossible, beside a solver's bound."""

import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from bench.row import Row, quicker
from openkap.clinical.placing import Hour, Placing, Wanted, place
from openkap.protocol.load import shipped
from openkap.replan.solve import solve, worth

PEOPLE, THERAPISTS, WEEKS, SEED = 500, 20, 6, 1
GOAL_S = 10.0
MONDAY = datetime(2026, 5, 11, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_WORK = (9, 10, 11, 13, 14, 15, 16)
STANDING_IN = 2
"""How many colleagues may take a session that its own therapist has no hour for."""


def rows() -> list[Row]:
    """Seconds against the goal; what came of it is printed above them."""
    wanted, hours = question()
    began = time.perf_counter()
    found = place(wanted, hours)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    best = solve(wanted, hours)
    solvers = time.perf_counter() - began
    assert len(found.placed) + len(found.impossible) == len(wanted)
    mine = worth(wanted, dict(found.placed))
    print(f"{len(wanted):,} sessions owed, {len(hours):,} open hours of {THERAPISTS} therapists")
    print(
        f"placed by our search     {len(found.placed):>7,}, with their own therapist {own(wanted, found):,}"
    )
    print(f"placed by HiGHS          {len(best.placed):>7,}, worth {best.worth:,.2f}, proven {best.proven}")
    print(f"no plan is worth more than {best.bound:,.2f}; ours {mine:,.2f}, {mine / best.bound:.4%} of that")
    for why, count in Counter(found.impossible.values()).most_common(3):
        print(f"impossible               {count:>7,}: {why}")
    return [
        quicker("our search", ours, GOAL_S, "s"),
        quicker("planned anew by HiGHS", solvers, GOAL_S, "s"),
        quicker("our search beside HiGHS", ours, solvers, "s", "HiGHS"),
    ]


def question() -> tuple[list[Wanted], list[Hour]]:
    """A dose a week for everybody on a working day, its session in the protocol's window, and days off."""
    chance, protocol = random.Random(SEED), shipped()
    earliest, latest = protocol.span("integration-from"), protocol.span("integration-until")
    names = [f"therapist {number}" for number in range(THERAPISTS)]
    wanted = []
    for number in range(PEOPLE):
        own = names[number % THERAPISTS]
        others = chance.sample([name for name in names if name != own], STANDING_IN)
        first = MONDAY + chance.randrange(5) * DAY + chance.choice((9, 11, 14)) * HOUR
        for week in range(WEEKS):
            dose = first + week * 7 * DAY
            wanted.append(Wanted(f"{number}-{week}", dose + earliest, dose + latest, (own, *others)))
    return wanted, list(_open(names, chance))


def _open(names: list[str], chance: random.Random):
    for name in names:
        for day in range(WEEKS * 7 + 4):
            at = MONDAY + day * DAY
            if at.weekday() < 5 and chance.random() > 0.1:
                yield from (Hour(name, at + hour * HOUR, at + (hour + 1) * HOUR) for hour in AT_WORK)


def own(wanted: list[Wanted], found: Placing) -> int:
    """Sessions with the therapist they belong to."""
    return sum(
        one.id in found.placed and found.placed[one.id].therapist == one.therapists[0] for one in wanted
    )
