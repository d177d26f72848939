"""Drills: an emergency on a patient who does not exist, in the real room, with its result kept.

A drill has a chart of its own, so that everything is done as it would be done; it owes nothing to anybody, is
in no list of patients, and its dose says that nothing was given.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4, uuid5

from openkap.actions.door import Act, action, guarded
from openkap.actions.feed import sealed
from openkap.actions.fields import one_of
from openkap.clinical import drills as clinical
from openkap.clinical.dosing import PRE_DOSE
from openkap.clinical.drills import Drill
from openkap.clinical.entries.dosing import (
    Arrived,
    Checked,
    DoseGiven,
    VisitBooked,
    VisitClosed,
    VisitStopped,
    VitalSigns,
    Weighed,
)
from openkap.clinical.entries.drills import DrillBegun, DrillEnded, DrillRecorded
from openkap.clinical.entries.person import ChartOpened, JoinedCareTeam
from openkap.clinical.moments import utc
from openkap.clinical.protocol import Protocol
from openkap.clinical.quantity import Kilograms, Milligrams
from openkap.clinical.refusal import BadInput
from openkap.protocol.doors import codes
from openkap.protocol.drills import drills
from openkap.records import competence, decoded, ledger, readings
from openkap.records.in_force import in_force
from openkap.records.models import EntryRow, VisitRow
from openkap.records.policy import Principal
from openkap.records.readings import OVER, Sample

ROOM = "Drill"
NOTHING_GIVEN = "This is a drill: nothing was given"
MONITOR = "drill monitor"
VIA = "drill"
SHOWS_EVERY = timedelta(seconds=2)
_NAMESPACE = UUID("5d0c2a55-0a0e-5b5c-9a43-6b0f3c1d7e21")


@dataclass(frozen=True, slots=True)
class Begun:
    chart: str
    visit: str


@guarded("drill.run")
def begin(who: Principal, *, drill: str, at: datetime, via: str = "web") -> Begun:
    """A chart that is a drill, with its visit already at the drill's minute of the dose."""
    one_of(drill, drills(), "drill")
    at = utc(at)
    made = Begun(str(uuid4()), str(uuid4()))
    chosen = drills()[drill]
    drafts = [
        ledger.Draft(f"chart:{made.chart}", fact, then)
        for fact, then in _until_now(who, chosen, made, in_force(who.clinic), at)
    ]
    ledger.append(drafts, author=who.user, via=via, at=at)
    return made


def _until_now(
    who: Principal, drill: Drill, made: Begun, protocol: Protocol, at: datetime
) -> Iterator[tuple[object, datetime]]:
    """The drill's story up to its beginning: what, and when it was."""
    visit, dose_at = made.visit, at - timedelta(minutes=drill.minute)
    before = dose_at - timedelta(minutes=5)
    yield _person(who, at), before
    yield JoinedCareTeam(user=who.user, name=who.name, role=who.role), before
    yield VisitBooked(visit=visit, starts_at=before, room=ROOM, route=drill.route, number=1), before
    yield Arrived(visit=visit, identifiers=("name", "birth date")), before
    for line in protocol.checklists[PRE_DOSE]:
        yield Checked(visit=visit, item=line.id, answer="yes"), before
    yield Weighed(visit=visit, weight=Kilograms(Decimal(70)), typed="70 kg"), before
    yield _signs(visit, drill), before
    yield (
        DoseGiven(
            visit=visit,
            route=drill.route,
            amount=Milligrams(Decimal(35)),
            minutes=protocol.routes[drill.route].minutes,
            outside_gate=(NOTHING_GIVEN,),
        ),
        dose_at,
    )
    yield _signs(visit, drill), at
    yield DrillBegun(visit=visit, drill=drill.id), at


def _person(who: Principal, at: datetime) -> ChartOpened:
    return ChartOpened(
        family_name="(nobody)",
        given_name="Drill patient",
        birth_date=at.replace(year=at.year - 40, day=1).date(),
        sex="unknown",
        clinic=who.clinic,
        synthetic=True,
    )


def _signs(visit: str, drill: Drill) -> VitalSigns:
    first = drill.moments[0].signs
    return VitalSigns(
        visit=visit,
        systolic=first.get("systolic"),
        diastolic=first.get("diastolic"),
        heart_rate=first.get("heart-rate"),
        spo2=first.get("spo2"),
        sedation=5,
        source=MONITOR,
    )


@action("drill.run")
def end(act: Act, *, visit: str) -> None:
    """The drill is over: its visit is closed and the result goes to the records of who took part."""
    begun = clinical.begun(act.chart)
    if begun is None or begun.fact.visit != visit:
        raise BadInput("visit", "this is no drill", "Stop the visit instead")
    if clinical.over(act.chart):
        raise BadInput("visit", "this drill is over already", "Read its result")
    act.write(DrillEnded(visit=visit))
    act.write(VisitStopped(visit=visit, reason="The drill is over"))
    act.write(VisitClosed(visit=visit))
    for seal in sealed(act, visit):
        act.write(seal)
    _record(act, drills()[begun.fact.drill])


def _record(act: Act, drill: Drill) -> None:
    begun = clinical.begun(act.chart)
    assert begun is not None
    staff = competence.staff(act.who.clinic)
    people = sorted({entry.author for entry in act.chart.entries if entry.author in staff} | {act.who.user})
    fact = DrillRecorded(
        chart=act.chart.subject.removeprefix("chart:"),
        drill=drill.id,
        title=drill.title,
        began_at=begun.effective_at,
        people=tuple(people),
        names=tuple(staff[user].name if user in staff else act.who.name for user in people),
        results=clinical.graded(drill, act.chart),
        protocol=act.protocol.hash,
    )
    draft = ledger.Draft(f"clinic:{UUID(act.who.clinic)}", fact, act.at)
    ledger.append([draft], author=act.who.user, via=act.terms.via, at=act.at)


@guarded("drill.read")
def recorded(who: Principal) -> list[tuple[DrillRecorded, datetime]]:
    """Every drill of the reader's clinic and when it ended, newest first."""
    kind = DrillRecorded.KIND  # type: ignore[attr-defined]
    rows = EntryRow.objects.filter(subject=f"clinic:{UUID(who.clinic)}", kind=kind).order_by("-seq")
    entries = [decoded.entry(row) for row in rows]
    return [(entry.fact, entry.recorded_at) for entry in entries]


def play(at: datetime) -> int:
    """What the monitors of every drill under way show now, as readings; how many were stored.

    Run again and again beside the alerts; the same moment is stored once. A drill whose time is up is left to
    stand as its last moment has it, until somebody ends it.
    """
    under_way = VisitRow.objects.filter(room=ROOM, chart__drill=True).exclude(phase__in=OVER)
    samples: list[Sample] = []
    for row in under_way:
        chart = decoded.chart(f"chart:{row.chart_id}")
        begun = clinical.begun(chart) if chart else None
        if begun is not None and begun.fact.drill in drills():
            samples += _shown(
                str(row.chart_id), row.visit, drills()[begun.fact.drill], begun.effective_at, at
            )
    return len(readings.store(samples, received_at=utc(at))) if samples else 0


def _shown(chart: str, visit: str, drill: Drill, began_at: datetime, at: datetime) -> Iterator[Sample]:
    place = (at - began_at) // SHOWS_EVERY
    moment = began_at + place * SHOWS_EVERY
    units = {signal.id: signal.unit for signal in codes().signals.values()}
    for name, value in clinical.shown(drill, moment - began_at).items():
        yield Sample(
            id=uuid5(_NAMESPACE, f"{visit} {place} {name}"),
            chart=chart,
            visit=visit,
            signal=name,
            value=value,
            unit=units[name],
            source=MONITOR,
            device_at=moment,
        )
