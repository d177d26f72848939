"""The question of `clinical.placing` put to HiGHS: the most sessions, then the most with their own therapist.

Where our own search moves as little as it can, the solver weighs every session against every other; and it
says what no plan at all could be better than.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from openkap.clinical.placing import Hour, Wanted
from openkap.clinical.refusal import BadInput

OWN = 1
"""Worth of a session with the first of its therapists, beside that of being held at all."""
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Solved:
    """`worth` and `bound` in sessions held with their own therapist: no plan is worth more than `bound`."""

    placed: dict[str, Hour]
    worth: float
    bound: float
    proven: bool


def solve(wanted: Sequence[Wanted], hours: Sequence[Hour], *, seconds: float = SECONDS) -> Solved:
    """The best plan found in that time. BadInput where the solver is not installed."""
    highspy = _solver()
    kept = sorted(set(hours), key=lambda hour: (hour.starts_at, hour.therapist))
    held = len(wanted) + 1  # worth of holding a session: more than any number of own therapists
    pairs, costs = _pairs(wanted, kept, held)
    if not pairs:
        return Solved({}, 0.0, 0.0, proven=True)
    model = _model(highspy, pairs, costs, len(wanted), len(kept))
    with _unheard():
        highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("time_limit", seconds)
    highs.passModel(model)
    highs.run()
    info, values = highs.getInfo(), highs.getSolution().col_value
    chosen = {wanted[pairs[n][0]].id: kept[pairs[n][1]] for n, value in enumerate(values) if value > 0.5}
    done = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    scale = held + OWN
    return Solved(chosen, -info.objective_function_value / scale, -info.mip_dual_bound / scale, done)


def worth(wanted: Sequence[Wanted], placed: dict[str, Hour]) -> float:
    """Any plan by the measure of the solver."""
    held = len(wanted) + 1
    own = sum(one.id in placed and placed[one.id].therapist == one.therapists[0] for one in wanted)
    return (held * len(placed) + OWN * own) / (held + OWN)


@contextmanager
def _unheard() -> Iterator[None]:
    """HiGHS says its name on the real standard output before anybody can ask it not to."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _solver():  # type: ignore[no-untyped-def] # a module, which has no type of its own
    try:
        import highspy  # 8 MB that only who plans anew needs
    except ImportError:
        raise BadInput("solver", "HiGHS is not installed", "Install it with: make replan") from None
    return highspy


def _pairs(
    wanted: Sequence[Wanted], hours: Sequence[Hour], held: int
) -> tuple[list[tuple[int, int]], list[float]]:
    """Each session with each hour it could have, and the cost of that."""
    of: dict[str, list[int]] = {}
    for at, hour in enumerate(hours):
        of.setdefault(hour.therapist, []).append(at)
    pairs, costs = [], []
    for number, one in enumerate(wanted):
        for rank, name in enumerate(dict.fromkeys(one.therapists)):
            for at in of.get(name, ()):
                if hours[at].starts_at >= one.after and hours[at].ends_at <= one.until:
                    pairs.append((number, at))
                    costs.append(-float(held + (OWN if rank == 0 else 0)))
    return pairs, costs


def _model(highspy, pairs, costs, sessions, hours):  # type: ignore[no-untyped-def] # as above
    """Each session at most once, each hour at most once."""
    lp = highspy.HighsLp()
    count = len(pairs)
    lp.num_col_, lp.num_row_ = count, sessions + hours
    lp.col_cost_ = np.array(costs)
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    lp.row_lower_ = np.full(sessions + hours, -highspy.kHighsInf)
    lp.row_upper_ = np.ones(sessions + hours)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * count + 1, 2, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(
        [n for session, hour in pairs for n in (session, sessions + hour)], dtype=np.int32
    )
    lp.a_matrix_.value_ = np.ones(2 * count)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    return lp
