"""Who is signed off: by somebody else of the same clinic, in something the protocol knows, until a day."""

from datetime import date

import pytest

from openkap.actions.competence import record_competence
from openkap.clinical.refusal import BadInput
from openkap.records.accounts import create_clinic, create_user
from openkap.records.competence import recorded
from openkap.records.policy import NotFound, Principal
from openkap.records.verify import verify
from tests.conftest import AT

UNTIL = date(2027, 5, 14)
People = dict[str, Principal]


def test_a_sign_off_is_kept_in_the_clinics_ledger(people: People) -> None:
    """With the name as it was; the newest is last, the clinic next door has none, and the ledger holds."""
    manager, monitor = people["manager"], people["monitor"]
    for until in (UNTIL, date(2026, 5, 1)):
        record_competence(manager, user=monitor.user, competence="bls", valid_until=until, at=AT)
    kept = recorded(manager.clinic)
    assert [(one.name, one.competence, one.valid_until) for one in kept] == [
        ("Monitor", "bls", UNTIL),
        ("Monitor", "bls", date(2026, 5, 1)),
    ]
    assert recorded(str(create_clinic("Hillside").id)) == ()
    assert verify() == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"user": "nobody"}, "user"), ({"user": "manager"}, "user"), ({"competence": "juggling"}, "competence")],
)
def test_a_stranger_oneself_and_an_unknown_skill_are_refused(
    people: People, changed: dict[str, str], field: str
) -> None:
    """Each by its field, and nothing is written."""
    sent = {"user": people["monitor"].user, "competence": "bls"} | changed
    sent["user"] = people["manager"].user if sent["user"] == "manager" else sent["user"]
    with pytest.raises(BadInput) as fault:
        record_competence(people["manager"], valid_until=UNTIL, at=AT, **sent)
    assert fault.value.where == field
    assert recorded(people["manager"].clinic) == ()


def test_nobody_of_another_clinic_is_signed_off_here(people: People) -> None:
    """Their account is not one of ours."""
    other = create_user("them", name="T", role="monitor", clinic=create_clinic("Hillside"))
    with pytest.raises(BadInput):
        record_competence(people["manager"], user=str(other.id), competence="bls", valid_until=UNTIL, at=AT)


@pytest.mark.parametrize("role", ["prescriber", "therapist", "monitor", "auditor"])
def test_only_the_manager_signs_people_off(people: People, role: str) -> None:
    """For everybody else the act is not there."""
    with pytest.raises(NotFound):
        record_competence(
            people[role], user=people["manager"].user, competence="bls", valid_until=UNTIL, at=AT
        )
