"""The demonstration clinic and the people who work in it. None of them exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from openkap.actions import formulary, hours, protocol
from openkap.actions.competence import record_competence
from openkap.clinical.quantity import MgPerMl, Milligrams, Millilitres
from openkap.records.accounts import create_clinic, create_user
from openkap.records.models import Clinic, User
from openkap.records.policy import Principal, principal_of

NAME = "Lindenhof Demonstration Clinic"

STAFF = {
    "director": ("nora.director", "Dr Nora Ashdown-Vale"),
    "prescriber": ("mara.prescriber", "Dr Mara Lindqvist-Rowe"),
    "therapist": ("tomas.therapist", "Tomas Bellamy-Hart"),
    "monitor": ("ines.monitor", "Ines Calloway-Brook"),
    "manager": ("ruth.manager", "Ruth Ellerby-Snow"),
    "auditor": ("paul.auditor", "Paul Wetherby-Stone"),
}
"""Role → (username, name). No account has a password: they are signed in to with one click."""


SECOND = ("noah.prescriber", "Dr Noah Ashdown-Vale")
"""Another prescriber, for what two people must weigh: (username, name)."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Those who act in the stories."""

    clinic: Clinic
    director: Principal
    prescriber: Principal
    therapist: Principal
    monitor: Principal


def found() -> Clinic | None:
    """The demonstration clinic of this database, if it was made."""
    return Clinic.objects.filter(demonstration=True, name=NAME).first()


def make(time_zone: str) -> Clinic:
    """The clinic and its staff accounts."""
    clinic = create_clinic(NAME, time_zone=time_zone, demonstration=True)
    for role, (username, name) in STAFF.items():
        create_user(username, name=name, role=role, clinic=clinic)
    create_user(SECOND[0], name=SECOND[1], role="prescriber", clinic=clinic)
    return clinic


def adopt(team: Staff, at: datetime) -> None:
    """The director takes the protocol into use."""
    protocol.adopt(team.director, signed_name=team.director.name, at=at, via="demo")


def stock(team: Staff, at: datetime) -> None:
    """Two strengths with a lot each, and the director's highest doses by infusion, all made up."""
    for title, mg_per_ml, ml, number in STOCKED:
        entry = formulary.set_presentation(
            team.director,
            title=title,
            routes=("iv", "im", "subcutaneous"),
            concentration=MgPerMl(Decimal(mg_per_ml)),
            volume=Millilitres(Decimal(ml)),
            at=at,
            via="demo",
        )
        formulary.record_lot(
            team.monitor,
            presentation=entry.fact.presentation,
            number=number,
            expires_on=(at + LOT_LASTS).date(),
            at=at,
            via="demo",
        )
    lozenge = formulary.set_presentation(
        team.director,
        title="Ketamine lozenge 100 mg",
        form="lozenge",
        routes=("sublingual",),
        unit=ONE,
        at=at,
        via="demo",
    )
    formulary.record_lot(
        team.monitor,
        presentation=lozenge.fact.presentation,
        number="DEMO-LOT-2419",
        expires_on=(at + LOT_LASTS).date(),
        at=at,
        via="demo",
    )
    formulary.set_highest(
        team.director,
        route="iv",
        dose=Milligrams(Decimal(100)),
        session=Milligrams(Decimal(120)),
        reason="Demonstration: the clinic’s own choice",
        signed_name=team.director.name,
        at=at,
        via="demo",
    )


def staff(clinic: Clinic) -> Staff:
    """The staff as actions take them."""
    shown = {username for username, _ in STAFF.values()}
    users = User.objects.filter(clinic=clinic, username__in=shown)
    named = {user.role: principal_of(user) for user in users}
    return Staff(clinic, named["director"], named["prescriber"], named["therapist"], named["monitor"])


def second(clinic: Clinic) -> Principal:
    """The other prescriber, as actions take them."""
    return principal_of(User.objects.get(clinic=clinic, username=SECOND[0]))


STOCKED = (
    ("Ketamine 50 mg/mL, vial of 10 mL", 50, 10, "DEMO-LOT-2417"),
    ("Ketamine 10 mg/mL, vial of 20 mL", 10, 20, "DEMO-LOT-2418"),
)
"""(title, mg/mL, mL of one vial, lot), what the stories draw from first."""
ONE = Milligrams(Decimal(100))
LOT_LASTS = timedelta(days=800)

SIGNED_OFF = (("prescriber", "acls"), ("monitor", "bls"), ("monitor", "infusion"))
"""Role → what its one person is signed off in."""
SIGNED_OFF_AGO, VALID_FOR = timedelta(days=200), timedelta(days=365)


WEEK = tuple(f"{day} 09:00-17:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))


def keep_hours(team: Staff, now: datetime) -> None:
    """The therapist's week."""
    hours.keep(team.therapist, week=WEEK, off=(), minutes=60, at=now - SIGNED_OFF_AGO, via="demo")


def sign_off(clinic: Clinic, now: datetime) -> None:
    """The manager recorded, some months ago, who is signed off in what."""
    users = User.objects.filter(clinic=clinic)
    named = {role: principal_of(users.get(username=name)) for role, (name, _) in STAFF.items()}
    at = now - SIGNED_OFF_AGO
    for role, competence in SIGNED_OFF:
        record_competence(
            named["manager"],
            user=named[role].user,
            competence=competence,
            valid_until=(at + VALID_FOR).date(),
            at=at,
            via="demo",
        )
