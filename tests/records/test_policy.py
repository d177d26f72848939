"""Default deny: roles, clinics and care teams; absent and forbidden look alike; every look is logged."""

from dataclasses import replace
from uuid import uuid4

import pytest

from openkap.clinical.entries.person import Identifier, JoinedCareTeam, LeftCareTeam
from openkap.clinical.entries.screening import Score
from openkap.records import accounts, policy, read
from openkap.records.models import AccessRow, BindingRow
from openkap.records.policy import ALL, OPERATOR, PERMISSIONS, NotFound, Principal, may, principal_of
from openkap.records.readings import store
from tests.records.test_readings import sample
from tests.records.writing import AT, wrote

STAFF = ("director", "prescriber", "therapist", "monitor", "manager", "auditor")
WRITES = {
    "chart.import", "screening.answer", "screening.decide", "score.record", "consent.sign", "intention.set",
    "preparation.hold", "plan.approve", "visit.arrive", "visit.check", "visit.observe", "dose.give",
    "visit.discharge", "visit.close", "integration.book", "integration.hold", "integration.contact",
    "maintenance.review", "course.close", "task.take", "form.ask",
}  # fmt: skip


def test_a_permission_nobody_wrote_down_is_a_fault_of_ours():
    """A misspelt permission must not pass as "nobody may"."""
    with pytest.raises(AssertionError):
        may(OPERATOR, "chart.raed")


@pytest.mark.parametrize(
    ("role", "never"),
    [
        ("therapist", {"screening.decide", "plan.approve", "dose.give"}),
        ("monitor", {"screening.decide", "plan.approve", "consent.sign", "integration.hold"}),
        ("manager", WRITES | {"chart.read", "screening.read", "visit.read"}),
        ("auditor", WRITES | {"team.change", "visit.book"}),
        (
            "patient",
            ALL
            - {"public", "self", "portal.read", "score.record", "intention.set"}
            - {"consent.sign", "consent.withdraw", "form.answer", "permission.answer"}
            - {
                "readiness.record",
                "step.tell",
                "practice.tell",
                "journal.write",
                "message.send",
                "experience.tell",
                "reminders.choose",
            },
        ),
        ("", ALL),
        ("superuser", ALL),
    ],
)
def test_what_a_role_may_never_do(role, never):
    """The lines between roles that a mistake in the table must not cross."""
    who = Principal(user="u", name="U", role=role, clinic="c")
    assert {permission for permission in never if may(who, permission)} == set()


def test_a_prescriber_may_do_nearly_everything_clinical():
    """All but what belongs to the patient, the therapist, manager, auditor, director and the machine."""
    assert ALL - PERMISSIONS["prescriber"] == {
        "portal.read",
        "practice.tell",
        "journal.write",
        "experience.tell",
        "reminders.choose",
        "hours.keep",
        "form.answer",
        "plan.countersign",
        "competence.record",
        "ledger.verify",
        "protocol.adopt",
        "device.register",
        "device.send",
        "sitter.answer",
        "formulary.set",
        "highest.set",
        "system.operate",
    }


def test_only_the_operator_operates():
    """No account has the command line's permissions."""
    assert may(OPERATOR, "system.operate")
    assert all("system.operate" not in permissions for permissions in PERMISSIONS.values())


@pytest.fixture
def elsewhere(db):
    """The prescriber of another clinic."""
    other = accounts.create_clinic("Hillside")
    return principal_of(accounts.create_user("them", name="T", role="prescriber", clinic=other))


@pytest.fixture
def patient(clinic):
    """Makes the principal of a patient with this chart."""

    def made(chart: str, *, of: object = clinic) -> Principal:
        return principal_of(
            accounts.create_user(f"p{uuid4()}", name="P", role="patient", clinic=of, chart=chart)
        )

    return made


@pytest.mark.parametrize(
    ("role", "opens"), [(role, role in ("director", "prescriber", "monitor", "auditor")) for role in STAFF]
)
def test_which_staff_open_a_chart_without_being_on_its_team(people, open_chart, role, opens):
    """Therapists need the care team; managers read no charts at all."""
    chart = open_chart()
    assert can_read(people[role], chart) == opens


def can_read(who, chart, permission="chart.read"):
    try:
        return bool(read.chart(who, chart, permission=permission).entries)
    except NotFound:
        return False


def test_a_therapist_reads_while_on_the_care_team(people, open_chart):
    """Joining opens the chart and leaving closes it."""
    chart, who = open_chart(), people["therapist"]
    wrote(chart, JoinedCareTeam(user=who.user, name=who.name, role=who.role))
    assert can_read(who, chart)
    assert read.teams(who) == {chart}
    wrote(chart, LeftCareTeam(user=who.user, reason="moved"))
    assert not can_read(who, chart)
    assert read.teams(who) == set()


def test_a_manager_on_the_care_team_still_reads_nothing(people, open_chart):
    """A relation to the chart adds to a role's permissions and never replaces them."""
    chart, who = open_chart(), people["manager"]
    wrote(chart, JoinedCareTeam(user=who.user, name=who.name, role="therapist"))
    assert not can_read(who, chart)


def test_another_clinics_prescriber_finds_nothing(elsewhere, open_chart):
    """Not by opening, not on the care team, not in lists, not by identifier."""
    chart = open_chart()
    wrote(
        chart,
        Identifier(system="urn:mrn", value="4711"),
        JoinedCareTeam(user=elsewhere.user, name="T", role="prescriber"),
    )
    assert not can_read(elsewhere, chart)
    assert read.charts(elsewhere) == []
    assert read.carriers(elsewhere, "urn:mrn", "4711") == {}
    for ask in (read.team, read.accesses, read.entries):
        with pytest.raises(NotFound):
            ask(elsewhere, chart)
    with pytest.raises(NotFound):
        read.readings(elsewhere, chart, "v1")


def test_a_patient_reads_their_own_chart_alone(patient, open_chart):
    """Through the portal's permission, and no other chart by it."""
    mine, other = open_chart(), open_chart()
    who = patient(mine)
    assert can_read(who, mine, "portal.read")
    assert not can_read(who, other, "portal.read")
    assert not can_read(who, mine)
    with pytest.raises(NotFound):
        read.charts(who)


def test_a_closed_account_may_do_nothing(clinic, open_chart):
    """Closing it works at once, whatever its role."""
    user = accounts.create_user("gone", name="G", role="prescriber", clinic=clinic)
    accounts.close(user)
    who = principal_of(user)
    assert not can_read(who, open_chart())
    assert not any(may(who, permission) for permission in ALL)


@pytest.mark.parametrize("asked", ["absent", "forbidden", "no id"])
def test_absent_and_forbidden_say_the_same(people, open_chart, asked):
    """The same exception with the same words, and the same number of rows in the log for the first two."""
    chart = {"absent": str(uuid4()), "forbidden": open_chart(), "no id": "x"}[asked]
    with pytest.raises(NotFound) as refused:
        read.chart(people["therapist"], chart)
    assert str(refused.value) == str(NotFound())
    assert list(AccessRow.objects.values_list("allowed", flat=True)) == ([] if asked == "no id" else [False])


def test_every_look_is_logged_with_who_and_why(people, open_chart, patient):
    """The patient can see who looked, newest first, refused attempts too."""
    chart = open_chart()
    read.chart(people["prescriber"], chart)
    read.chart(people["monitor"], chart.upper(), permission="visit.read")
    assert not can_read(people["therapist"], chart)
    looks = read.accesses(patient(chart), chart, permission="portal.read")
    assert [(look.role, look.permission, look.allowed) for look in looks] == [
        ("therapist", "chart.read", False),
        ("monitor", "visit.read", True),
        ("prescriber", "chart.read", True),
    ]


def test_a_page_that_refreshes_itself_is_logged_once(people, open_chart):
    """`log=False` is for the second and later reads of one look; a refused one is logged all the same."""
    chart = open_chart()
    read.chart(people["prescriber"], chart, log=False)
    assert AccessRow.objects.count() == 0
    with pytest.raises(NotFound):
        read.chart(people["therapist"], chart, log=False)
    assert AccessRow.objects.count() == 1


def test_search_finds_by_every_word_without_accents_or_case(people, open_chart):
    """Name, birth date and identifiers; all words must fit."""
    chart = open_chart(family_name="O’Brien", given_name="Zoë")
    open_chart(family_name="O’Neill", given_name="Zoë")
    wrote(chart, Identifier(system="urn:mrn", value="AB-4711"))
    who = people["prescriber"]
    for search in ("zoe brien", "O'BRIEN", "1980-01-01 brien", "ab-47"):
        assert [str(row.chart) for row in read.charts(who, search)] == [chart], search
    assert len(read.charts(who, "zoë")) == 2
    assert read.charts(who, "zoe berg") == []
    assert read.charts(who, "%") == []


def test_a_manager_sees_names_and_stages_without_clinical_text(people, open_chart):
    """The row a manager gets holds no score, finding or reason."""
    chart = open_chart()
    wrote(chart, Score(instrument="phq9", total=21))
    (shown,) = read.charts(people["manager"])
    (full,) = read.charts(people["prescriber"])
    assert (shown.name, shown.stage) == (full.name, full.stage)
    assert (shown.phq9, shown.worst, shown.waiting, shown.next_says) == (None, "", "", "")
    assert full.phq9 == 21


def test_readings_are_as_closed_as_their_chart(people, open_chart):
    """Who may not open the visit gets no reading of it."""
    chart = open_chart()
    store([sample(chart), sample(chart)], received_at=AT)
    assert [row.number for row in read.readings(people["monitor"], chart, "v1", after=1)] == [2]
    with pytest.raises(NotFound):
        read.readings(people["therapist"], chart, "v1")


def test_a_forged_principal_of_no_clinic_sees_nothing(people, open_chart):
    """An empty clinic is not every clinic."""
    chart, nowhere = open_chart(), replace(people["prescriber"], clinic="")
    assert not can_read(nowhere, chart)
    assert not policy.may_open(nowhere, "chart.read", chart=chart, clinic=str(uuid4()), team=True)


def test_a_device_sends_into_its_own_chart_and_reads_nothing(people, open_chart):
    """One permission, in the chart it is bound to; the binding of another chart or clinic opens nothing."""
    mine, other = open_chart(), open_chart()
    device = Principal(user="device:d", name="D", role="device", clinic=people["monitor"].clinic, chart=mine)
    assert {permission for permission in ALL if may(device, permission)} == {"device.send"}
    binding = BindingRow(chart_id=mine, clinic=device.clinic, visit="v1", device="d")
    (found,) = read.bound_charts([(device, binding)])
    assert found.subject == f"chart:{mine}"
    elsewhere = BindingRow(chart_id=mine, clinic=str(uuid4()), visit="v1", device="d")
    for wrong in (BindingRow(chart_id=other, clinic=device.clinic, visit="v1", device="d"), elsewhere):
        with pytest.raises(NotFound):
            read.bound_charts([(device, binding), (device, wrong)])
    with pytest.raises(NotFound):
        read.bound_charts([(people["monitor"], binding)])
    assert not can_read(device, mine)
