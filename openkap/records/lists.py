"""The rows one chart makes in the lists: pure, of its entries and a protocol, as of the last of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from openkap.clinical.answers import ScorePoint, Status
from openkap.clinical.chart import Chart
from openkap.clinical.devices import bound
from openkap.clinical.drills import begun
from openkap.clinical.entries.person import Identifier
from openkap.clinical.protocol import Protocol as Program
from openkap.clinical.status import assess
from openkap.records.careteam import members
from openkap.records.models import BindingRow, DueRow, IdentifierRow, TaskRow, TeamRow, VisitRow
from openkap.records.search import folded

SHOWN_CHARACTERS = 200
"""Names longer than a list shows are cut there; the chart keeps them whole."""
SHOWN_SCORES = ("phq9", "gad7")

Columns = dict[str, Any]
VISIT_COLUMNS = tuple(
    [
        "number",
        "room",
        "route",
        "starts_at",
        "phase",
        "dose_at",
        "dose_ended_at",
        "closed_at",
        "next_check_at",
        "last_vitals_at",
    ]
)


@dataclass(frozen=True, slots=True)
class Lists:
    """`chart`: the columns of its ChartRow. `children`: the columns of each row of the other lists."""

    chart: Columns
    children: Mapping[type[models.Model], list[Columns]]


def lists_of(chart: Chart, protocol: Program) -> Lists:
    """Every row this chart makes under a protocol."""
    status = assess(chart, protocol, chart.entries[-1].recorded_at)
    owner = {"chart_id": UUID(chart.subject.removeprefix("chart:")), "clinic": UUID(chart.person.clinic)}
    children: dict[type[models.Model], list[Columns]] = {
        VisitRow: [{"visit": visit.id, **_columns(visit, VISIT_COLUMNS)} for visit in status.visits],
        DueRow: [_columns(due, ("what", "who", "at", "rule", "visit", "stage")) for due in status.due],
        TaskRow: [_columns(task, ("task", "what", "opened_at", "taken_by")) for task in status.tasks],
        TeamRow: [
            {"user": user, "name": _cut(joined.name), "role": joined.role, "since": since}
            for user, (joined, since) in members(chart).items()
        ],
        IdentifierRow: [
            {"system": system, "value": value, "person": whose(chart.person)}
            for system, value in _identifiers(chart)
        ],
        BindingRow: [_columns(binding, ("visit", "device", "since", "by")) for binding in bound(chart)],
    }
    owned = {model: [owner | columns for columns in rows] for model, rows in children.items()}
    return Lists(_chart(chart, status, owner) | {"protocol": protocol.hash}, owned)


class Named(Protocol):
    """Whoever has a family name and a birth date."""

    @property
    def family_name(self) -> str: ...
    @property
    def birth_date(self) -> date: ...


def whose(person: Named) -> str:
    """The second half of an identity: an identifier alone does not say that two records are one person."""
    return f"{folded(_cut(person.family_name))} {person.birth_date}"


def _chart(chart: Chart, status: Status, owner: Columns) -> Columns:
    person, last = chart.person, chart.entries[-1]
    words = [person.given_name, person.family_name, str(person.birth_date)]
    scores = {point.instrument: point for point in sorted(status.course.scores, key=lambda point: point.at)}
    return {
        "chart": owner["chart_id"],
        "clinic": owner["clinic"],
        "family": _cut(person.family_name),
        "given": _cut(person.given_name),
        "sought": folded(" ".join([*map(_cut, words), *(value for _, value in _identifiers(chart))])),
        "birth_date": person.birth_date,
        "sex": person.sex,
        "synthetic": person.synthetic,
        "drill": begun(chart) is not None,
        "opened_at": chart.entries[0].effective_at,
        "stage": status.stage,
        "next_says": status.next.says,
        "next_who": status.next.who,
        "next_action": status.next.action,
        "waiting": " ".join(reason.says for reason in status.blocks),
        "worst": status.worst,
        **{key: value for name in SHOWN_SCORES for key, value in _score(name, scores.get(name)).items()},
        "doses": status.course.doses,
        "planned": status.course.planned,
        "seq": last.seq,
        "assessed_at": last.recorded_at,
    }


def _score(name: str, point: ScorePoint | None) -> Columns:
    return {name: point.total if point else None, f"{name}_at": point.at if point else None}


def _identifiers(chart: Chart) -> list[tuple[str, str]]:
    return sorted({(fact.system, fact.value) for fact in chart.facts(Identifier)})


def _columns(answer: object, names: tuple[str, ...]) -> Columns:
    return {name: getattr(answer, name) for name in names}


def _cut(text: str) -> str:
    return text[:SHOWN_CHARACTERS]
