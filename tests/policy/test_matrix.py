"""Every address as every role of two clinics with two patients each: nothing foreign comes back."""

from collections.abc import Container
from datetime import UTC, datetime

import pytest
from django.test import Client

from openkap.clinical.entries.screening import Problem
from openkap.records.ledger import Draft, append
from openkap.records.models import EntryRow
from tests.policy.crawl import ABSENT, Answer, Route, ask, bare, routes
from tests.policy.house import House, Planted, may_see

PEOPLE = [
    f"{place} {role}"
    for place in ("north", "south")
    for role in (
        "director",
        "prescriber",
        "therapist",
        "monitor",
        "manager",
        "auditor",
        "patient one",
        "patient two",
    )
]
LEAVES = {"sign-out/", "demo/sign-in/<str:username>/", "sign-in/"}
"""Addresses that change who is signed in; they have tests of their own."""


def values(chart: Planted | None) -> dict[str, str]:
    """What to put into an address: a chart's own ids, or ids of nothing."""
    return {
        "chart": chart.id if chart else ABSENT,
        "entry": ABSENT,
        "visit": chart.visit if chart else "visit-none",
        "task": chart.task if chart else "task-none",
        "instrument": "phq9",
        "scale": "aldrete",
        "form": "intake",
        "asking": chart.form if chart else "form-none",
        "question": "aneurysm",
        "document": "ketamine-treatment",
        "place": "goals",
        "way": "iv",
        "approach": "open",
        "circle": "group-circle",
        "practice": "slow-breathing",
        "page": ABSENT,
        "step": chart.step if chart else "step-none",
        "rule": "pregnancy",
        "chapter": "screening",
        "username": "nobody",
        "device": "device-none",
        "item": ABSENT,
        "token": "no-such-link",
    }


def foreign_words(house: House, name: str) -> list[str]:
    """Every word this person must never be shown."""
    words: list[str] = []
    for chart in house.charts:
        listed, inside = may_see(house, name, chart)
        words += ([] if listed else [chart.name]) + ([] if inside else list(chart.secrets))
    return words


def leaks(house: House, name: str, found: list[Route]) -> list[str]:
    """Ask for everything as one person; say what came back that should not have, and what was written."""
    client = Client()
    client.force_login(house.users[name])
    words, told = foreign_words(house, name), []
    for route in found:
        whose = house.charts if {"chart", "visit", "task", "step"} & set(route.parameters) else [None]
        for method in ("GET", "POST"):
            absent = ask(client, method, route.address(**values(None))) if whose != [None] else None
            for chart in whose:
                answer = ask(client, method, route.address(**values(chart)))
                shown = [word for word in words if word in answer.text]
                told += [f"{name}: {method} {route.pattern} shows {word}" for word in shown]
                if chart and absent and not may_see(house, name, chart)[1]:
                    told += differences(name, f"{method} {route.pattern}", answer, absent, chart.id)
    return told


def differences(name: str, what: str, forbidden: Answer, absent: Answer, chart: str) -> list[str]:
    """A chart that is not yours must answer as one that does not exist."""
    if bare(forbidden, chart, ABSENT) == bare(absent, chart, ABSENT):
        return []
    return [f"{name}: {what} answers {forbidden.status} for a foreign chart, {absent.status} for none"]


def held(house: House, name: str) -> dict[object, str]:
    """Every entry in a chart that is not this person's: its id → what and where it is."""
    foreign = {f"chart:{chart.id}" for chart in house.charts if not may_see(house, name, chart)[1]}
    rows = EntryRow.objects.filter(subject__in=foreign)
    return {row.pk: f"{name} wrote {row.kind} in {row.subject}" for row in rows}


def written(house: House, name: str, before: Container[object]) -> list[str]:
    """Entries in a chart that is not theirs and that were not there before."""
    return [said for entry, said in held(house, name).items() if entry not in before]


IN_SHORT = ("north", "south prescriber", "south patient one")
"""The two clinics are alike: the second sends two of its people, and the others in the long run."""
ASKED = [name if name.startswith(IN_SHORT) else pytest.param(name, marks=pytest.mark.long) for name in PEOPLE]


@pytest.mark.parametrize("name", ASKED)
def test_nothing_foreign_comes_back(house: House, name: str) -> None:
    """Each address, by GET and POST, on each chart: no canary, no difference, nothing written."""
    found = [route for route in routes() if route.pattern not in LEAVES]
    before = held(house, name)
    assert leaks(house, name, found) == []
    assert written(house, name, before) == []


def test_a_planted_hole_is_found(house: House, settings: object) -> None:
    """The matrix can fail: a view that forgets whose chart it is shows up, canary by canary."""
    settings.ROOT_URLCONF = "tests.policy.holed_urls"  # type: ignore[attr-defined]
    hole = [route for route in routes("tests.policy.holed_urls") if "unscoped" in route.pattern]
    told = leaks(house, "north prescriber", hole)
    assert any("shows canary-southone-problem" in line for line in told)
    assert any("answers 200 for a foreign chart" in line for line in told)


def test_a_planted_entry_is_found(house: House) -> None:
    """Whichever way the database orders them: the one that was written is the one that is named."""
    name, foreign = "north prescriber", house.charts[-1]
    for kept in held(house, name):
        others = set(held(house, name)) - {kept}
        assert len(written(house, name, others)) == 1
    before, now = held(house, name), datetime.now(UTC)
    append([Draft(f"chart:{foreign.id}", Problem(text="x"), now)], author="t", via="t", at=now)
    assert written(house, name, before) == [f"{name} wrote problem in chart:{foreign.id}"]


def test_the_matrix_can_see(house: House) -> None:
    """The same words do come back for those who may: a test that never finds a canary proves nothing."""
    client = Client()
    client.force_login(house.users["north prescriber"])
    own = house.charts[0]
    assert own.secrets[0] in ask(client, "GET", f"/charts/{own.id}/").text


def test_nobody_signed_in_sees_only_the_door(house: House) -> None:
    """Without signing in, every page but the public ones sends to sign-in, and nothing is written."""
    before = EntryRow.objects.count()
    for route in routes():
        if route.permission == "public":
            continue
        for method in ("GET", "POST"):
            answer = ask(Client(), method, route.address(**values(house.charts[0])))
            assert answer.status == 302 and "/sign-in/" in answer.text, route.pattern
            assert not any(word in answer.text for word in house.charts[0].secrets)
    assert EntryRow.objects.count() == before


@pytest.mark.parametrize("place", ["north", "south"])
def test_a_patient_may_not_do_what_staff_do(house: House, place: str) -> None:
    """A patient's own chart opens only through the patient's own pages."""
    client = Client()
    client.force_login(house.users[f"{place} patient one"])
    own = next(c for c in house.charts if c.name == f"Canary{place}one")
    for route in routes():
        if route.pattern.startswith("charts/<uuid:chart>/"):
            for method in ("GET", "POST"):
                assert ask(client, method, route.address(**values(own))).status == 404, route.pattern
    bodies = EntryRow.objects.filter(subject=f"chart:{own.id}").values_list("body", flat=True)
    assert not any("planted" in body for body in bodies)
