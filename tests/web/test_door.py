"""The way in: who may enter, and what each refusal looks like."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from openkap.web.door import needs
from tests.web.course import Course

pytestmark = pytest.mark.django_db
Roles = Callable[[str], Client]


def body(response: HttpResponse) -> str:
    """The page without the token that differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())


def test_a_stranger_is_asked_to_sign_in_and_brought_back(client: Client) -> None:
    """The address that was wanted travels along."""
    response = client.get("/charts/?q=berg")
    assert response.status_code == 302
    assert response["Location"] == "/sign-in/?next=%2Fcharts%2F%3Fq%3Dberg"


def test_absent_and_forbidden_look_alike(as_role: Roles, open_chart: Callable[..., str]) -> None:
    """A chart of another clinic and one that never was give the same page."""
    from openkap.records.accounts import create_clinic

    foreign = open_chart(clinic=str(create_clinic("Elsewhere").id))
    prescriber = as_role("prescriber")
    answers = [prescriber.get(f"/charts/{chart}/") for chart in (foreign, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert body(answers[0]) == body(answers[1])


def test_a_role_without_the_permission_finds_nothing(as_role: Roles) -> None:
    """The manager reads no charts, so the import page is not there."""
    assert as_role("manager").get("/charts/import/").status_code == 404
    assert as_role("prescriber").get("/charts/import/").status_code == 200


def test_an_address_that_is_not_served_says_so_in_our_own_page(as_role: Roles) -> None:
    """Unknown addresses get the same page as forbidden ones."""
    response = as_role("prescriber").get("/no/such/page/")
    assert response.status_code == 404
    assert "There is nothing here for you" in body(response)


def test_a_form_address_takes_no_visits(as_role: Roles, open_chart: Callable[..., str]) -> None:
    """GET on an address that only takes what a form sends is 405."""
    assert as_role("prescriber").get(f"/charts/{open_chart()}/screening/answer/").status_code == 405


def test_bad_input_keeps_what_was_typed(as_role: Roles, open_chart: Callable[..., str]) -> None:
    """400, every fault at once, each beside its field, and the text still there."""
    response = as_role("prescriber").post(
        f"/charts/{open_chart()}/screening/measure/",
        {"form": "pressure", "systolic": "12O", "diastolic": ""},
    )
    page = body(response)
    assert response.status_code == 400
    assert 'href="#pressure-systolic"' in page and 'href="#pressure-diastolic"' in page
    assert 'value="12O"' in page
    assert "Error: " in page.partition("</title>")[0]


def test_a_closed_gate_is_409_with_each_reason_and_who_can_lift_it(as_role: Roles, course: Course) -> None:
    """ "suitable" with open questions is refused, and the reasons stand on the page."""
    findings = [finding.rule.id for finding in course.status().findings]
    response = as_role("prescriber").post(
        f"/charts/{course.chart}/screening/decide/",
        {
            "form": "decide",
            "decision": "suitable",
            "reason": "A kept sentence",
            "signed": "Prescriber",
            "accepted": findings,
        },
    )
    page = body(response)
    assert response.status_code == 409
    assert "This cannot be done yet" in page
    assert "The prescriber can settle this, or go past it with a reason." in page
    assert "A kept sentence" in page


def test_a_conflict_is_409_with_both_versions(as_role: Roles, course: Course) -> None:
    """What the other wrote, what we wrote, and a form that records ours as well."""
    from decimal import Decimal

    from openkap.actions import screening

    seen = 1
    course.does("monitor", screening.measure_blood_pressure, systolic=Decimal(151), diastolic=Decimal(91))
    prescriber = as_role("prescriber")
    address = f"/charts/{course.chart}/screening/measure/"
    sent = {"form": "pressure", "systolic": "122", "diastolic": "77", "seen": str(seen)}
    response = prescriber.post(address, sent)
    page = body(response)
    assert response.status_code == 409
    assert "151 mmHg" in page and "122" in page
    fresh = re.search(r'name="seen" value="(\d+)"', page)
    assert fresh and int(fresh[1]) > seen
    assert prescriber.post(address, sent | {"seen": fresh[1]}).status_code == 302


def test_a_view_carries_its_permission() -> None:
    """The crawl of the routes reads this mark."""

    @needs("board.read")
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    assert view.permission == "board.read"


def test_times_are_shown_where_the_clinic_is(as_role: Roles, course: Course) -> None:
    """The clinic is in Zurich: an entry of 10:00 UTC in winter stands at 11:00."""
    from decimal import Decimal

    from openkap.actions import screening

    winter = datetime(2026, 1, 14, 10, 0, tzinfo=UTC)
    screening.measure(
        course.people["prescriber"],
        course.chart,
        at=datetime.now(UTC),
        effective_at=winter,
        what="heart-rate",
        value=Decimal(71),
        unit="/min",
    )
    page = body(as_role("prescriber").get(f"/charts/{course.chart}/"))
    line = page.partition("Heart rate 71")[0].rpartition("<time")[2]
    assert ">11:00<" in line


def test_every_answer_says_to_run_our_files_alone(client: Client) -> None:
    """The content security policy allows nothing from elsewhere and nothing inline."""
    response = client.get("/sign-in/")
    assert response["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store"


def test_pages_hold_nothing_inline(as_role: Roles, course: Course) -> None:
    """No inline script, style or handler, which the policy would stop."""
    for path in ("/board/", "/charts/", f"/charts/{course.chart}/", f"/charts/{course.chart}/screening/"):
        page = body(as_role("prescriber").get(path))
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", page), path
