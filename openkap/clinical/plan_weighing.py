"""What speaks for and against a route for this person, and who in the clinic is signed off for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from openkap.clinical.chart import Chart
from openkap.clinical.entries.office import CompetenceRecorded
from openkap.clinical.entries.words import Measured
from openkap.clinical.evaluate import evaluate
from openkap.clinical.protocol import Protocol, Route
from openkap.clinical.rules import Met


@dataclass(frozen=True, slots=True)
class Weighed:
    """One thing to weigh. `because` is the person's own data where there is any."""

    speaks: str  # "for" · "against" · "know"
    says: str
    basis: str
    because: tuple[Measured, ...] = ()
    by_words: bool = False  # matched by text, not by code: shown as "please confirm"


def of_itself(route: Route) -> tuple[Weighed, ...]:
    """What the route brings for anybody."""
    return (
        *(Weighed("for", says, route.basis) for says in route.speaks_for),
        *(Weighed("against", says, route.basis) for says in route.speaks_against),
    )


def of_person(route: Route, chart: Chart, protocol: Protocol, at: datetime) -> tuple[Weighed, ...]:
    """What this person's record says about the route."""
    found = []
    for one in protocol.planning.considerations:
        if one.routes and route.id not in one.routes:
            continue
        told = evaluate(one.rule, chart, protocol, at)
        if isinstance(told, Met):
            found.append(Weighed(one.speaks, one.rule.says, one.rule.basis, told.because, told.by_words))
    return tuple(found)


def unstaffed(
    route: Route, protocol: Protocol, recorded: Iterable[CompetenceRecorded], on: date
) -> tuple[Weighed, ...]:
    """What the route needs and nobody of the clinic is recorded as, on that day. It closes no gate."""
    held = {one.competence for one in standing(recorded) if one.valid_until >= on}
    known = protocol.planning.competences
    wanted = [known[name] for name in route.needs if name not in held]
    return tuple(
        Weighed("against", f"No one here is recorded as signed off in {each.title.lower()}", each.basis)
        for each in wanted
    )


def standing(recorded: Iterable[CompetenceRecorded]) -> tuple[CompetenceRecorded, ...]:
    """The newest record of each person and competence; `recorded` in the order written."""
    newest = {(one.user, one.competence): one for one in recorded}
    return tuple(newest.values())
