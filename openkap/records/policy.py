"""Who may do what. Default deny: a permission that is not in a role's row is refused.

Absent and forbidden look alike: both are NotFound, with the same words.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openkap.records.models import User


class NotFound(LookupError):
    """There is nothing here, or nothing for this person; the two are never told apart."""

    def __init__(self) -> None:
        super().__init__("There is nothing here, or nothing that you may see.")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, as every action and read takes it."""

    user: str
    name: str
    role: str
    clinic: str
    chart: str | None = None
    system: bool = False

    @property
    def acts_as(self) -> str:
        """The role of the program that this person fills: a medical director is a prescriber too."""
        return {"director": "prescriber"}.get(self.role, self.role)


_EVERYBODY = frozenset({"public", "self"})
# What is stocked, and the most that is given: everybody reads it, and each part has whoever answers for it.
_SHELF = frozenset({"formulary.read", "incident.read"})
_STOCKS = frozenset({"formulary.set", "lot.record"})
_STAFF = (
    _EVERYBODY
    | _SHELF
    | {"board.read", "charts.list", "competence.read", "device.read", "drill.read", "coverage.read"}
)
_READING = frozenset({"chart.read", "screening.read", "visit.read"})
# What a device sent and nobody took may name anybody, so it is for those who may open every chart.
_ASIDE = frozenset({"quarantine.read"})
_VISIT = frozenset(
    {
        "drill.run",
        "visit.arrive",
        "visit.check",
        "visit.observe",
        "dose.give",
        "dose.confirm",
        "visit.discharge",
        "visit.close",
        "lot.record",
        "drug.witness",
    }
)
_BOTH_CLINICIANS = frozenset(
    {
        "chart.import",
        "screening.answer",
        "score.record",
        "form.ask",
        "consent.sign",
        "consent.withdraw",
        "consent.explain",
        "permission.answer",
        "readiness.record",
        "intention.set",
        "note.seal",
        "code.give",
        "message.send",
        "message.settle",
        "preparation.hold",
        "visit.book",
        "integration.book",
        "integration.hold",
        "integration.contact",
        "step.tell",
        "task.take",
        "team.change",
    }
)

_PRESCRIBING = (
    _STAFF
    | _READING
    | _BOTH_CLINICIANS
    | _VISIT
    | _ASIDE
    | {
        "protocol.read",
        "screening.decide",
        "rems.review",
        "plan.approve",
        "maintenance.review",
        "course.close",
    }
)

PERMISSIONS: MappingProxyType[str, frozenset[str]] = MappingProxyType(
    {
        "director": _PRESCRIBING | _STOCKS | {"highest.set"} | {"protocol.adopt", "device.register"},
        "prescriber": _PRESCRIBING,
        "therapist": _STAFF
        | _READING
        | _BOTH_CLINICIANS
        | {"visit.arrive", "visit.check", "visit.observe", "drill.run", "plan.countersign", "drug.witness"}
        | {"hours.keep"},
        # A nurse gives the drug under a plan that a prescriber approved; the gate asks for that plan.
        "monitor": _STAFF
        | _READING
        | _VISIT
        | _ASIDE
        | {
            "screening.answer",
            "score.record",
            "form.ask",
            "consent.withdraw",
            "readiness.record",
            "visit.book",
            "integration.contact",
            "code.give",
            "message.send",
            "message.settle",
            "task.take",
        },
        "manager": _STAFF | _STOCKS | {"competence.record", "protocol.read", "device.register"},
        "auditor": _STAFF | _READING | _ASIDE | {"ledger.verify", "protocol.read"},
        # No account has this role: a registered device sends under it, into the one chart it is bound to.
        "device": frozenset({"device.send"}),
        # No account has this role: a link of one use speaks under it, for one visit of one chart.
        "sitter": frozenset({"sitter.answer"}),
        "patient": _EVERYBODY
        | {
            "portal.read",
            "form.answer",
            "score.record",
            "consent.sign",
            "consent.withdraw",
            "intention.set",
            "permission.answer",
            "readiness.record",
            "step.tell",
            "practice.tell",
            "message.send",
            "experience.tell",
            "reminders.choose",
            "journal.write",
        },
    }
)
"""Role → what it may do. Which charts it may do it to is another question: see `may_open`."""

ALL = frozenset().union(*PERMISSIONS.values()) | {"system.operate"}
_WHOLE_CLINIC = frozenset({"director", "prescriber", "monitor", "auditor"})
_CARE_TEAM = frozenset({"therapist"})
_CLINICAL_LISTS = "chart.read"

OPERATOR = Principal(
    user="operator", name="Operator at the command line", role="system", clinic="", system=True
)
"""Whoever runs commands on the clinic's own machine."""
ENGINE = Principal(user="system", name="OpenKAP", role="system", clinic="", system=True)
"""What evaluates the alerts by itself, second by second."""


def may(who: Principal, permission: str) -> bool:
    assert permission in ALL, f"{permission} is not a permission"
    return who.system or permission in PERMISSIONS.get(who.role, ())


def require(who: Principal, permission: str) -> None:
    """Raises NotFound for whoever may not."""
    if not may(who, permission):
        raise NotFound


def may_open(who: Principal, permission: str, *, chart: str, clinic: str, team: bool) -> bool:
    """Whether this chart of that clinic is open to `who`; `team`: they are on its care team."""
    if not may(who, permission):
        return False
    if who.system:
        return True
    if who.role in ("patient", "device", "sitter"):
        return who.chart == chart and who.clinic == clinic
    return who.clinic == clinic and (who.role in _WHOLE_CLINIC or (who.role in _CARE_TEAM and team))


def opens_whole_clinic(who: Principal) -> bool:
    """Whether every chart of the clinic is open to this person, not only those of their care teams."""
    return who.system or who.role in _WHOLE_CLINIC


def sees_clinical_lists(who: Principal) -> bool:
    """Whether lists show this person scores, findings and reasons, or only names, stages and times."""
    return may(who, _CLINICAL_LISTS)


def principal_of(user: "User") -> Principal:
    """The signed-in account as actions and reads take it. An account that was closed may do nothing."""
    return Principal(
        user=str(user.id),
        name=user.name,
        role=user.role if user.is_active else "",
        clinic=str(user.clinic_id),
        chart=str(user.chart) if user.chart else None,
    )
