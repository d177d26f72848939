"""What the patient allows: each permission by itself, usable only when signed for and tried out sober."""

from dataclasses import dataclass

from openkap.clinical.case import Bar, Bars, Case, order
from openkap.clinical.consent import standing
from openkap.clinical.entries import Entry
from openkap.clinical.entries.maintenance import CourseClosed
from openkap.clinical.entries.readiness import PermissionAnswered, PermissionRehearsed
from openkap.clinical.entries.words import Measured
from openkap.clinical.prepared_for import Permission

GRANTED, DECLINED, WITHDRAWN = "granted", "declined", "withdrawn"
NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Standing:
    """One permission of this course."""

    permission: Permission
    state: str  # NOT_ASKED or the newest answer
    answer: Entry | None
    lacks: tuple[str, ...]  # what a granted one still waits for

    @property
    def counts(self) -> bool:
        """Whether it may be acted on in the room. What was not asked counts as no."""
        return self.state == GRANTED and not self.lacks


def standings(case: Case) -> tuple[Standing, ...]:
    """Every permission of the protocol, in its order."""
    return tuple(_standing(permission, case) for permission in case.protocol.permissions.values())


def _standing(permission: Permission, case: Case) -> Standing:
    answer = _of_course(case, case.latest(PermissionAnswered, permission=permission.id))
    state = answer.fact.answer if answer else NOT_ASKED
    return Standing(permission, state, answer, _lacks(permission, case) if state == GRANTED else ())


def _lacks(permission: Permission, case: Case) -> tuple[str, ...]:
    tried = _of_course(case, case.latest(PermissionRehearsed, permission=permission.id))
    document = case.protocol.consents.get(permission.document)
    unsigned = document is not None and standing(case, permission.document) is None
    return (
        *((f"the form “{document.title}” is not signed",) if document and unsigned else ()),
        *(("it was not tried out sober",) if permission.rehearsed and tried is None else ()),
    )


def asked(case: Case) -> Bars:
    """Every permission was asked for, one by one."""
    open_ = [one.permission.says for one in standings(case) if one.state == NOT_ASKED]
    return (Bar(f"Not asked yet: {'; '.join(open_)}"),) if open_ else ()


def usable(case: Case) -> Bars:
    """Whatever was allowed was also signed for and tried out."""
    return tuple(
        Bar(f"{one.permission.says}: {' and '.join(one.lacks)}", (_told(one, one.answer),))
        for one in standings(case)
        if one.lacks and one.answer
    )


def _told(one: Standing, answer: Entry) -> Measured:
    return Measured(one.permission.id, one.state, answer.effective_at.isoformat())


def _of_course(case: Case, entry: Entry | None) -> Entry | None:
    closed = case.latest(CourseClosed)
    return None if entry and closed and order(closed) > order(entry) else entry
