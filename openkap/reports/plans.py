"""The handbook's chapter of plans: what they are built from, each line with its basis and sources."""

from openkap.clinical.planning import STANDINGS, Series
from openkap.clinical.protocol import Protocol
from openkap.clinical.wording import condition
from openkap.reports.lines import Chapter, Line, Section

SPEAKS = {"for": "Speaks for", "against": "Speaks against", "know": "To know about"}


def plans(protocol: Protocol) -> Chapter:
    """Indications, considerations of a route, series, looks at the response, stop rules, competences."""
    planning = protocol.planning
    sections = (
        Section("Indications", "Every use of racemic ketamine here is off label.", _indications(protocol)),
        Section("What speaks for or against a route", "", _considerations(protocol)),
        Section("Published series", "", tuple(_series(one) for one in planning.series)),
        Section(
            "Looks at the response",
            "",
            tuple(
                Line(f"look-{one.after}", one.title, one.says, basis=one.basis, sources=one.sources)
                for one in planning.looks
            ),
        ),
        Section(
            "Stop rules",
            "No trial defines one.",
            tuple(
                Line(f"stop-{one.id}", one.says, basis=one.basis, sources=one.sources)
                for one in planning.stops
            ),
        ),
        Section("Who is signed off", "It closes no gate.", _competences(protocol)),
    )
    return Chapter("plans", "Plans", tuple(section for section in sections if section.lines))


def _indications(protocol: Protocol) -> tuple[Line, ...]:
    return tuple(
        Line(
            f"indication-{one.id}",
            one.title,
            f"{STANDINGS[one.standing]}. {one.says}",
            basis=one.basis,
            sources=one.sources,
        )
        for one in protocol.planning.indications
    )


def _considerations(protocol: Protocol) -> tuple[Line, ...]:
    told = []
    for one in protocol.planning.considerations:
        routes = [protocol.routes[name].title.lower() for name in one.routes]
        of = ", ".join(routes) or "every route"
        said = f"{SPEAKS[one.speaks]} {of}: {condition(one.rule.when, protocol)}."
        rule = one.rule
        told.append(Line(f"route-{rule.id}", rule.says, said, basis=rule.basis, sources=rule.sources))
    return tuple(told)


def _series(one: Series) -> Line:
    speaks = f"{one.counts}. {one.says}" if one.counts else one.says
    return Line(f"series-{one.id}", one.title, speaks, basis=one.basis, sources=one.sources)


def _competences(protocol: Protocol) -> tuple[Line, ...]:
    told = []
    for one in protocol.planning.competences.values():
        routes = [route.title.lower() for route in protocol.routes.values() if one.id in route.needs]
        needed = f"{one.says}. Needed for: {', '.join(routes)}."
        told.append(Line(f"competence-{one.id}", one.title, needed, basis=one.basis, sources=one.sources))
    return tuple(told)
