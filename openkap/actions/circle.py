"""A group circle: held once, written in the chart of everybody who was there, naming nobody in any."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from openkap.actions.door import Act, action, guarded
from openkap.actions.integration import Parts, held, kind_of_session
from openkap.clinical.chart import Chart
from openkap.clinical.entries import Entry
from openkap.clinical.refusal import BadFields, BadInput
from openkap.clinical.sessions import names_in
from openkap.records import read
from openkap.records.policy import Principal

ENOUGH = 2


@guarded("integration.hold")
def hold_circle(
    who: Principal, charts: Iterable[str], *, at: datetime, approach: str, parts: Parts, minutes: int
) -> list[Entry]:
    """One session for the charts of several people, all of them or none; an entry each.

    Raises NotFound for a chart that is not open to `who`, BadInput, BadFields for a part that names somebody.
    """
    chosen = sorted(set(charts))
    if len(chosen) < ENOUGH:
        raise BadInput("chart", "a circle has at least two people", "Choose everybody who was there")
    people = [read.chart(who, one, permission="integration.hold") for one in chosen]
    names = tuple(dict.fromkeys(name for one in people for name in _names(one)))
    fields = {"approach": approach, "parts": parts, "minutes": minutes, "names": names}
    with transaction.atomic():
        return [_hold(who, one, at=at, **fields) for one in chosen]


@action("integration.hold")
def _hold(act: Act, *, approach: str, parts: Parts, minutes: int, names: tuple[str, ...]) -> None:
    """The circle in one chart, after the last dose of it."""
    kind = kind_of_session(act, approach)
    if not kind.together:
        raise BadInput("approach", f"{kind.title} is held for one person", "Record it in their chart")
    if not act.case.dosed:
        raise BadInput("chart", "somebody here has had no dose", "Choose people who have had one")
    fact = held(kind, act.case.dosed[-1].id, parts, minutes)
    named = names_in(fact.parts, names)
    if named:
        raise BadFields(
            [
                BadInput(f"part-{part}", f"{name} is somebody of this circle", "Write it without names")
                for part, name in named
            ]
        )
    act.write(fact)


def _names(chart: Chart) -> list[str]:
    return [*chart.person.given_name.split(), *chart.person.family_name.split()]
