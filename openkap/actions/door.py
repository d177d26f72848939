"""The one way to write in a chart.

Policy, then one transaction: hold the chart's head so that nobody writes in between, load the chart, ask the
gate, append the fact with the decision beside it. A refusal is a recorded decision too: it is committed first
and raised as `NotAllowed` after, as is what somebody typed who `Disagreed`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from uuid import UUID

from django.db import transaction

from openkap.actions.act import Act, Disagreed, NotAllowed, Terms
from openkap.actions.fields import cleaned
from openkap.actions.resent import resent
from openkap.clinical.entries import Entry
from openkap.clinical.moments import utc
from openkap.clinical.refusal import BadInput
from openkap.records import ledger, policy, read
from openkap.records.in_force import in_force
from openkap.records.ledger import Conflict, IdReused
from openkap.records.policy import Principal

__all__ = [
    "Act",
    "Action",
    "Conflict",
    "Disagreed",
    "IdReused",
    "NotAllowed",
    "Terms",
    "action",
    "guarded",
    "load",
    "together",
]


Body = Callable[..., None]
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Action:
    """An action a page, a device or a command may call. `fields` are named as the fact's fields.

    action(who, chart_id, *, at, seen=None, via="web", id=None, effective_at=None, supersedes=None, **fields)
    answers with the stored Entry. Raises NotAllowed, BadInput, and what the records raise.
    """

    name: str
    permission: str
    body: Body
    __doc__: str | None = None

    def __call__(self, who: Principal, chart_id: str, *, at: datetime, **given: Any) -> Entry:
        terms, fields = _split(at, given)
        return _perform(who, chart_id, terms, [(self, fields)])[0]


def together(
    who: Principal,
    chart_id: str,
    acts: Sequence[tuple[Action, Mapping[str, Any]]],
    *,
    at: datetime,
    **terms: Any,
) -> list[Entry]:
    """Several actions of one form as one: one look at the chart, one append, all of them or none.

    Each is judged by the chart as it was before any of them. `terms`: seen, via, effective_at.
    """
    common, none = _split(at, terms)
    assert not none, f"not a term of every action: {sorted(none)}"
    return _perform(who, chart_id, common, [(each, cleaned(fields)) for each, fields in acts])


def _perform(
    who: Principal, chart_id: str, terms: Terms, acts: list[tuple[Action, dict[str, Any]]]
) -> list[Entry]:
    for permission in dict.fromkeys(each.permission for each, _ in acts):
        read.must_open(who, chart_id, permission)
    with transaction.atomic():
        ledger.locked_heads([f"chart:{UUID(chart_id)}"])
        act = load(who, chart_id, acts[0][0].permission, terms)
        stored = resent(act, [(each.body, fields) for each, fields in acts])
        if stored:
            return stored
        try:
            for each, fields in acts:
                each.body(act, **fields)
            return act.finish()
        except (NotAllowed, Disagreed) as refusal:
            refused: Exception = refusal
            act.refuse(refusal.fact)
    raise refused


def action(permission: str) -> Callable[[Body], Action]:
    """Declare a function `(act, **fields)` that calls `act.write` as an action needing `permission`."""

    def declare(body: Body) -> Action:
        return Action(body.__name__, permission, body, body.__doc__)

    return declare


def guarded(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a function `(who, …)` that makes a chart, or only reads, as needing `permission`."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            policy.require(cast(Principal, args[0]), permission)
            return function(*args, **kwargs)

        asked.permission = permission  # type: ignore[attr-defined]
        return asked

    return declare


def load(who: Principal, chart_id: str, permission: str, terms: Terms) -> Act:
    """The chart as this person may act on it, or NotFound.

    A clock read before waiting for another writer is behind: what that one wrote counts as well.
    """
    chart = read.chart(who, chart_id, permission=permission, log=False)
    at = max(terms.at, chart.entries[-1].recorded_at)
    return Act(who, chart, replace(terms, at=at), in_force(chart.person.clinic))


_TERMS = ("seen", "via", "id", "effective_at", "supersedes")


def _split(at: datetime, given: dict[str, Any]) -> tuple[Terms, dict[str, Any]]:
    common = {name: given[name] for name in _TERMS if name in given}
    fields = {name: value for name, value in given.items() if name not in _TERMS}
    terms = Terms(at=utc(at), **common)
    if terms.effective_at and terms.effective_at > terms.at:
        raise BadInput("effective_at", "this time has not come yet", "Write when it happened")
    return terms, cleaned(fields)
