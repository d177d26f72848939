"""A clinic with many visits under way, a monitor bound to each."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from openkap.actions import devices
from openkap.actions.devices import Known
from openkap.clinical.entries.dosing import Arrived, DoseGiven, VisitBooked
from openkap.clinical.entries.person import ChartOpened
from openkap.clinical.quantity import Milligrams
from openkap.records.accounts import create_clinic, create_user
from openkap.records.ledger import Draft, append
from openkap.records.policy import Principal, principal_of


@dataclass(frozen=True, slots=True)
class Bed:
    chart: str
    visit: str
    address: str  # the monitor's own, on this computer


@dataclass(frozen=True, slots=True)
class Made:
    username: str
    who: Principal
    beds: list[Bed]


def make(visits: int) -> Made:
    clinic = create_clinic(f"Bench {uuid4()}", demonstration=True)
    user = create_user(f"bench-{uuid4()}", name="Bench", role="prescriber", clinic=clinic)
    manager = principal_of(create_user(f"desk-{uuid4()}", name="Desk", role="manager", clinic=clinic))
    who = principal_of(user)
    beds = [_bed(who, manager, number) for number in range(visits)]
    return Made(user.username, who, beds)


def _bed(who: Principal, manager: Principal, number: int) -> Bed:
    now = datetime.now(UTC)
    bed = Bed(str(uuid4()), str(uuid4()), f"127.1.{number // 250}.{number % 250 + 1}")
    facts = [
        ChartOpened(
            family_name=f"Berg {number}",
            given_name="Ada",
            birth_date=date(1980, 1, 1),
            sex="female",
            clinic=who.clinic,
            synthetic=True,
        ),
        VisitBooked(visit=bed.visit, starts_at=now, room=f"Room {number}", route="iv", number=1),
        Arrived(visit=bed.visit, identifiers=("name", "birth date")),
        DoseGiven(visit=bed.visit, route="iv", amount=Milligrams(Decimal(35)), minutes=40),
    ]
    then = now - timedelta(minutes=1)
    append([Draft(f"chart:{bed.chart}", fact, then) for fact in facts], author="bench", via="bench", at=now)
    device, _ = devices.register_device(
        manager,
        name=f"Monitor {number}",
        language="hl7v2",
        known=Known(addresses=(bed.address,)),
        at=now,
    )
    devices.bind_device(who, bed.chart, at=now, visit=bed.visit, device=device)
    return bed
