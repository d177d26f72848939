"""The care team: a therapist opens a chart only when named on it, and no longer once they have left."""

from collections.abc import Callable

from django.test import Client

from openkap.clinical.entries.person import JoinedCareTeam, LeftCareTeam
from openkap.records import read
from openkap.records.accounts import create_clinic, create_user
from tests.web.course import Course

Role = Callable[[str], Client]


def facts(course: Course, kind: type) -> list:
    return read.chart(course.people["prescriber"], course.chart, log=False).facts(kind)


def test_joining_opens_the_chart_and_leaving_closes_it(course: Course, as_role: Role) -> None:
    """Three looks by the same therapist: nothing, the page, nothing."""
    team, therapist = f"/charts/{course.chart}/team/", course.people["therapist"].user
    theirs, ours = as_role("therapist"), as_role("prescriber")
    assert theirs.get(team).status_code == 404
    assert ours.post(team + "join/", {"form": "join", "user": therapist}).status_code == 302
    assert theirs.get(team).status_code == 200
    sent = {"form": "leave", "user": therapist, "reason": "Moved to another clinic"}
    assert ours.post(team + "leave/", sent | {"reason": ""}).status_code == 400
    assert ours.post(team + "leave/", sent).status_code == 302
    assert theirs.get(team).status_code == 404
    assert (len(facts(course, JoinedCareTeam)), len(facts(course, LeftCareTeam))) == (1, 1)


def test_only_a_colleague_who_cares_for_people_can_join(course: Course, as_role: Role) -> None:
    """The auditor and a made-up id are not on the list, so they cannot be chosen."""
    team, client = f"/charts/{course.chart}/team/", as_role("prescriber")
    for user in (course.people["auditor"].user, "00000000-0000-4000-8000-000000000000", ""):
        assert client.post(team + "join/", {"form": "join", "user": user}).status_code == 400
    assert not facts(course, JoinedCareTeam)


def test_nobody_of_another_clinic_is_offered_or_taken(course: Course, as_role: Role) -> None:
    """A prescriber elsewhere is no colleague."""
    stranger = create_user("elsewhere", name="Elsa Where", role="prescriber", clinic=create_clinic("Harbour"))
    team, client = f"/charts/{course.chart}/team/", as_role("prescriber")
    assert "Elsa Where" not in client.get(team).content.decode()
    assert client.post(team + "join/", {"form": "join", "user": str(stranger.id)}).status_code == 400
    assert not facts(course, JoinedCareTeam)
